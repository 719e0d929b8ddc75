"""All sessions that a query asks for, each as it is at an instant itself, whatever was stored before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Actor
from sessiontui.domain.query import Query, parse
from sessiontui.domain.vocabulary import Status
from sessiontui.services.boards.drawing import drawn
from sessiontui.services.boards.past import judged, past, sorting
from sessiontui.services.context import Context
from sessiontui.services.lines import Board
from sessiontui.services.rights import viewer_of
from sessiontui.store.reader import Fetch
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads import tallies
from sessiontui.store.viewing import Viewer


async def listing(
    context: Context,
    query: str,
    *,
    now: datetime,
    as_of: datetime | None = None,
    zone: ZoneInfo | None = None,
    limit: int | None = None,
    by: Actor,
) -> Board:
    """Return all sessions that a query asks for, each derived at the instant itself and counted by that.

    Unlike ``board`` it needs no worker to have kept the rows up to date: what time has changed since a row was
    stored is derived anew before the query is asked of it.
    """
    at = as_of or now
    asked = parse(query, now=at, zone=zone or context.zone)
    viewer = viewer_of(by)

    async def reading(fetch: Fetch) -> Board:
        restless = await tallies.restless(fetch, now) if as_of is None else None
        if restless is None:
            return await past(
                context,
                fetch,
                asked,
                now=now,
                as_of=at,
                limit=limit,
                offset=0,
                order="urgency",
                viewer=viewer,
                is_past=as_of is not None,
            )
        return await _present(context, fetch, asked, now=now, limit=limit, restless=restless, viewer=viewer)

    return await context.db.look(reading)


async def _present(
    context: Context,
    fetch: Fetch,
    asked: Query,
    *,
    now: datetime,
    limit: int | None,
    restless: Sequence[int],
    viewer: Viewer,
) -> Board:
    """Ask the stored rows, save the restless ones: those are derived before they are asked."""
    fresh, there = await judged(context, fetch, asked, restless, now=now, as_of=now, viewer=viewer)
    apart = frozenset(restless)
    most = None if limit is None else limit + len(apart)
    ids = await tallies.first(context.db, fetch, asked, limit=most, viewer=viewer)
    settled = [session_id for session_id in ids if session_id not in apart][:limit]
    found = [*await drawn(context, fetch, settled, now=now, viewer=viewer), *fresh]
    found.sort(key=sorting("urgency"))
    stored = await tallies.tally(fetch, asked, viewer)
    stale = await tallies.tally_of(fetch, asked, restless, viewer)
    everyone = await kept.counts(fetch, viewer)
    waiting = await tallies.tally_of(fetch, None, restless, viewer)
    open_lines = [line for line in fresh if line.archived_at is None]
    counts = Counter(line.status for line in open_lines)
    for status in Status:
        counts[status] += stored.number[status] - stale.number[status]
    return Board(
        taken_at=now,
        lines=tuple(found[:limit]),
        counts={status: counts[status] for status in Status},
        matched=stored.matched - stale.matched + len(fresh),
        total=everyone.total - sum(waiting.number.values()) + there,
        pending_requests=stored.pending - stale.pending + sum(line.pending for line in open_lines),
        query=asked.text,
    )
