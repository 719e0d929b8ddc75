"""What goes together over many sessions: rank correlations, corrected for how many are looked at.

Spearman's rank correlation with Fisher's interval of 95 %; the chances are corrected by Holm's method. That two
things go together does not say that one brings the other about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import atanh, sqrt, tanh
from statistics import NormalDist
from typing import Final

from sessiontui.domain.analytics.estimates import z_of
from sessiontui.domain.analytics.students import holm
from sessiontui.domain.records import record
from sessiontui.domain.scoring.effort import Effort

ENOUGH: Final = 20
"""Pairs that a correlation needs to be spoken of."""

SURE: Final = 0.05


@record(kw_only=True)
class Correlation:
    """How two facts of sessions go together, from −1 to 1; ``chance`` is that of chance alone, corrected."""

    factor: str
    outcome: str
    rho: float
    n: int
    low: float
    high: float
    chance: float

    @property
    def is_sure(self) -> bool:
        """Whether it is beyond chance."""
        return self.chance < SURE

    @property
    def told(self) -> str:
        """The correlation in words.

        >>> Correlation(factor="focus", outcome="plan done", rho=0.42, n=88, low=0.2, high=0.6, chance=0.001).told
        'more focus goes with more plan done'
        """
        if not self.is_sure:
            return f"{self.factor} and {self.outcome}: nothing beyond chance"
        return f"more {self.factor} goes with {'more' if self.rho > 0 else 'less'} {self.outcome}"


_FACTORS: Final[Mapping[str, Callable[[Effort], float | None]]] = {
    "focus": lambda one: one.focus.share,
    "interruptions": lambda one: one.focus.an_hour,
    "planned time": lambda one: one.estimate.total_seconds() or None,
    "goals": lambda one: float(one.goals.of) if one.goals.of else None,
}

_OUTCOMES: Final[Mapping[str, Callable[[Effort], float | None]]] = {
    "plan done": lambda one: None if one.progress is None else float(one.progress),
    "rating": lambda one: sum(one.stars) / len(one.stars) if one.stars else None,
    "overrun": lambda one: one.ratio,
}


def correlations_of(efforts: Sequence[Effort]) -> tuple[Correlation, ...]:
    """Return what goes together in sessions, the surest first; pairs of which too little is known are left out."""
    found: list[tuple[str, str, float, int]] = []
    for factor, of in _FACTORS.items():
        for outcome, came in _OUTCOMES.items():
            both = ((of(effort), came(effort)) for effort in efforts)
            pairs = [(one, other) for one, other in both if one is not None and other is not None]
            if len(pairs) >= ENOUGH and (rho := spearman(pairs)) is not None:
                found.append((factor, outcome, rho, len(pairs)))
    corrected = holm([_chance(rho, n) for _, _, rho, n in found])
    made = [_made(*one, chance) for one, chance in zip(found, corrected, strict=True)]
    return tuple(sorted(made, key=lambda one: (one.chance, -abs(one.rho), one.factor, one.outcome)))


def spearman(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return the rank correlation of pairs; ``None`` where one of the two never differs.

    >>> spearman([(1.0, 10.0), (2.0, 20.0), (3.0, 15.0)])
    0.5
    """
    first, second = _ranks([one for one, _ in pairs]), _ranks([other for _, other in pairs])
    middle = (len(pairs) + 1) / 2
    products = sum((a - middle) * (b - middle) for a, b in zip(first, second, strict=True))
    squares = [sum((rank - middle) ** 2 for rank in ranks) for ranks in (first, second)]
    if 0 in squares:
        return None
    return max(-1.0, min(1.0, products / sqrt(squares[0] * squares[1])))


def _ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value from 1 on; equal ones share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in range(start, end + 1):
            ranks[order[place]] = (start + end) / 2 + 1
        start = end + 1
    return ranks


def _error(n: int) -> float:
    """Return the standard error of Fisher's transform of a rank correlation."""
    return 1.03 / sqrt(n - 3)


def _chance(rho: float, n: int) -> float:
    bounded = max(-1 + 1e-12, min(1 - 1e-12, rho))
    return 2 * NormalDist().cdf(-abs(atanh(bounded)) / _error(n))


def _made(factor: str, outcome: str, rho: float, n: int, chance: float) -> Correlation:
    middle = atanh(max(-1 + 1e-12, min(1 - 1e-12, rho)))
    reach = z_of() * _error(n)
    return Correlation(
        factor=factor,
        outcome=outcome,
        rho=rho,
        n=n,
        low=tanh(middle - reach),
        high=tanh(middle + reach),
        chance=chance,
    )
