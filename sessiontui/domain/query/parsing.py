"""How a text becomes a query: its terms are found, their fields looked up, their values read."""

from __future__ import annotations

import unicodedata
from datetime import datetime, tzinfo
from typing import Final

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.query.fault import QueryError, closest
from sessiontui.domain.query.fields import FIELDS, Field, find_field, vocabulary
from sessiontui.domain.query.lexing import RawTerm, raw_terms
from sessiontui.domain.query.statement import Query, query_of
from sessiontui.domain.query.terms import And, Expression, Leaf, Not, OneOf, Or
from sessiontui.domain.query.times import Clock
from sessiontui.domain.query.values import free_words, leaf_of

LONGEST: Final = 2_000  # characters; what a person types fits many times
MOST: Final = 100  # terms, and values of one term; databases limit the depth of what they are asked


def parse(text: str, *, now: datetime, zone: tzinfo) -> Query:
    """Return the query that a text says, seen from ``now`` in a zone; the empty text says everything.

    Raises ``QueryError`` with the span of the wrong term, and ``ValueError`` for a naive ``now``, which is
    cut to milliseconds.

    >>> from datetime import UTC
    >>> str(parse("status:live -has:mentor Grief", now=datetime(2026, 5, 4, 14, tzinfo=UTC), zone=UTC))
    'status:waiting,active,paused -has:mentor grief'
    """
    _check_characters(text)
    clock = Clock(from_ms(to_ms(now)), zone)
    terms: list[Expression] = []
    for raw in raw_terms(text):
        if len(terms) == MOST:
            raise QueryError(f"more than {MOST} terms", start=raw.start, end=len(text), hint="ask for less")
        term = _term(raw, clock)
        terms.append(Not(term) if raw.negated else term)
    return query_of(And(tuple(terms)), text=text)


def _check_characters(text: str) -> None:
    if len(text) > LONGEST:
        raise QueryError(f"longer than {LONGEST} characters", start=LONGEST, end=len(text), hint="shorten the filter")
    if text.isprintable():
        return  # neither NUL nor half a surrogate pair is
    for at, char in enumerate(text):
        if char == "\0" or unicodedata.category(char) == "Cs":
            raise QueryError("a character that no text can hold", start=at, end=at + 1, hint="take it out")


def _term(raw: RawTerm, clock: Clock) -> Leaf | Or:
    if not raw.name:
        return free_words(raw.pieces[0])
    field = find_field(raw.name) or _unknown(raw)
    if len(raw.pieces) > MOST:
        raise QueryError(f"more than {MOST} values", start=raw.start, end=raw.end, hint="ask for less")
    return _either([leaf_of(field, piece, clock) for piece in raw.pieces])


def _either(leaves: list[Leaf]) -> Leaf | Or:
    """Return one term for all alternatives: closed values united in order, others without repeats."""
    choices = [leaf for leaf in leaves if isinstance(leaf, OneOf)]
    if choices:
        choice = choices[0].choice
        chosen = {value for leaf in choices for value in leaf.values}
        return OneOf(choice, tuple(value for value in vocabulary(choice) if value in chosen))
    different = tuple(dict.fromkeys(leaves))
    return different[0] if len(different) == 1 else Or(different)


def _unknown(raw: RawTerm) -> Field:
    start = raw.start + raw.negated
    near = closest(raw.name, (field.name for field in FIELDS))
    hint = f"did you mean {near}?" if near else "to look for the words, put quotes round them"
    raise QueryError(f"unknown field {raw.name[:40]}", start=start, end=start + len(raw.name), hint=hint)
