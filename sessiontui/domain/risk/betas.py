"""The beta distribution, as far as intervals of shares need it: its cumulative share and its quantiles."""

from __future__ import annotations

import math
from typing import Final

_TINY: Final = 1e-300
_PRECISE: Final = 1e-12
_MOST_TERMS: Final = 400
_HALVINGS: Final = 40
"""Enough for twelve digits."""


def share_below(x: float, a: float, b: float) -> float:
    """Return the share of a beta distribution that lies below ``x``.

    >>> round(share_below(0.5, 3, 3), 9), round(share_below(0.25, 1, 1), 9)
    (0.5, 0.25)
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )  # fmt: skip
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def quantile(share: float, a: float, b: float) -> float:
    """Return the value below which that share of a beta distribution lies.

    >>> round(quantile(0.25, 1, 1), 9)
    0.25
    """
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if share_below(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _fraction(x: float, a: float, b: float) -> float:
    """Evaluate the continued fraction of the incomplete beta function by Lentz's method."""
    c, d = 1.0, 1 / _off_zero(1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, _MOST_TERMS):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _off_zero(1 + numerator * d)
            c = _off_zero(1 + numerator / c)
            result *= c * d
        if abs(c * d - 1) < _PRECISE:
            break
    return result


def _off_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
