"""What a filter names, looked up before it is decided where to look for sessions: people, sources, words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.query import label_key, words
from sessiontui.domain.query.terms import Label, Labelled, NameHas, PersonIs, Who
from sessiontui.store.filters import name_test
from sessiontui.store.narrowing import NOTHING_KNOWN, Known, beginnings, leaves
from sessiontui.store.reader import every_id

if TYPE_CHECKING:
    from sessiontui.domain.query.statement import Query
    from sessiontui.store.reader import Fetch

BORNE: Final = 500
"""Most people whom a name may mean for their ids to be written into the question."""

BORNE_BY_GUESTS: Final = 200
"""The same of those who take part: what they took part in is read whole, soon dearer than a look at each."""

SPELLED: Final = 8
"""Most words beginning alike that are named to the index of words in place of the beginning."""


async def look_up(fetch: Fetch, query: Query) -> Known:
    """Return the ids of people, the sources and the words that a query names."""
    people: dict[NameHas, tuple[int, ...]] = {}
    names: dict[PersonIs, tuple[str, ...]] = {}
    labels: dict[str, tuple[str, ...]] = {}
    every: tuple[str, ...] = ()
    for leaf in leaves(query.where):
        if isinstance(leaf, NameHas) and leaf not in people:
            test, patterns = name_test(leaf.words)
            ids = every_id(await fetch(f"SELECT p.id FROM person p WHERE {test} LIMIT ?", (*patterns, BORNE + 1)))
            if len(ids) <= (BORNE_BY_GUESTS if leaf.who is Who.PERSON else BORNE):
                people[leaf] = tuple(ids)
        elif isinstance(leaf, PersonIs):
            for (name,) in await fetch("SELECT name FROM person WHERE id = ?", (leaf.id,)):
                names[leaf] = words(str(name))
        elif isinstance(leaf, Labelled) and leaf.label is Label.SOURCE:
            every = every or tuple(str(row[0]) for row in await fetch(_SOURCES, ()))
            labels[leaf.key] = tuple(name for name in every if label_key(name) == leaf.key)
    begun: dict[str, tuple[str, ...]] = {}
    for word in beginnings(leaves(query.where)):
        if (longer := await _begun(fetch, word)) is not None:
            begun[word] = longer
    return Known(people, begun, labels, every, names) if people or begun or labels or names else NOTHING_KNOWN


async def _begun(fetch: Fetch, beginning: str) -> tuple[str, ...] | None:
    """Return the words of the index that go on from a beginning, itself left out; ``None`` for many."""
    found: list[str] = []
    word = beginning
    while len(found) < SPELLED:
        # Each is hopped to from the one before it, so that none of the places is read where it stands.
        rows = await fetch("SELECT term FROM temp.vocabulary WHERE term >= ? LIMIT 1", (f"{word}\x01",))
        if not rows or not str(rows[0][0]).startswith(beginning):
            return tuple(found)
        word = str(rows[0][0])
        found.append(word)
    return None


_SOURCES: Final = (
    "WITH RECURSIVE known (source) AS (SELECT min(source) FROM session UNION ALL"
    " SELECT (SELECT min(source) FROM session WHERE source > known.source) FROM known WHERE known.source IS NOT NULL)"
    " SELECT source FROM known WHERE source IS NOT NULL"
)
"""Hops from each source to the next, so that a million sessions of one cost as much as one."""
