"""What a mean of few values is worth: Student's t, and how sure many comparisons are when they are made together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import exp, inf, lgamma, log, sqrt
from statistics import NormalDist

from sessiontui.domain.analytics.estimates import CONFIDENCE

_STEPS = 300
"""Terms of the continued fraction at the most; a dozen do nearly always."""

_HALVINGS = 80

_SMALL = 1e-300


@lru_cache(maxsize=4096)
def t_of(freedom: int, confidence: float = CONFIDENCE) -> float:
    """Return how many standard errors an interval reaches to either side at so many degrees of freedom.

    >>> round(t_of(4), 3), round(t_of(1_000), 2)
    (2.776, 1.96)
    """
    low, high = 0.0, 1.0
    while _outside(high, freedom) > 1 - confidence:
        high *= 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _outside(middle, freedom) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def t_interval(values: Sequence[float], *, confidence: float = CONFIDENCE) -> tuple[float, float] | None:
    """Return the t interval of the mean of values; ``None`` below two of them.

    >>> low, high = t_interval([1.0, 2.0, 3.0])
    >>> round(low, 2), round(high, 2)
    (-0.48, 4.48)
    """
    n = len(values)
    if n < 2:
        return None
    mean = sum(values) / n
    reach = t_of(n - 1, confidence) * sqrt(variance(values) / n)
    return mean - reach, mean + reach


def variance(values: Sequence[float]) -> float:
    """Return the variance of a sample; zero below two values."""
    n = len(values)
    if n < 2:
        return 0.0
    mean = sum(values) / n
    return sum((value - mean) ** 2 for value in values) / (n - 1)


def chance_of_shares(hits: int, n: int, other_hits: int, other_n: int) -> float:
    """Return how likely two shares lie so far apart by chance alone, by the pooled z test, from both sides.

    >>> chance_of_shares(5, 10, 50, 100)
    1.0
    """
    if n == 0 or other_n == 0:
        return 1.0
    pooled = (hits + other_hits) / (n + other_n)
    error = sqrt(pooled * (1 - pooled) * (1 / n + 1 / other_n))
    if error == 0:
        return 1.0
    return 2 * NormalDist().cdf(-abs(hits / n - other_hits / other_n) / error)


def chance_of_means(values: Sequence[float], others: Sequence[float]) -> float:
    """Return how likely two means lie so far apart by chance alone, by Welch's t test, from both sides."""
    n, m = len(values), len(others)
    if n < 2 or m < 2:
        return 1.0
    own, theirs = variance(values) / n, variance(others) / m
    apart = abs(sum(values) / n - sum(others) / m)
    if own + theirs == 0:
        return 1.0 if apart == 0 else 0.0
    freedom = (own + theirs) ** 2 / (own**2 / (n - 1) + theirs**2 / (m - 1))
    return _outside(apart / sqrt(own + theirs), freedom)


def chance_of_mean(values: Sequence[float], against: float = 0.0) -> float:
    """Return how likely a mean lies so far from a value by chance alone, by the t test, from both sides."""
    n = len(values)
    if n < 2:
        return 1.0
    error = sqrt(variance(values) / n)
    apart = abs(sum(values) / n - against)
    if error == 0:
        return 1.0 if apart == 0 else 0.0
    return _outside(apart / error, n - 1)


def holm(chances: Iterable[float]) -> list[float]:
    """Return chances corrected for having been looked at together, by Holm's method, in their order.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    given = list(chances)
    found = [0.0] * len(given)
    worst = 0.0
    for place, at in enumerate(sorted(range(len(given)), key=given.__getitem__)):
        worst = max(worst, min(1.0, given[at] * (len(given) - place)))
        found[at] = worst
    return found


def _outside(t: float, freedom: float) -> float:
    """Return the chance that Student's t lies further from zero."""
    return _beta(freedom / (freedom + t * t), freedom / 2, 0.5) if t < inf else 0.0


def _beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, 1 / _apart(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _apart(1 + term * d)
            c = _apart(1 + term / c)
            found *= c * d
        if abs(c * d - 1) < 1e-13:
            break
    return found


def _apart(value: float) -> float:
    return value if abs(value) > _SMALL else _SMALL
