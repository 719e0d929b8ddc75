"""The desk derived from histories: at a past instant, or where stored rows cannot be relied on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from sessiontui.domain.instants import to_ms
from sessiontui.domain.query import Query, Subject, matches
from sessiontui.domain.vocabulary import Status
from sessiontui.services.boards.seeing import seen
from sessiontui.services.footing import Footing
from sessiontui.services.pictures import Board, SessionLine
from sessiontui.store.haystack import spaced
from sessiontui.store.reader import Fetch
from sessiontui.store.reads import sessions as kept
from sessiontui.store.viewing import EVERYONE, Viewer

CHUNK: Final = 1_000
"""Sessions whose histories are held at once."""


async def past(
    context: Footing,
    fetch: Fetch,
    asked: Query,
    *,
    now: datetime,
    as_of: datetime,
    limit: int | None,
    offset: int,
    order: str,
    viewer: Viewer,
    is_past: bool = True,
) -> Board:
    """Derive every session as of an instant, then ask, order and count."""
    ids = await kept.matching(fetch, *viewer.visible)
    found, total = await judged(context, fetch, asked, ids, now=now, as_of=as_of, viewer=viewer)
    counts = Counter(line.status for line in found if line.archived_at is None)
    found.sort(key=sorting(order))
    end = None if limit is None else offset + limit
    return Board(
        taken_at=as_of,
        lines=tuple(found[offset:end]),
        counts={status: counts[status] for status in Status},
        matched=len(found),
        total=total,
        pending_requests=sum(line.pending for line in found if line.archived_at is None),
        query=asked.text,
        as_of=as_of if is_past else None,
    )


async def judged(
    context: Footing,
    fetch: Fetch,
    asked: Query,
    ids: Sequence[int],
    *,
    now: datetime,
    as_of: datetime,
    viewer: Viewer,
) -> tuple[list[SessionLine], int]:
    """Return the sessions that a query means as of an instant, and how many there were that are not archived."""
    found: list[SessionLine] = []
    total = 0
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        async for one in seen(context, fetch, chunk, now=now, as_of=as_of, viewer=viewer):
            total += one.line.archived_at is None
            if matches(asked, one.subject):
                found.append(one.line)
    return found, total


async def subjects(context: Footing, ids: Sequence[int], *, now: datetime, as_of: datetime) -> dict[int, Subject]:
    """Return what a query can ask of sessions as they were at an instant, by id; those not there yet are missing."""

    async def asked(fetch: Fetch) -> dict[int, Subject]:
        told = seen(context, fetch, ids, now=now, as_of=as_of, viewer=EVERYONE)
        return {one.line.id: one.subject async for one in told}

    return await context.db.look(asked)


def sorting(order: str) -> Callable[[SessionLine], tuple[int | str | datetime, int]]:
    """Return the key that puts rows into an order of the desk."""
    keys: dict[str, Callable[[SessionLine], tuple[int | str | datetime, int]]] = {
        "urgency": lambda line: (line.rank, line.id),
        "start": lambda line: (line.starts_at, line.id),
        "latest": lambda line: (-to_ms(line.starts_at), -line.id),
        "title": lambda line: (spaced(line.title), line.id),
        "pending": lambda line: (-line.pending, -line.id),
    }
    return keys[order]
