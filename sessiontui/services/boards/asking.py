"""The sessions that a query asks for: a window of them, as they are stored or as they were at an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import to_ms
from sessiontui.domain.query.now import ALL, NOW, all_query, now_query
from sessiontui.domain.query.statement import Query
from sessiontui.domain.records import record
from sessiontui.services.alerts.lines import counted
from sessiontui.services.boards import own_first
from sessiontui.services.boards.drawing import DEADLINE, drawn
from sessiontui.services.boards.following import changes
from sessiontui.services.footing import Footing
from sessiontui.services.lines import AlertCounts, Board, SessionLine
from sessiontui.services.rights import viewer_of
from sessiontui.store.reader import Fetch
from sessiontui.store.reads import alerts as kept_alerts
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads import windows
from sessiontui.store.reads.counting import is_counted
from sessiontui.store.reads.orders import ORDERS
from sessiontui.store.viewing import Viewer

DRAWN: Final = 0.000_05
"""Seconds in which a session that is found is drawn as a row; whoever has little patience waits for that as well."""


async def board(
    context: Footing,
    query: str,
    *,
    now: datetime,
    as_of: datetime | None = None,
    limit: int = 200,
    offset: int = 0,
    order: str = "urgency",
    zone: ZoneInfo | None = None,
    known: Board | None = None,
    patience: float | None = None,
    by: Actor,
) -> Board:
    """Return a window of the sessions that a query asks for, with the counts of all.

    ``QueryError`` points at the wrong term. With ``as_of`` everything is derived as of that instant by the
    knowledge of ``now``; that reads every session, while the present is read by index. Lines of ``known``, an
    earlier board, are taken over where nothing was committed about them since: whoever hands it in leaves out those
    that time has changed. With ``patience``, in seconds, a search that takes longer gives the first rows that it has
    found by then, and the board is not ``whole``: whoever wants the rest asks again without it.
    """
    if order not in ORDERS:
        raise BadInput(f"{order!r} is not an order", hint=f"one of {', '.join(ORDERS)}")
    asked = understood(query, now=as_of or now, zone=zone or context.zone)
    viewer = viewer_of(by)
    if as_of is not None:
        from sessiontui.services.boards.past import past  # the present does without

        return await context.db.look(
            lambda fetch: past(
                context, fetch, asked, now=now, as_of=as_of, limit=limit, offset=offset, order=order, viewer=viewer
            )
        )
    window = _Window(query=asked, order=order, offset=offset, limit=limit, known=known, patience=patience)
    return await context.db.look(
        lambda fetch: _taken(context, fetch, window, now=now, viewer=viewer), deadline=DEADLINE
    )


@record(kw_only=True)
class _Window:
    """Which rows of a query are asked for, and the board that was shown before."""

    query: Query
    order: str
    offset: int
    limit: int
    known: Board | None
    patience: float | None


def understood(query: str, *, now: datetime, zone: ZoneInfo) -> Query:
    """Return what a text asks; those on which most consoles open are told without the language."""
    if query == NOW:
        return now_query(now)
    if query == ALL:
        return all_query()
    from sessiontui.domain.query.parsing import parse

    return parse(query, now=now, zone=zone)


async def _taken(context: Footing, fetch: Fetch, asked: _Window, *, now: datetime, viewer: Viewer) -> Board:
    """Return a window of the desk as stored."""
    sequence = await kept.head(fetch)
    counts = await kept.counts(fetch, viewer)
    shown = await _found(context, fetch, asked, head=sequence, viewer=viewer)
    return Board(
        taken_at=now,
        lines=await _renewed(context, fetch, shown.ids, asked.known, now=now, viewer=viewer),
        counts=counts.each,
        matched=shown.matched,
        matched_exact=shown.exact,
        total=counts.total,
        pending_requests=counts.pending,
        query=asked.query.text,
        sequence=sequence,
        alerts=await pressing(fetch, now=now, viewer=viewer),
        whole=shown.whole,
    )


async def pressing(fetch: Fetch, *, now: datetime, viewer: Viewer) -> AlertCounts:
    """Return how many alerts press whom; those who may not see all are told of their own alone."""
    own = None if viewer.sees_people else viewer.person_id or 0
    return counted(await kept_alerts.counts(fetch, now=to_ms(now), own=own))


async def _found(context: Footing, fetch: Fetch, asked: _Window, *, head: int, viewer: Viewer) -> windows.Window:
    """Return where the window stands: what is found at a glance if that will do, else by a plan."""
    if own_first.is_meant(viewer, asked.order):
        return await own_first.window(
            context.db,
            fetch,
            asked.query,
            order=asked.order,
            offset=asked.offset,
            limit=asked.limit,
            head=head,
            viewer=viewer,
        )
    if asked.patience is not None and asked.offset == 0 and not is_counted(asked.query):
        patience = asked.patience - min(DRAWN * asked.limit, asked.patience / 2)
        return await windows.glimpse(
            fetch, asked.query, order=asked.order, limit=asked.limit, patience=patience, viewer=viewer
        )
    return await windows.window(
        context.db,
        fetch,
        asked.query,
        order=asked.order,
        offset=asked.offset,
        limit=asked.limit,
        head=head,
        viewer=viewer,
    )


async def _renewed(
    context: Footing, fetch: Fetch, ids: Sequence[int], known: Board | None, *, now: datetime, viewer: Viewer
) -> tuple[SessionLine, ...]:
    """Return sessions as rows, those taken over from an earlier board that were not touched since."""
    touched = None if known is None else (await changes(fetch, known.sequence))[1]
    if known is None or touched is None:
        return await drawn(context, fetch, ids, now=now, viewer=viewer)
    found = {line.id: line for line in known.lines}
    for session_id in touched:
        found.pop(session_id, None)
    others = [session_id for session_id in ids if session_id not in found]
    found |= {line.id: line for line in await drawn(context, fetch, others, now=now, viewer=viewer)}
    return tuple(found[session_id] for session_id in ids if session_id in found)
