"""The beat that all who look at something again and again keep: they wake the process together, not one by one.

A process that sleeps costs most when it wakes. What is looked at ten times a second and what is done once a second
fall on the same beats of one clock, so that a second has ten wakings and not as many as there are things to do.
"""

from __future__ import annotations

from typing import Final

TENTH: Final = 0.1
"""Seconds between two beats."""

CLOSE: Final = 0.002
"""Seconds before a beat that count as the beat itself: a sleeper wakes a little early or late."""


def until_beat(now: float, every: float = TENTH) -> float:
    """Return the seconds from ``now``, on a clock that never goes back, until the next beat of ``every`` seconds.

    >>> round(until_beat(12.34, 0.1), 3), round(until_beat(12.34, 1.0), 3)
    (0.06, 0.66)

    Who wakes a moment before the beat does not wake twice for it.

    >>> round(until_beat(12.9995, 1.0), 3)
    1.001
    """
    left = every - now % every
    return left if left > CLOSE else left + every
