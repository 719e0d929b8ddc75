"""Windows of the desk: which sessions stand at which rows of a filter in an order, without reading them all.

There are two ways to a window. Where some index holds all that is meant and that is little, it is *gathered*:
all keys are read, counted and put in order. Otherwise the order is *walked* by its own index from the nearest key
whose row number is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter
from time import monotonic
from typing import Final, cast

from sessiontui.domain.errors import Unavailable
from sessiontui.domain.query import label_key
from sessiontui.domain.query.statement import Query
from sessiontui.domain.query.terms import (
    Label,
    Labelled,
    NameHas,
    TextHas,
    Who,
)
from sessiontui.store.engine import Database
from sessiontui.store.filters import compile_query, name_test
from sessiontui.store.narrowing import NOTHING_KNOWN, Known, Source, leaves, sources, terms_of
from sessiontui.store.ranking import is_ahead, spans, starting, waits
from sessiontui.store.reader import Fetch, OutOfTime, Row, Value, every_id
from sessiontui.store.reads.counting import asked_of_source, counted, maintained
from sessiontui.store.reads.orders import ORDERS, Order, is_slim
from sessiontui.store.reads.walking import Path, Plan, Walk, path_of
from sessiontui.store.viewing import EVERYONE, Viewer

GATHERED: Final = 2_000
"""Most sessions that are read to put them in order: about what a page costs otherwise."""

TESTED: Final = 20_000
"""Most sessions whose ids are held beside a walk, so that it looks only at rows which an index names."""

BORNE: Final = 500
"""Most people whom a name may mean for their ids to be written into the question."""

BORNE_BY_GUESTS: Final = 200
"""The same of those who take part: what they took part in is read whole, soon dearer than a look at each."""

WALKING: Final = 0.015
"""Seconds after which a walk that finds little is given up for another way, where there is one."""

PROMISING: Final = 8
"""A walk that has found a share of its rows as large as one by this goes on: it is soon there."""

STROLLING: Final = 0.003
"""The same where the other way is short: the index of urgency is looked through in little more."""

ESTIMATING: Final = 0.003
"""Seconds after which an index counts as naming too many sessions to be of use."""

ESTIMATING_WORDS: Final = 0.006
"""The same of the index of words, without which words are looked for in each row."""


@dataclass(frozen=True, slots=True)
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
    path = path_of(db, query, order, viewer, head)
    if path.plan is None or path.planned_at != head:
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
        try:
            hurried = partial(fetch, deadline=min(WALKING, STROLLING) if plan.is_slim else WALKING)
            rows = await Walk(hurried, plan, way, path, head).rows(offset, limit)
        except Unavailable:
            few = await _gathered_otherwise(fetch, plan, order)
            if len(few) <= GATHERED:
                return Window(tuple(every_id(few[offset : offset + limit])), len(few), exact=True)
            rows = await Walk(fetch, plan, way, path, head).rows(offset, limit)
    if whole is None and len(rows) < limit and (rows or not offset):
        path.matched, path.exact, path.counted_at = offset + len(rows), True, head
    if path.matched is None or (path.exact and path.counted_at != head):
        path.matched, path.exact = await counted(fetch, plan)
        path.counted_at = head
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
    until = monotonic() + patience

    async def hurried(sql: str, parameters: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        left = until - monotonic()
        return await fetch(sql, parameters, deadline=left if deadline is None else min(deadline, left))

    plan = _plan(query, *compile_query(query, viewer=viewer))
    walk = Walk(hurried, plan, ORDERS[order], Path(since=0), 0)
    try:
        if not any(isinstance(leaf, TextHas | NameHas | Labelled) for leaf in leaves(query.where)):
            plan = await planned(hurried, query, viewer)
            if plan.is_few:
                few = await gathered(hurried, plan, order)
                return Window(tuple(every_id(few[:limit])), len(few), exact=True)
            walk = Walk(hurried, plan, ORDERS[order], Path(since=0), 0)
        rows = await walk.rows(0, limit)
    except OutOfTime as error:
        rows = [*walk.found, *(error.rows if walk.has_begun else ())]
        return Window(tuple(every_id(rows)), len(rows), exact=False, whole=False)
    return Window(tuple(every_id(rows)), len(rows), exact=len(rows) < limit)


async def planned(fetch: Fetch, query: Query, viewer: Viewer = EVERYONE) -> Plan:
    """Return how a query is best answered, by what its indexes hold."""
    if query.is_everything:
        return Plan(*compile_query(query, viewer=viewer), None, is_few=False, spans=None)
    known = await look_up(fetch, query)
    plan = _plan(query, *compile_query(query, known, viewer))
    best, least = None, TESTED + 1
    named = sources(query, known)
    for source in named:
        # The order of urgency is walked anyway: it is of use as an index only where it names few.
        number = await _up_to(fetch, source, min(least, GATHERED + 1) if source.is_order else least)
        if number < least and not (source.is_order and number > GATHERED):
            best, least = source, number
        if least <= GATHERED // 4:
            break
    is_few = best is not None and least <= GATHERED
    return replace(plan, source=best, is_few=is_few, wide=named[-1] if named else None)


def _plan(query: Query, condition: str, parameters: tuple[Value, ...]) -> Plan:
    """Return what can be said of a question before anything is counted."""
    reaches = spans(query)
    return Plan(
        condition,
        parameters,
        None,
        is_few=False,
        spans=reaches,
        periods=starting(query.where),
        is_ahead=reaches is not None and is_ahead(reaches),
        waits=waits(terms_of(query.where)),
        is_slim=is_slim(condition),
    )


async def few(fetch: Fetch, query: Query) -> tuple[str, tuple[Value, ...]] | None:
    """Return a question for at most ``TESTED`` sessions that hold all that a query means, if there is one."""
    source = None if query.is_everything else (await planned(fetch, query)).source
    return None if source is None else (source.sql, source.parameters)


async def gathered(fetch: Fetch, plan: Plan, order: str) -> list[Row]:
    """Return the ids and keys of what a plan's index holds and its condition allows, in order.

    Without an index all rows are looked at. Where there are more than ``GATHERED`` some are missing.
    """
    by = ORDERS[order]
    tests, values = asked_of_source(plan)
    down = " DESC" if by.backwards else ""
    return await fetch(
        f"SELECT id, place FROM (SELECT s.id, {by.column} AS place FROM session s NOT INDEXED"
        f" WHERE {tests} LIMIT ?) ORDER BY place{down}, id{down}",
        (*values, GATHERED + 1),
    )


def _has_another_way(plan: Plan, order: Order) -> bool:
    """Return whether all that is meant can be gathered at a price, should a walk find little."""
    return not (plan.is_slim and order == ORDERS["urgency"])


async def _gathered_otherwise(fetch: Fetch, plan: Plan, order: str) -> list[Row]:
    """Return what ``gathered`` does, for questions on which a walk finds little.

    The index of urgency is looked through if it holds all that is asked about; else what another index names, or
    every row.
    """
    if not plan.is_slim:
        return await gathered(fetch, replace(plan, source=plan.source or plan.wide), order)
    by = ORDERS[order]
    found: list[Row] = []
    for where, bounds in plan.by_rank():
        found += await fetch(
            f"SELECT s.id, {by.column} FROM session s {where} AND ({plan.condition}) LIMIT ?",
            (*bounds, *plan.parameters, GATHERED + 1 - len(found)),
        )
    return sorted(found, key=itemgetter(1, 0), reverse=by.backwards)


async def look_up(fetch: Fetch, query: Query) -> Known:
    """Return the ids of people and the sources that a query names."""
    people: dict[NameHas, tuple[int, ...]] = {}
    labels: dict[str, tuple[str, ...]] = {}
    every: tuple[str, ...] = ()
    for leaf in leaves(query.where):
        if isinstance(leaf, NameHas) and leaf not in people:
            test, patterns = name_test(leaf.words)
            ids = every_id(await fetch(f"SELECT p.id FROM person p WHERE {test} LIMIT ?", (*patterns, BORNE + 1)))
            if len(ids) <= (BORNE_BY_GUESTS if leaf.who is Who.PERSON else BORNE):
                people[leaf] = tuple(ids)
        elif isinstance(leaf, Labelled) and leaf.label is Label.SOURCE:
            every = every or tuple(str(row[0]) for row in await fetch(_SOURCES, ()))
            labels[leaf.key] = tuple(name for name in every if label_key(name) == leaf.key)
    return Known(people, labels, every) if people or labels else NOTHING_KNOWN


_SOURCES: Final = (
    "WITH RECURSIVE known (source) AS (SELECT min(source) FROM session UNION ALL"
    " SELECT (SELECT min(source) FROM session WHERE source > known.source) FROM known WHERE known.source IS NOT NULL)"
    " SELECT source FROM known WHERE source IS NOT NULL"
)
"""Hops from each source to the next, so that a million sessions of one cost as much as one."""


async def _up_to(fetch: Fetch, source: Source, most: int) -> int:
    """Return how many sessions an index names, counting no further and no longer than is worth it."""
    counted = f"SELECT count(*) FROM (SELECT 1 FROM ({source.sql}) LIMIT ?)"
    try:
        rows = await fetch(
            counted, (*source.parameters, most), deadline=ESTIMATING_WORDS if source.is_words else ESTIMATING
        )
    except Unavailable:
        return most
    return cast("int", rows[0][0])
