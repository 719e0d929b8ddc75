"""What the tabs of the detail pane say: labelled facts that wrap beside their labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.followups import POOR, FollowUpKind, FollowUpState
from sessiontui.domain.text import visible, visible_block
from sessiontui.domain.vocabulary import RequestState
from sessiontui.domain.zones import named_zone
from sessiontui.tui.present import project_of, series, went
from sessiontui.tui.present.look import ALARM, BAD, GOOD, MUTED, Look, Words, content, outside
from sessiontui.tui.present.places import places
from sessiontui.tui.present.seats_and_recordings import recordings, seats
from sessiontui.tui.present.sketch import (
    LABEL_WIDTH,
    alerts,
    head_count,
    hosts,
    known_facts,
    origin,
    schedule,
    signals,
    status_line,
    why_line,
)
from sessiontui.tui.present.status import stage
from sessiontui.tui.present.times import clock, moment, short_moment, span, zone_word

if TYPE_CHECKING:
    from sessiontui.services.pictures import HistoryLine, RequestLine, SessionDetail, SessionLine

_MOST_AFTER: Final = 6
"""Follow-ups that the overview lists; open ones come first."""


_REQUEST_SIGNS: Final = {
    RequestState.PENDING: ("≡", "?", "$status-has-requests"),
    RequestState.APPROVED: ("✓", "+", GOOD),
    RequestState.REJECTED: ("✕", "x", BAD),
    RequestState.WITHDRAWN: ("–", "-", MUTED),
}


def facts(rows: Iterable[tuple[str, Content]], width: int) -> Content:
    """Return labels and values in two columns; a long value wraps beside its label."""
    room = max(8, width - LABEL_WIDTH)
    lines: list[Content] = []
    for label, value in rows:
        head = Content.styled(label.ljust(LABEL_WIDTH), MUTED)
        for place, line in enumerate(value.wrap(room) or [Content("")]):
            lines.append((head if place == 0 else Content(" " * LABEL_WIDTH)) + line)
    return Content("\n").join(lines)


def heading(line: SessionLine, at: int, look: Look, width: int) -> Content:
    """Return the top of the detail pane: status and the text beside it, stage of life, and why."""
    top, why = content(status_line(line, look)), content(why_line(line))
    return Content("\n").join(
        [*top.wrap(max(8, width)), stage(at, line.status, look, width), *why.wrap(max(8, width))]
    )


def overview(detail: SessionDetail, look: Look, width: int) -> Content:
    """Return the facts an admin asks for first: signals, schedule, people, host, link, origin."""
    line = detail.line
    rows: list[tuple[str, Content]] = []
    rows += _drawn(signals(line))
    rows += _after(detail, look)
    rows += _drawn(alerts(line, detail.taken_at, look))
    rows += _drawn(schedule(line, look))
    rows += went.rows(detail, look)
    rows += series.rows(detail, look)
    rows += project_of.rows(detail, look)
    rows.append(("People", content(head_count(line, look))))
    rows += seats(detail, look)
    rows += _risk(detail)
    rows += _hosts(detail, look)
    rows += places(detail, look)
    rows += recordings(detail, look)
    if detail.made_from is not None:
        made = detail.made_from
        rows.append(("Template", outside(made.name) + Content.styled(f"{look.dot}version {made.version}", MUTED)))
    rows += _drawn(origin(line, detail.taken_at, look))
    sheet = facts(rows, width)
    if detail.description:
        about = Content(visible_block(detail.description)).wrap(max(8, width))
        sheet = Content("\n").join([sheet, Content(""), *about])
    return sheet


def known_overview(line: SessionLine, now: datetime, look: Look, width: int) -> Content:
    """Return the facts that the row alone tells, while the rest is on its way."""
    loading = Content.styled(f"loading{look.ellipsis}", MUTED)
    return Content("\n").join([facts(_drawn(known_facts(line, now, look)), width), loading])


def _drawn(rows: Iterable[tuple[str, Words]]) -> list[tuple[str, Content]]:
    return [(label, content(words)) for label, words in rows]


def _after(detail: SessionDetail, look: Look) -> list[tuple[str, Content]]:
    """Return what is to be followed up, what was answered, and the story, each in a line."""
    rows: list[Content] = []
    for one in detail.after.lines:
        word, style = one.kind.word, f"bold {ALARM}"
        said = outside(one.answer) if one.answer else Content("")
        if one.state is FollowUpState.OPEN and one.kind.is_task:
            state = "asked why" if one.kind is FollowUpKind.NO_SHOW and one.letter else "to be looked into"
            said = Content.styled(f"{state}{look.dot}{visible(one.note)}" if one.note else state, MUTED)
        elif one.state is FollowUpState.OPEN:
            state, style = "asked, no answer yet", MUTED
            said = Content.styled(state, MUTED)
        elif one.state is FollowUpState.ANSWERED:
            style = BAD if one.rating is not None and one.rating <= POOR else GOOD
            stars = "" if one.rating is None else f"{one.rating} of 5"
            word = stars or word
            if one.may_tell is not None:
                said += Content.styled(f"{look.dot}{'may be told' if one.may_tell else 'not to be told'}", MUTED)
        else:
            style, said = (
                MUTED,
                Content.styled(f"closed{look.dot}{visible(one.note)}" if one.note else "closed", MUTED),
            )
        who = Content("  ") + outside(one.person) if one.person else Content("")
        rows.append(Content.styled(word, style) + who + Content("  ") + said)
    shown = rows[:_MOST_AFTER]
    if len(rows) > len(shown):
        shown.append(Content.styled(f"and {len(rows) - len(shown)} more", MUTED))
    labelled = [("Follow-up" if place == 0 else "", row) for place, row in enumerate(shown)]
    if detail.after.story is not None:
        sign = look.of("★", "*")
        labelled.append(
            ("Story", Content.styled(f"{sign} ", GOOD) + outside(detail.after.story or "a success story"))
        )
    return labelled


def request_cells(request: RequestLine, now: datetime, look: Look) -> tuple[Content, ...]:
    """Return state, person, when asked, when and by whom decided, and the message."""
    sign, plain, style = _REQUEST_SIGNS[request.state]
    word = "waitlist" if request.waiting else request.state.value
    asked = "" if request.requested_at is None else short_moment(request.requested_at, now, look.zone)
    decided = ""
    if request.decided_at is not None:
        decided = short_moment(request.decided_at, now, look.zone)
    if request.decided_by:
        decided = f"{decided} {visible(request.decided_by)}".strip()
    said = request.reason or request.message
    return (
        Content.styled(f"{look.of(sign, plain)} {word}", style),
        outside(request.person, "" if request.state is RequestState.PENDING else MUTED),
        Content.styled(asked, MUTED),
        Content.styled(decided, MUTED),
        outside(said, MUTED),
    )


def request_said(request: RequestLine, now: datetime, look: Look, width: int) -> Content:
    """Return one request in full: what the person wrote, when, and what was answered by whom and why."""
    rows = [(request.state.value.capitalize(), outside(request.person, "bold"))]
    if request.message:
        rows.append(("Message", Content(visible(request.message))))
    if request.requested_at is not None:
        ago = span(now - request.requested_at)
        rows.append(("Asked", Content(f"{moment(request.requested_at, now, look.zone)}, {ago} ago")))
    if request.decided_at is not None:
        decided = moment(request.decided_at, now, look.zone)
        rows.append(("Decided", Content(f"{decided} by ") + outside(request.decided_by)))
    if request.reason:
        rows.append(("Reason", Content(visible(request.reason))))
    return facts(rows, width)


def history(lines: Sequence[HistoryLine], now: datetime, look: Look, width: int) -> Content:
    """Return the audit trail, newest first: when, by whom, what, and the reason given."""
    if not lines:
        return Content.styled("Nothing has been recorded about this session yet.", MUTED)
    rows = []
    for line in lines:
        when = Content.styled(f"{moment(line.at, now, look.zone)}  ", MUTED)
        told = line.sentence.removeprefix(f"{line.by} ")  # some sentences begin with who did it
        said = Content.assemble(outside(line.by, "bold"), "  ", outside(told))
        if line.reason:
            said += Content.styled(look.of(" — ", " -- "), MUTED) + outside(line.reason)
        if line.undone:
            said += Content.styled("  undone", f"bold {ALARM}")
        lines_of = said.wrap(max(8, width - when.cell_length))
        rows.append(when + lines_of[0])
        rows += [Content(" " * when.cell_length) + rest for rest in lines_of[1:]]
    return Content("\n").join(rows)


def _risk(detail: SessionDetail) -> list[tuple[str, Content]]:
    """Return how likely it is that nobody comes: in one line, or with everything behind it where it is a warning."""
    if detail.risk is None:
        return []
    from sessiontui.domain.risk.telling import told  # most first frames have no risk to tell of

    risk = detail.risk.risk
    first, *rest = told(risk, detail.risk.names)
    top = Content.styled(first, f"bold {ALARM}" if risk.is_marked else MUTED)
    return [("Risk", top), *(("", outside(line, MUTED)) for line in rest)]


def _hosts(detail: SessionDetail, look: Look) -> list[tuple[str, Content]]:
    rows = _drawn(hosts(detail.line))
    if detail.line.mentor:
        label, mentor = rows[0]
        if detail.mentor_phone:
            mentor += outside(f"{look.dot}{detail.mentor_phone}", MUTED)
        rows[0] = (label, mentor + Content.styled(_their_time(detail, look), MUTED))
    return rows


def _their_time(detail: SessionDetail, look: Look) -> str:
    zone = named_zone(detail.mentor_zone)
    if zone is None:
        return ""
    return f"{look.dot}{clock(detail.taken_at, zone)} for them in {zone_word(detail.taken_at, zone)}"


def aged(error: str, hint: str, age_of: datetime, now: datetime, look: Look) -> Content:
    """Return what a failed refresh says: the age of what is still shown, the error and what to do."""
    parts = [f"{look.of('✖', 'x')} shown as of {span(now - age_of)} ago", visible(error), visible(hint)]
    return Content.styled(look.dot.join(part for part in parts if part), f"bold {BAD}")
