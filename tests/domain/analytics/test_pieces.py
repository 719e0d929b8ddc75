"""Periods are cut without gap and overlap; durations and crowds add up to what lists and sets say."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.analytics.crowds import Crowd, crowd_of, pack, unpack
from sessiontui.domain.analytics.outcomes import BINS, bin_of
from sessiontui.domain.analytics.periods import DAY, HOUR, cover, month_of, offsets, year_of
from sessiontui.domain.analytics.spreads import by_bucket, median_and_tenth, wanted
from sessiontui.domain.instants import from_ms, to_ms

BASE = to_ms(datetime(2025, 12, 20, tzinfo=UTC))
MADRID = ZoneInfo("Europe/Madrid")

edges = st.integers(-40 * 24 * 4, 420 * 24 * 4).map(lambda quarter: BASE + quarter * HOUR // 4)
flags = st.booleans()


@given(edges, edges, st.lists(edges.map(lambda at: at // HOUR * HOUR), max_size=6), flags, flags, flags, flags)
def test_a_cover_is_the_period_in_pieces_none_of_which_is_dirty(
    one: int, other: int, dirty: list[int], hours: bool, days: bool, months: bool, years: bool
):
    since, until = min(one, other), max(one, other)
    found = cover(since, until, dirty, hours=hours, days=days, months=months, years=years)
    kept = [*found.years, *found.months, *found.days, *found.hours]
    pieces = sorted([*kept, *found.direct])
    assert [end for _, end in pieces[:-1]] == [start for start, _ in pieces[1:]]
    assert not pieces or (pieces[0][0], pieces[-1][1]) == (since, until)
    assert bool(pieces) == (since < until)
    assert not any(start <= hour < end for start, end in kept for hour in dirty)
    assert all(year_of(start)[0] == start for start, _ in found.years)
    assert all(month_of(start)[0] == start for start, _ in found.months)
    assert all(start % DAY == end % DAY == 0 for start, end in found.days)
    assert all(start % HOUR == end % HOUR == 0 for start, end in found.hours)
    for wanted_, pieces_ in ((years, found.years), (months, found.months), (days, found.days), (hours, found.hours)):
        assert wanted_ or not pieces_


@given(edges, edges)
def test_stretches_keep_one_offset_and_leave_no_gap(one: int, other: int):
    since, until = min(one, other), max(one, other)
    found = list(offsets(since, until, MADRID))
    assert [end for _, end, _ in found[:-1]] == [start for start, _, _ in found[1:]]
    for start, end, offset in found:
        for instant in (start, (start + end) // 2, end - 1):
            away = from_ms(instant).astimezone(MADRID).utcoffset()
            assert away is not None
            assert away.total_seconds() * 1000 == offset
    assert sum(end - start for start, end, _ in found) == until - since


@given(st.lists(st.integers(-(10**6), 10**11), max_size=60))
def test_a_median_from_buckets_is_that_of_the_list(values: list[int]):
    held = by_bucket(values)
    counts = {bucket: len(lengths) for bucket, lengths in held.items()}
    needed = {bucket: held[bucket] for bucket in wanted(counts)}
    n, half, tenth = median_and_tenth(counts, needed)
    ordered = sorted(values)
    assert n == len(values)
    for found, share in ((half, 0.5), (tenth, 0.9)):
        if not ordered:
            assert found is None
            continue
        place = (n - 1) * share
        low, high = ordered[int(place)], ordered[min(int(place) + 1, n - 1)]
        assert found == pytest.approx(low + (high - low) * (place - int(place)))


crowds = st.lists(st.sets(st.integers(1, 300), max_size=6), max_size=8)


@given(crowds, crowds)
def test_joined_crowds_know_who_was_seen_twice(first: list[set[int]], second: list[set[int]]):
    both = crowd_of(first) | crowd_of(second)
    times = Counter(person for session in (*first, *second) for person in session)
    assert (both.seen, both.repeated) == (len(times), sum(n > 1 for n in times.values()))
    assert both == crowd_of([*first, *second])
    assert Crowd(unpack(pack(both.once)), unpack(pack(both.again))) == both


@given(st.integers(0, 10**9), st.integers(1, 10**7))
def test_a_bar_holds_what_lies_between_its_edges(actual: int, scheduled: int):
    place, edges_ = bin_of(actual, scheduled), (0.0, *BINS, float("inf"))
    assert edges_[place] * scheduled <= actual
    assert actual < edges_[place + 1] * scheduled


@pytest.mark.parametrize("spread", [1, 40, 10**5])
def test_the_median_of_many_is_exact_however_they_lie(spread: int):
    rng = Random(spread)
    values = [10**6 + rng.randrange(spread) for _ in range(30_000)] + [10**6] * 9_000
    held = by_bucket(values)
    n, half, tenth = median_and_tenth({bucket: len(lengths) for bucket, lengths in held.items()}, held)
    ordered = sorted(values)
    assert n == 39_000
    assert half == pytest.approx((ordered[19_499] + ordered[19_500]) / 2)
    assert tenth == pytest.approx(ordered[35_099] + (ordered[35_100] - ordered[35_099]) * 0.1)
