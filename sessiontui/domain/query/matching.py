"""Whether a session is what a query asks for: the measure for every other way to ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from sessiontui.domain.query.folding import label_key, worded, words
from sessiontui.domain.query.statement import Query
from sessiontui.domain.query.terms import (
    And,
    Between,
    Choice,
    Expression,
    Fact,
    Holds,
    InView,
    Label,
    Labelled,
    Leaf,
    Measure,
    Moment,
    NameHas,
    Needle,
    Not,
    OneOf,
    Or,
    OutsideId,
    OwnId,
    PersonIs,
    TextHas,
    Who,
    Within,
    Wording,
)
from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import Badge, Control, Kind, Priority, Status


@record(kw_only=True)
class Subject:
    """The facts of one session that a query can ask about.

    ``people`` and ``person_ids`` are its participants, mentor and author left out, ``team`` and ``team_ids`` who
    works on it besides: ``person:`` asks for both. ``final_end`` is its final end: completed, last guest left,
    cancelled, or ``ends_at``. Durations are minutes, ``efficiency`` is a ratio. ``alerted`` says that an alert is
    open, ``alerts`` the rules and severities of the open ones; ``tasks`` counts what is to be followed up;
    ``inside`` are comments, names of files and whatever else is written
    in it. ``progress`` is percent, ``blockers`` are the kinds of the open ones, ``phases`` those of open goals.
    """

    id: int
    source: str
    title: str
    kind: Kind
    control: Control
    status: Status
    starts_at: datetime
    ends_at: datetime
    scheduled_minutes: float
    external_id: str | None = None
    description: str = ""
    provisional: bool = False
    badges: frozenset[Badge] = frozenset()
    priority: Priority = Priority.NORMAL
    mentor: str | None = None
    mentor_id: int | None = None
    author: str | None = None
    author_id: int | None = None
    people: tuple[str, ...] = ()
    person_ids: frozenset[int] = frozenset()
    team: tuple[str, ...] = ()
    team_ids: frozenset[int] = frozenset()
    tags: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    created_at: datetime | None = None
    final_end: datetime | None = None
    actual_minutes: float | None = None
    efficiency: float | None = None
    pending: int = 0
    approved: int = 0
    rejected: int = 0
    active: int = 0
    left: int = 0
    capacity: int | None = None
    has_link: bool = False
    archived: bool = False
    alerted: bool = False
    alerts: frozenset[str] = frozenset()
    tasks: int = 0
    rating: float | None = None
    progress: int | None = None
    blockers: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()
    template: str = ""
    project: str = ""


def matches(query: Query, subject: Subject) -> bool:
    """Return whether the query asks for this session; archived ones only if it speaks of them."""
    return (query.wants_archived or not subject.archived) and holds(query.where, subject)


def holds(expression: Expression, subject: Subject) -> bool:
    """Return whether an expression is true of a session, whether it is archived or not."""
    match expression:
        case And(terms):
            return all(holds(term, subject) for term in terms)
        case Or(terms):
            return any(holds(term, subject) for term in terms)
        case Not(term):
            return not holds(term, subject)
        case InView(_, meaning):
            return holds(meaning, subject)
        case _:
            return _leaf_holds(expression, subject)


def name_has(wanted: tuple[str, ...], name: str) -> bool:
    """Return whether each wanted word, folded, begins some word of the name, in any order.

    >>> name_has(("lee", "am"), "Dr Amélia Lee")
    True
    """
    own = words(name)
    return all(any(word.startswith(begin) for word in own) for begin in wanted)


def text_has(needle: Needle, text: str) -> bool:
    """Return whether the words of the needle stand side by side in the text.

    >>> text_has(Needle(("cv", "rev"), prefix=True), "A CV-Review")
    True
    """
    own, size = words(text), len(needle.words)
    if not needle.prefix:
        return any(own[at : at + size] == needle.words for at in range(len(own) - size + 1))
    *first, last = needle.words
    return any(
        own[at : at + size - 1] == tuple(first) and own[at + size - 1].startswith(last)
        for at in range(len(own) - size + 1)
    )


def _leaf_holds(leaf: Leaf, subject: Subject) -> bool:
    match leaf:
        case OneOf(choice, values):
            return any(value in values for value in _chosen(choice, subject))
        case Within(moment, since, until):
            instant = _instant(moment, subject)
            return instant is not None and (since is None or since <= instant) and (until is None or instant < until)
        case Between():
            return _between(leaf, _number(leaf.measure, subject))
        case NameHas(who, wanted):
            return any(name_has(wanted, name) for name in _names(who, subject))
        case PersonIs(who, number):
            return number in _ids(who, subject)
        case TextHas(wording, needle):
            return any(text_has(needle, text) for text in _texts(wording, subject))
        case Labelled(label, key):
            if label is Label.TEMPLATE:
                return subject.template == worded(key)
            if label is Label.PROJECT:
                return subject.project == worded(key)
            own = subject.tags if label is Label.TAG else (subject.source,)
            return any(label_key(text) == key for text in own)
        case OwnId(number):
            return subject.id == number
        case OutsideId(source, text):
            return subject.external_id == text and source in (None, subject.source)
        case Holds(fact):
            return _fact(fact, subject)
        case _:
            return holds(leaf, subject)


def _chosen(choice: Choice, subject: Subject) -> tuple[str, ...]:
    match choice:
        case Choice.STATUS:
            return (subject.status.value,)
        case Choice.KIND:
            return (subject.kind.value,)
        case Choice.CONTROL:
            return (subject.control.value,)
        case Choice.PRIORITY:
            return (subject.priority.value,)
        case Choice.BADGE:
            return tuple(badge.value for badge in subject.badges)
        case Choice.ALERT:
            return tuple(subject.alerts)
        case Choice.BLOCKER:
            return tuple(subject.blockers)
        case Choice.PHASE:
            return tuple(subject.phases)
        case Choice.ARCHIVED:
            return ("yes" if subject.archived else "no",)
        case _:
            assert_never(choice)


def _instant(moment: Moment, subject: Subject) -> datetime | None:
    match moment:
        case Moment.STARTS:
            return subject.starts_at
        case Moment.ENDS:
            return subject.ends_at
        case Moment.CREATED:
            return subject.created_at
        case Moment.FINISHED:
            return subject.final_end
        case _:
            assert_never(moment)


def _number(measure: Measure, subject: Subject) -> float | None:
    numbers: dict[Measure, float | None] = {
        Measure.MINUTES: subject.scheduled_minutes,
        Measure.ACTUAL: subject.actual_minutes,
        Measure.EFFICIENCY: subject.efficiency,
        Measure.PENDING: subject.pending,
        Measure.APPROVED: subject.approved,
        Measure.REJECTED: subject.rejected,
        Measure.ACTIVE: subject.active,
        Measure.LEFT: subject.left,
        Measure.CAPACITY: subject.capacity,
        Measure.RATING: subject.rating,
        Measure.PROGRESS: subject.progress,
    }
    return numbers[measure]


def _between(leaf: Between, number: float | None) -> bool:
    if number is None:
        return False
    if leaf.strict and number in (leaf.low, leaf.high):
        return False
    return (leaf.low is None or leaf.low <= number) and (leaf.high is None or number <= leaf.high)


def _names(who: Who, subject: Subject) -> tuple[str, ...]:
    match who:
        case Who.MENTOR:
            return () if subject.mentor is None else (subject.mentor,)
        case Who.AUTHOR:
            return () if subject.author is None else (subject.author,)
        case Who.PERSON:
            return (*subject.people, *subject.team)
        case Who.COLLABORATOR:
            return subject.team
        case _:
            assert_never(who)


def _ids(who: Who, subject: Subject) -> frozenset[int | None]:
    match who:
        case Who.MENTOR:
            return frozenset({subject.mentor_id})
        case Who.AUTHOR:
            return frozenset({subject.author_id})
        case Who.PERSON:
            return frozenset(subject.person_ids | subject.team_ids)
        case Who.COLLABORATOR:
            return frozenset(subject.team_ids)
        case _:
            assert_never(who)


def _texts(wording: Wording, subject: Subject) -> Iterator[str]:
    yield subject.title
    if wording is Wording.ANYWHERE:
        yield subject.description
        yield from subject.tags
        for who in Who:
            yield from _names(who, subject)
        yield from subject.inside


def _fact(fact: Fact, subject: Subject) -> bool:
    facts = {
        Fact.LIVE: subject.status.is_live,
        Fact.ENDED: subject.status.is_ended,
        Fact.PROVISIONAL: subject.provisional,
        Fact.ARCHIVED: subject.archived,
        Fact.OVERBOOKED: Badge.OVERBOOKED in subject.badges,
        Fact.ALERTED: subject.alerted,
        Fact.WORK: subject.kind is Kind.WORK or subject.progress is not None,
        Fact.MENTOR: subject.mentor_id is not None or subject.mentor is not None,
        Fact.REQUESTS: subject.pending + subject.approved + subject.rejected > 0,
        Fact.GUESTS: subject.active + subject.left > 0,
        Fact.LINK: subject.has_link,
        Fact.TAGS: bool(subject.tags),
        Fact.CAPACITY: subject.capacity is not None,
        Fact.ALERT: subject.alerted,
        Fact.DESCRIPTION: bool(subject.description.strip()),
        Fact.TASKS: subject.tasks > 0,
        Fact.GOALS: subject.progress is not None,
        Fact.BLOCKER: bool(subject.blockers),
    }
    return facts[fact]
