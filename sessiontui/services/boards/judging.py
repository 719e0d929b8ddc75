"""What a few sessions that changed come to for a window that is on a screen, without reading the window again.

Most commits change nothing of which rows a window holds, or in which order. Whoever shows one asks here about the
changed sessions alone: where each stands in the order if the query still holds it, how the rows that are seen look
now, and the counts, which are maintained. Only who sees that a row came, went or moved reads the window anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Actor
from sessiontui.domain.query.terms import Between, InView, OneOf, OwnId, Within
from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import Status
from sessiontui.services.boards import own_first
from sessiontui.services.boards.asking import pressing, understood
from sessiontui.services.boards.drawing import DEADLINE, drawn
from sessiontui.services.footing import Footing
from sessiontui.services.lines import AlertCounts, SessionLine
from sessiontui.services.rights import viewer_of
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads.counting import among
from sessiontui.store.reads.standing import placed

if TYPE_CHECKING:
    from sessiontui.domain.query.statement import Query
    from sessiontui.store.reader import Fetch, Value


FEW: Final = 8
"""Sessions up to which asking where they stand takes less time than a turn of another thread."""


_IN_ROWS: Final = (OneOf, Within, Between, OwnId, InView)
"""Terms that cost microseconds for one session."""


@record(kw_only=True)
class Judged:
    """What changed sessions look like from a window of a query, at one committed state.

    ``places`` are the keys by which those stand in the order that the query holds now; ``orders`` is false where the
    order is not by these keys alone. ``lines`` are the rows that were asked for, ``matched`` how many the query holds
    in all where the maintained counts tell. The rest is as in a ``Board``.
    """

    orders: bool
    places: Mapping[int, Value]
    lines: tuple[SessionLine, ...]
    counts: Mapping[Status, int]
    total: int
    pending_requests: int
    alerts: AlertCounts
    matched: int | None


async def judged(
    context: Footing,
    query: str,
    ids: Sequence[int],
    *,
    seen: Sequence[int],
    order: str,
    now: datetime,
    zone: ZoneInfo | None = None,
    by: Actor,
) -> Judged:
    """Return what some changed sessions come to for a query in an order, with those that are ``seen`` as rows."""
    asked, viewer = understood(query, now=now, zone=zone or context.zone), viewer_of(by)

    async def judging(fetch: Fetch) -> Judged:
        counts = await kept.counts(fetch, viewer)
        return Judged(
            orders=not own_first.is_meant(viewer, order),
            places=await placed(fetch, asked, ids, order=order, viewer=viewer),
            lines=await drawn(context, fetch, seen, now=now, viewer=viewer) if seen else (),
            counts=counts.each,
            total=counts.total,
            pending_requests=counts.pending,
            alerts=await pressing(fetch, now=now, viewer=viewer),
            matched=among(asked, counts),
        )

    if seen or len(ids) > FEW or not viewer.sees_people or not _is_told_by_rows(asked):
        return await context.db.look(judging, deadline=DEADLINE)
    return await context.db.peek(judging)


def _is_told_by_rows(query: Query) -> bool:
    """Tell whether a query asks for nothing but what stands in a session's own row: no names, no words."""
    return all(isinstance(term, _IN_ROWS) for term in query.where.terms)
