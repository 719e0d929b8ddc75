"""Questions about join requests, and the compare-and-swap that decides one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sessiontui.store.histories import Fetch, every_id

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Held:
    """The request of a person in a session, as it stands."""

    id: int
    state: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One who waits for a decision, or for a seat."""

    id: int
    person_id: int
    name: str


async def of_person(fetch: Fetch, session_id: int, person_id: int | None) -> Held | None:
    """Return the request that a person made in a session."""
    rows = await fetch(
        "SELECT id, state FROM join_request WHERE session_id = ? AND person_id = ?", (session_id, person_id)
    )
    return Held(cast("int", rows[0][0]), str(rows[0][1])) if rows else None


async def pending(fetch: Fetch, session_id: int) -> list[int]:
    """Return the pending requests of a session in the order in which they were made."""
    return every_id(
        await fetch(
            "SELECT id FROM join_request WHERE session_id = ? AND state = 'pending' ORDER BY requested_at, id",
            (session_id,),
        )
    )


async def waiting(fetch: Fetch, session_id: int) -> list[Waiting]:
    """Return the pending requests of a session with their people, in the order in which they were made."""
    rows = await fetch(
        "SELECT r.id, r.person_id, p.name FROM join_request r JOIN person p ON p.id = r.person_id"
        " WHERE r.session_id = ? AND r.state = 'pending' ORDER BY r.requested_at, r.id",
        (session_id,),
    )
    return [Waiting(cast("int", row[0]), cast("int", row[1]), str(row[2])) for row in rows]


async def approved(fetch: Fetch, session_id: int) -> int:
    """Return how many are approved for a session by what a transaction has written so far."""
    rows = await fetch("SELECT count(*) FROM join_request WHERE session_id = ? AND state = 'approved'", (session_id,))
    return cast("int", rows[0][0])


async def swap_state(tx: Tx, request_id: int, state: str, *, version: int) -> bool:
    """Set the state of a request if it is still the version that was read, and return whether it was."""
    changed = await tx.run(
        "UPDATE join_request SET state = ?, version = version + 1 WHERE id = ? AND version = ?",
        (state, request_id, version),
    )
    return bool(changed)
