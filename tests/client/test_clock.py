"""Time that neither jumps back nor sleeps, and the server's clock as learnt from the dates of its answers."""

from __future__ import annotations

from datetime import datetime
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.client.clock import SkewGauge, SteadyTime, instant, rfc3339
from tests.client.desk import FakeClock

steps = st.lists(st.tuples(st.floats(0, 1_000), st.floats(-100_000, 100_000)), max_size=30)


@given(steps)
def test_steady_time_never_runs_backwards_and_never_behind_the_steady_clock(moves: list[tuple[float, float]]) -> None:
    clock = FakeClock()
    time, last, sum_ = SteadyTime(clock), 0.0, 0.0
    for passed, jump in moves:
        clock.seconds += passed
        clock.epoch += jump
        sum_ += passed
        now = time.now()
        assert now >= last
        assert now >= sum_ - 1e-6
        last = now


def test_a_machine_that_slept_has_aged() -> None:
    clock = FakeClock()
    time = SteadyTime(clock)
    clock.epoch += 8 * 3600  # the monotonic clock stood still meanwhile
    assert time.now() == pytest.approx(8 * 3600)


def test_a_clock_that_is_set_back_stops_nothing() -> None:
    clock = FakeClock()
    time = SteadyTime(clock)
    clock.epoch -= 3600
    clock.seconds += 5
    assert time.now() == pytest.approx(5)


@given(
    st.floats(-1e6, 1e6),
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 2), st.floats(0, 2)), min_size=1, max_size=20),
)
def test_the_gauge_is_never_further_off_than_one_answer_allows(
    skew: float, answers: list[tuple[float, float, float]]
) -> None:
    gauge, wall = SkewGauge(), 1_777_903_200.0
    for pause, there, back in answers:
        sent = wall + pause
        at_server = sent + there + skew
        wall = sent + there + back
        gauge.hear(formatdate(at_server, usegmt=True), sent=sent, received=wall)
    widest = max(there + back for _, there, back in answers) + 1.0
    assert abs(gauge.seconds - skew) <= widest + 1e-3


def test_clocks_that_may_well_agree_are_left_alone() -> None:
    gauge = SkewGauge()
    gauge.hear(formatdate(1_777_903_200, usegmt=True), sent=1_777_903_200.3, received=1_777_903_200.4)
    assert gauge.seconds == 0


def test_a_clock_that_was_set_is_learnt_anew() -> None:
    gauge = SkewGauge()
    for ahead in (0, 3600):
        gauge.hear(formatdate(1_777_903_200 + ahead, usegmt=True), sent=1_777_903_200.0, received=1_777_903_200.5)
    assert gauge.seconds == pytest.approx(3600, abs=1)


@pytest.mark.parametrize("date", [None, "", "yesterday", "Mon, 99 May 2026 14:00:10 GMT"])
def test_a_date_that_is_none_teaches_nothing(date: str | None) -> None:
    gauge = SkewGauge()
    gauge.hear(date, sent=0, received=1)
    assert gauge.seconds == 0


@given(st.floats(0, 4e9))
def test_instants_are_aware_and_whole_milliseconds(seconds: float) -> None:
    at = instant(seconds)
    assert at.microsecond % 1000 == 0
    assert datetime.fromisoformat(rfc3339(at)) == at


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        rfc3339(datetime(2026, 5, 4))  # noqa: DTZ001
