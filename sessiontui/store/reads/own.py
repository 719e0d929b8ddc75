"""Questions about what is one's own: the hosted, authored or worked on, in the order of urgency."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sessiontui.store.filters import compile_query
from sessiontui.store.reads.known import look_up
from sessiontui.store.viewing import own_sessions

if TYPE_CHECKING:
    from sessiontui.domain.query import Query
    from sessiontui.store.reader import Fetch
    from sessiontui.store.viewing import Viewer


async def own_keys(fetch: Fetch, query: Query, viewer: Viewer, *, limit: int) -> list[tuple[int, int]]:
    """Return rank and id of one's own sessions that a query matches, the most urgent first."""
    test, values = compile_query(query, await look_up(fetch, query), viewer)
    rows = await fetch(
        f"SELECT s.rank, s.id FROM session s WHERE s.id IN ({own_sessions(reads=True)})"
        f" AND {test} ORDER BY s.rank, s.id LIMIT ?",
        (viewer.person_id, viewer.person_id, viewer.person_id, *values, limit),
    )
    return cast("list[tuple[int, int]]", rows)


async def keys_of(fetch: Fetch, session_id: int) -> tuple[int, int] | None:
    """Return rank and id of one session."""
    rows = await fetch("SELECT rank, id FROM session WHERE id = ?", (session_id,))
    return cast("tuple[int, int]", rows[0]) if rows else None
