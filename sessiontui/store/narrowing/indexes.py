"""Which index holds all that a filter means, term by term."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sessiontui.domain.instants import maybe_ms, to_ms
from sessiontui.domain.query import words
from sessiontui.domain.query.folding import worded
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
    Measure,
    Moment,
    NameHas,
    Not,
    OneOf,
    Or,
    OutsideId,
    OwnId,
    PersonIs,
    TextHas,
    Who,
    Within,
)
from sessiontui.domain.vocabulary import Badge
from sessiontui.store.narrowing.rare import ALERTED, SELECTED, alerted, planned, rare
from sessiontui.store.narrowing.source import NOTHING, NOTHING_KNOWN, Known, Source, among, in_range, united
from sessiontui.store.narrowing.wording import text, word_search, wordings
from sessiontui.store.ranking import IMPLIED, above_zero, stretches
from sessiontui.store.reader import marks
from sessiontui.store.stretches import within

TAKING_PART: Final = ("join_request", "presence", "collaborator")
"""The tables that tell who takes part in a session, each with an index of people."""

_FEW_PEOPLE: Final = 16
"""People of a name up to which what they took part in is counted: of more the index of words tells sooner."""

_COLUMNS: Final = {Moment.STARTS: "starts_at", Moment.ENDS: "ends_at", Moment.CREATED: "created_at"}


def leaves(expression: Expression) -> Iterator[Expression]:
    """Yield every term of an expression that has no terms in it."""
    match expression:
        case And(terms) | Or(terms):
            for term in terms:
                yield from leaves(term)
        case Not(term):
            yield from leaves(term)
        case InView(_, meaning):
            yield from leaves(meaning)
        case _:
            yield expression


def sources(query: Query, known: Known = NOTHING_KNOWN) -> tuple[Source, ...]:
    """Return the indexes of which each holds all that a query means, the sharpest of words last."""
    terms = tuple(terms_of(query.where))
    others = (_index(term, known) for term in terms if not isinstance(term, TextHas))
    # What asks for the words of one term asks for more than the question for those of all.
    apart = (source for source in others if source is not None and not source.is_words)
    found = [_by_rank(query.where), *apart, *wordings(terms, known)]
    return tuple(dict.fromkeys(source for source in found if source is not None))


def terms_of(expression: Expression) -> Iterator[Expression]:
    """Yield the terms that must all hold."""
    match expression:
        case And(terms):
            for term in terms:
                yield from terms_of(term)
        case InView(_, meaning):
            yield from terms_of(meaning)
        case _:
            yield expression


def _source(expression: Expression, known: Known) -> Source | None:
    return _index(expression, known) or _by_rank(expression)


def _index(expression: Expression, known: Known) -> Source | None:
    """Return an index for an expression, the order of urgency left aside."""
    match expression:
        case And():
            # One of several would do; the first is the one that a person wrote first.
            return next((one for term in terms_of(expression) if (one := _index(term, known)) is not None), None)
        case Or(terms):
            return united([_source(term, known) for term in terms])
        case InView(_, meaning):
            return _index(meaning, known)
        case TextHas(_, needle):
            return text(needle, known)
        case Labelled(Label.TAG, key):
            return word_search((), words(key))
        case Labelled(Label.TEMPLATE, key):
            return Source(
                "SELECT id FROM session WHERE template_id = (SELECT id FROM template WHERE slug = ?)", (worded(key),)
            )
        case Labelled(Label.PROJECT, key):
            return Source(
                "SELECT id FROM session WHERE project_id = (SELECT id FROM project WHERE slug = ?)", (worded(key),)
            )
        case Labelled(_, key) if key in known.sources:
            return among("source", known.sources[key])
        case Not(Labelled(Label.SOURCE, key)) if key in known.sources:
            return among("source", tuple(name for name in known.every_source if name not in known.sources[key]))
        case NameHas():
            return _names(expression, known)
        case PersonIs(who, row_id):
            return _people(who, (row_id,))
        case _:
            return rare(expression) or planned(expression) or _fact(expression, known)


def _fact(expression: Expression, known: Known) -> Source | None:
    """Return an index for a term about instants, numbers, ids and badges."""
    match expression:
        case Within(moment, since, until) if moment in _COLUMNS:
            return in_range(_COLUMNS[moment], maybe_ms(since), None if until is None else to_ms(until) - 1)
        case Between(Measure.PENDING, low, high) if expression.is_above_zero:
            return in_range("pending", low, high)
        case Between(Measure.ACTIVE, low) if expression.is_above_zero:
            return in_range("active", low, None, "active > 0")
        case Not(Between(Measure.PENDING)) if above_zero(expression):
            return in_range("pending", 1, None)
        case Not(Between(Measure.ACTIVE)) if above_zero(expression):
            return in_range("active", 1, None, "active > 0")
        case Holds(Fact.OVERBOOKED):
            return SELECTED[Badge.OVERBOOKED]
        case OwnId(row_id):
            return Source("SELECT id FROM session WHERE id = ?", (row_id,))
        case OutsideId(_, row_id):
            return Source("SELECT id FROM session WHERE external_id = ?", (row_id,))
        case Between(Measure.RATING):
            return Source("SELECT session_id FROM follow_up WHERE answered_at IS NOT NULL AND rating IS NOT NULL")
        case Holds(Fact.ALERT | Fact.ALERTED):
            return ALERTED
        case OneOf(Choice.ALERT, values):
            return alerted(values)
        case OneOf(Choice.BADGE, values):
            return united([_badged(Badge(value), known) for value in values])
        case _:
            return None


def _badged(badge: Badge, known: Known) -> Source | None:
    """Return an index for a badge: of its own, or of what it implies."""
    if badge in SELECTED:
        return SELECTED[badge]
    return _index(IMPLIED[badge], known) or _by_rank(IMPLIED[badge]) if badge in IMPLIED else None


def _by_rank(expression: Expression) -> Source | None:
    ranks = stretches(expression)
    if ranks is None:
        return None
    if not ranks:
        return NOTHING
    parts = [f"SELECT id FROM session {within('rank', reach)}" for reach in ranks]
    bounds = tuple(bound for reach in ranks for bound in (reach.low, reach.high))
    return Source(" UNION ALL ".join(parts), bounds, is_order=True)


def _names(term: NameHas, known: Known) -> Source | None:
    if term in known.people and term.who is not Who.PERSON:
        return _people(term.who, known.people[term])
    if term.who is Who.PERSON and len(known.people.get(term, ())) in range(1, _FEW_PEOPLE + 1):
        return united([_people(Who.PERSON, known.people[term]), SELECTED[Badge.UNMATCHED]])
    if term.who is Who.COLLABORATOR:
        return Source("SELECT session_id FROM collaborator")  # by no name: hardly any session has one
    # The names of participants whom nobody has identified stand in the text alone.
    return word_search(term.words, (), known)


def _people(who: Who, ids: tuple[int, ...]) -> Source:
    match who:
        case Who.MENTOR:
            return among("mentor_id", ids)
        case Who.AUTHOR:
            return among("author_id", ids)
        case Who.COLLABORATOR:
            return Source(f"SELECT session_id FROM collaborator WHERE person_id IN ({marks(ids)})", tuple(ids))
        case Who.PERSON:
            every = (f"SELECT session_id FROM {table} WHERE person_id IN ({marks(ids)})" for table in TAKING_PART)
            return Source(" UNION ALL ".join(every), tuple(ids) * len(TAKING_PART))
