"""Times as they are typed and said back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.errors import BadInput
from sessiontui.tui.dialogs.wall_clock import (
    from_now,
    read_end,
    read_instant,
    spoken,
    spoken_length,
    spoken_window,
    typed_length,
)
from sessiontui.tui.dialogs.when import words_of
from tests.tui.dialogs.dialog_stage import MADRID, NOW

ZONES = [
    ZoneInfo(name) for name in ("UTC", "Europe/Madrid", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")
]


def test_a_window_that_has_begun_is_not_said_to_start() -> None:
    def said(start: datetime) -> str:
        return words_of(start, start + timedelta(hours=1), now=NOW, zone=ZoneInfo("UTC")).splitlines()[-1]

    assert said(NOW - timedelta(minutes=15)) == "1 h, started 15 min ago"
    assert said(NOW + timedelta(minutes=15)) == "1 h, starts in 15 min"


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("now", "2026-05-04T12:00"),
        ("14:30", "2026-05-04T12:30"),
        ("13:30", "2026-05-05T11:30"),  # half past one is over: the next one
        ("2:30pm", "2026-05-04T12:30"),
        ("12am", "2026-05-04T22:00"),
        ("today 9:00", "2026-05-04T07:00"),
        (" Tomorrow   9 ", "2026-05-05T07:00"),
        ("fri 9:00", "2026-05-08T07:00"),
        ("monday 9:00", "2026-05-11T07:00"),  # today is Monday, nine is over
        ("2026-12-24 18:00", "2026-12-24T17:00"),
        ("2026-12-24T18:00", "2026-12-24T17:00"),
        ("2026-12-24T18:00Z", "2026-12-24T18:00"),
        ("18:00 +05:30", "2026-05-04T12:30"),
        ("+30m", "2026-05-04T12:30"),
        ("+1h30m", "2026-05-04T13:30"),
        ("+90", "2026-05-04T13:30"),
        ("-2h", "2026-05-04T10:00"),
        ("+1d", "2026-05-05T12:00"),
    ],
)
def test_times_as_they_are_typed(typed: str, means: str) -> None:
    assert read_instant(typed, now=NOW, zone=MADRID).at == datetime.fromisoformat(means).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "9", "25:00", "9:60", "2026-02-30 9:00", "13pm", "someday 9:00", "+", "+x", "9:00-15:00", "🕘"),
        *("+999999999d", "9999-12-31 23:59 -10:00"),
    ],
)
def test_what_is_no_time_says_what_to_write(typed: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_instant(typed, now=NOW, zone=MADRID)
    assert "14:30" in caught.value.hint


def test_a_change_counts_from_what_is_planned() -> None:
    planned = NOW + timedelta(days=3)
    assert read_instant("+30m", now=NOW, zone=MADRID, anchor=planned).at == planned + timedelta(minutes=30)
    assert read_instant("9:00", now=NOW, zone=MADRID, anchor=planned).at == datetime(2026, 5, 7, 7, tzinfo=UTC)


def test_an_hour_that_does_not_exist_is_refused_with_its_neighbours() -> None:
    with pytest.raises(BadInput, match="02:30 does not exist on Sun 28 Mar 2027 in Europe/Madrid") as caught:
        read_instant("2027-03-28 02:30", now=NOW, zone=MADRID)
    assert caught.value.hint == "write 01:30 or 03:30"


def test_an_hour_that_comes_twice_is_the_first_and_says_so() -> None:
    first = read_instant("2026-10-25 02:30", now=NOW, zone=MADRID)
    assert first.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "write 2026-10-25 02:30+01:00 for the second" in first.note
    second = read_instant("2026-10-25 02:30+01:00", now=NOW, zone=MADRID)
    assert second.at - first.at == timedelta(hours=1)
    assert second.note == ""


def test_ends_are_lengths_or_times() -> None:
    start = datetime(2026, 5, 4, 20, tzinfo=UTC)  # 22:00 in Madrid

    def end(text: str) -> timedelta:
        return read_end(text, start=start, now=NOW, zone=MADRID).at - start

    assert end("90") == end("90 min") == end("1h30m") == end("1 h 30 min") == end("23:30") == timedelta(minutes=90)
    assert end("0:30") == timedelta(minutes=150)
    assert read_end("0:30", start=start, now=NOW, zone=MADRID).note == "ends the next day"
    for wrong in ("2026-05-04 21:00", "0", "32d", "-5m"):
        with pytest.raises(BadInput):
            end(wrong)


@given(st.integers(0, 50_000_000), st.sampled_from(ZONES))
def test_what_is_said_is_read_back(minutes: int, zone: ZoneInfo) -> None:
    at = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    local = at.astimezone(zone)
    text = f"{local:%Y-%m-%d %H:%M}"
    reading = read_instant(text, now=at, zone=zone)
    assert reading.at == at or (reading.note and reading.at < at)
    assert spoken(at, zone).endswith(f"{local:%H:%M}")


@given(st.integers(1, 40_000))
def test_lengths_are_read_back(minutes: int) -> None:
    length = timedelta(minutes=minutes)
    assert typed_length(spoken_length(length)) == length


@given(st.text(max_size=40))
def test_no_text_does_harm(text: str) -> None:
    try:
        reading = read_instant(text, now=NOW, zone=MADRID)
    except BadInput:
        return
    assert reading.at.tzinfo is not None


def test_windows_and_distances_in_words() -> None:
    assert spoken_window(NOW, NOW + timedelta(hours=1), MADRID) == "Mon 4 May 2026 14:00 – 15:00"
    assert spoken_window(NOW, NOW + timedelta(hours=11), MADRID).endswith("– Tue 5 May 2026 01:00")
    assert from_now(NOW + timedelta(minutes=125), NOW) == "in 2 h 5 min"
    assert from_now(NOW - timedelta(minutes=12), NOW) == "12 min ago"
