"""Where the sessions that a filter means can be: indexes of which each holds them all.

Nothing here decides what a filter means. What is named here holds every session that the filter means, and
perhaps others; the condition of ``store.filters`` is asked of each of them besides.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil, floor
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
)
from sessiontui.domain.vocabulary import Badge
from sessiontui.store.ranking import IMPLIED, stretches
from sessiontui.store.reader import Value, marks

KEPT_BEGINNING: Final = 3
"""Letters of the longest beginnings of words that the index keeps sessions for; for others it gathers them anew."""


@dataclass(frozen=True, slots=True)
class Source:
    """A question for the ids of sessions among which all that are meant stand.

    ``is_order`` says that it asks the order of urgency itself, so that a walk in it needs no test besides.
    """

    sql: str
    parameters: tuple[Value, ...] = ()
    is_order: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What a filter names, looked up beforehand: people by part and words, sources by their key.

    Names that too many people bear are missing; they are looked up where they are asked.
    """

    people: Mapping[NameHas, tuple[int, ...]] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NOTHING_KNOWN: Final = Known()

_SELECTED: Final[Mapping[Badge, Source]] = {
    Badge.UNMATCHED: Source("SELECT session_id FROM presence WHERE person_id IS NULL AND attendee_id IS NOT NULL"),
    Badge.APPROXIMATE: Source("SELECT session_id FROM presence WHERE approximate"),
    Badge.OVERBOOKED: Source("SELECT id FROM session WHERE capacity > 0 AND approved > capacity"),
    Badge.AT_RISK: Source("SELECT id FROM session WHERE flags != ''"),
    Badge.BLOCKED: Source("SELECT id FROM session WHERE flags != ''"),
    Badge.CLASH: Source("SELECT id FROM session WHERE flags != ''"),
}
"""Badges that few sessions have and an index of their own holds."""

_ALWAYS: Final = -(1 << 62)

_SELDOM: Final[Mapping[Measure, tuple[tuple[str, str, int, int, int], ...]]] = {
    Measure.APPROVED: (("approved", "approved > 4", 4, _ALWAYS, 1),),
    Measure.REJECTED: (("rejected", "rejected > 1", 1, _ALWAYS, 1),),
    Measure.LEFT: (("departed", "departed > 4", 4, _ALWAYS, 1),),
    Measure.CAPACITY: (("capacity", "capacity > 20", 20, _ALWAYS, 1),),
    Measure.ACTUAL: (("actual_ms", "actual_ms > 10800000", 10_800_000, _ALWAYS, 60_000),),
    Measure.MINUTES: (
        ("ends_at - starts_at", "ends_at - starts_at > 10800000", 10_800_000, _ALWAYS, 60_000),
        ("ends_at - starts_at", "ends_at - starts_at < 1500000", -_ALWAYS, 1_500_000, 60_000),
    ),
    Measure.EFFICIENCY: (),
}
"""Numbers that few sessions have: the column, the test of the index that holds them, how it is bounded, the unit.

A term may be answered by the index if its lower bound is above the one, or its upper below the other.
"""

_COLUMNS: Final = {Moment.STARTS: "starts_at", Moment.ENDS: "ends_at", Moment.CREATED: "created_at"}

_WORDS: Final = (
    "SELECT rowid FROM session_words WHERE session_words MATCH ? UNION ALL SELECT session_id FROM words_due"
)
"""The sessions with words in them; those whose text is not up to date yet may have any."""

_ALERTED: Final = Source("SELECT session_id FROM alert WHERE resolved_at IS NULL AND session_id IS NOT NULL")
"""An alert can be open whatever the status and the time, so that no stretch of ranks holds them all."""


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
    terms = tuple(_terms(query.where))
    begun: list[str] = []
    whole: list[str] = []
    for term in terms:
        match term:
            case TextHas(_, needle):
                begun += needle.words[-1:] if needle.prefix else ()
                whole += needle.words[:-1] if needle.prefix else needle.words
            case NameHas(_, named):
                begun += named
            case Labelled(Label.TAG, key):
                whole += words(key)
            case _:
                pass
    # Beginnings no longer than the index keeps them hold more than they could, but are found at once.
    longest = max(begun, key=len, default="")
    blunt = word_search([word[:KEPT_BEGINNING] for word in begun], whole)
    mixed = word_search([word if word is longest else word[:KEPT_BEGINNING] for word in begun], whole)
    others = (_index(term, known) for term in terms if not isinstance(term, TextHas))
    found = [_by_rank(query.where), _waiting(terms), *others, blunt, mixed, word_search(begun, whole)]
    return tuple(dict.fromkeys(source for source in found if source is not None))


