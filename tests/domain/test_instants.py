"""Instants are aware, in UTC, and keep a millisecond."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import from_ms, parse_instant, rfc3339, to_ms

aware = st.datetimes(
    min_value=datetime(1, 1, 3),  # noqa: DTZ001
    max_value=datetime(9999, 12, 29),  # noqa: DTZ001
    timezones=st.sampled_from((UTC, timezone(timedelta(hours=14)), timezone(-timedelta(hours=11, minutes=30)))),
)


@given(st.integers(-2_208_988_800_000, 7_258_118_399_999))
def test_milliseconds_survive_the_way_there_and_back(number: int):
    instant = from_ms(number)
    assert to_ms(instant) == number
    assert instant.tzinfo is UTC
    assert parse_instant(rfc3339(instant)) == instant


@given(aware)
def test_the_zone_does_not_change_the_instant_and_microseconds_are_cut(instant: datetime):
    again = from_ms(to_ms(instant))
    assert timedelta() <= instant - again < timedelta(milliseconds=1)
    assert rfc3339(instant) == rfc3339(again)


def test_before_1970_is_cut_downwards():
    assert to_ms(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1


def test_the_hour_that_comes_twice_is_two_instants():
    madrid = ZoneInfo("Europe/Madrid")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=madrid)
    assert to_ms(first.replace(fold=1)) - to_ms(first) == 3_600_000


def test_naive_instants_are_refused():
    with pytest.raises(ValueError, match="naive"):
        to_ms(datetime(2026, 5, 4))  # noqa: DTZ001
    with pytest.raises(BadInput, match="no time zone"):
        parse_instant("2026-05-04T14:05")


@pytest.mark.parametrize(
    "text",
    ["", "noon", "2026-02-30T12:00Z", "2026-05-04T25:00Z", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "\0"],
)
def test_what_is_no_instant_is_bad_input(text: str):
    with pytest.raises(BadInput):
        parse_instant(text)


@given(st.text(max_size=30))
def test_any_text_is_an_instant_or_bad_input(text: str):
    with suppress(BadInput):
        assert parse_instant(text).tzinfo is UTC


def test_seconds_are_shown_with_milliseconds_only_where_there_are_any():
    assert rfc3339(datetime(2026, 5, 4, 16, 0, 0, 999, tzinfo=timezone(timedelta(hours=2)))) == "2026-05-04T14:00:00Z"
    assert rfc3339(datetime(2026, 5, 4, 14, 0, 0, 1_000, tzinfo=UTC)) == "2026-05-04T14:00:00.001Z"
