"""The cursor of a calendar: an instant, on a session or on free time, and where each key takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.vocabulary import Status

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionLine
    from sessiontui.tui.present.calendar_layout import Layout

_INSTANT: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the cursor stands; without a session it stands on free time, or on one without being its own."""

    at: datetime
    session_id: int | None = None


def on_line(line: SessionLine, layout: Layout) -> Cursor:
    """Return the cursor on a session; of one from before the page, where it first stands on it."""
    return Cursor(max(line.starts_at, layout.days[0].since), line.id)


def line_of(cursor: Cursor, lines: Sequence[SessionLine]) -> SessionLine | None:
    """Return the session that the cursor stands on."""
    return next((line for line in lines if line.id == cursor.session_id), None)


def settled(cursor: Cursor, layout: Layout) -> Cursor:
    """Return the cursor on a page that was taken anew: on its session wherever that is now, else at its instant."""
    line = line_of(cursor, layout.page.lines)
    if line is not None:
        return on_line(line, layout)
    first, last = layout.days[0], layout.days[-1]
    return Cursor(min(max(cursor.at, first.since), last.until - _INSTANT))


def stepped(cursor: Cursor, layout: Layout, by: int) -> Cursor:
    """Return the cursor on the next session of the day, or the one before; past the last one, row by row."""
    day = _day(cursor, layout)
    lines = layout.on(day)
    places = [place for place, line in enumerate(lines) if line.id == cursor.session_id]
    if places:
        place = places[0] + by
        if 0 <= place < len(lines):
            return on_line(lines[place], layout)
        return _beyond(cursor, layout, by, lines[places[0]])
    later = [line for line in lines if (line.starts_at >= cursor.at if by > 0 else line.starts_at < cursor.at)]
    if later:
        return on_line(later[0] if by > 0 else later[-1], layout)
    return rowed(cursor, layout, by)


def rowed(cursor: Cursor, layout: Layout, by: int) -> Cursor:
    """Return the cursor one row on, on free time; at the ends of the day it stays."""
    day = _day(cursor, layout)
    rows = layout.days[day].rows
    here = next(place for place, row in enumerate(rows) if row.since <= cursor.at < row.until)
    return Cursor(rows[min(max(here + by, 0), len(rows) - 1)].since)


def turned(cursor: Cursor, layout: Layout, by: int) -> Cursor | None:
    """Return the cursor at the same time of the next day, or the one before; ``None`` beyond the page."""
    day = _day(cursor, layout) + by
    while 0 <= day < len(layout.days) and not layout.days[day].rows:
        day += by  # a day that a place skipped when it went to the other side of the date line
    if not 0 <= day < len(layout.days):
        return None
    row = layout.row_at(cursor.at)
    there = layout.nearest(day, row or 0)
    lines = [line for line in layout.on(day) if line.starts_at < there.until and line.ends_at > there.since]
    return on_line(lines[0], layout) if lines else Cursor(there.since)


def opening(layout: Layout, now: datetime) -> Cursor:
    """Return where the cursor opens: on what is wrong or live, else on what comes next, else on the present."""
    lines = layout.page.lines
    today = layout.day_at(now)
    if today is None:
        first = min(lines, key=lambda line: (line.starts_at, line.rank), default=None)
        if first is not None:
            return on_line(first, layout)
        return Cursor(layout.nearest(0, _morning(layout)).since)
    pressing = [line for line in lines if line.status in _PRESSING]
    if pressing:
        return on_line(min(pressing, key=lambda line: line.rank), layout)
    coming = [line for line in lines if line.starts_at >= now and line.status is not Status.CANCELLED]
    if coming:
        return on_line(min(coming, key=lambda line: (line.starts_at, line.rank)), layout)
    return Cursor(now)


_PRESSING: Final = frozenset({Status.WAITING, Status.ACTIVE, Status.PAUSED})


def _beyond(cursor: Cursor, layout: Layout, by: int, line: SessionLine) -> Cursor:
    """Return the free row after the last session of the day, or the one before the first."""
    rows = layout.days[_day(cursor, layout)].rows
    if by > 0:
        at = next((row.since for row in rows if row.since >= line.ends_at), None)
    else:
        at = next((row.since for row in reversed(rows) if row.until <= line.starts_at), None)
    return replace(cursor) if at is None else Cursor(at)


def _day(cursor: Cursor, layout: Layout) -> int:
    return layout.day_at(cursor.at) or 0


def _morning(layout: Layout) -> int:
    from sessiontui.tui.present.calendar_layout import WORKING

    return next(place for place, mark in enumerate(layout.axis) if mark.minute >= WORKING[0])
