"""Questions about the timers of work sessions."""

from __future__ import annotations

from typing import cast

from sessiontui.store.histories import Fetch


async def own_completion(fetch: Fetch, session_id: int) -> int | None:
    """Return the change by which the product completed a session, if that holds."""
    rows = await fetch(
        "SELECT id FROM session_change WHERE session_id = ? AND move = 'complete' AND by_id IS NULL"
        " AND voided_by IS NULL ORDER BY id DESC LIMIT 1",
        (session_id,),
    )
    return cast("int", rows[0][0]) if rows else None


async def title(fetch: Fetch, session_id: int) -> str:
    """Return the title of a session, empty where there is none."""
    rows = await fetch("SELECT title FROM session WHERE id = ?", (session_id,))
    return str(rows[0][0]) if rows else ""
