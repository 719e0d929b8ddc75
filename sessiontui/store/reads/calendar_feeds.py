"""Calendars that people subscribe to: the digests of their tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tx import Tx


class FeedRow(NamedTuple):
    """One feed of a person; instants are milliseconds."""

    id: int
    created_at: int
    used_at: int | None
    revoked_at: int | None


async def of_person(fetch: Fetch, person_id: int) -> list[FeedRow]:
    """Return the feeds that a person has or had, newest first."""
    rows = await fetch(
        "SELECT id, created_at, used_at, revoked_at FROM calendar_feed WHERE person_id = ? ORDER BY id DESC",
        (person_id,),
    )
    return [FeedRow._make(cast("tuple[int, int, int | None, int | None]", row)) for row in rows]


async def reader(fetch: Fetch, token_hash: str) -> tuple[int, int, int | None] | None:
    """Return whose calendar a token opens: feed, person and when it was last used; nothing for one that is over."""
    rows = await fetch(
        "SELECT f.id, f.person_id, f.used_at FROM calendar_feed f JOIN person p ON p.id = f.person_id"
        " WHERE f.token_hash = ? AND f.revoked_at IS NULL AND p.erased_at IS NULL",
        (token_hash,),
    )
    return cast("tuple[int, int, int | None]", rows[0]) if rows else None


async def used(tx: Tx, feed_id: int) -> None:
    """Note that a feed was read."""
    await tx.run("UPDATE calendar_feed SET used_at = ? WHERE id = ?", (tx.now, feed_id))


async def close(tx: Tx, person_id: int) -> int:
    """Close every feed of a person, and return how many were open."""
    return await tx.run(
        "UPDATE calendar_feed SET revoked_at = ? WHERE person_id = ? AND revoked_at IS NULL", (tx.now, person_id)
    )
