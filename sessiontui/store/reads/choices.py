"""Questions about attendees of reports whom nobody has identified, and what was chosen about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sessiontui.store.histories import Fetch

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


@dataclass(frozen=True, slots=True)
class AttendeeRow:
    """One attendee of one session, as a report told of them; no person until it is known who they are."""

    id: int
    session_id: int
    key: str
    name: str
    email: str
    external_id: str
    person_id: int | None


async def attendees(fetch: Fetch, session_id: int) -> list[AttendeeRow]:
    """Return the attendees of a session, in the order in which reports told of them."""
    rows = await fetch(
        "SELECT id, session_id, key, name, email, external_id, person_id FROM attendee"
        " WHERE session_id = ? ORDER BY id",
        (session_id,),
    )
    return [AttendeeRow(*row) for row in rows]  # type: ignore[arg-type]


async def scopes(fetch: Fetch, session_id: int) -> list[str]:
    """Return for which meetings a choice about an attendee of a session counts: its series, its platform's id."""
    rows = await fetch("SELECT series_id, meeting_id FROM session WHERE id = ?", (session_id,))
    series_id, meeting_id = rows[0] if rows else (None, "")
    found = [] if series_id is None else [f"series:{cast('int', series_id)}"]
    return [*found, f"meeting:{cast('str', meeting_id)}"] if meeting_id else found


async def remembered(fetch: Fetch, session_id: int) -> dict[str, int]:
    """Return whom an admin chose in other meetings of the same series or id, by the key of the attendee."""
    found: dict[str, int] = {}
    for scope in await scopes(fetch, session_id):
        for key, person_id in await fetch(
            "SELECT key, person_id FROM attendee_choice WHERE scope = ? AND voided_by IS NULL ORDER BY id", (scope,)
        ):
            found[str(key)] = cast("int", person_id)
    return found


async def take_for(tx: Tx, attendee_id: int, person_id: int | None) -> bool:
    """Note who an attendee is, or with ``None`` that nobody knows; false where that was known meanwhile."""
    test = "person_id IS NULL" if person_id is not None else "person_id IS NOT NULL"
    changed = await tx.run(f"UPDATE attendee SET person_id = ? WHERE id = ? AND {test}", (person_id, attendee_id))
    return bool(changed)


async def void(tx: Tx, choices: list[int], seal: int) -> None:
    """Take choices back: they then count as never having been."""
    await tx.run_many("UPDATE attendee_choice SET voided_by = ? WHERE id = ?", [(seal, one) for one in choices])
