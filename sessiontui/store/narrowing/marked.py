"""What a filter says of the traits that sessions are marked with, as the index of words is asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from sessiontui.domain.query.terms import (
    Between,
    Choice,
    Expression,
    Fact,
    Holds,
    Measure,
    NameHas,
    Not,
    OneOf,
    Or,
    PersonIs,
    Who,
)
from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import ENDED, LIVE, Badge, Kind, Priority, Status
from sessiontui.store.marking import (
    AHEAD,
    APPROVED,
    CAME,
    CAPACITY,
    DESCRIBED,
    FOLLOWED,
    KIND,
    LENGTH,
    OVER,
    PENDING,
    PLANNED,
    PRIORITY,
    REJECTED,
    SPENT,
    STATUS,
    UNMENTORED,
    Trait,
    any_of,
    sign,
)
from sessiontui.store.narrowing.rare import whole
from sessiontui.store.ranking import IMPLIED, implied_by


@record
class Marked:
    """What the index of words is asked for besides words: what must be there, what must not; or ``is_nothing``.

    ``lacks_ahead`` says that what is not over may be meant and is not asked for.
    """

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    is_nothing: bool = False
    lacks_ahead: bool = False


class _Told(NamedTuple):
    """The sorts of a trait of which a session may be, and those of which each is one that is meant."""

    trait: Trait
    may: frozenset[int]
    surely: frozenset[int] = frozenset()


def marked(terms: Iterable[Expression], *, apart: bool = False) -> Marked:
    """Return what terms that must all hold say of the traits of a session.

    With ``apart`` what is not over, and has no signs for its counters, may be left to another question.
    """
    may: dict[Trait, frozenset[int]] = {}
    wanted: list[str] = []
    for term in terms:
        told = _told(term)
        if told is not None:
            may[told.trait] = may.get(told.trait, told.may) & told.may
        elif (either := _either(term)) is not None:
            wanted.append(either)
    ahead = AHEAD[1] in may.get(STATUS, {AHEAD[1]})
    unwanted: list[str] = []
    lacks_ahead = False
    for trait, sorts in may.items():
        if not sorts and not (trait.over and ahead):
            return Marked(is_nothing=True)
        if len(trait.sorts) in sorts:
            unwanted += [sign(trait, sort) for sort in range(len(trait.sorts)) if sort not in sorts]
        else:
            if apart and trait.over and ahead:
                lacks_ahead = True
                if not sorts:
                    return Marked(is_nothing=True, lacks_ahead=True)
            wanted.append(_any_of(trait, sorts, ahead=ahead and not apart))
    return Marked(tuple(wanted), tuple(unwanted), lacks_ahead=lacks_ahead)


def _any_of(trait: Trait, sorts: frozenset[int], *, ahead: bool = True) -> str:
    """Return how the index is asked for sorts of a trait, none of them the rest; ``ahead`` for what is not over."""
    every = [sign(trait, sort) for sort in sorted(sorts)]
    if trait.over and ahead:
        every.append(sign(*AHEAD))
    return any_of(every)


def _either(term: Expression) -> str | None:
    """Return how the index is asked for what any of several terms allows; ``None`` where one of them allows much."""
    match term:
        case Holds(Fact.WORK):
            return _either(Or((OneOf(Choice.KIND, (Kind.WORK,)), Holds(Fact.GOALS))))
        case Or(terms):
            parts = []
            for part in terms:
                told = _told(part)
                if told is None or len(told.trait.sorts) in told.may:
                    return None
                parts.append(_any_of(told.trait, told.may))
            return " OR ".join(parts).join("()")
        case _:
            return None


def _told(term: Expression) -> _Told | None:
    """Return what one term says of one trait."""
    match term:
        case Not(inner) if (told := _told(inner)) is not None:
            every = frozenset(range(len(told.trait.sorts) + 1))
            return told._replace(may=every - told.surely, surely=every - told.may)
        case OneOf(choice, values):
            return _chosen(choice, values)
        case Holds(Fact.LIVE):
            return _statuses(LIVE)
        case Holds(Fact.ENDED):
            return _statuses(ENDED)
        case NameHas(Who.MENTOR) | PersonIs(Who.MENTOR):
            return _Told(UNMENTORED, frozenset({1}))
        case Holds(fact) if fact in _BY_FACT:
            return _exactly(*_BY_FACT[fact])
        case Between(Measure.PROGRESS):
            return _Told(PLANNED, frozenset({0}))
        case Between():
            return _number(term)
        case _:
            return None


_BY_FACT: Final[Mapping[Fact, tuple[Trait, Iterable[int]]]] = {
    Fact.MENTOR: (UNMENTORED, (1,)),
    Fact.DESCRIPTION: (DESCRIBED, (0,)),
    Fact.GOALS: (PLANNED, (0,)),
    Fact.TASKS: (FOLLOWED, (0,)),
    Fact.CAPACITY: (CAPACITY, range(1, len(CAPACITY.sorts) + 1)),
    Fact.GUESTS: (CAME, range(1, len(CAME.sorts) + 1)),
}
"""The sorts of which each is what a fact says; nobody came to the first of ``CAME``."""


def _chosen(choice: Choice, values: tuple[str, ...]) -> _Told | None:
    match choice:
        case Choice.KIND:
            return _exactly(KIND, (place for place, kind in enumerate(Kind) if kind in values))
        case Choice.PRIORITY:
            every = [one for one in Priority if one is not Priority.NORMAL] + [Priority.NORMAL]
            return _exactly(PRIORITY, (place for place, one in enumerate(every) if one in values))
        case Choice.STATUS:
            return _statuses(Status(value) for value in values)
        case Choice.CONTROL:
            return _statuses(implied_by(values))._replace(surely=frozenset())
        case Choice.BADGE:
            return _badges(values)
        case _:
            return None


def _exactly(trait: Trait, sorts: Iterable[int]) -> _Told:
    found = frozenset(sorts)
    return _Told(trait, found, found)


def _statuses(values: Iterable[Status]) -> _Told:
    """Return what is said by statuses: those of what is not over have one sign."""
    chosen = frozenset(values)
    over = {place if place < AHEAD[1] else AHEAD[1] + 1 for place, status in enumerate(OVER) if status in chosen}
    ahead = chosen - set(OVER)
    surely = over | ({AHEAD[1]} if len(ahead) + len(OVER) == len(Status) else set())
    return _Told(STATUS, frozenset(over | ({AHEAD[1]} if ahead else set())), frozenset(surely))


def _badges(values: tuple[str, ...]) -> _Told | None:
    """Return what several badges say together, if a status alone implies each."""
    chosen: set[Status] = set()
    for value in values:
        match IMPLIED.get(Badge(value)):
            case OneOf(Choice.STATUS, statuses):
                chosen.update(map(Status, statuses))
            case _:
                return None
    return _statuses(chosen)._replace(surely=frozenset())


_BY_NUMBER: Final = {
    Measure.MINUTES: (LENGTH, 60_000),
    Measure.CAPACITY: (CAPACITY, 1),
    Measure.PENDING: (PENDING, 1),
    Measure.APPROVED: (APPROVED, 1),
    Measure.REJECTED: (REJECTED, 1),
    Measure.LEFT: (CAME, 1),
}
"""The trait of a number, and of how many stored units one of it is."""


def _number(term: Between) -> _Told | None:
    if term.measure in {Measure.ACTUAL, Measure.EFFICIENCY}:
        return _Told(SPENT, frozenset(_spent(term)))
    if term.measure not in _BY_NUMBER:
        return None
    trait, unit = _BY_NUMBER[term.measure]
    low, high = whole(term, unit)
    if trait is CAPACITY:
        low = 1 if low is None else max(low, 1)  # without a capacity none is too small
    sorts = tuple(enumerate((*trait.sorts, trait.rest)))
    may = frozenset(place for place, sort in sorts if sort.meets(low, high))
    if not all(float(bound).is_integer() for bound in (term.low, term.high) if bound is not None):
        return _Told(trait, may)  # the bounds above are then wider than the term's own
    return _Told(trait, may, frozenset(place for place, sort in sorts if sort.lies_in(low, high)))


def _spent(term: Between) -> Iterator[int]:
    """Yield the sorts of ``SPENT`` that a term about what was spent may mean."""
    bound, (below, above), reaches = _SPENT_BY[term.measure]
    if term.low is None or term.low < 0 or (term.low == 0 and not term.strict):
        yield 0
    if term.low is None or term.low <= bound:
        yield from below
    if term.high is None or term.high > bound or (term.high == bound and reaches and not term.strict):
        yield from above


_SPENT_BY: Final = {
    Measure.ACTUAL: (5, ((1, 2), (3, 4)), False),
    Measure.EFFICIENCY: (0.1, ((1, 3), (2, 4)), True),
}
"""The number that parts the sorts of ``SPENT``, those below it and those above, and whether these have it too."""
