"""Recurrence: rules that are read, told, cut; wall-clock times over the changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.errors import BadInput
from sessiontui.domain.recurrence import (
    Pattern,
    instant_of,
    is_finite,
    read_rule,
    skipped_months,
    slot_of,
    told,
    until_before,
    wall_of,
    write_rule,
)

ZONES = ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "UTC"]
WALLS = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2035-01-01"))


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def pattern(rule: str, starts: str = "2026-05-05T18:00", zone: str = "Europe/Madrid", **more: object) -> Pattern:
    plain = {"starts": wall(starts), "length": timedelta(hours=1), "zone": ZoneInfo(zone), "rule": rule}
    return Pattern(**{**plain, **more})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "does not say how often"),
        ("FREQ=SOMETIMES", "does not say how often"),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ is there twice"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20260101", "both COUNT and UNTIL"),
        ("FREQ=DAILY;COUNT=0", "COUNT=0"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL=-1"),
        ("FREQ=DAILY;COUNT=99999999999999999999", "COUNT="),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY=XX"),
        ("FREQ=MONTHLY;BYDAY=54MO", "BYDAY=54MO"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0"),
        ("FREQ=DAILY;BYHOUR=-1", "BYHOUR=-1"),
        ("FREQ=DAILY;UNTIL=soon", "UNTIL=SOON"),
        ("FREQ=DAILY;UNTIL=20261301", "UNTIL=20261301"),
        ("FREQ=DAILY;WKST=8", "WKST=8"),
        ("FREQ=DAILY;BYMOON=1", "BYMOON is not known"),
        ("FREQ", "'FREQ' is no part"),
        ("FREQ=DAILY;" + "X-A=1;" * 1000, "too long"),
    ],
)
def test_a_bad_rule_says_which_part_is_wrong(text: str, reason: str):
    with pytest.raises(BadInput, match=reason):
        read_rule(text)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day at 18:00 Europe/Madrid"),
        ("FREQ=WEEKLY", "every week on Tue at 18:00 Europe/Madrid"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR", "every 2 weeks on Mon, Wed and Fri at 18:00 Europe/Madrid"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Fri at 18:00 Europe/Madrid"),
        ("FREQ=MONTHLY", "every month on the 5th at 18:00 Europe/Madrid"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3,22", "every month on the 3rd from the end and 22nd at 18:00 Europe/Madrid"),
        ("FREQ=YEARLY", "every year on May 5 at 18:00 Europe/Madrid"),
        (
            "FREQ=YEARLY;BYMONTH=1;BYDAY=2SU;UNTIL=20300101T000000Z",
            "every year on the 2nd Sun in Jan at 18:00 Europe/Madrid, until 2030-01-01",
        ),
        ("FREQ=DAILY;COUNT=1", "every day at 18:00 Europe/Madrid, once"),
        ("", "once, 2026-05-05 at 18:00 Europe/Madrid"),
    ],
)
def test_a_series_in_words(rule: str, words: str):
    assert told(pattern(rule)) == words


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        ("Europe/Madrid", "2026-03-29T01:30", "2026-03-29T00:30"),
        ("Europe/Madrid", "2026-03-29T02:30", "2026-03-29T01:30"),  # skipped: read with the offset before
        ("Europe/Madrid", "2026-03-29T03:30", "2026-03-29T01:30"),
        ("Europe/Madrid", "2026-10-25T02:30", "2026-10-25T00:30"),  # twice: the first
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45"),  # half an hour is skipped
        ("Asia/Kathmandu", "2026-05-05T18:00", "2026-05-05T12:15"),
    ],
)
def test_a_wall_clock_time_is_one_instant(zone: str, wall: str, utc: str):
    assert instant_of(datetime.fromisoformat(wall), ZoneInfo(zone)) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@given(st.sampled_from(ZONES), WALLS)
def test_a_time_that_clocks_show_comes_back(zone: str, shown: datetime):
    there = instant_of(shown, ZoneInfo(zone))
    back = wall_of(there, ZoneInfo(zone))
    assert back >= shown  # later only where the clocks skipped it
    assert instant_of(back, ZoneInfo(zone)) == there


@given(st.sampled_from(ZONES), WALLS, st.integers(1, 600))
def test_a_length_is_time_that_passes(zone: str, shown: datetime, minutes: int):
    slot = slot_of(pattern("", zone=zone, length=timedelta(minutes=minutes)), shown)
    assert slot.ends_at - slot.starts_at == timedelta(minutes=minutes)


def test_cutting_takes_the_count_away_and_keeps_the_rest():
    cut = until_before("FREQ=WEEKLY;BYDAY=TU;COUNT=30", wall("2026-06-02T18:00"), ZoneInfo("Europe/Madrid"))
    assert read_rule(cut) == {"FREQ": "WEEKLY", "BYDAY": "TU", "UNTIL": "20260602T155959Z"}


@pytest.mark.parametrize(("rule", "finite"), [("FREQ=DAILY", False), ("FREQ=DAILY;COUNT=3", True), ("", True)])
def test_some_series_end_by_themselves(rule: str, finite: bool):
    assert is_finite(rule) == finite


@pytest.mark.parametrize(
    ("rule", "months"),
    [
        ("FREQ=MONTHLY", [2, 4, 6, 9, 11]),
        ("FREQ=MONTHLY;INTERVAL=2", [9, 11]),
        ("FREQ=MONTHLY;BYMONTHDAY=30", [2]),
        ("FREQ=MONTHLY;BYMONTHDAY=30,15", []),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", []),
        ("FREQ=MONTHLY;BYMONTHDAY=-31", [2, 4, 6, 9, 11]),
        ("FREQ=MONTHLY;BYDAY=-1FR", []),
        ("FREQ=MONTHLY;UNTIL=20260501T000000Z", [2, 4]),
        ("FREQ=WEEKLY", []),
    ],
)
def test_months_without_such_a_day_are_named(rule: str, months: list[int]):
    found = skipped_months(pattern(rule, "2026-01-31T18:00"), date(2026, 1, 1), date(2026, 12, 31))
    assert found == [(2026, month) for month in months]


def test_february_of_a_leap_year_has_the_29th():
    on_29th = pattern("FREQ=MONTHLY", "2027-01-29T18:00")
    assert skipped_months(on_29th, date(2027, 1, 1), date(2028, 12, 31)) == [(2027, 2)]


@given(st.fixed_dictionaries({"FREQ": st.sampled_from(["DAILY", "WEEKLY"]), "INTERVAL": st.integers(1, 99).map(str)}))
def test_what_is_written_is_read_back(parts: dict[str, str]):
    assert read_rule(write_rule(parts)) == parts
