"""Sets of half-open intervals of time, ``[start, end)``: union, clipping, difference, intersection, length.

Every function returns disjoint intervals in ascending order and drops empty ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

Interval: TypeAlias = tuple[datetime, datetime]


def union(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the instants that lie in any of the intervals."""
    merged: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def clip(intervals: Iterable[Interval], start: datetime, end: datetime) -> tuple[Interval, ...]:
    """Return the part of the intervals that lies inside ``[start, end)``."""
    return union((max(start, left), min(end, right)) for left, right in intervals)


def subtract(intervals: Iterable[Interval], holes: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the instants of the intervals that lie in none of the holes."""
    rest = list(union(intervals))
    for hole_start, hole_end in union(holes):
        rest = [
            piece
            for start, end in rest
            for piece in ((start, min(end, hole_start)), (max(start, hole_end), end))
            if piece[0] < piece[1]
        ]
    return tuple(rest)


def intersect(first: Iterable[Interval], second: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the instants that lie in both sets."""
    others = union(second)
    return union(piece for interval in union(first) for piece in clip(others, *interval))


def length(intervals: Sequence[Interval]) -> timedelta:
    """Return the summed length of disjoint intervals."""
    return sum((end - start for start, end in intervals), timedelta())
