"""What the fitted model says of a booking, a person and a session, each step named so that it can be shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from sessiontui.domain.risk.betas import quantile
from sessiontui.domain.risk.cases import TERMS, UNKNOWN, Term, Traits
from sessiontui.domain.risk.measuring import Precision

Record: TypeAlias = "tuple[tuple[Traits, int, int], ...]"
"""A person's past: traits of bookings, how many there were of such, to how many of them they came."""

NO_RECORD: Final[Record] = ()

LEAST: Final = 1e-9
"""The least chance of anything: nobody is certain to come, nobody certain to stay away."""

_TAIL: Final = 0.025
_MOST_STEPS: Final = 100
_CLOSE: Final = 1e-10
_FAR: Final = 40.0
"""Log-odds beyond every chance that a double tells from 0 or 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What past bookings taught: the platform's rate, how much it weighs, and which terms move it.

    ``base_rate`` is the share of bookings to which people came. ``strength`` is how many cases the platform's rate
    weighs as much as when it meets a person's own record. ``intercept`` and ``effects`` are log-odds of coming,
    by band; a term that the cases do not support is missing. ``cases`` of ``people`` ended before ``until``.
    """

    base_rate: float
    strength: float
    intercept: float
    effects: Mapping[Term, tuple[float, ...]] = field(default_factory=dict)
    cases: int = 0
    people: int = 0
    until: datetime | None = None

    def log_odds(self, traits: Traits) -> float:
        """Return the log-odds with which anyone comes to such a booking."""
        total = self.intercept
        for term, effects in self.effects.items():
            band = traits[TERMS.index(term)]
            if band != UNKNOWN:
                total += effects[band]
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """One approved person's chance to come, with what it rests on.

    ``low`` and ``high`` hold it with 95 %. Of ``past`` cases they ``came`` to some. ``usual`` is the chance of
    anyone for such a booking. ``moved`` tells by how many log-odds each term moves the platform's rate, with its
    band.
    """

    who: str
    chance: float
    low: float
    high: float
    came: int
    past: int
    usual: float
    moved: tuple[tuple[Term, int, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The chance that nobody comes to a session, and everything that explains it.

    ``base_rate`` and ``cases`` are the platform's. ``warnings`` is how right past warnings were, ``None`` while
    there are none. ``threshold`` is the chance from which a session is marked at risk.
    """

    chance: float
    base_rate: float
    cases: int
    people: tuple[Outlook, ...]
    threshold: float
    warnings: Precision | None = None

    @property
    def is_marked(self) -> bool:
        """Whether the chance is high enough for a warning."""
        return self.chance >= self.threshold


def effect(fit: Fit, record: Record) -> float:
    """Return by how many log-odds a person's record moves their chance; zero without one.

    The value balances the prior against what they did beyond what anyone would have done with the same bookings.
    Where all bookings are alike the moved chance is the mean of the beta-binomial posterior.
    """
    weights: dict[float, int] = {}
    for traits, past, _ in record:
        log_odds = fit.log_odds(traits)
        weights[log_odds] = weights.get(log_odds, 0) + past
    return shift(fit, tuple(weights.items()), sum(came for _, _, came in record))


def shift(fit: Fit, bookings: Sequence[tuple[float, int]], came: int) -> float:
    """Return by how many log-odds bookings, as log-odds and number of such, move a chance if they came to some."""
    if not bookings:
        return 0.0
    prior = (logit(fit.base_rate), fit.strength)
    return _balance((prior, *bookings), fit.strength * fit.base_rate + came)


def outlook(fit: Fit, who: str, traits: Traits, record: Record) -> Outlook:
    """Return a person's chance to come to one booking."""
    moved = effect(fit, record)
    past, came = sum(line[1] for line in record), sum(line[2] for line in record)
    base, usual = logit(fit.base_rate), fit.log_odds(traits)
    weight = fit.strength + past
    own = chance_of(base + moved)
    ends = [
        chance_of(logit(_inside(quantile(tail, weight * own, weight * (1 - own)))) + usual - base)
        for tail in (_TAIL, 1 - _TAIL)
    ]
    return Outlook(
        who=who,
        chance=_inside(chance_of(usual + moved)),
        low=_inside(ends[0]),
        high=_inside(ends[1]),
        came=came,
        past=past,
        usual=_inside(chance_of(usual)),
        moved=tuple(
            (term, traits[TERMS.index(term)], effects[traits[TERMS.index(term)]])
            for term, effects in fit.effects.items()
            if traits[TERMS.index(term)] != UNKNOWN
        ),
    )


def risk_of(
    fit: Fit, people: Sequence[Outlook], *, threshold: float, warnings: Precision | None = None
) -> Risk | None:
    """Return the chance that nobody of the approved comes; ``None`` where nobody is approved.

    They are taken to decide independently; families and teams do not, which makes the true chance higher.
    """
    if not people:
        return None
    nobody = math.prod(1 - person.chance for person in people)
    return Risk(
        chance=min(max(nobody, LEAST), 1 - LEAST),
        base_rate=fit.base_rate,
        cases=fit.cases,
        people=tuple(people),
        threshold=threshold,
        warnings=warnings,
    )


def logit(chance: float) -> float:
    """Return the log-odds of a chance.

    >>> logit(0.5)
    0.0
    """
    return math.log(chance / (1 - chance))


def chance_of(log_odds: float) -> float:
    """Return the chance that log-odds stand for.

    >>> chance_of(0.0)
    0.5
    """
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1 + odds)


def _balance(weights: Sequence[tuple[float, float]], known: float) -> float:
    """Return the move at which the weighted chances add up to what is known, by Newton inside a bracket."""
    low, high = -_FAR, _FAR
    move = 0.0
    for _ in range(_MOST_STEPS):
        total = slope = 0.0
        for log_odds, weight in weights:
            chance = chance_of(log_odds + move)
            total += weight * chance
            slope += weight * chance * (1 - chance)
        over = total - known
        if abs(over) < _CLOSE:
            break
        if over > 0:
            high = move
        else:
            low = move
        step = move - over / slope if slope > 0 else math.inf
        move = step if low < step < high else (low + high) / 2
    return move


def _inside(chance: float) -> float:
    return min(max(chance, LEAST), 1 - LEAST)
