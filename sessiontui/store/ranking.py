"""Where in the orders of urgency and of time the sessions that a filter means can be: stretches that hold them all.

Below the lift by alerts a rank is a tier, which follows from the status, and a time. A filter that says nothing of
either may mean any rank.

The stretches themselves are those of ``store.stretches``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from typing import Final, TypeAlias

from sessiontui.domain.instants import to_ms
from sessiontui.domain.query.statement import Query
from sessiontui.domain.query.terms import (
    And,
    Between,
    Choice,
    Expression,
    Fact,
    Holds,
    InView,
    Measure,
    Moment,
    Not,
    OneOf,
    Or,
    Within,
)
from sessiontui.domain.urgency import ALL_TIERS, OVER_TIERS, TIME_LIMIT, ranks_of, tiers_of
from sessiontui.domain.vocabulary import LIVE, Badge, Control, Status
from sessiontui.store.stretches import DAY, FOREVER, LEAD, Reach, Span, Times

ByTier: TypeAlias = "dict[int, Times]"
"""By tier, its times: of the start, or in ``OVER_TIERS`` of the final end; tiers that are missing hold nothing."""

IMPLIED: Final[Mapping[Badge, Expression]] = {
    Badge.EARLY_JOIN: Between(Measure.ACTIVE, 1, None),
    Badge.OVERTIME: OneOf(Choice.STATUS, (Status.ACTIVE, Status.PAUSED)),
    Badge.EVERYONE_LEFT: Or((OneOf(Choice.STATUS, (Status.WAITING,)), Holds(Fact.PROVISIONAL))),
    Badge.HOST_WAITING: OneOf(Choice.STATUS, (Status.WAITING,)),
    Badge.NO_HOST: OneOf(Choice.STATUS, (Status.ACTIVE,)),
    Badge.HOST_ONLY: OneOf(Choice.STATUS, (Status.ENDED_NO_SHOW,)),
    Badge.EARLY_END: OneOf(Choice.STATUS, (Status.ENDED_EARLY,)),
    Badge.NO_SHOW: OneOf(Choice.STATUS, (Status.ENDED_NO_SHOW,)),
    Badge.PENDING: Between(Measure.PENDING, 1, None),
    Badge.STALE: Not(OneOf(Choice.STATUS, tuple(status for status in Status if status.is_ended))),
}
"""What a badge cannot be without, where that is narrower than everything."""

_NOT_MET: Final = frozenset(
    {Status.UPCOMING, Status.HAS_REQUESTS, Status.APPROVED, Status.CREATED, Status.ENDED_NO_SHOW}
)

_NEVER: Final[Mapping[Measure, frozenset[Status]]] = {
    Measure.ACTUAL: _NOT_MET,
    Measure.EFFICIENCY: _NOT_MET,
    Measure.LEFT: _NOT_MET,
    Measure.APPROVED: frozenset({Status.CREATED}),
    Measure.PENDING: frozenset({Status.CREATED, Status.APPROVED}),
}
"""The statuses in which a measure is never above zero."""

_BY_CONTROL: Final[Mapping[Control, frozenset[Status]]] = {
    Control.DRAFT: frozenset({Status.DRAFT}),
    Control.PAUSED: frozenset({Status.PAUSED}),
    Control.CANCELLED: frozenset({Status.CANCELLED}),
    Control.COMPLETED: frozenset(status for status in Status if status.is_ended),
}
"""The statuses that follow from what a person has decided; any of the others from the rest."""

_UNDECIDED: Final = frozenset(Status) - {Status.DRAFT, Status.PAUSED, Status.CANCELLED}

_BY_FACT: Final[Mapping[Fact, Callable[[Status], bool]]] = {
    Fact.LIVE: lambda status: status in LIVE,
    Fact.ENDED: lambda status: status.is_ended,
}

_PROVISIONAL: Final = tiers_of(Status.ENDED_EARLY) & tiers_of(Status.ENDED_COMPLETE)


def spans(query: Query) -> tuple[Reach, ...] | None:
    """Return the stretches of ranks, in order and apart, that hold all that a query means; ``None`` for any rank."""
    every = stretches(query.where)
    if every is None:
        return None
    found: list[Reach] = []
    for reach in sorted(every):
        if found and reach.low <= found[-1].high + 1 and reach[2:] == found[-1][2:]:
            found[-1] = found[-1]._replace(high=max(reach.high, found[-1].high))
        else:
            found.append(reach)
    return tuple(found)


def waits(terms: Iterable[Expression]) -> bool:
    """Return whether requests wait in all sessions that terms mean together."""
    return any(_waits(term) for term in terms)


def above_zero(term: Expression) -> Measure | None:
    """Return the number that a term says to be above zero: by its bounds, or because it denies what holds zero.

    >>> above_zero(Not(Between(Measure.LEFT, 0, 0)))
    <Measure.LEFT: 'left'>
    """
    match term:
        case Between(measure) if term.is_above_zero:
            return measure
        case Not(Between(measure, low, high, strict)) if measure in _COUNTED:
            below = low is None or low < 0 or (low == 0 and not strict)
            above = high is None or high > 0 or (high == 0 and not strict)
            return measure if below and above else None
        case _:
            return None


_COUNTED: Final = frozenset(
    {Measure.PENDING, Measure.APPROVED, Measure.REJECTED, Measure.ACTIVE, Measure.LEFT, Measure.ACTUAL}
)
"""What every session has a number of, none of them below zero."""


def _waits(term: Expression) -> bool:
    match term:
        case Between() | Not():
            return above_zero(term) is Measure.PENDING
        case OneOf(Choice.BADGE, values):
            return set(values) == {Badge.PENDING}
        case _:
            return False


def alerted(terms: Iterable[Expression]) -> bool:
    """Return whether all sessions that terms mean together have an open alert."""
    return any(
        (isinstance(term, Holds) and term.fact in {Fact.ALERT, Fact.ALERTED})
        or (isinstance(term, OneOf) and term.choice is Choice.ALERT)
        for term in terms
    )


def is_ahead(spans: Iterable[Reach]) -> bool:
    """Return whether stretches of ranks hold nothing that is over."""
    over = [stretch for tier in OVER_TIERS for stretch in ranks_of(tier)]
    return all(reach.high < first or reach.low > last for reach in spans for first, last in over)


def starting(expression: Expression) -> tuple[Reach, ...] | None:
    """Return the stretches of time in which all that is meant starts, in order; ``None`` for any.

    >>> from sessiontui.domain.query.terms import And, Within
    >>> from sessiontui.domain.instants import from_ms
    >>> starting(And((Within(Moment.STARTS, from_ms(5), None), Within(Moment.STARTS, None, from_ms(9)))))
    (Reach(low=5, high=8, astray=False, here=False),)
    """
    times = _starts(expression)
    return None if times is None else tuple(times.reaches())


def implied_by(controls: Iterable[str]) -> Iterator[Status]:
    """Yield the statuses that a session can have of which a person has decided one of some things."""
    for control in controls:
        yield from _BY_CONTROL.get(Control(control), _UNDECIDED)


def stretches(expression: Expression) -> list[Reach] | None:
    """Return stretches of ranks, some a tier, that hold all that is meant; ``None`` for any rank."""
    by_tier = _times(expression)
    if by_tier is None:
        return None
    return [
        Reach(low, high, *reach[2:])
        for tier, times in by_tier.items()
        for reach in _told_by_ranks(times).reaches()
        for low, high in ranks_of(tier, earliest=reach.low, latest=reach.high)
    ]


def _starts(expression: Expression) -> Times | None:
    match expression:
        case And(terms):
            known = [found for term in terms if (found := _starts(term)) is not None]
            return reduce(Times.within, known) if known else None
        case InView(_, meaning):
            return _starts(meaning)
        case Within():
            return _moved(expression, Moment.STARTS)
        case Not(Within(moment) as term) if moment in _ALWAYS_THERE and (rest := _rest_of(term)) is not None:
            return _moved(rest, Moment.STARTS)
        case _:
            return None


def _rest_of(term: Within) -> Within | None:
    """Return the time that a term with one bound leaves out."""
    if term.since is not None and term.until is not None:
        return None
    return Within(term.moment, term.until, term.since)


def _times(expression: Expression) -> ByTier | None:
    match expression:
        case And(terms):
            known = [times for term in terms if (times := _times(term)) is not None]
            return reduce(_both, known) if known else None
        case Or(terms):
            parts = [_times(term) for term in terms]
            found = [times for times in parts if times is not None]
            return None if len(found) < len(parts) else reduce(_either, found)
        case InView(_, meaning):
            return _times(meaning)
        case OneOf(Choice.STATUS, values):
            return _of(Status(value) for value in values)
        case OneOf(Choice.CONTROL, values):
            return _of(implied_by(values))
        case OneOf(Choice.BADGE, values):
            return None if (meant := _badge(values)) is None else _times(meant)
        case Not(OneOf(Choice.STATUS, values)):
            return _of(status for status in Status if status not in values)
        case Holds(fact) | Not(Holds(fact)) if fact in _BY_FACT:
            return _of(filter(_BY_FACT[fact], Status), unless=isinstance(expression, Not))
        case Holds(Fact.PROVISIONAL):
            return dict.fromkeys(_PROVISIONAL, _EVER)
        case Between(Measure.EFFICIENCY, low) if low is not None and low >= 1:
            return _of(
                set(Status) - _NEVER[Measure.EFFICIENCY] - {Status.ENDED_EARLY}
            )  # which had a part of their time
        case Between() | Not(Between()) if (measure := above_zero(expression)) is not None:
            return _of(set(Status) - _NEVER[measure]) if measure in _NEVER else None
        case Holds(Fact.GUESTS):
            early = _EVER._replace(here=True)
            return dict.fromkeys(ALL_TIERS, early) | _of(set(Status) - _NOT_MET)
        case Within() | Not(Within()):
            return _times_of_moment(expression)
        case _:
            return None


def _times_of_moment(expression: Within | Not) -> ByTier | None:
    match expression:
        case Within(Moment.FINISHED):
            return dict.fromkeys(OVER_TIERS, _moved(expression, Moment.FINISHED))
        case Not(Within(Moment.FINISHED) as term) if (left := _rest_of(term)) is not None:
            finished = _moved(left, Moment.FINISHED)
            return {tier: finished if tier in OVER_TIERS else _EVER for tier in ALL_TIERS}
        case Not(Within(moment) as term) if moment in _ALWAYS_THERE and (left := _rest_of(term)) is not None:
            return _times(left)
        case Within():
            over, rest = (_moved(expression, moment) for moment in (Moment.FINISHED, Moment.STARTS))
            return {tier: over if tier in OVER_TIERS else rest for tier in ALL_TIERS}
        case _:
            return None


_ALWAYS_THERE: Final = frozenset({Moment.STARTS, Moment.ENDS, Moment.FINISHED})
"""The instants that every session has, or else one that is not over lacks, which the start says nothing of anyway."""

_AFTER_START: Final[Mapping[Moment, Span]] = {
    Moment.STARTS: (0, 0),
    Moment.ENDS: (0, DAY),
    Moment.FINISHED: (-DAY, DAY),
    Moment.CREATED: (-LEAD, DAY),
}
"""How far after the start an instant of a session lies that is not astray, at the least and at the most."""


def _moved(term: Within, to: Moment) -> Times:
    """Return when another instant of the sessions can be of which one lies where a term says."""
    since = -FOREVER if term.since is None else to_ms(term.since)
    until = FOREVER if term.until is None else to_ms(term.until) - 1
    if term.moment is to:
        return Times(since, until, since, until)
    (least, most), (first, last) = _AFTER_START[term.moment], _AFTER_START[to]
    return _EVER._replace(near_low=since - most + first, near_high=until - least + last)


def _told_by_ranks(times: Times) -> Times:
    """Return the times as ranks tell them, which know no instants before 1970 and after some far year."""
    if times.low > times.high:
        return _NEVER_EVER
    low, high, near_low, near_high = (min(max(time, 0), TIME_LIMIT) for time in times[:4])
    return Times(low, high, near_low, near_high, times.here)


_EVER: Final = Times(-FOREVER, FOREVER, -FOREVER, FOREVER)

_NEVER_EVER: Final = Times(1, 0, 1, 0)


def _badge(values: tuple[str, ...]) -> Expression | None:
    """Return what sessions with one of the badges have in common."""
    found = tuple(IMPLIED[Badge(value)] for value in values if Badge(value) in IMPLIED)
    if len(found) < len(values):
        return None
    return found[0] if len(found) == 1 else Or(found)


def _of(statuses: Iterable[Status], *, unless: bool = False) -> ByTier:
    chosen = set(statuses)
    meant = set(Status) - chosen if unless else chosen
    return {tier: _EVER for status in meant for tier in tiers_of(status)}


def _both(one: ByTier, other: ByTier) -> ByTier:
    return {tier: one[tier].within(other[tier]) for tier in one.keys() & other.keys()}


def _either(one: ByTier, other: ByTier) -> ByTier:
    """Unite two; what lies between the times of both is taken in."""
    apart = {**one, **other}
    return apart | {tier: one[tier].beside(other[tier]) for tier in one.keys() & other.keys()}