def word_search(begun: Iterable[str], whole: Iterable[str] = ()) -> Source | None:
    """Return the index of words for sessions that have words whole and words that begin so.

    Words of signs that the index may not take for letters are left out; ``None`` if none is left.
    """
    parts = [f'"{word}"*' for word in begun if _is_one_word(word)]
    parts += [f'"{word}"' for word in whole if _is_one_word(word)]
    if not parts:
        return None
    return Source(_WORDS, (" AND ".join(parts),))


def _terms(expression: Expression) -> Iterator[Expression]:
    """Yield the terms that must all hold."""
    match expression:
        case And(terms):
            for term in terms:
                yield from _terms(term)
        case InView(_, meaning):
            yield from _terms(meaning)
        case _:
            yield expression


def _source(expression: Expression, known: Known) -> Source | None:
    return _index(expression, known) or _by_rank(expression)


def _index(expression: Expression, known: Known) -> Source | None:
    """Return an index for an expression, the order of urgency left aside."""
    match expression:
        case And():
            # One of several would do; the first is the one that a person wrote first.
            return next((one for term in _terms(expression) if (one := _index(term, known)) is not None), None)
        case Or(terms):
            return _united([_source(term, known) for term in terms])
        case InView(_, meaning):
            return _index(meaning, known)
        case TextHas(_, needle):
            return _text(needle)
        case Labelled(Label.TAG, key):
            return word_search((), words(key))
        case Labelled(Label.TEMPLATE, key):
            return Source(
                "SELECT id FROM session WHERE template_id = (SELECT id FROM template WHERE slug = ?)", (worded(key),)
            )
        case Labelled(_, key) if key in known.sources:
            return _among("source", known.sources[key])
        case NameHas():
            return _names(expression, known)
        case PersonIs(who, row_id):
            return _people(who, (row_id,))
        case _:
            return _rare(expression) or _fact(expression, known)


def _fact(expression: Expression, known: Known) -> Source | None:
    """Return an index for a term about instants, numbers, ids and badges."""
    match expression:
        case Within(moment, since, until) if moment in _COLUMNS:
            return _range(_COLUMNS[moment], maybe_ms(since), None if until is None else to_ms(until) - 1)
        case Between(Measure.PENDING, low, high) as number if number.is_above_zero:
            return _range("pending", low, high)
        case Between(Measure.ACTIVE, low) as number if number.is_above_zero:
            return Source("SELECT id FROM session WHERE active > 0 AND active >= ?", (low,))
        case Holds(Fact.OVERBOOKED):
            return _SELECTED[Badge.OVERBOOKED]
        case OwnId(row_id):
            return Source("SELECT id FROM session WHERE id = ?", (row_id,))
        case OutsideId(_, row_id):
            return Source("SELECT id FROM session WHERE external_id = ?", (row_id,))
        case Between(Measure.RATING):
            return Source("SELECT session_id FROM follow_up WHERE answered_at IS NOT NULL AND rating IS NOT NULL")
        case Holds(Fact.TASKS):
            return Source("SELECT id FROM session WHERE tasks > 0")
        case Between(Measure.PROGRESS) | Holds(Fact.GOALS):
            return Source("SELECT id FROM session WHERE progress IS NOT NULL")
        case Holds(Fact.BLOCKER) | OneOf(Choice.BLOCKER):
            return Source("SELECT session_id FROM blocker WHERE resolved_at IS NULL AND removed_at IS NULL")
        case Holds(Fact.ALERT | Fact.ALERTED):
            return _ALERTED
        case OneOf(Choice.ALERT):
            return _ALERTED
        case OneOf(Choice.BADGE, values):
            return _united([_badged(Badge(value), known) for value in values])
        case _:
            return None


