"""What a number is worth: the interval of a share, the interval of a mean, and quantiles."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from statistics import NormalDist
from typing import Final

from sessiontui.domain.errors import BadInput

CONFIDENCE: Final = 0.95
"""How often an interval is to hold the truth."""


def z_of(confidence: float = CONFIDENCE) -> float:
    """Return how many standard errors an interval of that confidence reaches to either side.

    >>> round(z_of(), 2)
    1.96
    """
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(hits: int, n: int, *, confidence: float = CONFIDENCE) -> tuple[float, float] | None:
    """Return Wilson's score interval of a share, from 0 to 1; ``None`` where nothing was counted.

    >>> low, high = wilson(8, 10)
    >>> round(low, 3), round(high, 3)
    (0.49, 0.943)
    """
    if not 0 <= hits <= n:
        raise BadInput(f"{hits} of {n} is no share")
    if n == 0:
        return None
    share, z = hits / n, z_of(confidence)
    centre = share + z * z / (2 * n)
    reach = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if hits == 0 else max(0.0, (centre - reach) / scale)
    high = 1.0 if hits == n else min(1.0, (centre + reach) / scale)
    return low, high


def mean_interval(total: float, squares: float, n: int) -> tuple[float, float] | None:
    """Return the interval of a mean from the sum of values and of their squares; ``None`` below two values.

    >>> low, high = mean_interval(4.0, 10.0, 2)
    >>> round(low, 2), round(high, 2)
    (0.04, 3.96)
    """
    if n < 2:
        return None
    mean = total / n
    spread = max(0.0, (squares - total * mean) / (n - 1))
    reach = z_of() * sqrt(spread / n)
    return mean - reach, mean + reach


def quantile(value_at: Callable[[int], float], n: int, share: float) -> float | None:
    """Return the value below which a share of ``n`` ordered values lies, between two neighbours on a straight line.

    ``value_at`` answers the value of a rank from 0 on; at most two are asked for. The share 0.5 is the median.

    >>> quantile([1.0, 2.0, 4.0, 8.0].__getitem__, 4, 0.5)
    3.0
    """
    if n == 0:
        return None
    place = (n - 1) * share
    rank = int(place)
    low = value_at(rank)
    if rank == place:
        return low
    return low + (value_at(rank + 1) - low) * (place - rank)
