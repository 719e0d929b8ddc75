"""Sessions and people by the ids that other systems know them by, many at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch

_SESSIONS: Final = "SELECT id FROM session WHERE id IN (SELECT value FROM json_each(?))"

_PEOPLE: Final = "SELECT id FROM person WHERE id IN (SELECT value FROM json_each(?)) AND erased_at IS NULL"

_OUTSIDE_SESSIONS: Final = (
    "SELECT external_id, source, id FROM session WHERE external_id IN (SELECT value FROM json_each(?))"
)

_OUTSIDE_PEOPLE: Final = (
    "SELECT o.external_id, o.source, o.person_id FROM outside_id o JOIN person p ON p.id = o.person_id"
    " WHERE o.source = ? AND o.external_id IN (SELECT value FROM json_each(?)) AND p.erased_at IS NULL"
)

_SOURCES: Final = "SELECT DISTINCT source FROM outside_id"


async def sessions(fetch: Fetch, ids: Iterable[int]) -> set[int]:
    """Return which of some ids are sessions."""
    return {cast("int", row[0]) for row in await fetch(_SESSIONS, (json.dumps(list(ids)),))}


async def people(fetch: Fetch, ids: Iterable[int]) -> set[int]:
    """Return which of some ids are people who are not forgotten."""
    return {cast("int", row[0]) for row in await fetch(_PEOPLE, (json.dumps(list(ids)),))}


async def outside_sessions(fetch: Fetch, words: Iterable[str]) -> list[tuple[str, str, int]]:
    """Return the sessions that any source knows by some ids: id, source, session."""
    rows = await fetch(_OUTSIDE_SESSIONS, (json.dumps(list(words)),))
    return [(str(row[0]), str(row[1]), cast("int", row[2])) for row in rows]


async def outside_people(fetch: Fetch, words: Iterable[str]) -> list[tuple[str, str, int]]:
    """Return the people whom any source knows by some ids: id, source, person."""
    asked = json.dumps(list(words))
    found: list[tuple[str, str, int]] = []
    for (source,) in await fetch(_SOURCES, ()):
        rows = await fetch(_OUTSIDE_PEOPLE, (source, asked))
        found += [(str(row[0]), str(row[1]), cast("int", row[2])) for row in rows]
    return found
