"""Ridge logistic regression on counted groups: small, exact, without a library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sessiontui.domain.risk.model import chance_of
from sessiontui.domain.risk.steps import Steps, parted, whole

_MOST_STEPS: Final = 30
_CLOSE: Final = 1e-8


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that are alike: which parameters they add up, their offset, how many they are, how many came."""

    columns: tuple[int, ...]
    offset: float
    number: int
    came: int


def solve(groups: Sequence[Group], size: int, ridge: float) -> list[float]:
    """Return the log-odds of an intercept (the first) and of ``size`` effects, kept small by ``ridge``."""
    return whole(solving(groups, size, ridge))


def solving(groups: Sequence[Group], size: int, ridge: float) -> Steps[list[float]]:
    """Do what ``solve`` does, in steps."""
    width = size + 1
    found = [0.0] * width
    for _ in range(_MOST_STEPS):
        slope = [-ridge * value for value in found]
        slope[0] = 0.0
        curve = [[0.0] * width for _ in range(width)]
        for place in range(width):
            curve[place][place] = ridge if place else 1e-9
        for ends, group in parted(groups):
            if ends:
                yield
            places = (0, *(column + 1 for column in group.columns))
            chance = chance_of(group.offset + sum(found[place] for place in places))
            off = group.came - group.number * chance
            bend = group.number * chance * (1 - chance)
            for row in places:
                slope[row] += off
                line = curve[row]
                for column in places:
                    line[column] += bend
        yield
        step = _eliminate(curve, slope)
        found = [value + move for value, move in zip(found, step, strict=True)]
        if max(map(abs, step)) < _CLOSE:
            break
    return found


def _eliminate(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a positive definite system by Gauss, in place."""
    size = len(right)
    for place in range(size):
        pivot = matrix[place][place]
        for row in range(place + 1, size):
            factor = matrix[row][place] / pivot
            if factor:
                line, top = matrix[row], matrix[place]
                for column in range(place, size):
                    line[column] -= factor * top[column]
                right[row] -= factor * right[place]
    for place in reversed(range(size)):
        rest = sum(matrix[place][column] * right[column] for column in range(place + 1, size))
        right[place] = (right[place] - rest) / matrix[place][place]
    return right
