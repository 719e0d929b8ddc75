"""What follows soon after a write: the words of sessions, and all that hangs on those of a large import.

Both are noted beside the write, in its transaction, so that whoever comes next can do what a process that was killed
has left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tx import Tx

OWE_SETTLING: Final = "INSERT INTO settling_due (session_id) VALUES (?)"
"""Notes that what hangs on a session is to follow."""

_UNCOUNT: Final = (
    "UPDATE status_count SET n = n - 1, pending = pending - (SELECT pending FROM session WHERE id = ?1)"
    " WHERE status = (SELECT status FROM session WHERE id = ?1 AND archived_at IS NULL)"
)


async def settle_some(tx: Tx, most: int) -> int:
    """Derive some sessions of a large import as if they were new, and return how many."""
    rows = await tx.fetch("SELECT session_id FROM settling_due ORDER BY session_id LIMIT ?", (most,))
    await tx.run_many(_UNCOUNT, rows)
    await derive_anew(tx, [cast("int", row[0]) for row in rows])
    await tx.run_many("DELETE FROM settling_due WHERE session_id = ?", rows)
    return len(rows)


async def derive_anew(tx: Tx, ids: Sequence[int]) -> None:
    """Let sessions that are in no count and no index be derived as if for the first time, with what hangs on it."""
    await tx.run_many(
        "UPDATE session SET status = '', haystack = '' WHERE id = ?", [(session_id,) for session_id in ids]
    )
    for session_id in ids:
        tx.touch(session_id)


async def unsettled(fetch: Fetch) -> int:
    """Return for how many sessions of large imports something is still to follow."""
    return cast("int", (await fetch("SELECT count(*) FROM settling_due", ()))[0][0])


async def is_due(fetch: Fetch) -> bool:
    """Return whether anything is still to follow."""
    return bool(await fetch("SELECT 1 FROM words_due UNION ALL SELECT 1 FROM settling_due LIMIT 1", ()))
