"""Learning from past bookings: the platform's rate, which terms the cases support, and how much the rate weighs.

Terms are chosen by likelihood on a later part of the cases that they were not fitted to. The weight of the rate
maximises the likelihood of every outcome given what was known before it, which for a beta-binomial is its marginal
likelihood, with a mild prior so that a young platform gets a sensible weight.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeAlias

from sessiontui.domain.risk.cases import BANDS, TERMS, UNKNOWN, Term, Traits
from sessiontui.domain.risk.logistic import Group, solving
from sessiontui.domain.risk.model import Fit, Record, chance_of, logit, shift
from sessiontui.domain.risk.records import Seen
from sessiontui.domain.risk.steps import Steps, parted, whole

Past: TypeAlias = "tuple[tuple[tuple[float, int], ...], int]"
"""Bookings as log-odds and number of such, and to how many of all they came."""

LEAST_CASES: Final = 20
"""Past cases below which no chance is spoken of."""

_LEAST_FOR_TERMS: Final = 100
"""Cases below which no term could be told from noise."""

_HELD_BACK: Final = 0.25
"""The later share of the cases on which terms are chosen."""

_RIDGES: Final = (1.0, 5.0, 25.0)
"""How strongly effects are kept small: as though each had a spread of 1, 0.45 and 0.2 log-odds."""

_STRENGTHS: Final = (math.log(0.5), math.log(500.0))
_USUAL_STRENGTH: Final = math.log(8.0)
_SPREAD_OF_STRENGTH: Final = 1.5
_SEARCHES: Final = 14
_GOLDEN: Final = (math.sqrt(5) - 1) / 2

_MOST_KNOWN: Final = 2_000
"""Different pasts, evenly spread, on which the weight of the rate is searched: more make it slow, not better."""

_COARSE: Final = 8
"""Bookings in a record are told apart to an eighth of a log-odd."""

_ROUNDED: Final = 20
"""Offsets are told apart to a twentieth of a log-odd, so that alike cases can be counted together."""


def fit(seen: Sequence[Seen], *, people: int = 0, until: datetime | None = None) -> Fit:
    """Return what bookings teach; they come in the order in which they began."""
    return whole(fitting(seen, people=people, until=until))


def fitting(seen: Sequence[Seen], *, people: int = 0, until: datetime | None = None) -> Steps[Fit]:
    """Do what ``fit`` does, in steps."""
    came = sum(case.came for case in seen)
    base = (came + 1) / (len(seen) + 2)  # one imagined case of each sort: no platform is certain
    plain = Fit(
        base_rate=base,
        strength=math.exp(_USUAL_STRENGTH),
        intercept=logit(base),
        cases=len(seen),
        people=people,
        until=until,
    )
    yield
    terms, ridge = yield from _choose(seen)
    first = yield from _with_effects(plain, seen, terms, ridge)
    weighed = yield from _with_strength(first, seen)
    # Who books far ahead may also be who stays away: the effects are fitted anew beside the records.
    beside = yield from _with_effects(weighed, seen, terms, ridge, beside=weighed)
    return (yield from _with_strength(beside, seen))


def _choose(seen: Sequence[Seen]) -> Steps[tuple[tuple[Term, ...], float]]:
    """Return the terms that the later cases support, each by more than the noise of its gain, and the best ridge."""
    if len(seen) < _LEAST_FOR_TERMS:
        return (), _RIDGES[-1]
    cut = round(len(seen) * (1 - _HELD_BACK))
    early, late = Counter((case.traits, case.came) for case in seen[:cut]), _counted(seen[cut:])
    chosen: tuple[Term, ...] = ()
    ridge = _RIDGES[-1]
    best = yield from _chances(early, (), ridge, late)
    while len(chosen) < len(TERMS):
        tried = []
        for term in TERMS:
            if term in chosen:
                continue
            for candidate in _RIDGES:
                chances = yield from _chances(early, (*chosen, term), candidate, late)
                tried.append((*_gain(late, chances, best), term, candidate, chances))
        gain, noise, term, candidate, chances = max(tried, key=lambda one: one[0])
        if gain <= noise:
            break
        chosen, ridge, best = (*chosen, term), candidate, chances
    return tuple(term for term in TERMS if term in chosen), ridge


def _counted(seen: Iterable[Seen]) -> dict[Traits, tuple[int, int]]:
    counts: defaultdict[Traits, list[int]] = defaultdict(lambda: [0, 0])
    for case in seen:
        count = counts[case.traits]
        count[0] += 1
        count[1] += case.came
    return {traits: (number, came) for traits, (number, came) in counts.items()}


def _chances(
    early: Counter[tuple[Traits, bool]], terms: tuple[Term, ...], ridge: float, late: Iterable[Traits]
) -> Steps[dict[Traits, float]]:
    """Return the chance of each kind of later booking, by terms fitted to the earlier ones."""
    counts: defaultdict[tuple[int, ...], list[int]] = defaultdict(lambda: [0, 0])
    for ends, ((traits, came), number) in parted(early.items()):
        if ends:
            yield
        count = counts[_columns(traits, terms)]
        count[0] += number
        count[1] += number * came
    groups = [Group(columns, 0.0, number, came) for columns, (number, came) in counts.items()]
    found = yield from solving([*groups, _IMAGINED], _width(terms), ridge)
    return {
        traits: chance_of(found[0] + sum(found[column + 1] for column in _columns(traits, terms))) for traits in late
    }


def _gain(
    late: dict[Traits, tuple[int, int]], new: dict[Traits, float], old: dict[Traits, float]
) -> tuple[float, float]:
    """Return by how much the later outcomes are likelier, and the standard error of that."""
    total = squares = 0.0
    for traits, (number, came) in late.items():
        for times, chance, before in (
            (came, new[traits], old[traits]),
            (number - came, 1 - new[traits], 1 - old[traits]),
        ):
            gain = math.log(chance / before)
            total += times * gain
            squares += times * gain * gain
    size = sum(number for number, _ in late.values())
    return total, math.sqrt(max(0.0, squares - total * total / size))


_IMAGINED: Final = Group((), 0.0, 2, 1)
"""One imagined case of each sort."""


def _with_effects(
    plain: Fit, seen: Sequence[Seen], terms: tuple[Term, ...], ridge: float, *, beside: Fit | None = None
) -> Steps[Fit]:
    """Return a fit with the effects of terms, fitted to all cases, ``beside`` the records where a fit is given."""
    if not terms:
        return plain
    past = _Pasts(plain)
    offsets: dict[Past, float] = {}
    counts: defaultdict[tuple[tuple[int, ...], float], list[int]] = defaultdict(lambda: [0, 0])
    for ends, case in parted(seen):
        if ends:
            yield
        offset = 0.0
        if beside is not None and case.record:
            own = past.of(case.record)
            if own not in offsets:
                offsets[own] = round(shift(beside, *own) * _ROUNDED) / _ROUNDED
            offset = offsets[own]
        count = counts[_columns(case.traits, terms), offset]
        count[0] += 1
        count[1] += case.came
    groups = [Group(columns, offset, number, came) for (columns, offset), (number, came) in counts.items()]
    found = yield from solving([*groups, _IMAGINED], _width(terms), ridge)
    effects: dict[Term, tuple[float, ...]] = {}
    start = 1
    for term in terms:
        effects[term] = tuple(found[start : start + BANDS[term]])
        start += BANDS[term]
    return replace(plain, intercept=found[0], effects=effects)


def _columns(traits: Traits, terms: tuple[Term, ...]) -> tuple[int, ...]:
    """Return which effects a booking adds up."""
    columns = []
    start = 0
    for term in terms:
        band = traits[TERMS.index(term)]
        if band != UNKNOWN:
            columns.append(start + band)
        start += BANDS[term]
    return tuple(columns)


def _width(terms: tuple[Term, ...]) -> int:
    return sum(BANDS[term] for term in terms)


def _with_strength(found: Fit, seen: Sequence[Seen]) -> Steps[Fit]:
    """Return a fit with the weight under which outcomes are likeliest, each given what was known before it."""
    past = _Pasts(found)
    counts: Counter[tuple[float, Past, bool]] = Counter()
    for ends, case in parted(seen):
        if ends:
            yield
        if case.record:
            counts[found.log_odds(case.traits), past.of(case.record), case.came] += 1
    if not counts:
        return found
    known = tuple(counts.items())[:: -(-len(counts) // _MOST_KNOWN)]

    def likelihood(log_strength: float) -> Steps[float]:
        tried = replace(found, strength=math.exp(log_strength))
        moves: dict[Past, float] = {}
        total = -((log_strength - _USUAL_STRENGTH) ** 2) / (2 * _SPREAD_OF_STRENGTH**2)
        for ends, ((log_odds, own, came), number) in parted(known):
            if ends:
                yield
            if own not in moves:
                moves[own] = shift(tried, *own)
            shifted = log_odds + moves[own]
            total += number * math.log(chance_of(shifted if came else -shifted))
        return total

    log_strength = yield from _highest(likelihood, *_STRENGTHS)
    return replace(found, strength=math.exp(log_strength))


class _Pasts:
    """Records as a fit sees them, with log-odds coarse enough that many are alike."""

    def __init__(self, fit: Fit) -> None:
        self._fit = fit
        self._base = logit(fit.base_rate)  # what moves nothing stays exact
        self._known: dict[Record, Past] = {}
        self._alike: dict[Past, Past] = {}
        self._pairs: dict[tuple[float, int], tuple[float, int]] = {}

    def of(self, record: Record) -> Past:
        """Return the coarse past of a record."""
        if record not in self._known:
            weights: dict[float, int] = {}
            for traits, number, _ in record:
                log_odds = self._base + round((self._fit.log_odds(traits) - self._base) * _COARSE) / _COARSE
                weights[log_odds] = weights.get(log_odds, 0) + number
            pairs = tuple(self._pairs.setdefault(pair, pair) for pair in sorted(weights.items()))
            past = pairs, sum(came for _, _, came in record)
            self._known[record] = self._alike.setdefault(past, past)
        return self._known[record]


def _highest(of: Callable[[float], Steps[float]], low: float, high: float) -> Steps[float]:
    """Return where a function of one hill is highest, by golden section."""
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left = yield from of(left)
    at_right = yield from of(right)
    for _ in range(_SEARCHES):
        if at_left < at_right:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = yield from of(right)
        else:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = yield from of(left)
    return (low + high) / 2
