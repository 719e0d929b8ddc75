from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sessiontui.worker.beat import Beat

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
INSTANTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def test_the_first_beat_comes_at_once_or_when_asked() -> None:
    assert Beat(SECOND).get_next_fire_time(None, NOON) == NOON
    assert Beat(SECOND, first_after=45 * SECOND).get_next_fire_time(None, NOON) == NOON + 45 * SECOND


def test_the_pace_is_kept_though_a_beat_was_heard_late() -> None:
    late = NOON + timedelta(milliseconds=300)
    assert Beat(SECOND).get_next_fire_time(NOON, late) == NOON + SECOND


@given(INSTANTS, INSTANTS)
def test_whatever_the_clock_does_one_beat_at_most_is_waited_and_none_piles_up(last: datetime, now: datetime) -> None:
    following = Beat(SECOND).get_next_fire_time(last, now)
    assert now < following <= now + SECOND
