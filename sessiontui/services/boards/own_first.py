"""The desk of those who manage their own sessions alone: these come first, then the rest of what is published."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from sessiontui.domain.query import Query
from sessiontui.store.engine import Database
from sessiontui.store.reader import Fetch
from sessiontui.store.reads import windows
from sessiontui.store.reads.own import keys_of, own_keys
from sessiontui.store.reads.windows import Window
from sessiontui.store.viewing import Viewer

MOST_OWN: Final = 500
"""Own sessions that come first, the most urgent ones; any more stand where all others do."""


def is_meant(viewer: Viewer, order: str) -> bool:
    """Tell whether somebody's own sessions come first: in the default order, for who does not manage all."""
    return viewer.person_id is not None and not viewer.sees_people and order == "urgency"


async def window(
    db: Database, fetch: Fetch, query: Query, *, order: str, offset: int, limit: int, head: int, viewer: Viewer
) -> Window:
    """Return the window of a query that begins at a row number, where one's own sessions are the first rows."""
    own = await own_keys(fetch, query, viewer, limit=MOST_OWN)
    places = {session_id for _, session_id in own}
    skipped = max(0, offset - len(own))
    # The row wanted lies no further on than there are own sessions before it in the order of all.
    whole = await windows.window(
        db, fetch, query, order=order, offset=skipped, limit=limit + len(own), head=head, viewer=viewer
    )
    before = 0
    if whole.ids:
        first = await keys_of(fetch, whole.ids[0])
        before = 0 if first is None else bisect_left(own, first)
    others = [session_id for session_id in whole.ids if session_id not in places][before:]
    mine = [session_id for _, session_id in own][offset : offset + limit]
    ids = (*mine, *others[: limit - len(mine)])
    return Window(ids, whole.matched, exact=whole.exact, whole=whole.whole)
