"""Timetables: how the days of a zone are cut into rows, and which sessions stand beside each other in them.

A day is what the clocks of its zone make of it: 23 hours long when they go forward, 25 when they go back, and then
one hour stands there twice. Sessions that overlap stand in lanes, as few as will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

HOUR: Final = 60
"""Minutes of an hour; a row of a timetable has as many or a part of it."""

_DAY: Final = 24 * HOUR
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place on the clock: minutes after midnight, ``fold`` 1 for the second time that the clocks show it."""

    minute: int
    fold: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of one day: the place on the clock and the instants ``[since, until)`` that it holds."""

    mark: Mark
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of a zone and its rows in order, which hold it from its first instant to its last without a gap."""

    date: date
    since: datetime
    until: datetime
    rows: tuple[Row, ...]

    @property
    def length(self) -> timedelta:
        """How long the day is: 24 hours but for the two days on which clocks change."""
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of rows, ``[top, bottom)``."""

    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Lane:
    """Where a span stands beside those it overlaps: lane ``number`` of ``of`` equal ones."""

    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Left:
    """A stretch of rows in which some spans had no room: by their places."""

    span: Span
    places: tuple[int, ...]


def starts_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a day in a zone, in UTC; where midnight is skipped, the first that there is.

    >>> starts_of(date(2026, 3, 29), ZoneInfo("Europe/Madrid")).isoformat()
    '2026-03-28T23:00:00+00:00'
    """
    return _exists(datetime.combine(day, time(), tzinfo=zone), zone).astimezone(UTC)


def days_of(first: date, number: int, zone: ZoneInfo, *, step: int = HOUR) -> tuple[Day, ...]:
    """Return so many days from ``first`` on, cut into rows of ``step`` minutes by the clocks of the zone.

    >>> [day.length // timedelta(hours=1) for day in days_of(date(2026, 3, 28), 3, ZoneInfo("Europe/Madrid"))]
    [24, 23, 24]
    """
    dates = [first + timedelta(days=place) for place in range(number)]
    return tuple(_cut(day, zone, step) for day in dates)


def axis_of(days: Iterable[Day], *, step: int) -> tuple[Mark, ...]:
    """Return the places on the clock that any of some days has, in order; a second hour stands behind the first.

    >>> autumn = days_of(date(2026, 10, 25), 1, ZoneInfo("Europe/Madrid"))
    >>> [f"{mark.minute // 60}{'²' * mark.fold}" for mark in axis_of(autumn, step=60)[:6]]
    ['0', '1', '2', '2²', '3', '4']
    """
    axis = [Mark(minute) for minute in range(0, _DAY, step)]
    for day in days:
        before = axis[0]
        for row in day.rows:
            if row.mark not in axis:
                axis.insert(axis.index(before) + 1, row.mark)
            before = row.mark
    return tuple(axis)


def span_in(day: Day, places: Mapping[Mark, int], starts_at: datetime, ends_at: datetime) -> Span | None:
    """Return the rows of a day that a window touches, by the places of the axis; ``None`` where it touches none.

    A window without length touches the row it lies in.
    """
    end = max(ends_at, starts_at + timedelta(microseconds=1))
    touched = [places[row.mark] for row in day.rows if row.since < end and starts_at < row.until]
    return Span(touched[0], touched[-1] + 1) if touched else None


