"""Windows of the desk: which sessions stand at which rows of a filter in an order, without reading them all.

There are two ways to a window. Where some index holds all that is meant and that is little, it is *gathered*:
all keys are read, counted and put in order. Otherwise the order is *walked* by its own index from the nearest key
whose row number is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from time import monotonic
from typing import Final

from sessiontui.domain.query.statement import Query
from sessiontui.domain.query.terms import Expression, Label, Labelled, NameHas, TextHas
from sessiontui.domain.records import record, replace
from sessiontui.store.engine import Database
from sessiontui.store.filters import compile_query
from sessiontui.store.narrowing import leaves
from sessiontui.store.reader import Fetch, OutOfTime, Row, Value, every_id
from sessiontui.store.reads import planning
from sessiontui.store.reads.counting import asked_of_source, counted, is_counted, maintained
from sessiontui.store.reads.orders import ORDERS, Order
from sessiontui.store.reads.pieced import pieces_of
from sessiontui.store.reads.planning import plan_of, planned
from sessiontui.store.reads.walking import Path, Plan, Stretch, Walk, key_of, path_of
from sessiontui.store.viewing import EVERYONE, Viewer

READING: Final = 0.000_003
"""Seconds in which a session is read whose id is known."""

PAGE: Final = 0.012
"""Seconds after which a page that is found is shown without waiting for a count of all besides."""

WALKING: Final = 0.015
"""Seconds after which a walk that finds little is given up for another way, where there is one."""

PROMISING: Final = 8
"""A walk that has found a share of its rows as large as one by this goes on: it is soon there."""

LIKELY: Final = 4
"""The same where marks tell of another way."""

STROLLING: Final = 0.003
"""The same where the other way is short: a part of the index of urgency."""


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
    path = path_of(db, query, order, viewer, head)
    if path.plan is None or path.planned_at != head or path.plan.is_fleeting:
        path.plan, path.planned_at = await planned(fetch, query, viewer), head
    plan = path.plan
    if plan.is_few:
        rows = await gathered(fetch, plan, order)
        return Window(tuple(every_id(rows[offset : offset + limit])), len(rows), exact=True)
    whole = await maintained(fetch, query, viewer)
    if whole is not None:
        path.matched, path.exact, path.counted_at = whole, True, head
    way = ORDERS[order]
    if whole is not None or not _has_another_way(plan, way):
        rows = await Walk(fetch, plan, way, path, head).rows(offset, limit)
    else:
        few, rows = await _looked_for(fetch, plan, order, path, head, offset=offset, limit=limit)
        if few is not None:
            return Window(tuple(every_id(few[offset : offset + limit])), len(few), exact=True)
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
    hurried = _hurried(fetch, patience)
    plan = plan_of(query, *compile_query(query, viewer=viewer))
    walk = Walk(hurried, plan, ORDERS[order], Path(since=0), 0)
    try:
        if not any(map(_is_worded, leaves(query.where))):
            plan = await planned(hurried, query, viewer)
            if plan.is_few:
                few = await gathered(hurried, plan, order)
                return Window(tuple(every_id(few[:limit])), len(few), exact=True)
            walk = Walk(hurried, plan, ORDERS[order], Path(since=0), 0)
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


async def gathered(fetch: Fetch, plan: Plan, order: str) -> list[Row]:
    """Return the ids and keys of what a plan's index holds and its condition allows, in order.

    Without an index all rows are looked at. Where there are more than ``GATHERED``, and more than the index was
    counted to name, some are missing.
    """
    by = ORDERS[order]
    tests, values = asked_of_source(plan)
    down = " DESC" if by.backwards else ""
    return await fetch(
        f"SELECT id, place FROM (SELECT s.id, {by.column} AS place FROM session s NOT INDEXED"
        f" WHERE {tests} LIMIT ?) ORDER BY place{down}, id{down}",
        (*values, max(planning.GATHERED, plan.named) + 1),
    )


def _has_another_way(plan: Plan, order: Order) -> bool:
    """Return whether all that is meant can be gathered at a price, should a walk find little."""
    return plan.marks is not None or not (plan.is_slim and order == ORDERS["urgency"])


async def _looked_for(
    fetch: Fetch, plan: Plan, order: str, path: Path, head: int, *, offset: int, limit: int
) -> tuple[list[Row] | None, list[Row]]:
    """Return all that is meant, where that was gathered, or else the rows of a window, found by a walk.

    A walk that has found a good part of its rows when its time is over goes on from the last of them.
    """
    way, is_near = ORDERS[order], plan.source is not None and plan.named <= planning.VICINITY
    patience = WALKING
    if is_near:  # as long as the other way, so that both together take twice as long at the most
        patience = min(WALKING, max(STROLLING, plan.named * READING))
    elif plan.is_slim and plan.spans is not None:
        patience = min(WALKING, STROLLING)
    walk = Walk(_hurried(fetch, patience), plan, way, path, head)
    try:
        return None, await walk.rows(offset, limit)
    except OutOfTime as error:
        rows = [] if offset else walk.so_far(error)
    if is_near or len(rows) * (PROMISING if plan.marks is None else LIKELY) < limit:
        few = await _gathered_otherwise(fetch, plan, order)
        if few is not None:
            return few, []
    rest = Walk(fetch, plan, way, path, head)
    if not rows:
        return None, await rest.rows(offset, limit)
    return None, [*rows, *await rest.after(key_of(rows[-1]), limit - len(rows))]


async def _gathered_from_many(fetch: Fetch, plan: Plan, order: str) -> list[Row] | None:
    """Return what ``gathered`` does, from an index that names many, or from all; ``None`` once too many are meant.

    What the index names is looked at as it comes: held all at once first, a million ids would take a second.
    """
    by, source = ORDERS[order], plan.source or plan.wide
    if source is None:
        found = await gathered(fetch, plan, order)
        return found if len(found) <= planning.GATHERED else None
    found = await fetch(
        f"WITH named (id) AS ({source.sql}) SELECT s.id, {by.column} FROM named CROSS JOIN session s"
        f" ON s.id = named.id WHERE {plan.condition} LIMIT ?",
        (*source.parameters, *plan.parameters, planning.GATHERED + 1),
    )
    if len(found) > planning.GATHERED:
        return None
    return _sorted(set(found), order)


def _hurried(fetch: Fetch, seconds: float) -> Fetch:
    """Return a way to ask that is over for all its questions together after some seconds."""
    until = monotonic() + seconds

    async def hurried(sql: str, parameters: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        left = until - monotonic()
        return await fetch(sql, parameters, deadline=left if deadline is None else min(deadline, left))

    return hurried


async def _gathered_otherwise(fetch: Fetch, plan: Plan, order: str) -> list[Row] | None:
    """Return what ``gathered`` does, for questions on which a walk finds little; ``None`` for too many.

    An index that names few is asked, then that of words for marks. Else the index of urgency is looked through if it
    holds all that is asked about, and otherwise what another index names, or every row.
    """
    if plan.source is not None and plan.named <= planning.VICINITY:
        return await gathered(fetch, plan, order)
    is_held = plan.is_slim and plan.waits  # by an index of few
    if plan.marks is not None and not is_held and (told := await planning.told_of(fetch, plan.marks)) is not None:
        return await _gathered_by_marks(fetch, replace(plan, source=told[0], named=told[1]), order)
    if plan.is_slim and ORDERS[order] == ORDERS["urgency"] and not is_held:
        return None  # the walk itself does no less
    if not plan.is_slim:
        return await _gathered_from_many(fetch, plan, order)
    return await _gathered_along(fetch, plan, plan.by_rank(), order)


async def _gathered_by_marks(fetch: Fetch, plan: Plan, order: str) -> list[Row] | None:
    """Return what ``gathered`` does, and what is not over besides, where the marks do not tell of that."""
    found = await gathered(fetch, plan, order)
    if not plan.ahead:
        return found
    ahead = await _gathered_along(fetch, plan, plan.stretches(plan.ahead), order)
    return None if ahead is None else _sorted({*found, *ahead}, order)


async def _gathered_along(fetch: Fetch, plan: Plan, stretches: Iterable[Stretch], order: str) -> list[Row] | None:
    """Return what is meant in stretches of the order of urgency, by its index alone; ``None`` for too many."""
    found: list[Row] = []
    for where, bounds in stretches:
        found += await fetch(
            f"SELECT s.id, {ORDERS[order].column} FROM session s {where} AND ({plan.condition}) LIMIT ?",
            (*bounds, *plan.parameters, planning.GATHERED + 1 - len(found)),
        )
        if len(found) > planning.GATHERED:
            return None
    return _sorted(found, order)


def _sorted(rows: Iterable[Row], order: str) -> list[Row]:
    return sorted(rows, key=itemgetter(1, 0), reverse=ORDERS[order].backwards)
