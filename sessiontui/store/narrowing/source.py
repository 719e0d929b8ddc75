"""One index that holds all that a filter means, as a question for ids; and what is looked up before it is chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sessiontui.domain.query.terms import NameHas, PersonIs
from sessiontui.domain.records import field, record
from sessiontui.store.reader import Value, marks
from sessiontui.store.reads.orders import BESIDE


@record
class Source:
    """A question for the ids of sessions among which all that are meant stand.

    ``is_order`` says that it asks the order of urgency itself, so that a walk in it needs no test besides,
    ``is_words`` that it asks the index of words, ``lacks_ahead`` that what is not over is to be asked for besides,
    ``is_slim`` that the wide indexes of an order tell as well which sessions it holds.
    """

    sql: str
    parameters: tuple[Value, ...] = ()
    is_order: bool = False
    is_words: bool = False
    lacks_ahead: bool = False
    is_slim: bool = False


@record
class Known:
    """What a filter names, looked up beforehand: people by part and words, sources by their key.

    Names that too many people bear are missing; they are looked up where they are asked. ``begun`` are the words of
    the index that go on from a beginning, beside itself; beginnings from which too many go on are missing.
    """

    people: Mapping[NameHas, tuple[int, ...]] = field(default_factory=dict)
    begun: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    every_source: tuple[str, ...] = ()
    names: Mapping[PersonIs, tuple[str, ...]] = field(default_factory=dict)


NOTHING_KNOWN: Final = Known()

NOTHING: Final = Source("SELECT id FROM session WHERE id < 0")
"""Holds no session."""


def among(column: str, values: tuple[Value, ...]) -> Source:
    """Return the index of a column for some values."""
    sql = f"SELECT id FROM session WHERE {column} IN ({marks(values)})"
    return Source(sql, values, is_slim=_is_beside(column))


def in_range(column: str, low: float | None, high: float | None, test: str = "") -> Source:
    """Return the index of a column for what lies between two bounds; ``test`` is that of the index.

    The bounds come first: of two lower ones the first is where SQLite begins.
    """
    tests = [f"{column} {sign} ?" for sign, bound in ((">=", low), ("<=", high)) if bound is not None]
    bounds = tuple(bound for bound in (low, high) if bound is not None)
    sql = f"SELECT id FROM session WHERE {' AND '.join((*tests, *((test,) if test else ())))}"
    return Source(sql, bounds, is_slim=_is_beside(column))


def united(parts: list[Source | None]) -> Source | None:
    """Return all of some indexes together; ``None`` where one of them is missing."""
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    return Source(
        " UNION ALL ".join(part.sql for part in found), tuple(value for part in found for value in part.parameters)
    )


def _is_beside(column: str) -> bool:
    """Return whether a column, or what is made of some, stands beside the places of the wide indexes."""
    return set(re.findall(r"[a-z]\w*", column)).issubset(BESIDE)