def shifted(starts_at: datetime, ends_at: datetime, *, days: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return a window moved by whole days on the wall clock of a zone; its length stays.

    >>> noon = datetime(2026, 3, 28, 17, tzinfo=UTC)
    >>> shifted(noon, noon + timedelta(hours=1), days=1, zone=ZoneInfo("Europe/Madrid"))[0].isoformat()
    '2026-03-29T16:00:00+00:00'
    """
    local = starts_at.astimezone(zone)
    start = _exists(local + timedelta(days=days), zone).astimezone(UTC)
    return start, start + (ends_at - starts_at)


def lanes(spans: Sequence[Span]) -> tuple[Lane, ...]:
    """Return a lane for each span, so that no two that overlap share one; each bunch of them has as few as it can.

    >>> lanes([Span(0, 4), Span(2, 6), Span(4, 8), Span(8, 9)])
    (Lane(number=0, of=2), Lane(number=1, of=2), Lane(number=0, of=2), Lane(number=0, of=1))
    """
    found: dict[int, Lane] = {}
    bunch: dict[int, int] = {}
    free: list[int] = []  # where each lane of the bunch is free again
    for place in sorted(range(len(spans)), key=lambda place: (spans[place].top, -spans[place].bottom, place)):
        span = spans[place]
        if bunch and span.top >= max(free):
            found |= {one: Lane(number, len(free)) for one, number in bunch.items()}
            bunch, free = {}, []
        number = next((lane for lane, until in enumerate(free) if until <= span.top), len(free))
        free[number:] = [span.bottom, *free[number + 1 :]]
        bunch[place] = number
    found |= {one: Lane(number, len(free)) for one, number in bunch.items()}
    return tuple(found[place] for place in range(len(spans)))


def thinned(spans: Sequence[Span], *, most: int) -> tuple[tuple[int, ...], tuple[Left, ...]]:
    """Return the places of the spans that have room in ``most`` lanes, and the stretches where others do not.

    Earlier ones in the sequence have precedence. Where some have no room, one lane is kept free for their number.

    >>> thinned([Span(0, 2), Span(0, 2), Span(0, 2), Span(3, 4)], most=2)
    ((0, 3), (Left(span=Span(top=0, bottom=2), places=(1, 2)),))
    """
    deep = _depths(spans)
    crowded = [depth > most for depth in deep]
    room = [most - 1 if each else most for each in _spread(crowded, spans)]
    taken = [0] * len(deep)
    kept: list[int] = []
    out: list[int] = []
    for place, span in enumerate(spans):
        rows = range(span.top, span.bottom)
        if all(taken[row] < max(room[row], 0) for row in rows):
            for row in rows:
                taken[row] += 1
            kept.append(place)
        else:
            out.append(place)
    return tuple(kept), _stretches(spans, out)


def _cut(day: date, zone: ZoneInfo, step: int) -> Day:
    since, until = starts_of(day, zone), starts_of(day + timedelta(days=1), zone)
    rows: list[Row] = []
    at = since
    while at < until:
        local = at.astimezone(zone)
        minute = local.hour * HOUR + local.minute
        mark = Mark(minute - minute % step, local.fold)
        after = min(until, _before_change(at, at + (step - minute % step) * _MINUTE, zone))
        if rows and rows[-1].mark == mark:
            rows[-1] = Row(mark=mark, since=rows[-1].since, until=after)
        else:
            rows.append(Row(mark=mark, since=at, until=after))
        at = after
    return Day(date=day, since=since, until=until, rows=tuple(rows))


def _before_change(at: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return where a row ends: at its end, or within it where the clocks change there, to the minute."""
    here = at.astimezone(zone).utcoffset()
    if after.astimezone(zone).utcoffset() == here:
        return after
    change = after
    while change - _MINUTE > at and (change - _MINUTE).astimezone(zone).utcoffset() != here:
        change -= _MINUTE
    return change


def _exists(local: datetime, zone: ZoneInfo) -> datetime:
    """Return a wall-clock time, moved on to the end of the gap where the clocks skip it."""
    back = local.astimezone(UTC).astimezone(zone)
    if back.replace(tzinfo=None) == local.replace(tzinfo=None):
        return local
    # Read by the offset from before the change it lies beyond the gap, by that after it before it.
    early = local.replace(fold=1).astimezone(UTC)
    late = local.replace(fold=0).astimezone(UTC)
    while early < late and early.astimezone(zone).utcoffset() != late.astimezone(zone).utcoffset():
        early += _MINUTE
    return early.astimezone(zone)


def _depths(spans: Sequence[Span]) -> list[int]:
    deep = [0] * max((span.bottom for span in spans), default=0)
    for span in spans:
        for row in range(span.top, span.bottom):
            deep[row] += 1
    return deep


def _spread(crowded: list[bool], spans: Sequence[Span]) -> list[bool]:
    """Return which rows belong to a bunch of overlapping spans that is crowded somewhere: it is thinned as one."""
    spread = list(crowded)
    for first, last in _bunches(spans):
        if any(crowded[first:last]):
            spread[first:last] = [True] * (last - first)
    return spread


def _bunches(spans: Sequence[Span]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: span.top):
        if found and span.top < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], span.bottom))
        else:
            found.append((span.top, span.bottom))
    return found


def _stretches(spans: Sequence[Span], out: Sequence[int]) -> tuple[Left, ...]:
    return tuple(
        Left(Span(first, last), tuple(place for place in out if first <= spans[place].top < last))
        for first, last in _bunches([spans[place] for place in out])
    )
