"""Sets of time, against sets of whole ticks."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.intervals import Interval, clip, intersect, length, subtract, union
from tests.oracle import TICK, at, tick_of

pairs = st.tuples(st.integers(-15, 15), st.integers(-15, 15)).map(lambda pair: (at(pair[0]), at(pair[1])))
many = st.lists(pairs, max_size=6)


def ticks(intervals: list[Interval] | tuple[Interval, ...]) -> set[int]:
    return {tick for start, end in intervals for tick in range(tick_of(start), tick_of(end))}


def is_tidy(intervals: tuple[Interval, ...]) -> bool:
    """Return whether intervals are disjoint, apart, ascending and not empty."""
    flat = [edge for interval in intervals for edge in interval]
    return all(first < second for first, second in pairwise(flat))


@given(many)
def test_union_is_the_set(intervals: list[Interval]):
    joined = union(intervals)
    assert ticks(joined) == ticks(intervals)
    assert is_tidy(joined)
    assert length(joined) == len(ticks(intervals)) * TICK
    assert union(reversed(intervals)) == joined == union(joined)


@given(many, many)
def test_subtract_and_intersect_are_the_sets(first: list[Interval], second: list[Interval]):
    assert ticks(subtract(first, second)) == ticks(first) - ticks(second)
    assert ticks(intersect(first, second)) == ticks(first) & ticks(second)
    assert is_tidy(subtract(first, second))
    assert is_tidy(intersect(first, second))
    rest, common = length(subtract(first, second)), length(intersect(first, second))
    assert rest + common == length(union(first))


@given(many, pairs)
def test_a_clipped_union_never_exceeds_its_window(intervals: list[Interval], window: Interval):
    start, end = window
    inside = clip(intervals, start, end)
    assert ticks(inside) == ticks(intervals) & ticks([window])
    assert length(inside) <= max(end - start, timedelta())
    assert all(start <= left < right <= end for left, right in inside)


def test_touching_intervals_are_one_and_empty_ones_none():
    assert union([(at(0), at(1)), (at(1), at(2)), (at(5), at(5)), (at(9), at(8))]) == ((at(0), at(2)),)
    assert length(()) == timedelta()