def _rare(expression: Expression) -> Source | None:
    """Return an index for what few sessions have: numbers out of the common run, no tags, no link, the archive."""
    match expression:
        case Between(measure) if measure in _SELDOM:
            return _seldom(expression)
        case Not(Holds(Fact.TAGS)):
            return Source("SELECT id FROM session WHERE tag_keys = ''")
        case Not(Holds(Fact.LINK)):
            return Source("SELECT id FROM session WHERE link = ''")
        case Holds(Fact.ARCHIVED) | OneOf(Choice.ARCHIVED, ("yes",)):
            return Source("SELECT id FROM session WHERE archived_at IS NOT NULL")
        case _:
            return None


def _seldom(term: Between) -> Source | None:
    """Return the index for a number that few sessions have, where a term asks for no others."""
    if term.measure is Measure.EFFICIENCY:
        if term.low is None or term.low < 1 or (term.low == 1 and not term.strict):
            return None
        return Source("SELECT id FROM session WHERE actual_ms > ends_at - starts_at")
    for column, test, least, most, unit in _SELDOM[term.measure]:
        low = None if term.low is None else floor(term.low * unit)
        high = None if term.high is None else ceil(term.high * unit)
        if (low is not None and low > least) or (high is not None and high < most):
            return _range(column, low, high, f"{test} AND ")
    return None


def _waiting(terms: Iterable[Expression]) -> Source | None:
    """Return the index for sessions of some kinds, or urgencies, in which requests wait."""
    asks, tests, values = False, "", tuple[Value, ...]()
    for term in terms:
        match term:
            case Between(Measure.PENDING) as number if number.is_above_zero:
                asks = True
            case OneOf(Choice.KIND | Choice.PRIORITY as choice, chosen):
                tests += f" AND {choice.value} IN ({marks(chosen)})"
                values += tuple(str(value) for value in chosen)
            case _:
                pass
    return Source(f"SELECT id FROM session WHERE pending > 0{tests}", values) if asks and tests else None


def _badged(badge: Badge, known: Known) -> Source | None:
    """Return an index for a badge: of its own, or of what it implies."""
    if badge in _SELECTED:
        return _SELECTED[badge]
    return _index(IMPLIED[badge], known) or _by_rank(IMPLIED[badge]) if badge in IMPLIED else None


def _by_rank(expression: Expression) -> Source | None:
    ranks = stretches(expression)
    if ranks is None:
        return None
    if not ranks:
        return Source("SELECT id FROM session WHERE id < 0")
    one = "SELECT id FROM session WHERE rank >= ? AND rank <= ?"
    bounds = tuple(bound for both in ranks for bound in both)
    return Source(" UNION ALL ".join([one] * len(ranks)), bounds, is_order=True)


def _text(needle: Needle) -> Source | None:
    if needle.prefix:
        return word_search(needle.words[-1:], needle.words[:-1])
    return word_search((), needle.words)


def _names(term: NameHas, known: Known) -> Source | None:
    if term in known.people and term.who is not Who.PERSON:
        return _people(term.who, known.people[term])
    return word_search(term.words)  # names of participants whom nobody has identified stand in the text alone


def _people(who: Who, ids: tuple[int, ...]) -> Source:
    match who:
        case Who.MENTOR:
            return _among("mentor_id", ids)
        case Who.AUTHOR:
            return _among("author_id", ids)
        case Who.PERSON:
            return Source(
                f"SELECT session_id FROM join_request WHERE person_id IN ({marks(ids)})"
                f" UNION ALL SELECT session_id FROM presence WHERE person_id IN ({marks(ids)})",
                (*ids, *ids),
            )


def _among(column: str, values: tuple[Value, ...]) -> Source:
    return Source(f"SELECT id FROM session WHERE {column} IN ({','.join('?' * len(values))})", values)


def _range(column: str, low: float | None, high: float | None, test: str = "") -> Source:
    tests = [f"{column} {sign} ?" for sign, bound in ((">=", low), ("<=", high)) if bound is not None]
    bounds = tuple(bound for bound in (low, high) if bound is not None)
    return Source(f"SELECT id FROM session WHERE {test}{' AND '.join(tests)}", bounds)


def _united(parts: list[Source | None]) -> Source | None:
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    return Source(
        " UNION ALL ".join(part.sql for part in found), tuple(value for part in found for value in part.parameters)
    )


def _is_one_word(word: str) -> bool:
    """Whether the index of words surely takes a word for one word: letters and digits that it has always known."""
    return all(char.isalnum() if char.isascii() else unicodedata.ucd_3_2_0.category(char)[0] in "LN" for char in word)
