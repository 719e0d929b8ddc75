"""Timetables: days as the clocks of a zone make them, and lanes in which nothing overlaps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.timetable import Mark, Span, axis_of, days_of, lanes, shifted, span_in, starts_of, thinned

ZONES = (
    "UTC", "Europe/Madrid", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Africa/Cairo",
    "Asia/Kathmandu", "Pacific/Apia",
)  # fmt: skip
MADRID = ZoneInfo("Europe/Madrid")

spans = st.lists(
    st.builds(lambda top, rows: Span(top, top + rows), st.integers(0, 40), st.integers(1, 12)), max_size=30
)


def overlap(one: Span, other: Span) -> bool:
    return one.top < other.bottom and other.top < one.bottom


def depth(several: list[Span]) -> int:
    return max((sum(span.top <= row < span.bottom for span in several) for row in range(60)), default=0)


@given(spans)
def test_no_two_that_overlap_share_a_lane_and_there_are_as_few_lanes_as_can_be(several: list[Span]):
    found = lanes(several)
    assert len(found) == len(several)
    for (one, its), (other, theirs) in combinations(zip(several, found, strict=True), 2):
        if overlap(one, other):
            assert its.number != theirs.number
            assert its.of == theirs.of
    for span, lane in zip(several, found, strict=True):
        assert 0 <= lane.number < lane.of
        bunch = bunch_of(span, several)
        assert lane.of == depth(bunch)


def bunch_of(span: Span, several: list[Span]) -> list[Span]:
    """All that overlap one, or one of those, and so on."""
    found, growing = [span], True
    while growing:
        more = [one for one in several if one not in found and any(overlap(one, other) for other in found)]
        found, growing = found + more, bool(more)
    return [one for one in several if one in found]


@given(spans, st.integers(1, 6))
def test_what_has_no_room_is_counted_once_and_the_rest_fits(several: list[Span], most: int):
    kept, left = thinned(several, most=most)
    places = [*kept, *(place for each in left for place in each.places)]
    assert sorted(places) == list(range(len(several)))
    drawn = [several[place] for place in kept] + [each.span for each in left]
    assert depth(drawn) <= most
    for each in left:
        assert each.span.top == min(several[place].top for place in each.places)
        assert each.span.bottom == max(several[place].bottom for place in each.places)
    if depth(several) <= most:
        assert not left


def test_who_comes_first_has_room():
    kept, left = thinned([Span(0, 4), Span(0, 4), Span(2, 6), Span(1, 3)], most=2)
    assert kept == (0,)
    assert left[0].places == (1, 2, 3)


@given(st.sampled_from(ZONES), st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.sampled_from((15, 30, 60)))
def test_the_rows_of_a_day_hold_it_without_a_gap(name: str, first: date, step: int):
    zone = ZoneInfo(name)
    for day in days_of(first, 2, zone, step=step):
        if not day.rows:  # a day that a place skipped when it went to the other side of the date line
            assert day.since == day.until
            continue
        assert day.rows[0].since == day.since == starts_of(day.date, zone)
        assert day.rows[-1].until == day.until
        for before, after in pairwise(day.rows):
            assert before.until == after.since
        for row in day.rows:
            local = row.since.astimezone(zone)
            assert local.date() == day.date
            assert row.mark == Mark((local.hour * 60 + local.minute) // step * step, local.fold)


def test_days_on_which_clocks_change_have_23_and_25_hours_and_the_repeated_hour_has_its_own_rows():
    spring, autumn = (days_of(date(2026, month, day), 1, MADRID)[0] for month, day in ((3, 29), (10, 25)))
    assert (spring.length, autumn.length) == (timedelta(hours=23), timedelta(hours=25))
    assert Mark(120) not in [row.mark for row in spring.rows]
    assert [row.mark for row in autumn.rows][1:5] == [Mark(60), Mark(120), Mark(120, 1), Mark(180)]
    week = days_of(date(2026, 10, 19), 7, MADRID, step=30)
    axis = axis_of(week, step=30)
    assert len(axis) == 50
    assert axis[3:9] == (Mark(90), Mark(120), Mark(150), Mark(120, 1), Mark(150, 1), Mark(180))


def test_a_session_in_the_repeated_hour_stands_in_the_pass_it_is_in():
    days = days_of(date(2026, 10, 25), 1, MADRID)
    places = {mark: place for place, mark in enumerate(axis_of(days, step=60))}
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    assert span_in(days[0], places, first, first + timedelta(minutes=20)) == Span(2, 3)
    assert span_in(days[0], places, second, second + timedelta(minutes=20)) == Span(3, 4)
    assert span_in(days[0], places, first, second + timedelta(hours=1)) == Span(2, 5)
    assert span_in(days[0], places, first - timedelta(days=1), first - timedelta(hours=20)) is None


@given(
    st.sampled_from(ZONES[:-1]),
    st.integers(0, 5_000_000).map(lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.integers(-9, 9),
)
def test_a_day_later_is_the_same_time_on_the_clock_unless_the_clocks_skip_it(name: str, at: datetime, days: int):
    zone = ZoneInfo(name)
    start, end = shifted(at, at + timedelta(hours=3), days=days, zone=zone)
    assert end - start == timedelta(hours=3)
    wanted = at.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    got = start.astimezone(zone).replace(tzinfo=None)
    assert got == wanted or (got > wanted and not exists(wanted, zone))


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall
