"""Rows are made again when what they tell has changed, and at no other time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.vocabulary import Status
from sessiontui.tui.present.columns import same_look
from sessiontui.tui.present.line import row
from sessiontui.tui.present.look import Look
from sessiontui.tui.screens.rows import Rows, told_until
from tests.tui.desk_fakes import line

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LOOK = Look(zone=ZoneInfo("Asia/Kathmandu"))

statuses = st.sampled_from(list(Status))
far = st.integers(-3 * 86_400, 3 * 86_400) | st.integers(-6_000, 6_000)


@given(statuses, far, st.integers(0, 7_200_000))
def test_a_row_that_is_kept_tells_what_a_new_one_tells(status: Status, ahead: int, passed: int) -> None:
    one = line(status=status, starts_at=NOON + timedelta(seconds=ahead))
    then = NOON + timedelta(milliseconds=passed)
    rows = Rows(LOOK)
    [made] = rows.of([one], NOON)
    fresh = rows.renewed([one], then)
    assert same_look(fresh[0] if fresh else made, row(one, then, LOOK))


def test_a_row_of_tomorrow_is_made_again_every_quarter_of_an_hour_and_one_that_waits_each_minute() -> None:
    tomorrow = line(status=Status.UPCOMING, starts_at=NOON + timedelta(days=1))
    waits = line(status=Status.WAITING, starts_at=NOON - timedelta(minutes=5, seconds=10))
    assert told_until(tomorrow, NOON) == NOON + timedelta(minutes=15)
    assert told_until(waits, NOON) == NOON + timedelta(seconds=50)
