"""Whether the wall clock was set, or the machine slept: it then drifts from the monotonic clock all at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

TOLERANCE: Final = timedelta(seconds=2)
"""Drift between two looks that no slewing of a clock explains."""


class ClockWatch:
    """Compares the wall clock with the monotonic one, look by look."""

    def __init__(self, wall: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._last = (wall(), monotonic())

    def step(self) -> timedelta | None:
        """Return by how much the wall clock stepped since the last look, negative for back, or ``None``."""
        before, self._last = self._last, (self._wall(), self._monotonic())
        drift = (self._last[0] - before[0]) - timedelta(seconds=self._last[1] - before[1])
        return drift if abs(drift) > TOLERANCE else None
