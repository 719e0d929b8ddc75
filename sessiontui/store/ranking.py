"""Where in the order of urgency the sessions that a filter means can be: stretches of ranks that hold them all.

Below the lift by alerts a rank is a tier, which follows from the status, and a time. A filter that says nothing of
either may mean any rank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
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
from sessiontui.domain.urgency import ALL_TIERS, OVER_TIERS, ranks_of, tiers_of
from sessiontui.domain.vocabulary import LIVE, Badge, Status

FOREVER: Final = 1 << 62
"""Later than every instant, in milliseconds."""

Span: TypeAlias = "tuple[int, int]"
"""The first and the last of a stretch."""

Times: TypeAlias = "dict[int, Span]"
"""By tier, the first and the last millisecond of its time; tiers that are missing hold nothing."""

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

_BY_FACT: Final[Mapping[Fact, Callable[[Status], bool]]] = {
    Fact.LIVE: lambda status: status in LIVE,
    Fact.ENDED: lambda status: status.is_ended,
}

_PROVISIONAL: Final = tiers_of(Status.ENDED_EARLY) & tiers_of(Status.ENDED_COMPLETE)


def spans(query: Query) -> tuple[Span, ...] | None:
    """Return the stretches of ranks, in order and apart, that hold all that a query means; ``None`` for any rank."""
    every = stretches(query.where)
    if every is None:
        return None
    found: list[Span] = []
    for low, high in sorted(every):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def is_ahead(spans: Iterable[Span]) -> bool:
    """Return whether stretches of ranks hold nothing that is over."""
    over = [stretch for tier in OVER_TIERS for stretch in ranks_of(tier, earliest=0, latest=FOREVER)]
    return all(high < first or low > last for low, high in spans for first, last in over)


def starting(expression: Expression) -> Span | None:
    """Return the first and the last millisecond at which all that is meant can start; ``None`` for any.

    >>> from sessiontui.domain.query.terms import And, Within
    >>> from sessiontui.domain.instants import from_ms
    >>> starting(And((Within(Moment.STARTS, from_ms(5), None), Within(Moment.STARTS, None, from_ms(9)))))
    (5, 8)
    """
    match expression:
        case And(terms):
            known = [found for term in terms if (found := starting(term)) is not None]
            return (max(low for low, _ in known), min(high for _, high in known)) if known else None
        case InView(_, meaning):
            return starting(meaning)
        case Within(Moment.STARTS, since, until):
            return (-FOREVER if since is None else to_ms(since), FOREVER if until is None else to_ms(until) - 1)
        case _:
            return None


def stretches(expression: Expression) -> list[Span] | None:
    """Return stretches of ranks, one or more a tier, that hold all that is meant; ``None`` for any rank."""
    times = _times(expression)
    if times is None:
        return None
    return [stretch for tier, (since, until) in times.items() for stretch in _ranks(tier, since, until)]


def _times(expression: Expression) -> Times | None:
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
        case OneOf(Choice.BADGE, values):
            return None if (meant := _badge(values)) is None else _times(meant)
        case Not(OneOf(Choice.STATUS, values)):
            return _of(status for status in Status if status not in values)
        case Holds(fact) | Not(Holds(fact)) if fact in _BY_FACT:
            return _of(filter(_BY_FACT[fact], Status), unless=isinstance(expression, Not))
        case Holds(Fact.PROVISIONAL):
            return dict.fromkeys(_PROVISIONAL, (0, FOREVER))
        case Between(measure) as number if measure in _NEVER and number.is_above_zero:
            return _of(set(Status) - _NEVER[measure])
        case Within(Moment.FINISHED, since, until):
            return dict.fromkeys(OVER_TIERS, _span(since, until))
        case Within(Moment.STARTS, since, until):
            return {tier: (0, FOREVER) if tier in OVER_TIERS else _span(since, until) for tier in ALL_TIERS}
        case _:
            return None


def _badge(values: tuple[str, ...]) -> Expression | None:
    """Return what sessions with one of the badges have in common."""
    found = tuple(IMPLIED[Badge(value)] for value in values if Badge(value) in IMPLIED)
    if len(found) < len(values):
        return None
    return found[0] if len(found) == 1 else Or(found)


def _of(statuses: Iterable[Status], *, unless: bool = False) -> Times:
    chosen = set(statuses)
    meant = set(Status) - chosen if unless else chosen
    return {tier: (0, FOREVER) for status in meant for tier in tiers_of(status)}


def _both(one: Times, other: Times) -> Times:
    return {
        tier: (max(one[tier][0], other[tier][0]), min(one[tier][1], other[tier][1]))
        for tier in one.keys() & other.keys()
    }


def _either(one: Times, other: Times) -> Times:
    """Unite two; what lies between the times of both is taken in."""
    return {
        tier: (
            min(times[tier][0] for times in (one, other) if tier in times),
            max(times[tier][1] for times in (one, other) if tier in times),
        )
        for tier in one.keys() | other.keys()
    }


def _ranks(tier: int, since: int, until: int) -> tuple[Span, ...]:
    return ranks_of(tier, earliest=since, latest=until) if since <= until else ()


def _span(since: datetime | None, until: datetime | None) -> Span:
    """Return the first and the last millisecond; ranks know no instants before 1970."""
    return (0 if since is None else max(0, to_ms(since)), FOREVER if until is None else max(0, to_ms(until) - 1))
