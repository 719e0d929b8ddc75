"""Questions about who else works on sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sessiontui.domain.collaboration import CollaboratorRole
from sessiontui.domain.instants import from_ms
from sessiontui.domain.records import record
from sessiontui.store.reader import CHUNK, marks

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tx import Tx


@record
class CollaboratorRow:
    """One person who works on a session, as it is kept."""

    person_id: int
    name: str
    role: CollaboratorRole
    added_at: datetime
    added_by: str


async def of_session(fetch: Fetch, session_id: int) -> list[CollaboratorRow]:
    """Return who works on a session beside author and host, the strongest first."""
    rows = await fetch(
        "SELECT c.person_id, p.name, c.role, c.added_at, coalesce(a.name, '') FROM collaborator c"
        " JOIN person p ON p.id = c.person_id LEFT JOIN person a ON a.id = c.added_by_id"
        " WHERE c.session_id = ? ORDER BY CASE c.role WHEN 'owner' THEN 0 WHEN 'collaborator' THEN 1 ELSE 2 END,"
        " p.name_key, p.id",
        (session_id,),
    )
    return [
        CollaboratorRow(
            cast("int", row[0]), str(row[1]), CollaboratorRole(str(row[2])), from_ms(cast("int", row[3])), str(row[4])
        )
        for row in rows
    ]


async def role_of(fetch: Fetch, session_id: int, person_id: int | None) -> CollaboratorRole | None:
    """Return what somebody is in a session beside author and host, ``None`` if nothing."""
    test = "session_id = ? AND person_id = ?"
    rows = await fetch(f"SELECT role FROM collaborator WHERE {test}", (session_id, person_id))
    return CollaboratorRole(str(rows[0][0])) if rows else None


async def shared_with(
    fetch: Fetch, person_id: int | None, sessions: Sequence[int], *, reads: bool = True
) -> frozenset[int]:
    """Return on which of some sessions somebody works; ``reads`` counts those of which they are a viewer."""
    role = "" if reads else " AND role != 'viewer'"
    found: set[int] = set()
    for start in range(0, len(sessions) if person_id is not None else 0, CHUNK):
        chunk = sessions[start : start + CHUNK]
        rows = await fetch(
            f"SELECT session_id FROM collaborator WHERE person_id = ?{role} AND session_id IN ({marks(chunk)})",
            (person_id, *chunk),
        )
        found |= {cast("int", row[0]) for row in rows}
    return frozenset(found)


async def put(tx: Tx, session_id: int, person_id: int, role: CollaboratorRole) -> None:
    """Let somebody be this in a session, whatever they were before."""
    await tx.run(
        "INSERT INTO collaborator (session_id, person_id, role, added_by_id, added_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (session_id, person_id) DO UPDATE SET role = excluded.role",
        (session_id, person_id, str(role), tx.by.id, tx.now),
    )


async def drop(tx: Tx, session_id: int, person_id: int) -> None:
    """Let somebody be nothing in a session but what they are without it."""
    await tx.run("DELETE FROM collaborator WHERE session_id = ? AND person_id = ?", (session_id, person_id))
