"""The rival of the no-show risk: logistic regression on the same features, for comparison alone.

scikit-learn comes with the extra ``dev``; it is imported when a comparison is asked for, and nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Final, Protocol, cast

from sessiontui.domain.risk import Seen
from sessiontui.domain.risk.cases import BANDS, UNKNOWN

MISSING: Final = "scikit-learn is not installed; the extra sessiontui[dev] brings it"

_WEIGHTS: Final = (1.0, 4.0)
"""Cases that the base rate weighs as much as, in the shares of a record that the rival may choose between."""

_MOST_STEPS: Final = 1_000


class _Regression(Protocol):
    """What is used of the library's regression."""

    def fit(self, rows: list[list[float]], outcomes: list[bool]) -> _Regression: ...

    def predict_proba(self, rows: list[list[float]]) -> Sequence[Sequence[float]]: ...


class _Maker(Protocol):
    def __call__(self, *, max_iter: int) -> _Regression: ...


def is_there() -> bool:
    """Return whether a comparison is possible here."""
    return find_spec("sklearn") is not None


def chances(train: Sequence[Seen], test: Sequence[Seen], base_rate: float) -> list[float]:
    """Return the rival's chance of staying away for each later booking, learned from the earlier ones.

    The earlier ones must hold both outcomes.
    """
    maker = cast("_Maker", import_module("sklearn.linear_model").LogisticRegression)
    learner = maker(max_iter=_MOST_STEPS)
    learner.fit([_features(case, base_rate) for case in train], [not case.came for case in train])
    return [float(row[1]) for row in learner.predict_proba([_features(case, base_rate) for case in test])]


def _features(case: Seen, base_rate: float) -> list[float]:
    """Return what the model knows of a booking as numbers: its bands, and its person's record."""
    row: list[float] = []
    for band, size in zip(case.traits, BANDS.values(), strict=True):
        row += [float(place == band) for place in range(size)] if band != UNKNOWN else [0.0] * size
    past, came = sum(line[1] for line in case.record), sum(line[2] for line in case.record)
    shares = [(came + weight * base_rate) / (past + weight) for weight in _WEIGHTS]
    return [*row, float(past > 0), math.log1p(past), *shares]
