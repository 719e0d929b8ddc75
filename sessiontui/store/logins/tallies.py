"""What is noted of logins many at a time: calls, heartbeats, the steps that clients had to take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from sessiontui.store.histories import Fetch
from sessiontui.store.reader import marks

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


async def keep_seen(tx: Tx, seen: Mapping[int, int], beats: Mapping[int, int]) -> None:
    """Write down when logins were last used and last sent a heartbeat, in milliseconds."""
    await tx.run_many(
        "UPDATE login SET seen_at = max(seen_at, ?) WHERE id = ? AND ended_at IS NULL",
        [(at, login_id) for login_id, at in seen.items()],
    )
    await tx.run_many(
        "UPDATE login SET beat_at = max(coalesce(beat_at, 0), ?) WHERE id = ? AND ended_at IS NULL",
        [(at, login_id) for login_id, at in beats.items()],
    )


async def keep_calls(tx: Tx, calls: Mapping[tuple[int, int], tuple[int, int]]) -> None:
    """Add calls to those of their login and minute: how many, and how many went well at once."""
    await tx.run_many(
        "INSERT INTO login_minute (login_id, minute, calls, good) SELECT ?1, ?2, ?3, ?4"
        " WHERE EXISTS (SELECT 1 FROM login WHERE id = ?1)"
        " ON CONFLICT (login_id, minute) DO UPDATE SET calls = calls + excluded.calls, good = good + excluded.good",
        [(login_id, minute, number, good) for (login_id, minute), (number, good) in calls.items()],
    )


async def calls_of(fetch: Fetch, logins: Sequence[int], *, since: int) -> dict[int, tuple[int, int]]:
    """Return the calls of logins from a minute on, and how many of them were good."""
    rows = await fetch(
        "SELECT login_id, sum(calls), sum(good) FROM login_minute"
        f" WHERE login_id IN ({marks(logins)}) AND minute >= ? GROUP BY login_id",
        (*logins, since),
    )
    return {one: (calls, good) for one, calls, good in cast("list[tuple[int, int, int]]", rows)}


async def all_calls(fetch: Fetch, *, since: int) -> tuple[int, int]:
    """Return the calls of all logins from a minute on, and how many of them were good."""
    rows = await fetch(
        "SELECT coalesce(sum(calls), 0), coalesce(sum(good), 0) FROM login_minute WHERE minute >= ?", (since,)
    )
    return cast("tuple[int, int]", rows[0])


async def forget_calls(tx: Tx, *, before: int) -> int:
    """Forget calls from before a minute, and return of how many minutes and logins."""
    return await tx.run("DELETE FROM login_minute WHERE minute < ?", (before,))
