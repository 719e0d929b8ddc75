"""Whose hand was last on a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch


class Hand(NamedTuple):
    """The last act on a session: who did it and when, in ms, and the version that the session has."""

    by: str
    at: int | None
    version: int


async def last(fetch: Fetch, session_id: int) -> Hand | None:
    """Return whose hand was last on a session; nothing where there is none."""
    rows = await fetch(
        "SELECT coalesce(a.by_name, ''), a.at, s.version FROM session s LEFT JOIN audit_entry a ON a.id ="
        " (SELECT max(id) FROM audit_entry WHERE subject = 'session' AND subject_id = s.id AND action != 'refused')"
        " WHERE s.id = ?",
        (session_id,),
    )
    return Hand(str(rows[0][0]), cast("int | None", rows[0][1]), cast("int", rows[0][2])) if rows else None


async def part_of(fetch: Fetch, entry_id: int, name: str) -> int | None:
    """Return the number of the goal, comment, file or link that an act was about, as its entry names it."""
    rows = await fetch("SELECT detail ->> ('$.' || ?) FROM audit_entry WHERE id = ?", (name, entry_id))
    return rows[0][0] if rows and isinstance(rows[0][0], int) else None


async def session_of(fetch: Fetch, table: str, row_id: int) -> int | None:
    """Return the session to which a part belongs that was not taken away."""
    gone = {"goal": "removed_at", "comment": "deleted_at", "attachment": "removed_at", "session_link": "removed_at"}
    rows = await fetch(f'SELECT session_id FROM "{table}" WHERE id = ? AND "{gone[table]}" IS NULL', (row_id,))
    return cast("int", rows[0][0]) if rows else None
