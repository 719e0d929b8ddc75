"""The course of a day: what adds up from its beginning to the end of each quarter of an hour, in one row.

Courses of several days are added by one sum of large numbers, whatever the zone; only then are they taken apart.
What starts in a part of a day is the difference of two of its totals, so that a day of any zone is cut out of two
days in UTC. All of this needs offsets of whole quarters, as the zones of today have them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from sessiontui.domain.analytics.periods import DAY, QUARTER, Piece, Rhythm

NAMES: Final = ("sessions", "cancelled", "complete", "early", "no_show", "seen")
"""The sums that a course follows."""

QUARTERS: Final = DAY // QUARTER

Totals: TypeAlias = tuple[int, ...]
"""One sum for each of ``NAMES``."""

_WIDTH: Final = 5
"""Bytes of a total: enough for more than a database has rows, so that no sum of courses runs over."""

_ROW: Final = _WIDTH * len(NAMES)

_NONE: Final[Totals] = (0,) * len(NAMES)


def pack_course(quarters: Mapping[int, Sequence[int]]) -> bytes:
    """Return the course of a day from the sums of its quarters, counted from midnight.

    >>> total_at(pack_course({3: (2, 0, 1, 0, 0, 5), 8: (1, 0, 0, 0, 0, 0)}), QUARTERS)
    (3, 0, 1, 0, 0, 5)
    """
    running = _NONE
    packed = bytearray()
    for quarter in range(QUARTERS):
        if (more := quarters.get(quarter)) is not None:
            running = tuple(map(sum, zip(running, more, strict=True)))
        for total in running:
            packed += total.to_bytes(_WIDTH, "little")
    return bytes(packed)


def total_at(course: bytes, quarter: int) -> Totals:
    """Return what adds up until a quarter begins.

    >>> total_at(pack_course({3: (2, 0, 1, 0, 0, 5)}), 3)
    (0, 0, 0, 0, 0, 0)
    """
    if quarter == 0:
        return _NONE
    start = (quarter - 1) * _ROW
    return tuple(
        int.from_bytes(course[place : place + _WIDTH], "little") for place in range(start, start + _ROW, _WIDTH)
    )


def by_day(courses: Iterable[tuple[int, bytes]], rhythm: Rhythm, *, offset: int) -> dict[int, Totals]:
    """Return the sums of whole days in UTC, given by their beginnings, by the days of a zone."""
    cut = -offset // QUARTER % QUARTERS
    found: dict[int, Totals] = {}
    for slot, course in courses:
        first = rhythm.number(slot + offset)
        total = total_at(course, QUARTERS)
        if cut == 0:
            _add(found, first, total)
            continue
        before = total_at(course, cut)
        _add(found, first, before)
        _add(found, first + 1, _less(total, before))
    return _some(found)


def by_rhythm(courses: Iterable[tuple[int, bytes]], rhythm: Rhythm, *, offset: int) -> dict[int, Totals]:
    """Return the sums of whole days in UTC by the units of a rhythm that comes again with each week."""
    weekdays: defaultdict[int, int] = defaultdict(int)
    for slot, course in courses:
        weekdays[slot // DAY % 7] += int.from_bytes(course, "little")
    found: dict[int, Totals] = {}
    for weekday, held in weekdays.items():
        course = held.to_bytes(_ROW * QUARTERS, "little")
        _spread(found, course, (0, DAY), weekday * DAY, rhythm, offset)
    return _some(found)


def of_part(course: bytes, slot: int, part: Piece, rhythm: Rhythm, *, offset: int) -> dict[int, Totals]:
    """Return the sums of a part of a day that begins at ``slot`` by the units of a rhythm."""
    found: dict[int, Totals] = {}
    _spread(found, course, (part[0] - slot, part[1] - slot), slot, rhythm, offset)
    return _some(found)


def _spread(found: dict[int, Totals], course: bytes, part: Piece, slot: int, rhythm: Rhythm, offset: int) -> None:
    first, last = part[0] // QUARTER, part[1] // QUARTER
    units = [rhythm.number(slot + quarter * QUARTER + offset) for quarter in range(first, last)]
    before = total_at(course, first)
    for place, unit in enumerate(units, 1):
        if place < len(units) and units[place] == unit:
            continue  # the total is looked up where the next unit begins
        after = total_at(course, first + place)
        if after != before:
            _add(found, unit, _less(after, before))
            before = after


def _less(total: Totals, before: Totals) -> Totals:
    return tuple(one - other for one, other in zip(total, before, strict=True))


def _add(found: dict[int, Totals], unit: int, more: Totals) -> None:
    there = found.get(unit)
    found[unit] = more if there is None else tuple(map(sum, zip(there, more, strict=True)))


def _some(found: dict[int, Totals]) -> dict[int, Totals]:
    """Return the units in which anything starts."""
    return {unit: totals for unit, totals in found.items() if any(totals)}
