"""What is in a project, tab by tab: an item in full, questions, visits on a line of time, sessions, activity."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.phrases import count
from sessiontui.domain.signs import SIGNS
from sessiontui.domain.text import visible, visible_block
from sessiontui.domain.visits.words import REPORTED, ActivityKind, ItemState
from sessiontui.tui.present.look import ALARM, GOOD, MUTED, Look, fitted, outside
from sessiontui.tui.present.status import glyph, style_of
from sessiontui.tui.present.timeline import Axis
from sessiontui.tui.present.times import clock, moment, short_moment, span

if TYPE_CHECKING:
    from sessiontui.services.projects.listing import ItemLine, ProjectPage, VisitLine

STATES: Final = {
    ItemState.DECIDED: ("✓", "+", GOOD, "Decided"),
    ItemState.EXPLORING: ("◔", "~", "$accent", "Exploring"),
    ItemState.PARKED: ("‖", "=", MUTED, "Parked"),
}
"""Sign, sign in ASCII, colour and word of each state."""

SPANS: Final = (timedelta(hours=6), timedelta(days=1), timedelta(days=7), timedelta(days=30))
"""How much time the line of visits shows: the shortest that holds the last ten visits."""

_WHEN: Final = 10
_LAST: Final = 10
_NAME: Final = 24

_ENDS: Final = {"next": "ended by the next", "idle": "idle", "merge": "ended by a merge", "import": "imported"}


def item_told(item: ItemLine, now: datetime, look: Look, width: int) -> Content:
    """Return one item in full: its note, where it was decided, and its history."""
    sign, plain, style, word = STATES[item.state]
    since = f"  since {moment(item.since, now, look.zone)}"
    head = Content.styled(f"{look.of(sign, plain)} {word}", style) + Content.styled(since, MUTED)
    if item.session_id is not None:
        head += Content.styled("  in ", MUTED) + outside(f"{item.session} #{item.session_id}")
    lines = [*outside(f"{item.title} #{item.id}", "bold").wrap(max(8, width)), *head.wrap(max(8, width))]
    if item.reopened_at is not None:
        lines.append(Content.styled(f"re-opened {moment(item.reopened_at, now, look.zone)}", ALARM))
    if item.note:
        lines += Content(visible_block(item.note)).wrap(max(8, width))
    for state, at, by, reason in reversed(item.history):
        said = Content.styled(moment(at, now, look.zone).ljust(_WHEN + 6), MUTED)
        said += Content.styled(f"{state}".ljust(11), STATES[state][2]) + outside(by, MUTED)
        lines.append(fitted(said + (outside(f"  {reason}", MUTED) if reason else Content("")), width, look).rstrip())
    return Content("\n").join(lines)


def questions(page: ProjectPage, look: Look, width: int) -> Content:
    """Return the questions, pending ones first and of those the oldest, then the answered ones, newest first."""
    pending = [one for one in page.questions if one.answered_at is None]
    answered = [one for one in page.questions if one.answered_at is not None]
    if not page.questions:
        return Content.styled("Nobody has asked anything: u asks.", MUTED)
    lines: list[Content] = []
    for one in pending:
        when = f"{short_moment(one.asked_at, page.taken_at, look.zone)} by {visible(one.asked_by) or 'nobody known'}"
        lines += (Content.styled("? ", "bold $status-has-requests") + outside(one.text)).wrap(max(8, width))
        lines.append(Content.styled(f"  #{one.id}  asked {when}", MUTED))
    if answered and pending:
        lines.append(Content(""))
    for one in reversed(answered):
        lines += (Content.styled(f"{look.of('✓', '+')} ", GOOD) + outside(one.text)).wrap(max(8, width))
        said = Content.styled(f"  {visible(one.answered_by)}: ", MUTED) + outside(one.answer)
        lines += said.wrap(max(8, width))
    return Content("\n").join(lines)


def visits(page: ProjectPage, look: Look, width: int) -> Content:
    """Return the visits as a line of time with a row for each person, and the last of them in words."""
    if not page.visits:
        return Content.styled("Nobody was at work on it yet: S begins a visit.", MUTED)
    lines = [*_timeline(page, look, width), Content("")]
    longest = min(_NAME, max(outside(one.person).cell_length for one in page.visits))
    for one in page.visits:
        until = one.ended_at or page.taken_at
        here = "at work then" if page.is_past else "still here"
        how = here if one.ended_at is None else _ENDS.get(one.ended_by, "")
        decided = f"decided {count(one.decided, 'item')}" if one.decided else ""
        beside = look.dot.join(part for part in (how, decided, _signs(one)) if part)
        line = Content.assemble(
            Content.styled(short_moment(one.started_at, page.taken_at, look.zone).ljust(_WHEN), MUTED),
            span(until - one.started_at).rjust(8),
            "  ",
            fitted(outside(one.person), longest, look),
            Content.styled(f"  {beside}", GOOD if one.ended_at is None else MUTED),
        )
        lines.append(fitted(line, width, look).rstrip())
    return Content("\n").join(lines)


def sessions(page: ProjectPage, look: Look, width: int) -> Content:
    """Return the sessions of the project, the latest first, with what they decided."""
    if not page.sessions:
        return Content.styled(f"No session belongs to it. On the desk: :project {page.line.slug}", MUTED)
    rows = []
    for one in page.sessions:
        sign = glyph(one.status, look) + Content.styled(f" {SIGNS[one.status].word}".ljust(13), style_of(one.status))
        when = Content.styled(short_moment(one.starts_at, page.taken_at, look.zone).ljust(_WHEN), MUTED)
        decided = Content.styled(f"  decided {count(one.decided, 'item')}" if one.decided else "", GOOD)
        rows.append(fitted(when + sign + outside(one.title) + decided, width, look).rstrip())
    return Content("\n").join(rows)


def activities(page: ProjectPage, look: Look, width: int) -> Content:
    """Return what people and agents reported, the newest first; what stands in the way is marked."""
    if not page.activities:
        return Content.styled("Nothing was reported yet: b reports what stands in the way.", MUTED)
    rows = []
    for one in page.activities:
        stands = one.blocks and one.settled_at is None
        word = REPORTED[one.kind].words if one.kind is not ActivityKind.MESSAGE and one.kind in REPORTED else one.kind
        state = f"  settled by {visible(one.settled_by)}" if one.settled_at is not None else ""
        line = Content.assemble(
            Content.styled(short_moment(one.at, page.taken_at, look.zone).ljust(_WHEN), MUTED),
            outside(one.by, "italic" if one.is_agent else ""),
            Content.styled(f"  {word}: ", ALARM if stands else MUTED),
            outside(one.text),
            Content.styled(state, MUTED),
        )
        rows += line.wrap(max(8, width))
    return Content("\n").join(rows)


def _signs(one: VisitLine) -> str:
    return count(one.activities, "sign of work", "signs of work") if one.activities else ""


def _timeline(page: ProjectPage, look: Look, width: int) -> list[Content]:
    now = page.taken_at
    tenth = page.visits[:_LAST][-1].started_at
    length = next((one for one in SPANS if now - one <= tenth), SPANS[-1])
    names = min(18, max(8, width // 4))
    axis = Axis(since=now - length, until=now, cells=max(8, width - names - 1))
    shown = [one for one in page.visits if (one.ended_at or now) > axis.since]
    people = list(dict.fromkeys((one.person_id, one.person) for one in sorted(shown, key=_since)))
    left = _edge(axis.since, now, length, look)
    edge = "then" if page.is_past else "now"
    gap = max(1, axis.cells - len(left) - len(edge))
    rows = [Content.styled(" " * (names + 1) + left + " " * gap + edge, MUTED)]
    for person_id, person in people:
        cells = [look.of("·", ".")] * axis.cells
        own = [one for one in shown if one.person_id == person_id]
        for one in own:
            last = max(axis.cell(one.started_at), axis.cell((one.ended_at or now) - timedelta(milliseconds=1)))
            for place in range(axis.cell(one.started_at), last + 1):
                cells[place] = look.of("█", "#")
            if one.ended_at is None:
                cells[last] = look.of("▶", ">")
        here = any(one.ended_at is None for one in own)
        style = GOOD if here else "$status-ended-complete"
        name = fitted(outside(person, "bold" if here else ""), names, look)
        stretches = ((empty, "".join(stretch)) for empty, stretch in groupby(cells, key=lambda cell: cell in "·."))
        line = [Content.styled(stretch, MUTED if empty else style) for empty, stretch in stretches]
        rows.append(Content.assemble(name, " ", *line))
    return rows


def _edge(since: datetime, now: datetime, length: timedelta, look: Look) -> str:
    return clock(since, look.zone) if length <= timedelta(days=1) else moment(since, now, look.zone)


def _since(one: VisitLine) -> datetime:
    return one.started_at
