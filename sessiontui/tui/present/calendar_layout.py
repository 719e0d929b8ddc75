"""Where everything stands on a calendar: the rows of its days, and a box for each session that has room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.domain.timetable import (
    Day,
    Lane,
    Left,
    Mark,
    Row,
    Span,
    axis_of,
    days_of,
    lanes,
    span_in,
    thinned,
)

if TYPE_CHECKING:
    from sessiontui.services.calendars.timetable import CalendarPage
    from sessiontui.services.pictures import SessionLine

GUTTER: Final = 6
"""Cells of the clock at the left."""

LANE: Final = 8
"""Least cells of a lane: a sign and the beginning of a title."""

NARROWEST: Final = 10
"""Cells that a day has at least where others need room for their lanes; the name of the day fits in."""

DEEPEST: Final = 5
"""Lanes beyond which a day gets no more room from the others."""

WORKING: Final = (8 * 60, 18 * 60)
"""The minutes of the day between which the calendar opens, and which stand out on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A session in its lane, or the number of those that have no room; ``first`` is its first day of several."""

    span: Span
    lane: Lane
    line: SessionLine | None = None
    hidden: tuple[SessionLine, ...] = ()
    first: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The rows that all days share, by their marks; the boxes of each day, and the cells of its column.

    ``columns`` are the first cell of each day and how many it has; a line stands before it.
    """

    page: CalendarPage
    step: int
    days: tuple[Day, ...]
    axis: tuple[Mark, ...]
    places: Mapping[Mark, int]
    boxes: tuple[tuple[Box, ...], ...]
    columns: tuple[tuple[int, int], ...]

    def day_at(self, instant: datetime) -> int | None:
        """Return the day that holds an instant."""
        return next((place for place, day in enumerate(self.days) if day.since <= instant < day.until), None)

    def row_at(self, instant: datetime) -> int | None:
        """Return the row that holds an instant."""
        place = self.day_at(instant)
        if place is None:
            return None
        return next(self.places[row.mark] for row in self.days[place].rows if row.since <= instant < row.until)

    def row_of(self, day: int, place: int) -> Row | None:
        """Return the row of a day that stands at a place of the axis; some days do not have it."""
        mark = self.axis[place]
        return next((row for row in self.days[day].rows if row.mark == mark), None)

    def nearest(self, day: int, place: int) -> Row:
        """Return the row of a day at a place of the axis, or the one that comes next to it."""
        rows = self.days[day].rows
        return min(rows, key=lambda row: (abs(self.places[row.mark] - place), self.places[row.mark] < place))

    def on(self, day: int) -> tuple[SessionLine, ...]:
        """Return the sessions of a day by time, those without room as well."""
        since, until = self.days[day].since, self.days[day].until
        lines = {line.id: line for line in self.page.lines if line.starts_at < until and line.ends_at > since}
        return tuple(sorted(lines.values(), key=lambda line: (line.starts_at, line.rank, line.id)))

    def box_at(self, day: int, place: int, x: int, width: int) -> Box | None:
        """Return the box at a cell of a day's column of so many cells."""
        for box in self.boxes[day]:
            left, right = edges(box.lane, width)
            if box.span.top <= place < box.span.bottom and left <= x < right:
                return box
        return None


def layout(page: CalendarPage, *, step: int, width: int, keep: int | None = None) -> Layout:
    """Return the layout of a page in rows of ``step`` minutes and so many cells.

    A day with many sessions at once gets room from those with few. The session ``keep`` has room whatever else has
    not, then the most urgent.
    """
    days = days_of(page.days[0].date, len(page.days), page.zone, step=step)
    axis = axis_of(days, step=step)
    places = {mark: place for place, mark in enumerate(axis)}
    lines = sorted(page.lines, key=lambda line: (line.id != keep, line.rank, line.id))
    there = [_there(day, lines, places) for day in days]
    needs = [max((lane.of for lane in lanes([span for _, span in each])), default=1) for each in there]
    columns = shared(GUTTER, width, needs)
    return Layout(
        page=page,
        step=step,
        days=days,
        axis=axis,
        places=places,
        boxes=tuple(
            _boxes(day, each, most=max(2 if wide >= NARROWEST else 1, wide // LANE))
            for day, each, (_, wide) in zip(days, there, columns, strict=True)
        ),
        columns=columns,
    )


def shared(left: int, right: int, needs: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Return where columns between two cells begin and how wide they are, the wider the more lanes each needs.

    >>> shared(6, 46, [1, 1]), shared(6, 46, [3, 1])
    (((7, 19), (27, 19)), ((7, 28), (36, 10)))
    """
    room, number = right - left, len(needs)
    least = min(NARROWEST + 1, room // number)
    shares = [min(need, DEEPEST) - min(*needs, DEEPEST) for need in needs]
    shares = shares if any(shares) else [1] * number
    spare, whole = room - least * number, sum(shares)
    bounds = [left + least * place + spare * sum(shares[:place]) // whole for place in range(number + 1)]
    return tuple((start + 1, max(0, end - start - 1)) for start, end in pairwise(bounds))


def edges(lane: Lane, width: int) -> tuple[int, int]:
    """Return the cells ``[left, right)`` of a lane in a column of so many cells.

    >>> edges(Lane(1, 3), 10)
    (3, 6)
    """
    return width * lane.number // lane.of, width * (lane.number + 1) // lane.of


_There: TypeAlias = "list[tuple[SessionLine, Span]]"


def _there(day: Day, lines: Sequence[SessionLine], places: Mapping[Mark, int]) -> _There:
    found = ((line, span_in(day, places, line.starts_at, line.ends_at)) for line in lines)
    return [(line, span) for line, span in found if span is not None]


def _boxes(day: Day, there: _There, *, most: int) -> tuple[Box, ...]:
    kept, left = thinned([span for _, span in there], most=most)
    spans = [*(there[place][1] for place in kept), *(each.span for each in left)]
    found = lanes(spans)
    shown = [
        Box(span=span, lane=lane, line=there[place][0], first=there[place][0].starts_at >= day.since)
        for place, span, lane in zip(kept, spans, found, strict=False)
    ]
    return (*shown, *(_crowd(each, lane, there) for each, lane in zip(left, found[len(kept) :], strict=True)))


def _crowd(each: Left, lane: Lane, there: _There) -> Box:
    return Box(span=each.span, lane=lane, hidden=tuple(there[place][0] for place in each.places))
