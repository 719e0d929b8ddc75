"""How good chances were: Brier score, log loss, AUC, calibration, and the precision of warnings.

Every figure is about the event that someone, or everyone, stayed away.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

BINS: Final = 10

_LEAST: Final = 1e-15


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """How good chances were on ``n`` cases; lower is better for ``brier`` and ``log_loss``, higher for ``auc``.

    ``auc`` is ``None`` where all cases came out alike.
    """

    n: int
    brier: float
    log_loss: float
    auc: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The cases whose chance lay from ``low`` to ``high``: how many, the mean chance, and how many it befell."""

    low: float
    high: float
    n: int
    mean: float
    hits: int

    @property
    def share(self) -> float:
        """The share that it befell."""
        return self.hits / self.n


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How right warnings were: of ``n`` that were warned of, ``hits`` it befell; Wilson's interval of 95 %."""

    hits: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share of warnings that were right."""
        return self.hits / self.n


def measures(chances: Sequence[float], outcomes: Sequence[bool]) -> Measures:
    """Return how good chances were; both sequences are of the same length and not empty."""
    n = len(chances)
    pairs = tuple(zip(chances, outcomes, strict=True))
    return Measures(
        n=n,
        brier=math.fsum((chance - hit) ** 2 for chance, hit in pairs) / n,
        log_loss=-math.fsum(math.log(max(_LEAST, chance if hit else 1 - chance)) for chance, hit in pairs) / n,
        auc=_auc(pairs),
    )


def calibration(chances: Sequence[float], outcomes: Sequence[bool], *, bins: int = BINS) -> tuple[Bin, ...]:
    """Return the cases in bins of equal width by their chance; empty bins are left out."""
    found: dict[int, list[tuple[float, bool]]] = {}
    for chance, hit in zip(chances, outcomes, strict=True):
        found.setdefault(min(bins - 1, int(chance * bins)), []).append((chance, hit))
    return tuple(
        Bin(
            low=place / bins,
            high=(place + 1) / bins,
            n=len(inside),
            mean=math.fsum(chance for chance, _ in inside) / len(inside),
            hits=sum(hit for _, hit in inside),
        )
        for place, inside in sorted(found.items())
    )


def precision(hits: int, n: int) -> Precision | None:
    """Return how right warnings were, ``None`` where there were none.

    >>> found = precision(6, 9)
    >>> round(found.low, 2), round(found.high, 2)
    (0.35, 0.88)
    """
    if n == 0:
        return None
    from sessiontui.domain.analytics.estimates import wilson  # its statistics cost time that no first frame has

    low, high = wilson(hits, n) or (0.0, 1.0)
    return Precision(hits=hits, n=n, low=low, high=high)


def _auc(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """Return the chance that one whom it befell had a higher chance than one whom it did not; ties count half."""
    hits = sum(hit for _, hit in pairs)
    misses = len(pairs) - hits
    if not hits or not misses:
        return None
    below = won = 0.0
    for _, tied in groupby(sorted(pairs), key=lambda pair: pair[0]):
        group = [hit for _, hit in tied]
        here = sum(group)
        won += here * (below + (len(group) - here) / 2)
        below += len(group) - here
    return won / (hits * misses)
