"""Quiet hours in every zone and over changes of the clocks; mornings come once a day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.digests import LATEST, day_due
from sessiontui.domain.errors import BadInput
from sessiontui.domain.preferences import PRESSING, QuietHours, held_until, language_of, quiet_hours

ZONES = [
    ZoneInfo(key) for key in ("UTC", "Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
]
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda number: time(number // 60, number % 60))
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 365 * 24 * 60).map(lambda number: YEAR + timedelta(minutes=number))


@given(INSTANTS, st.sampled_from(ZONES), MINUTES, MINUTES)
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), ZONES[1], time(2, 15), time(2, 45))
@example(datetime(2026, 10, 25, 1, 20, tzinfo=UTC), ZONES[1], time(2, 15), time(2, 45))
@example(datetime(2026, 3, 29, 0, 50, tzinfo=UTC), ZONES[1], time(1, 30), time(2, 30))
def test_what_is_held_leaves_when_it_is_quiet_no_more(at: datetime, zone: ZoneInfo, since: time, until: time):
    if since == until:
        return
    quiet = QuietHours(since=since, until=until)
    held = held_until(quiet, LetterKind.SURVEY, at, zone)
    if held is None:
        assert not quiet.hold(at.astimezone(zone).time())
        return
    assert at < held <= at + timedelta(hours=25, minutes=1)
    assert not quiet.hold(held.astimezone(zone).time()) or held.astimezone(zone).fold == 0


@given(INSTANTS, st.sampled_from(ZONES), st.sampled_from(LetterKind), st.integers(-600, 3000))
def test_only_news_about_a_near_session_wakes_anybody(at: datetime, zone: ZoneInfo, kind: LetterKind, ahead: int):
    quiet = QuietHours(since=time(0), until=time(23, 59))
    held = held_until(quiet, kind, at, zone, starts_at=at + timedelta(minutes=ahead))
    if at.astimezone(zone).time() >= time(23, 59):
        assert held is None
    else:
        assert (held is None) == (kind in PRESSING and ahead <= 12 * 60)


@pytest.mark.parametrize("text", ["22-7", "25:00-07:00", "22:00", "07:00-07:00", "7:60-8:00", "22:00-07:00 "[::-1]])
def test_what_is_no_span_of_hours_is_refused(text: str):
    with pytest.raises(BadInput) as refused:
        quiet_hours(text)
    assert refused.value.hint


def test_a_language_is_named_as_files_are():
    assert [language_of(text) for text in ("DE", "pt-BR", "none", "")] == ["de", "pt-br", "", ""]
    for text in ("../etc", "d", "de_AT", "de.x"):
        with pytest.raises(BadInput):
            language_of(text)


@given(st.sampled_from(ZONES), st.integers(0, 360), st.one_of(st.none(), st.just(time(9, 30))))
def test_a_day_is_told_once_and_in_the_morning(zone: ZoneInfo, start: int, wake: time | None):
    quiet = None if wake is None else QuietHours(since=time(22), until=wake)
    at, last, told = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=start), "", []
    for _ in range(3 * 24 * 4):
        at += timedelta(minutes=15)
        day = day_due(at, zone, quiet=quiet, last=last)
        if day is not None:
            told.append(at.astimezone(zone))
            last = day.isoformat()
    assert 2 <= len(told) <= 4
    assert len({one.date() for one in told}) == len(told)
    begins = wake or time(7)
    for one in told[1:]:
        since = datetime.combine(one.date(), begins, tzinfo=zone).astimezone(UTC)
        assert since <= one.astimezone(UTC) < since + timedelta(minutes=15)
    assert timedelta(hours=1) < LATEST < timedelta(hours=12)
