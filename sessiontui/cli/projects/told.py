"""How projects and visits are told on the command line: as lines to be read, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.cli.table import Column, lay_out
from sessiontui.domain.phrases import count, minutes, span
from sessiontui.domain.text import visible
from sessiontui.domain.visits.since import time_since_last
from sessiontui.domain.visits.words import ItemState

if TYPE_CHECKING:
    from sessiontui.domain.visits.advising import Obstacle, Step
    from sessiontui.services.projects.listing import (
        ItemLine,
        ProjectBoard,
        ProjectLine,
        ProjectPage,
        QuestionLine,
        VisitLine,
    )
    from sessiontui.services.visits.summing import Summary

_TABLE: Final = (
    Column(heading="Project", least=12),
    Column(heading="Name", least=12),
    Column(heading="Health", right=True),
    Column(heading="Last active"),
    Column(heading="Decided", right=True),
    Column(heading="Exploring", right=True),
    Column(heading="Parked", right=True),
    Column(heading="Questions", right=True),
    Column(heading="Blockers", right=True),
    Column(heading="Here", right=True),
)


def board_lines(board: ProjectBoard, *, width: int | None, plain: bool) -> Iterable[str]:
    """Return the list of projects as a table."""
    return lay_out(_TABLE, [_row(line, board.taken_at) for line in board.lines], width=width, plain=plain)


def page_lines(page: ProjectPage, zone: ZoneInfo, *, plain: bool) -> Iterator[str]:
    """Yield one project whole, as a person reads it."""
    line = page.line
    yield f"{visible(line.name)}  {line.slug}  #{line.id}{'  (put away)' if line.archived_at else ''}"
    yield f"Last active: {time_since_last(line.last_active, page.taken_at)}"
    why = f": {line.condition.fact}" if line.condition.fact else ""
    yield f"Health: {line.condition.score} {line.condition.band}{why}"
    if line.here:
        yield f"Here now: {', '.join(visible(one.person) for one in line.here)}"
    if line.description:
        yield from ("", *map(visible, line.description.splitlines()))
    if page.summary is not None:
        yield ""
        yield from summary_lines(page.summary, plain=plain, titled=False)
    for state in ItemState:
        found = page.in_state(state)
        yield from ("", f"{state.capitalize()} ({len(found)})")
        yield from (f"  {told}" for told in item_lines(found, zone, with_state=False))
    pending = [one for one in page.questions if one.answered_at is None]
    if pending:
        yield from ("", f"Pending questions ({len(pending)})")
        yield from (f"  {told}" for told in question_lines(pending, zone))
    if page.sessions:
        yield from ("", f"Sessions ({len(page.sessions)})")
        yield from (
            f"  {_when(one.starts_at, zone)}  {one.status.value:<15} {visible(one.title)} #{one.id}"
            + (f"  decided {count(one.decided, 'item')}" if one.decided else "")
            for one in page.sessions
        )
    if page.visits:
        yield from ("", f"Visits ({len(page.visits)})")
        yield from (f"  {told}" for told in visit_lines(page.visits, zone, page.taken_at))


def summary_lines(found: Summary, *, plain: bool, titled: bool = True) -> Iterator[str]:
    """Yield a summary as a person reads it."""
    if titled:
        yield visible(found.project)
    yield f"Your last visit: {found.since}" if not titled else f"Last active: {found.since}"
    yield found.counts.replace(" • ", " | ") if plain else found.counts
    if titled:
        for word, items in (
            ("Decided since", found.decided), ("Exploring", found.exploring), ("Parked", found.parked),
        ):  # fmt: skip
            if items:
                yield from ("", word, *(f"  {visible(one.title)} #{one.id}" for one in items))
        if found.questions:
            yield from ("", "Pending questions", *(f"  {visible(one.text)} #{one.id}" for one in found.questions))
    if found.steps:
        yield from ("", "Next steps", *(f"  {step_line(one)}" for one in found.steps))
    if found.blockers:
        yield from ("", "Blockers", *(f"  {blocker_line(one)}" for one in found.blockers))


def step_line(step: Step) -> str:
    """Return a next step with its priority and the fact behind it."""
    return f"{step.priority.upper():<6} {visible(step.text)} ({visible(step.fact)})"


def blocker_line(one: Obstacle) -> str:
    """Return a blocker with its type, the fact behind it and, where it can be settled, its number."""
    number = f" #{one.activity_id}" if one.activity_id is not None else ""
    return f"{visible(one.sentence)}{number} ({visible(one.fact)})"


def item_lines(found: Iterable[ItemLine], zone: ZoneInfo, *, with_state: bool = True) -> Iterator[str]:
    """Yield items, each with its number and since when it is as it is."""
    for one in found:
        state = f"{one.state:<10} " if with_state else ""
        where = f" in {visible(one.session)} #{one.session_id}" if one.session_id is not None else ""
        yield f"#{one.id:<4} {state}{visible(one.title)}  since {_when(one.since, zone)}{where}"


def question_lines(found: Iterable[QuestionLine], zone: ZoneInfo) -> Iterator[str]:
    """Yield questions, each with its number, who asked when, and the answer."""
    for one in found:
        asked = f"  asked {_when(one.asked_at, zone)}{f' by {visible(one.asked_by)}' if one.asked_by else ''}"
        yield f"#{one.id:<4} {visible(one.text)}{asked}"
        if one.answered_at is not None:
            yield f"      {visible(one.answered_by)}, {_when(one.answered_at, zone)}: {visible(one.answer)}"


def visit_lines(found: Iterable[VisitLine], zone: ZoneInfo, now: datetime) -> Iterator[str]:
    """Yield visits, each with its length and what ended it."""
    for one in found:
        length = span(minutes((one.ended_at or now) - one.started_at))
        how = "still open" if one.ended_at is None else _ENDS.get(one.ended_by, one.ended_by)
        decided = f", decided {count(one.decided, 'item')}" if one.decided else ""
        yield f"{_when(one.started_at, zone)}  {length:>8}  {visible(one.person)}  {how}{decided}"


_ENDS: Final = {
    "person": "ended", "next": "ended by the next one", "idle": "idle, closed at the last activity",
    "merge": "ended by a merge", "import": "imported",
}  # fmt: skip


def _row(line: ProjectLine, now: datetime) -> list[str]:
    return [
        line.slug,
        visible(line.name) + (" (put away)" if line.archived_at else ""),
        f"{line.condition.score} {line.condition.band}",
        time_since_last(line.last_active, now),
        *(str(number) for number in (line.decided, line.exploring, line.parked, line.questions, line.blockers)),
        str(len(line.here)),
    ]


def _when(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
