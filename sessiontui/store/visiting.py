"""Writing what visits and activities leave behind, inside a transaction: small statements, many of them a second."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from sessiontui.store.reader import Value
    from sessiontui.store.tx import Tx

ANALYTICS: Final = (
    "last_activity", "previous_activity", "items_decided_since", "items_exploring", "items_parked",
    "pending_questions", "suggested_next_steps", "active_blockers",
)  # fmt: skip
"""The columns that ``write_analytics`` takes, in their order, before instant, person and project."""

DIGEST: Final = 8
"""Bytes of what is kept of a key: among a hundred thousand of them, two that differ are alike once in ages."""

REMEMBERED: Final = 50_000
"""Keys that are remembered, so that a sign that is sent again counts once: those of most of a minute at the most."""

_ROWS: Final = 500
"""Rows of keys that are read at a time."""


async def stir(tx: Tx, project_id: int, at: int) -> None:
    """Note that something happened in a project at an instant, in milliseconds, unless something later did."""
    await tx.run("UPDATE project SET active_at = ?1 WHERE id = ?2 AND coalesce(active_at, 0) < ?1", (at, project_id))


async def ensure_analytics(tx: Tx, person_id: int, project_id: int) -> None:
    """Get what is known of a person and a project, or create it."""
    await tx.run(
        "INSERT INTO session_analytics (user_id, project_id, items_decided_since, items_exploring, items_parked,"
        " pending_questions, suggested_next_steps, active_blockers, updated_at)"
        " VALUES (?, ?, 0, 0, 0, 0, '[]', '[]', ?) ON CONFLICT (user_id, project_id) DO NOTHING",
        (person_id, project_id, tx.now),
    )


async def write_analytics(tx: Tx, rows: Sequence[tuple[Value, ...]]) -> None:
    """Write what is known of people in projects."""
    sets = ", ".join(f"{name} = ?" for name in ANALYTICS)
    await tx.run_many(
        f"UPDATE session_analytics SET {sets}, updated_at = ? WHERE user_id = ? AND project_id = ?", rows
    )


async def see_person(tx: Tx, person_id: int, project_id: int, at: int) -> None:
    """Note a person's last activity in a project, in milliseconds, unless there was a later one."""
    await tx.run(
        "UPDATE session_analytics SET last_activity = max(coalesce(last_activity, 0), ?), updated_at = ?"
        " WHERE user_id = ? AND project_id = ?",
        (at, tx.now, person_id, project_id),
    )


async def move_visit(tx: Tx, visit_id: int, at: int, activities: int) -> None:
    """Count activities in a visit, the last of them at an instant in milliseconds."""
    await tx.run(
        "UPDATE user_sessions SET last_activity = max(last_activity, ?), activities = activities + ? WHERE id = ?",
        (at, activities, visit_id),
    )


async def touch_item(tx: Tx, item_id: int, at: int) -> None:
    """Note that somebody worked on an item at an instant in milliseconds."""
    await tx.run("UPDATE item SET touched_at = max(touched_at, ?) WHERE id = ?", (at, item_id))


async def add_activity(
    tx: Tx,
    *,
    project_id: int,
    visit_id: int | None,
    person_id: int | None,
    agent: str,
    kind: str,
    blocks: bool,
    text: str,
    at: int,
    item_id: int | None,
    key: str,
) -> bool:
    """Write an activity; whether it is new, which one whose key is known is not."""
    return bool(
        await tx.run(
            "INSERT INTO activity (project_id, visit_id, person_id, agent, kind, blocks, text, at, item_id,"
            " settled_by, source, external_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', 'activity', ?)"
            " ON CONFLICT (source, external_id) DO NOTHING",
            (project_id, visit_id, person_id, agent, kind, blocks, text, at, item_id, key or None),
        )
    )


async def keys_since(tx: Tx, after: int | None, *, most: int) -> tuple[int | None, list[bytes]]:
    """Return the keys of activities that were counted after a row of them, newest first, and the newest row.

    Without a row to begin at, enough rows for ``most`` keys are read, from the newest on.
    """
    if after is not None:
        rows = await tx.fetch("SELECT id, digests FROM activity_keys WHERE id > ? ORDER BY id DESC", (after,))
    else:
        rows, number = [], 0
        while number < most:
            below = rows[-1][0] if rows else None
            part = await tx.fetch(
                "SELECT id, digests FROM activity_keys WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2",
                (below, _ROWS),
            )
            rows += part
            number += sum(len(cast("bytes", row[1])) for row in part) // DIGEST
            if len(part) < _ROWS:
                break
    return cast("int", rows[0][0]) if rows else after, [cast("bytes", row[1]) for row in rows]


async def keep_keys(tx: Tx, digests: bytes) -> None:
    """Keep the keys of the activities that this transaction counts."""
    await tx.run("INSERT INTO activity_keys (digests, at) VALUES (?, ?)", (digests, tx.now))


async def forget_keys(tx: Tx, before: int, *, most: int) -> int:
    """Forget the keys of activities from before an instant in ms, and all but the newest; return how many rows."""
    return await tx.run(
        "DELETE FROM activity_keys WHERE at < ?1 OR id < (SELECT id FROM (SELECT id, sum(length(digests))"
        " OVER (ORDER BY id DESC) AS total FROM activity_keys) WHERE total >= ?2 ORDER BY id DESC LIMIT 1)",
        (before, most * DIGEST),
    )


async def open_projects(tx: Tx, ids: Collection[int]) -> set[int]:
    """Return which of some ids are projects that were not put away."""
    return await _there(tx, "project WHERE archived_at IS NULL", ids)


async def living_people(tx: Tx, ids: Collection[int]) -> set[int]:
    """Return which of some ids are people who are not forgotten."""
    return await _there(tx, "person WHERE erased_at IS NULL", ids)


async def _there(tx: Tx, which: str, ids: Collection[int]) -> set[int]:
    rows = await tx.fetch(
        f"SELECT id FROM {which} AND id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(ids)),)
    )
    return {cast("int", row[0]) for row in rows}
