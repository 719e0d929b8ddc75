"""A clock for worlds in which time runs faster, or slower, than outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta


class ScaledClock:
    """Shows ``start`` at first and then runs ``speed`` times as fast as ``real``, which counts seconds upwards.

    >>> seconds = iter([10.0, 11.0])
    >>> from datetime import UTC
    >>> clock = ScaledClock(datetime(2026, 5, 4, 14, tzinfo=UTC), speed=60, real=lambda: next(seconds))
    >>> clock.now().isoformat()
    '2026-05-04T14:01:00+00:00'
    """

    def __init__(self, start: datetime, *, speed: float, real: Callable[[], float]) -> None:
        if speed <= 0:
            msg = f"a clock cannot run {speed} times as fast"
            raise ValueError(msg)
        self.speed = speed
        self._start = start
        self._real = real
        self._zero = real()

    def now(self) -> datetime:
        """Return the instant that it is in the world."""
        return self._start + timedelta(seconds=(self._real() - self._zero) * self.speed)
