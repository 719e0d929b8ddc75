"""Projects as cells and sheets: a row of the list, and what one finds who comes back to a project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.health import Band
from sessiontui.domain.phrases import count, time_since
from sessiontui.domain.visits.since import NEVER, time_since_last
from sessiontui.domain.visits.words import BlockerType, Priority
from sessiontui.tui.present.look import ALARM, BAD, GOOD, MUTED, Look, fitted, outside
from sessiontui.tui.present.times import clock

if TYPE_CHECKING:
    from sessiontui.domain.visits.advising import Obstacle, Step
    from sessiontui.services.projects.listing import ProjectLine, ProjectPage
    from sessiontui.services.visits.summing import Summary

_BANDS: Final = {
    Band.EXCELLENT: GOOD,
    Band.GOOD: "$status-approved",
    Band.FAIR: "$status-has-requests",
    Band.POOR: ALARM,
    Band.CRITICAL: BAD,
}

_PRIORITIES: Final = {Priority.HIGH: f"bold {BAD}", Priority.MEDIUM: "bold $status-has-requests", Priority.LOW: MUTED}

_TYPES: Final = {
    BlockerType.MISSING: ("✕", "x", BAD),
    BlockerType.CLARIFICATION: ("?", "?", "$status-has-requests"),
    BlockerType.DEPENDENCY: ("‖", "=", ALARM),
    BlockerType.STALE: ("◌", ".", MUTED),
}

_PRIORITY_WIDTH: Final = 8

_ROW_OF_FOUR: Final = 100
"""From this width on the four cards stand in one row."""

_SHORT: Final = {"Decided since last": "Decided since", "Pending questions": "Questions"}
"""What stands for the names of cards that have no room for them."""

_CARD_LINES: Final = 3
"""Titles that a card shows."""


def project_cells(line: ProjectLine, now: datetime, look: Look) -> tuple[Content, ...]:
    """Return name, health, last activity, who is here, decided, exploring, parked, questions, blockers, word."""
    quiet = MUTED if line.archived_at is not None else ""
    return (
        outside(line.name, quiet),
        Content.styled("put away", MUTED) if line.archived_at is not None else health(line),
        Content.styled(_ago(line.last_active, now), MUTED),
        Content.styled(f"{len(line.here)} here" if line.here else "", GOOD),
        Content.styled(str(line.decided or ""), MUTED),
        Content.styled(str(line.exploring or ""), "$accent"),
        Content.styled(str(line.parked or ""), MUTED),
        Content.styled(str(line.questions or ""), "$status-has-requests"),
        Content.styled(str(line.blockers or ""), BAD),
        outside(line.slug, MUTED),
    )


def health(line: ProjectLine) -> Content:
    """Return the score with its band."""
    return Content.styled(f"{line.condition.score} {line.condition.band}", _BANDS[line.condition.band])


def heading(line: ProjectLine, summary: Summary | None, now: datetime, look: Look, width: int) -> Content:
    """Return when the project was active last, when one was there oneself, its health and why, and who is there."""
    parts = [Content.styled(f"Last active: {time_since_last(line.last_active, now)}", "bold")]
    if summary is not None and summary.visit_since is not None:
        parts.append(Content.styled(f"you are here since {clock(summary.visit_since, look.zone)}", GOOD))
    elif summary is not None and summary.since != NEVER:
        parts.append(Content.styled(f"you: {summary.since}", MUTED))
    parts.append(health(line))
    rows = Content(look.dot).join(parts).wrap(max(8, width))
    if line.condition.fact:
        rows += outside(line.condition.fact, _BANDS[line.condition.band]).wrap(max(8, width))
    return Content("\n").join(rows)


def overview(page: ProjectPage, look: Look, width: int) -> Content:
    """Return the four cards, the next steps, what stands in the way, and who works now."""
    summary = page.summary
    lines: list[Content] = []
    if summary is not None:
        lines += cards(
            [
                ("Decided since last", len(summary.decided), [one.title for one in summary.decided]),
                ("Exploring", len(summary.exploring), [one.title for one in summary.exploring]),
                ("Parked", len(summary.parked), [one.title for one in summary.parked]),
                ("Pending questions", len(summary.questions), [one.text for one in summary.questions]),
            ],
            look,
            width,
        )
        lines += [Content(""), Content.styled("Next steps", "bold"), *_steps(summary.steps, look, width)]
        lines += [Content(""), Content.styled("Blockers", "bold"), *_blockers(summary.blockers, look, width)]
    at_work = "At work then" if page.is_past else "At work now"
    lines += [Content(""), Content.styled(at_work, "bold"), *_here(page, look, width)]
    if page.line.description:
        lines += [Content(""), *outside(page.line.description, MUTED).wrap(max(8, width))]
    return Content("\n").join(lines)


def cards(told: Sequence[tuple[str, int, Sequence[str]]], look: Look, width: int) -> list[Content]:
    """Return cards side by side, in one row where there is room, else two by two; each as high as the others."""
    in_row = len(told) if width >= _ROW_OF_FOUR else 2
    room = max(12, (width - (in_row - 1)) // in_row)
    most = min(_CARD_LINES, max((len(titles) for _, _, titles in told), default=0))
    lines: list[Content] = []
    for start in range(0, len(told), in_row):
        drawn = [_card(title, n, titles, most, look, room) for title, n, titles in told[start : start + in_row]]
        lines += [Content(" ").join(row) for row in zip(*drawn, strict=True)]
    return lines


def _card(title: str, n: int, titles: Sequence[str], most: int, look: Look, width: int) -> list[Content]:
    flat, side = look.of("─", "-"), look.of("│", "|")
    left, right = (look.of("┌", "+"), look.of("┐", "+")), (look.of("└", "+"), look.of("┘", "+"))
    inner = width - 4

    def row(content: Content) -> Content:
        return Content.assemble(
            Content.styled(f"{side} ", MUTED), fitted(content, inner, look), Content.styled(f" {side}", MUTED)
        )

    room = inner - len(str(n)) - 1
    shown_title = title if len(title) <= room else _SHORT.get(title, title)
    head = Content.assemble(Content.styled(str(n), "bold"), " ", Content.styled(shown_title, "" if n else MUTED))
    more = len(titles) - most
    shown = [outside(one, MUTED) for one in titles[:most]]
    if more > 0 and shown:
        shown[-1] = Content.styled(f"and {more + 1} more", MUTED)
    shown += [Content("")] * (most - len(shown))
    top = Content.styled(f"{left[0]}{flat * (width - 2)}{left[1]}", MUTED)
    bottom = Content.styled(f"{right[0]}{flat * (width - 2)}{right[1]}", MUTED)
    return [top, row(head), *(row(one) for one in shown), bottom]


def _steps(steps: Iterable[Step], look: Look, width: int) -> list[Content]:
    found = []
    for step in steps:
        badge = Content.styled(step.priority.upper().ljust(_PRIORITY_WIDTH), _PRIORITIES[step.priority])
        found += _labelled(badge, _PRIORITY_WIDTH, outside(step.text), outside(step.fact, MUTED), look, width)
    return found or [Content.styled("Nothing presses.", MUTED)]


def _blockers(standing: Iterable[Obstacle], look: Look, width: int) -> list[Content]:
    found = []
    for one in standing:
        sign, plain, style = _TYPES[one.type]
        badge = Content.styled(f"{look.of(sign, plain)} ", style)
        said = Content.styled(f"{one.type.words}: ", style) + outside(one.text)
        number = f" #{one.activity_id}" if one.activity_id is not None else ""
        found += _labelled(badge, 2, said, outside(f"{one.fact}{number}", MUTED), look, width)
    return found or [Content.styled("Nothing stands in the way.", MUTED)]


def _labelled(badge: Content, indent: int, text: Content, fact: Content, look: Look, width: int) -> list[Content]:
    """Return a text behind a badge with its fact: in the same line where there is room, else under it."""
    room = max(8, width - indent)
    if text.cell_length + fact.cell_length + 2 <= room:
        return [badge + text + "  " + fact]
    rows = [*text.wrap(room), *fact.wrap(room)]
    return [(badge if place == 0 else Content(" " * indent)) + row for place, row in enumerate(rows)]


def _here(page: ProjectPage, look: Look, width: int) -> list[Content]:
    rows = []
    for one in page.line.here:
        since = f"  since {clock(one.since, look.zone)}, last sign {_ago(one.last, page.taken_at)}"
        sign = Content.styled(f"{look.of('●', '*')} ", GOOD)
        rows.append(fitted(sign + outside(one.person) + Content.styled(since, MUTED), width, look).rstrip())
    return rows or [Content.styled("Nobody.", MUTED)]


def counts(lines: Sequence[ProjectLine], look: Look) -> str:
    """Return the line above the list."""
    here = sum(len(line.here) for line in lines)
    ailing = sum(line.condition.score < 60 and line.archived_at is None for line in lines)
    parts = [count(len(lines), "project")]
    parts += [f"{ailing} in poor health"] if ailing else []
    parts += [f"{count(here, 'person', 'people')} at work"] if here else []
    return look.dot.join(parts)


def _ago(then: datetime | None, now: datetime) -> str:
    return "never" if then is None else time_since(then, now)
