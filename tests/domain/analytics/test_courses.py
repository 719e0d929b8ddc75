"""Courses of days say of any zone and any part of a day what adding the quarters up says."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.analytics.courses import NAMES, by_day, by_rhythm, of_part, pack_course
from sessiontui.domain.analytics.periods import DAY, DAYS, QUARTER, WEEK_HOURS, Rhythm

sums = st.tuples(*(st.integers(0, 2**31) for _ in NAMES)).filter(any)
quarters = st.dictionaries(st.integers(-400, 1500), sums, max_size=40)
offsets = st.integers(-48, 56).map(lambda number: number * QUARTER)


def packed(starts: dict[int, tuple[int, ...]]) -> list[tuple[int, bytes]]:
    days: defaultdict[int, dict[int, tuple[int, ...]]] = defaultdict(dict)
    for number, more in starts.items():
        days[number // 96][number % 96] = more
    return [(day * DAY, pack_course(held)) for day, held in sorted(days.items())]


def added(starts: dict[int, tuple[int, ...]], rhythm: Rhythm, offset: int) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for number, more in starts.items():
        unit = rhythm.number(number * QUARTER + offset)
        found[unit] = tuple(map(sum, zip(found.get(unit, (0,) * len(NAMES)), more, strict=True)))
    return found


@given(quarters, offsets)
def test_days_of_any_zone_are_cut_out_of_days_in_utc(starts, offset):
    assert by_day(packed(starts), DAYS, offset=offset) == added(starts, DAYS, offset)


@given(quarters, offsets)
def test_hours_of_the_week_of_any_zone(starts, offset):
    assert by_rhythm(packed(starts), WEEK_HOURS, offset=offset) == added(starts, WEEK_HOURS, offset)


@given(st.dictionaries(st.integers(96, 191), sums), offsets, st.integers(0, 96), st.integers(0, 96))
def test_parts_of_a_day(starts, offset, one, other):
    since, until = sorted((one, other))
    inside = {number: more for number, more in starts.items() if since <= number - 96 < until}
    part = (DAY + since * QUARTER, DAY + until * QUARTER)
    course = pack_course({number - 96: more for number, more in starts.items()})
    for rhythm in (DAYS, WEEK_HOURS):
        assert of_part(course, DAY, part, rhythm, offset=offset) == added(inside, rhythm, offset)


def test_no_total_runs_over_its_place():
    much = (2**39,) * len(NAMES)
    held = [(7 * DAY, pack_course({0: much})), (14 * DAY, pack_course({0: (2**39 - 1,) * len(NAMES)}))]
    assert set(by_rhythm(held, WEEK_HOURS, offset=0).values()) == {(2**40 - 1,) * len(NAMES)}
