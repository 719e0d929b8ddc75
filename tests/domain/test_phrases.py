"""The exact words at every boundary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.phrases import ago, clock, count, minutes, number, span, time_since, until

NOW = datetime(2026, 5, 4, 14, 2, 31, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LEAST = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        (timedelta(), 0),
        (MINUTE - LEAST, 0),
        (MINUTE, 1),
        (2 * MINUTE - LEAST, 1),
        (-LEAST, -1),
        (-MINUTE, -1),
        (-MINUTE - LEAST, -2),
        (DAY, 1440),
    ],
)
def test_whole_minutes(delta, expected):
    assert minutes(delta) == expected


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (0, "0 min"),
        (1, "1 min"),
        (59, "59 min"),
        (60, "1 h"),
        (61, "1 h 01"),
        (65, "1 h 05"),
        (119, "1 h 59"),
        (180, "3 h"),
        (1439, "23 h 59"),
        (1440, "1 d"),
        (1499, "1 d"),
        (1500, "1 d 1 h"),
        (2879, "1 d 23 h"),
        (2880, "2 d"),
        (10_079, "6 d 23 h"),
        (10_080, "7 d"),
        (10_140, "7 d"),
        (1_440_000, "1 000 d"),
        (-4, "−4 min"),
        (-65, "−1 h 05"),
    ],
)
def test_spans(length, expected):
    assert span(length) == expected


@pytest.mark.parametrize(
    ("delta", "past", "future"),
    [
        (-DAY, "just now", "now"),
        (timedelta(), "just now", "now"),
        (MINUTE - LEAST, "just now", "now"),
        (MINUTE, "1 min ago", "in 1 min"),
        (12 * MINUTE + 59 * SECOND, "12 min ago", "in 12 min"),
        (HOUR - LEAST, "59 min ago", "in 59 min"),
        (HOUR, "1 h ago", "in 1 h"),
        (2 * DAY, "2 d ago", "in 2 d"),
    ],
)
def test_short_distances(delta, past, future):
    assert ago(delta) == past
    assert until(delta) == future


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        (-HOUR, "just now"),
        (timedelta(), "just now"),
        (MINUTE - LEAST, "just now"),
        (MINUTE, "1 minute ago"),
        (2 * MINUTE - LEAST, "1 minute ago"),
        (2 * MINUTE, "2 minutes ago"),
        (HOUR - LEAST, "59 minutes ago"),
        (HOUR, "1 hour ago"),
        (2 * HOUR - LEAST, "1 hour ago"),
        (2 * HOUR, "2 hours ago"),
        (DAY - LEAST, "23 hours ago"),
        (DAY, "1 day ago"),
        (2 * DAY - LEAST, "1 day ago"),
        (2 * DAY, "2 days ago"),
        (7 * DAY - LEAST, "6 days ago"),
        (7 * DAY, "1 week ago"),
        (14 * DAY - LEAST, "1 week ago"),
        (14 * DAY, "2 weeks ago"),
        (30 * DAY - LEAST, "4 weeks ago"),
        (30 * DAY, "1 month ago"),
        (60 * DAY - LEAST, "1 month ago"),
        (60 * DAY, "2 months ago"),
        (330 * DAY, "11 months ago"),
        (365 * DAY - LEAST, "11 months ago"),
        (365 * DAY, "1 year ago"),
        (730 * DAY - LEAST, "1 year ago"),
        (730 * DAY, "2 years ago"),
    ],
)
def test_time_since(delta, expected):
    assert time_since(NOW - delta, NOW) == expected


def test_time_since_over_a_change_of_clocks():
    paris = ZoneInfo("Europe/Paris")
    then = datetime(2026, 10, 25, 1, 30, tzinfo=paris)
    assert time_since(then, datetime(2026, 10, 25, 3, 30, tzinfo=paris)) == "3 hours ago"
    assert time_since(then, datetime(2026, 10, 25, 2, 30, tzinfo=UTC)) == "3 hours ago"


def test_naive_instants_are_refused():
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError):
        time_since(naive, NOW)
    with pytest.raises(ValueError):
        time_since(NOW, naive)
    with pytest.raises(ValueError):
        clock(naive, UTC)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("UTC", "14:02"), ("Europe/Paris", "16:02"), ("Asia/Kathmandu", "19:47"), ("America/New_York", "10:02")],
)
def test_clock(zone, expected):
    assert clock(NOW, ZoneInfo(zone)) == expected
    assert clock(NOW, ZoneInfo(zone), seconds=True) == f"{expected}:31"
    assert clock(NOW.astimezone(ZoneInfo("Asia/Tokyo")), ZoneInfo(zone)) == expected


@pytest.mark.parametrize(
    ("value", "noun", "expected"),
    [
        (0, "pending request", "0 pending requests"),
        (1, "pending request", "1 pending request"),
        (2, "pending request", "2 pending requests"),
        (10_482, "session", "10 482 sessions"),
        (2, "entry", "2 entries"),
        (2, "day", "2 days"),
        (2, "clash", "2 clashes"),
        (2, "address", "2 addresses"),
        (-1, "minute", "-1 minutes"),
    ],
)
def test_counts(value, noun, expected):
    assert count(value, noun) == expected


def test_irregular_plurals_are_given():
    assert count(1, "person", "people") == "1 person"
    assert count(2, "person", "people") == "2 people"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0"), (999, "999"), (1000, "1 000"), (1_000_000, "1 000 000"), (-1234, "-1 234")],
)
def test_numbers(value, expected):
    assert number(value) == expected


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=40_000)))
def test_singular_and_plural_agree_with_the_number(delta):
    words = time_since(NOW, NOW) if delta < MINUTE else time_since(NOW, NOW + delta)
    if words != "just now":
        value, unit, tail = words.split(" ")
        assert (value == "1") is not unit.endswith("s")
        assert tail == "ago"
