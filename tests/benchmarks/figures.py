"""What a bar answers: figures, each beside what it is measured against, and whether the bar holds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value.

    ``reference`` is the limit, or what a peer needed in the same run; the bar holds while value and reference are
    in a ratio of at most ``most``, or of at least ``least``. Without a reference the figure is told and judged by
    nobody.
    """

    bar: int
    what: str
    value: float
    unit: str
    against: str = ""
    reference: float | None = None
    most: float | None = None
    least: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        if self.reference is None:
            return None
        if self.reference == 0:
            return 0.0 if self.value == 0 else float("inf")
        return self.value / self.reference

    @property
    def holds(self) -> bool | None:
        ratio = self.ratio
        if ratio is None or (self.most is None and self.least is None):
            return None
        if self.reference == 0:
            return self.value == 0
        return (self.most is None or ratio <= self.most) and (self.least is None or ratio >= self.least)


def limit(bar: int, what: str, value: float, unit: str, at_most: float, note: str = "") -> Figure:
    """A value that is held against a fixed limit."""
    return Figure(bar=bar, what=what, value=value, unit=unit, against="limit", reference=at_most, most=1.0, note=note)


def told(bar: int, what: str, value: float, unit: str, note: str = "") -> Figure:
    """A value without a bar of its own, such as a peer's."""
    return Figure(bar=bar, what=what, value=value, unit=unit, note=note)


def skipped(bar: int, what: str, why: str) -> Figure:
    """A peer or a part that could not be measured here."""
    return Figure(bar=bar, what=what, value=float("nan"), unit="", note=f"skipped: {why}")


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def p50(values: Sequence[float]) -> float:
    return median(values)


def p99(values: Sequence[float]) -> float:
    return quantile(values, 0.99)


def milliseconds(act: Callable[[], object], *, times: int = 1) -> list[float]:
    """How long each of several runs took."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    return took
