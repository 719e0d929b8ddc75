from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sessiontui.worker.watchdog import ClockWatch

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Clocks:
    """A wall clock and a monotonic one that can part."""

    def __init__(self) -> None:
        self.at = NOON
        self.seconds = 50.0

    def wall(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def pass_time(self, seconds: float, *, step: timedelta = timedelta()) -> None:
        self.seconds += seconds
        self.at += timedelta(seconds=seconds) + step


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


def test_time_that_passes_is_no_step(clocks: Clocks) -> None:
    watch = ClockWatch(clocks.wall, clocks.monotonic)
    for seconds in (1, 0.5, 3600):
        clocks.pass_time(seconds)
        assert watch.step() is None


@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
def test_a_step_is_told_once_with_its_direction(clocks: Clocks, hours: int) -> None:
    watch = ClockWatch(clocks.wall, clocks.monotonic)
    clocks.pass_time(1, step=timedelta(hours=hours))
    assert watch.step() == timedelta(hours=hours)
    clocks.pass_time(1)
    assert watch.step() is None


def test_a_machine_that_slept_steps_forwards(clocks: Clocks) -> None:
    watch = ClockWatch(clocks.wall, clocks.monotonic)
    clocks.at += timedelta(hours=8)  # the monotonic clock stands while the machine sleeps
    assert watch.step() == timedelta(hours=8)


def test_slewing_is_no_step(clocks: Clocks) -> None:
    watch = ClockWatch(clocks.wall, clocks.monotonic)
    for _ in range(100):
        clocks.pass_time(1, step=timedelta(milliseconds=50))
        assert watch.step() is None


@pytest.mark.parametrize(("seconds", "told"), [(2.0, False), (2.001, True), (-2.0, False), (-2.001, True)])
def test_two_seconds_are_tolerated(clocks: Clocks, seconds: float, told: bool) -> None:
    watch = ClockWatch(clocks.wall, clocks.monotonic)
    clocks.pass_time(0, step=timedelta(seconds=seconds))
    assert (watch.step() is not None) == told
