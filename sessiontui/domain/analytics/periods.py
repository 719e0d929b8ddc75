"""Time cut into the pieces that sums are kept for: hours, days, months in UTC, and days of a zone.

All bounds are milliseconds since 1970, ``[since, until)``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.records import record

Piece: TypeAlias = tuple[int, int]

Stretch: TypeAlias = tuple[int, int, int]
"""A piece of time in which a zone keeps one offset from UTC: beginning, end, offset."""

MINUTE: Final = 60_000
QUARTER: Final = 15 * MINUTE
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


class Level(IntEnum):
    """How long the pieces are that a sum is kept for."""

    QUARTER = 0
    """A quarter of an hour, for zones that are not whole hours away from UTC."""
    HOUR = 1
    DAY = 2
    MONTH = 3
    YEAR = 4


@record(kw_only=True)
class Rhythm:
    """How local time is counted: units of ``unit`` ms, moved by ``shift`` units, in a circle of ``cycle``."""

    unit: int
    shift: int = 0
    cycle: int = 0

    def number(self, local: int) -> int:
        """Return the number of the unit that an instant of local time lies in.

        >>> WEEK_HOURS.number(0)
        72
        """
        number = local // self.unit
        return (number + self.shift) % self.cycle if self.cycle else number


DAYS: Final = Rhythm(unit=DAY)
"""Days since 1970."""

WEEK_HOURS: Final = Rhythm(unit=HOUR, shift=72, cycle=168)
"""Hours of the week, from Monday at midnight on."""


@record
class Cover:
    """A period as pieces of each length whose sums are kept, and pieces that have to be read directly."""

    months: tuple[Piece, ...] = ()
    days: tuple[Piece, ...] = ()
    hours: tuple[Piece, ...] = ()
    direct: tuple[Piece, ...] = ()
    years: tuple[Piece, ...] = ()


def cover(
    since: int,
    until: int,
    dirty: Iterable[int],
    *,
    hours: bool = True,
    days: bool = True,
    months: bool = True,
    years: bool = False,
) -> Cover:
    """Return the pieces of a period; no kept piece holds one of the ``dirty`` hours, given by their beginnings.

    Without ``hours`` what is left of days is read directly; without ``years``, ``months`` or ``days`` shorter pieces
    are used.

    >>> cover(0, DAY + 2 * HOUR, [HOUR])
    Cover(months=(), days=(), hours=((0, 3600000), (7200000, 93600000)), direct=((3600000, 7200000),), years=())
    """
    unclean = sorted({hour for hour in dirty if since - HOUR < hour < until})
    lengths = [
        length
        for length, wanted in ((Level.YEAR, years), (Level.MONTH, months), (Level.DAY, days), (Level.HOUR, hours))
        if wanted
    ]
    kept, rest = _cut(since, until, unclean, lengths)
    year, month, day, hour = (kept.get(length, ()) for length in (Level.YEAR, Level.MONTH, Level.DAY, Level.HOUR))
    return Cover(months=month, days=day, hours=hour, direct=rest, years=year)


def month_of(instant: int) -> Piece:
    """Return the calendar month in UTC that an instant lies in.

    >>> [from_ms(edge).day for edge in month_of(0)]
    [1, 1]
    """
    return _months_at(instant)


def year_of(instant: int) -> Piece:
    """Return the calendar year in UTC that an instant lies in."""
    return _years_at(instant)


def offsets(since: int, until: int, zone: ZoneInfo) -> Iterator[Stretch]:
    """Yield the stretches of a period in which a zone keeps one offset from UTC: beginning, end, offset.

    >>> [(offset // HOUR) for _, _, offset in offsets(0, 365 * DAY, ZoneInfo("America/New_York"))]
    [-5, -4, -5]
    """
    start = since
    while start < until:
        offset = _offset(start, zone)
        end = start
        while end < until and _offset(end, zone) == offset:
            end += DAY
        low, end = end - DAY, min(end, until)
        if _offset(end - 1, zone) != offset:
            end = _change(low, end, zone, offset)
        yield start, end, offset
        start = end


def day_bounds(day: date, zone: ZoneInfo) -> Piece:
    """Return when a day of a zone begins and ends."""
    return midnight(day, zone), midnight(day + timedelta(days=1), zone)


def midnight(day: date, zone: ZoneInfo) -> int:
    """Return when a day of a zone begins."""
    return to_ms(datetime.combine(day, time(), tzinfo=zone).astimezone(UTC))


def local_day(instant: int, zone: ZoneInfo) -> date:
    """Return the day of a zone that an instant lies in."""
    return from_ms(instant).astimezone(zone).date()


def _cut(
    since: int, until: int, unclean: list[int], lengths: Iterable[Level]
) -> tuple[dict[Level, tuple[Piece, ...]], tuple[Piece, ...]]:
    """Return kept pieces, the longest that hold no unclean hour, by length, and what is left."""
    kept: dict[Level, tuple[Piece, ...]] = {}
    rest = [(since, until)] if since < until else []
    for length in lengths:
        piece_at = _PIECES[length]
        whole: list[Piece] = []
        left: list[Piece] = []
        for start, end in rest:
            for piece in _pieces(start, end, piece_at):
                clean = piece_at(piece[0]) == piece and not _holds(unclean, *piece)
                (whole if clean else left).append(piece)
        kept[length] = _merged(whole)
        rest = left
    return kept, _merged(rest)


def _pieces(start: int, end: int, piece_at: Callable[[int], Piece]) -> Iterator[Piece]:
    while start < end:
        stop = min(end, piece_at(start)[1])
        yield start, stop
        start = stop


def _holds(unclean: list[int], start: int, end: int) -> bool:
    place = bisect_right(unclean, start - HOUR)
    return place < len(unclean) and unclean[place] < end


def _merged(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    merged: list[Piece] = []
    for start, end in pieces:
        if merged and merged[-1][1] == start:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def _hours_at(instant: int) -> Piece:
    start = instant // HOUR * HOUR
    return start, start + HOUR


def _days_at(instant: int) -> Piece:
    start = instant // DAY * DAY
    return start, start + DAY


def _months_at(instant: int) -> Piece:
    day = from_ms(instant).date().replace(day=1)
    following = (day + timedelta(days=32)).replace(day=1)
    utc = ZoneInfo("UTC")
    return midnight(day, utc), midnight(following, utc)


def _years_at(instant: int) -> Piece:
    first = from_ms(instant).date().replace(month=1, day=1)
    utc = ZoneInfo("UTC")
    return midnight(first, utc), midnight(first.replace(year=first.year + 1), utc)


_PIECES: Final[Mapping[Level, Callable[[int], Piece]]] = {
    Level.HOUR: _hours_at,
    Level.DAY: _days_at,
    Level.MONTH: _months_at,
    Level.YEAR: _years_at,
}


def _offset(instant: int, zone: ZoneInfo) -> int:
    away = from_ms(instant).astimezone(zone).utcoffset() or timedelta()
    return away // timedelta(milliseconds=1)


def _change(low: int, high: int, zone: ZoneInfo, offset: int) -> int:
    """Return the first millisecond at which a zone has another offset than at ``low``."""
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle, zone) == offset:
            low = middle
        else:
            high = middle
    return high
