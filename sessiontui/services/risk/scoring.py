"""How good the no-show risk is: learned on the earlier part of past bookings, tested on the later part.

Nothing leaks: the model learns from outcomes that were known when the later part began, and a record holds what was
known when the booking was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.risk import (
    LEAST_CASES,
    Bin,
    Case,
    Fit,
    Measures,
    Precision,
    Record,
    Seen,
    calibration,
    effect,
    fit,
    measures,
    precision,
    recorded,
)
from sessiontui.domain.risk.model import chance_of
from sessiontui.services.risk import rival as risk_rival

TRAINED_ON: Final = 0.7
"""The earlier share of the cases that is learned from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How the model fared on ``test`` bookings that began at ``cut`` or later, having learned from ``train``.

    ``model``, ``base`` (the platform's rate for everyone) and ``rival`` are about staying away. ``bins`` are the
    model's. ``warned`` is how right a warning at ``threshold`` was. Where there is no rival, ``no_rival`` says why.
    """

    train: int
    test: int
    people: int
    cut: datetime
    fit: Fit
    model: Measures
    base: Measures
    rival: Measures | None
    no_rival: str
    bins: tuple[Bin, ...]
    warned: Precision | None
    threshold: float
    is_dated: bool = False

    @property
    def beats_base(self) -> bool:
        """Whether the model's Brier score is better than that of the platform's rate."""
        return self.model.brier < self.base.brier


def evaluate(
    cases: Sequence[Case], *, zone: ZoneInfo, threshold: float, with_rival: bool = False
) -> Evaluation | None:
    """Return how the model fares on the later part of past bookings, ``None`` where there are too few of them."""
    ordered = sorted(cases, key=lambda case: (case.starts_at, case.who))
    cut = _cut(ordered)
    if cut is None:
        return None
    seen = recorded(ordered, zone)
    train = [
        past for past, case in zip(seen, ordered, strict=True) if case.starts_at < cut and case.known_at <= cut
    ]  # fmt: skip
    test = [past for past, case in zip(seen, ordered, strict=True) if case.starts_at >= cut]
    if len(train) < LEAST_CASES or not test:
        return None
    found = fit(train, people=len({case.who for case in ordered if case.starts_at < cut}), until=cut)
    stayed = [not case.came for case in test]
    said = _chances(found, test)
    rival, no_rival = _rival(train, test, found.base_rate, stayed) if with_rival else (None, "")
    warned = [away for chance, away in zip(said, stayed, strict=True) if chance >= threshold]
    return Evaluation(
        train=len(train),
        test=len(test),
        people=len({case.who for case in ordered}),
        cut=cut,
        fit=found,
        model=measures(said, stayed),
        base=measures([1 - found.base_rate] * len(test), stayed),
        rival=rival,
        no_rival=no_rival,
        bins=calibration(said, stayed),
        warned=precision(sum(warned), len(warned)),
        threshold=threshold,
        is_dated=all(case.is_dated for case in ordered),
    )


def _cut(ordered: Sequence[Case]) -> datetime | None:
    """Return where the later part begins: bookings that begin together are not parted."""
    if not ordered:
        return None
    cut = ordered[min(len(ordered) - 1, round(len(ordered) * TRAINED_ON))].starts_at
    if cut > ordered[0].starts_at:
        return cut
    return next((case.starts_at for case in ordered if case.starts_at > cut), None)


def _chances(found: Fit, test: Sequence[Seen]) -> list[float]:
    moves: dict[Record, float] = {(): 0.0}
    said = []
    for case in test:
        if case.record not in moves:
            moves[case.record] = effect(found, case.record)
        said.append(chance_of(-(found.log_odds(case.traits) + moves[case.record])))
    return said


def _rival(
    train: Sequence[Seen], test: Sequence[Seen], base_rate: float, stayed: Sequence[bool]
) -> tuple[Measures | None, str]:
    if not risk_rival.is_there():
        return None, risk_rival.MISSING
    if len({case.came for case in train}) < 2:  # it needs both outcomes
        return None, "all earlier bookings came out alike: there is nothing to regress"
    return measures(risk_rival.chances(train, test, base_rate), stayed), ""
