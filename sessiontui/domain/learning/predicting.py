"""How long a session will take: what past ones took of their estimates, by template and by person.

The ratio of actual to estimated time is taken as log-normal. A person's ratio for a template is drawn towards the
template's, and the template's towards that of all sessions, the more strongly the fewer cases there are and the less
people or templates differ. How much they do differ is read from the cases themselves, by the method of moments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import exp, inf, isinf, log, sqrt
from typing import Final

from sessiontui.domain.analytics.students import t_of
from sessiontui.domain.phrases import span
from sessiontui.domain.records import record

LEAST: Final = 8
"""Cases from which on anything is said."""

LIKELY: Final = 0.8
"""How often the interval is to hold the truth: four times of five."""

TRAINED: Final = 0.7
"""The earlier part of the past that is learned from when the later part tests it."""

LEAST_TESTED: Final = 10

_MINUTE: Final = timedelta(minutes=1)


@record
class Case:
    """One session that ran: from which template, by whom, its first estimate and how long it took."""

    at: datetime
    template: str
    person: int | None
    estimate: timedelta
    actual: timedelta

    @property
    def log_ratio(self) -> float:
        """The logarithm of actual over estimated time."""
        return log(self.actual / self.estimate)


@record
class Group:
    """How many cases there are of something, and the mean of their logarithms."""

    n: int
    mean: float


@record(kw_only=True)
class Fit:
    """What was learned: means of log ratios, how widely cases scatter, and how many cases each prior weighs."""

    all: Group
    templates: Mapping[str, Group]
    people: Mapping[tuple[str, int], Group]
    spread: float
    template_weight: float
    person_weight: float

    def centre(self, template: str, person: int | None) -> tuple[float, float]:
        """Return the log ratio that is expected, and the variance of that expectation."""
        own = self.templates.get(template, _NONE)
        mean = _drawn(own, self.all.mean, self.template_weight)
        doubt = self.spread**2 / self.all.n + _doubt(self.spread, own.n, self.template_weight)
        if person is None:
            return mean, doubt
        theirs = self.people.get((template, person), _NONE)
        return (
            _drawn(theirs, mean, self.person_weight),
            doubt + _doubt(self.spread, theirs.n, self.person_weight),
        )


@record(kw_only=True)
class Prediction:
    """How long a session is likely to take, in minutes, and what that rests on.

    ``n`` are past sessions of its template, ``own`` those of them by the same person, ``all`` all that were learned
    from.
    """

    minutes: float
    low: float
    high: float
    estimate: float
    n: int
    own: int
    all: int

    @property
    def said(self) -> str:
        """The prediction in a few words.

        >>> Prediction(minutes=88.0, low=70.2, high=110.4, estimate=90.0, n=23, own=4, all=400).said
        'likely 70–110 min, n 23'
        """
        return f"likely {self.between}, n {self.n}"

    @property
    def between(self) -> str:
        """Between what it is likely to lie."""
        low, high = _round(self.low), _round(self.high)
        if high < _LONG:
            return f"{low}–{high} min" if low < high else f"about {high} min"
        return f"{span(low)}–{span(high)}"


@record(kw_only=True)
class Errors:
    """How far something was off on cases that it had not seen: mean distance in minutes, and as a mean factor."""

    minutes: float
    factor: float


@record(kw_only=True)
class Evaluation:
    """How predictions fared on the later part of the past.

    ``mean`` predicts the mean time of the template (of all, where that is new), ``estimate`` what was planned.
    ``held`` is how many of the tested lay within their interval, ``width`` how wide these were on the mean, in
    minutes.
    """

    cut: datetime
    train: int
    test: int
    model: Errors
    mean: Errors
    estimate: Errors
    held: int
    width: float

    @property
    def beats_mean(self) -> bool:
        """Whether the predictions were nearer than the mean."""
        return self.model.factor < self.mean.factor


def fit(cases: Iterable[Case]) -> Fit | None:
    """Return what can be learned from cases, ``None`` from fewer than ``LEAST`` of them."""
    by_person: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    by_template: defaultdict[str, list[float]] = defaultdict(list)
    everything: list[float] = []
    for case in cases:
        if case.estimate <= timedelta() or case.actual <= timedelta():
            continue
        value = case.log_ratio
        everything.append(value)
        by_template[case.template].append(value)
        if case.person is not None:
            by_person[case.template, case.person].append(value)
    if len(everything) < LEAST:
        return None
    overall = _group(everything)
    templates = {key: _group(values) for key, values in by_template.items()}
    people = {key: _group(values) for key, values in by_person.items()}
    of_all = [(values, overall) for values in by_template.values()]
    of_templates = [(values, templates[template]) for (template, _), values in by_person.items()]
    template_weight, spread = _weight(of_all, 1)
    person_weight = inf
    if of_templates:
        person_weight, spread = _weight(of_templates, len({template for template, _ in by_person}))
    return Fit(
        all=overall,
        templates=templates,
        people=people,
        spread=spread,
        template_weight=template_weight,
        person_weight=person_weight,
    )


def predict(
    found: Fit, *, template: str, person: int | None, estimate: timedelta, sure: float = LIKELY
) -> Prediction:
    """Return how long a session is likely to take; the value in the middle is the median."""
    centre, doubt = found.centre(template, person)
    reach = t_of(max(1, found.all.n - 1), sure) * sqrt(found.spread**2 + doubt)
    planned = estimate / _MINUTE
    return Prediction(
        minutes=planned * exp(centre),
        low=planned * exp(centre - reach),
        high=planned * exp(centre + reach),
        estimate=planned,
        n=found.templates.get(template, _NONE).n,
        own=0 if person is None else found.people.get((template, person), _NONE).n,
        all=found.all.n,
    )


def evaluate(cases: Iterable[Case]) -> Evaluation | None:
    """Return how predictions from the earlier cases fare on the later ones; ``None`` where there are too few."""
    known = sorted(
        (case for case in cases if case.estimate > timedelta() and case.actual > timedelta()),
        key=lambda case: case.at,
    )
    place = int(len(known) * TRAINED)
    train, test = known[:place], known[place:]
    found = fit(train)
    if found is None or len(test) < LEAST_TESTED:
        return None
    means = _means(train)
    predictions = [
        predict(found, template=case.template, person=case.person, estimate=case.estimate) for case in test
    ]
    truths = [case.actual / _MINUTE for case in test]
    both = list(zip(predictions, truths, strict=True))
    return Evaluation(
        cut=test[0].at,
        train=len(train),
        test=len(test),
        model=_errors([one.minutes for one in predictions], truths),
        mean=_errors([means.get(case.template, means[None]) for case in test], truths),
        estimate=_errors([case.estimate / _MINUTE for case in test], truths),
        held=sum(one.low <= truth <= one.high for one, truth in both),
        width=sum(one.high - one.low for one in predictions) / len(predictions),
    )


_NONE: Final = Group(0, 0.0)

_LEAST_VARIANCE: Final = 1e-12
"""Cases of a group that are all alike still leave room: what is not known of a new group hangs on it."""

_LONG: Final = 240
"""From four hours on a length is told in hours too."""


def _group(values: Sequence[float]) -> Group:
    return Group(len(values), sum(values) / len(values))


def _drawn(own: Group, towards: float, weight: float) -> float:
    """Return a mean drawn towards another, which weighs as much as so many cases."""
    if not own.n or isinf(weight):
        return towards
    return (own.n * own.mean + weight * towards) / (own.n + weight)


def _doubt(spread: float, n: int, weight: float) -> float:
    return 0.0 if isinf(weight) else spread**2 / (n + weight)


def _weight(groups: Sequence[tuple[Sequence[float], Group]], parents: int) -> tuple[float, float]:
    """Return how many cases a prior weighs against a group's own, and how widely the cases of one group scatter.

    Each group comes with the one that it is drawn towards, of which there are so many.
    """
    means = [(_group(values), above) for values, above in groups]
    n = sum(own.n for own, _ in means)
    inside = sum(
        (value - own.mean) ** 2 for (own, _), (values, _) in zip(means, groups, strict=True) for value in values
    )
    between = sum(own.n * (own.mean - above.mean) ** 2 for own, above in means)
    free = n - len(means)
    variance = max(_LEAST_VARIANCE, inside / free if free > 0 else (inside + between) / max(1, n - parents))
    scale = sum(own.n - own.n**2 / above.n for own, above in means)
    apart = (between - (len(means) - parents) * variance) / scale if scale > 0 else 0.0
    return (variance / apart if apart > 0 else inf), sqrt(variance)


def _means(cases: Sequence[Case]) -> dict[str | None, float]:
    """Return the mean minutes by template, of all under ``None``."""
    groups: defaultdict[str | None, list[float]] = defaultdict(list)
    for case in cases:
        for key in (None, case.template):
            groups[key].append(case.actual / _MINUTE)
    return {key: sum(values) / len(values) for key, values in groups.items()}


def _errors(said: Sequence[float], truths: Sequence[float]) -> Errors:
    n = len(truths)
    return Errors(
        minutes=sum(abs(one - truth) for one, truth in zip(said, truths, strict=True)) / n,
        factor=exp(sum(abs(log(one / truth)) for one, truth in zip(said, truths, strict=True)) / n),
    )


def _round(value: float) -> int:
    """Return minutes as people say them: to five from half an hour on."""
    return round(value) if value < 30 else round(value / 5) * 5
