"""Windows of the desk: which sessions stand at which rows of a filter in an order, without reading them all.

There are two ways to a window. Where some index holds all that is meant and that is little, it is *gathered*:
all keys are read, counted and put in order. Otherwise the order is *walked* by its own index from the nearest key
whose row number is known.
"""

from __future__ import annotations

from time import monotonic
from typing import Final

from sessiontui.domain.query.statement import Query
from sessiontui.domain.query.terms import Expression, Label, Labelled, NameHas, TextHas
from sessiontui.domain.records import record
from sessiontui.store.engine import Database
from sessiontui.store.filters import compile_query
from sessiontui.store.narrowing import leaves
from sessiontui.store.reader import Fetch, OutOfTime, Row, every_id
from sessiontui.store.reads.counting import counted, is_counted, maintained
from sessiontui.store.reads.orders import ORDERS, Order
from sessiontui.store.reads.pieced import pieces_of
from sessiontui.store.reads.planning import plan_of, planned
from sessiontui.store.reads.walking import Path, Plan, Walk, path_of
from sessiontui.store.viewing import EVERYONE, Viewer

PAGE: Final = 0.012
"""Seconds after which a page that is found is shown without waiting for a count of all besides."""


@record
class Window:
    """The ids of a window in order, and how many match in all; ``exact`` is false if there may be more.

    It is not ``whole`` if the search was broken off before the window was full: the first of its rows are right.
    """

    ids: tuple[int, ...]
    matched: int
    exact: bool
    whole: bool = True


async def window(
    db: Database,
    fetch: Fetch,
    query: Query,
    *,
    order: str,
    offset: int,
    limit: int,
    head: int,
    viewer: Viewer = EVERYONE,
) -> Window:
    """Return the window of a query that begins at a row number; ``head`` is the newest number of the change log.

    ``fetch`` asks the database ``db``, of whose earlier windows row numbers are remembered.
    """
    until = monotonic() + PAGE
    near = await _pieced(fetch, query, order, offset=offset, limit=limit, viewer=viewer)
    if near is not None:
        return near
    from sessiontui.store.reads.gathering import at_hand  # the view a desk opens on does without
    from sessiontui.store.reads.seeking import sought

    path = path_of(db, query, order, viewer, head)
    if path.plan is None or path.planned_at != head or path.plan.is_fleeting:
        path.plan, path.planned_at = await planned(fetch, query, viewer), head
    plan = path.plan
    few = await at_hand(fetch, plan, order, wanted=offset + limit, until=until)
    if few is not None:
        return _window_of(*few, offset=offset, limit=limit)
    whole = await maintained(fetch, query, viewer)
    if whole is not None:
        path.matched, path.exact, path.counted_at = whole, True, head
    way = ORDERS[order]
    if whole is not None or not _has_another_way(plan, way):
        rows = await Walk(fetch, plan, way, path, head).rows(offset, limit)
    else:
        rows, is_all = await sought(fetch, plan, order, path, head, offset=offset, limit=limit, until=until)
        if is_all is not None:
            return _window_of(rows, is_all, offset=offset, limit=limit)
    if whole is None and len(rows) < limit and (rows or not offset):
        path.matched, path.exact, path.counted_at = offset + len(rows), True, head
    if path.matched is None or (path.exact and path.counted_at != head):
        answer = await counted(fetch, plan, until=until)
        if answer is None:
            return Window(tuple(every_id(rows)), offset + len(rows), exact=False)
        (path.matched, path.exact), path.counted_at = answer, head
    if path.exact:
        return Window(tuple(every_id(rows)), path.matched, exact=True)
    seen = offset + len(rows)
    return Window(tuple(every_id(rows)), max(path.matched, seen if rows else 0), exact=path.exact)


async def glimpse(
    fetch: Fetch, query: Query, *, order: str, limit: int, patience: float, viewer: Viewer = EVERYONE
) -> Window:
    """Return the first rows of a query as far as they are found in some seconds.

    Words are looked for in one row after the other: how much the index of words holds is not known before it is
    asked, and it cannot be broken off.
    """
    near = await _pieced(fetch, query, order, offset=0, limit=limit, viewer=viewer)
    if near is not None:
        return near
    from sessiontui.store.reads.gathering import at_hand
    from sessiontui.store.reads.seeking import hurried

    hasty = hurried(fetch, patience)
    plan = plan_of(query, *compile_query(query, viewer=viewer))
    walk = Walk(hasty, plan, ORDERS[order], Path(since=0), 0)
    try:
        if not any(map(_is_worded, leaves(query.where))):
            plan = await planned(hasty, query, viewer)
            few = await at_hand(hasty, plan, order, wanted=limit, until=monotonic() + patience)
            if few is not None:
                return _window_of(*few, offset=0, limit=limit)
            walk = Walk(hasty, plan, ORDERS[order], Path(since=0), 0)
        rows = await walk.rows(0, limit)
    except OutOfTime as error:
        rows = walk.so_far(error)
        return Window(tuple(every_id(rows)), len(rows), exact=False, whole=False)
    return Window(tuple(every_id(rows)), len(rows), exact=len(rows) < limit)


def _is_worded(leaf: Expression) -> bool:
    """Return whether a term is looked for in the index of words."""
    return isinstance(leaf, TextHas | NameHas) or (isinstance(leaf, Labelled) and leaf.label is Label.TAG)


async def _pieced(
    fetch: Fetch, query: Query, order: str, *, offset: int, limit: int, viewer: Viewer
) -> Window | None:
    """Return a window of what stands in short stretches alone, the maintained counts left aside."""
    pieces = None if is_counted(query) else pieces_of(fetch, query, order, viewer)
    number = None if pieces is None else await pieces.number()
    if pieces is None or number is None:
        return None
    rows = await pieces.rows(order, offset=offset, limit=limit) if offset < number else []
    return Window(tuple(every_id(rows)), number, exact=True)


def _has_another_way(plan: Plan, order: Order) -> bool:
    """Return whether all that is meant can be gathered at a price, should a walk find little."""
    return plan.marks is not None or not (plan.is_slim and order == ORDERS["urgency"])


def _window_of(rows: list[Row], whole: bool, *, offset: int, limit: int) -> Window:
    """Return a window of rows in order, which may be all that are meant, or the first of them."""
    return Window(tuple(every_id(rows[offset : offset + limit])), len(rows), exact=whole)
