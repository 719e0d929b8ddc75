"""Windows of the desk: which sessions stand at which rows of a filter in an order, without reading them all.

There are two ways to a window. Where some index holds all that is meant and that is little, it is *gathered*:
all keys are read, counted and put in order. Otherwise the order is *walked* by its own index from the nearest key
whose row number is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import Final, cast

from sessiontui.domain.errors import Unavailable
from sessiontui.domain.query import label_key
from sessiontui.domain.query.statement import Query
from sessiontui.domain.query.terms import And, Choice, Fact, Holds, Label, Labelled, NameHas, OneOf, TextHas
from sessiontui.domain.vocabulary import LIVE, Status
from sessiontui.store.engine import Database
from sessiontui.store.filters import compile_query, name_test
from sessiontui.store.narrowing import NOTHING_KNOWN, Known, Source, leaves, sources
from sessiontui.store.ranking import is_ahead, spans, starting
from sessiontui.store.reader import Fetch, OutOfTime, Row, Value, every_id
from sessiontui.store.reads.orders import ORDERS
from sessiontui.store.reads.sessions import counts
from sessiontui.store.reads.walking import Path, Plan, Walk, path_of
from sessiontui.store.viewing import EVERYONE, Viewer

GATHERED: Final = 2_000
"""Most sessions that are read to put them in order: about what a page costs otherwise."""

TESTED: Final = 20_000
"""Most sessions whose ids are held beside a walk, so that it looks only at rows which an index names."""

BORNE: Final = 500
"""Most people whom a name may mean for their ids to be written into the question."""

WALKING: Final = 0.05
"""Seconds after which a walk that finds little is given up for a look at all rows in the order of the file."""

COUNTED: Final = 1_000
"""Matching sessions up to which a filter on many sessions is counted."""

SMALL: Final = 20_000
"""Sessions in the database up to which everything is counted whatever it costs."""

COUNTING: Final = 0.01
"""Seconds that counting may take where there are more; it is then not tried again for a while."""

ESTIMATING: Final = 0.006
"""Seconds after which an index counts as naming too many sessions to be of use."""


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
    if whole is not None:
        rows = await Walk(fetch, plan, ORDERS[order], path, head).rows(offset, limit)
    else:
        try:
            rows = await Walk(partial(fetch, deadline=WALKING), plan, ORDERS[order], path, head).rows(offset, limit)
        except Unavailable:
            plan = replace(plan, source=plan.source or plan.wide)
            few = await gathered(fetch, plan, order)
            if len(few) <= GATHERED:
                return Window(tuple(every_id(few[offset : offset + limit])), len(few), exact=True)
            rows = await Walk(fetch, plan, ORDERS[order], path, head).rows(offset, limit)
    if path.matched is None or (path.exact and path.counted_at != head):
        path.matched, path.exact = await _count(fetch, plan)
        path.counted_at = head
    if path.exact:
        return Window(tuple(every_id(rows)), path.matched, exact=True)
    seen = offset + len(rows)
    if rows and len(rows) < limit:
        path.matched, path.exact = seen, True
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

    ranks = spans(query)
    plan = Plan(
        *compile_query(query, viewer=viewer),
        None,
        is_few=False,
        spans=ranks,
        period=starting(query.where),
        is_ahead=ranks is not None and is_ahead(ranks),
    )
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
    condition, parameters = compile_query(query, known, viewer)
    stretches = spans(query)
    best, least = None, TESTED + 1
    named = sources(query, known)
    for source in named:
        number = await _up_to(fetch, source, least)
        if number < least:
            best, least = source, number
        if least <= GATHERED // 4:
            break
    is_few = best is not None and least <= GATHERED
    return Plan(
        condition,
        parameters,
        best,
        is_few=is_few,
        spans=stretches,
        wide=named[-1] if named else None,
        period=starting(query.where),
        is_ahead=stretches is not None and is_ahead(stretches),
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


async def maintained(fetch: Fetch, query: Query, viewer: Viewer = EVERYONE) -> int | None:
    """Return how many sessions a query matches if the maintained counts tell; they leave archived ones out."""
    chosen = statuses_of(query)
    if chosen is None:
        return None
    counted = (await counts(fetch, viewer)).by_status
    return sum(number for status, number in counted.items() if status in chosen)


async def look_up(fetch: Fetch, query: Query) -> Known:
    """Return the ids of people and the sources that a query names."""
    people: dict[NameHas, tuple[int, ...]] = {}
    labels: dict[str, tuple[str, ...]] = {}
    for leaf in leaves(query.where):
        if isinstance(leaf, NameHas) and leaf not in people:
            test, patterns = name_test(leaf.words)
            ids = every_id(await fetch(f"SELECT p.id FROM person p WHERE {test} LIMIT ?", (*patterns, BORNE + 1)))
            if len(ids) <= BORNE:
                people[leaf] = tuple(ids)
        elif isinstance(leaf, Labelled) and leaf.label is Label.SOURCE:
            rows = await fetch(_SOURCES, ())
            labels[leaf.key] = tuple(str(row[0]) for row in rows if label_key(str(row[0])) == leaf.key)
    return Known(people, labels) if people or labels else NOTHING_KNOWN


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
        rows = await fetch(counted, (*source.parameters, most), deadline=ESTIMATING)
    except Unavailable:
        return most
    return cast("int", rows[0][0])


async def _count(fetch: Fetch, plan: Plan) -> tuple[int, bool]:
    """Return how many sessions match, and whether that is all of them."""
    tests, values = asked_of_source(plan)
    last = cast("int", (await fetch("SELECT coalesce(max(id), 0) FROM session"))[0][0])
    if last <= SMALL:
        rows = await fetch(f"SELECT count(*) FROM session s WHERE {tests}", values)
        return cast("int", rows[0][0]), True
    limited = f"SELECT count(*) FROM (SELECT 1 FROM session s WHERE {tests} LIMIT ?)"
    try:
        rows = await fetch(limited, (*values, COUNTED + 1), deadline=COUNTING)
    except Unavailable:
        return 0, False
    number = cast("int", rows[0][0])
    return min(number, COUNTED), number <= COUNTED


def asked_of_source(plan: Plan) -> tuple[str, tuple[Value, ...]]:
    """Return the condition of a plan, asked of what its index holds."""
    if plan.source is None:
        return plan.condition, plan.parameters
    return f"s.id IN ({plan.source.sql}) AND ({plan.condition})", (*plan.source.parameters, *plan.parameters)


def is_counted(query: Query) -> bool:
    """Return whether the maintained counts tell how many sessions a query means, so that its rows stand at hand."""
    return query.is_everything or statuses_of(query) is not None


def statuses_of(query: Query) -> set[str] | None:
    """Return the statuses that a query means if it asks for nothing else, or ``None``."""
    if query.wants_archived:
        return None
    chosen: set[str] = {str(status) for status in Status}
    where = query.where
    for term in where.terms:
        match term:
            case OneOf(Choice.STATUS, values):
                chosen &= set(values)
            case Holds(Fact.LIVE):
                chosen &= {str(status) for status in LIVE}
            case Holds(Fact.ENDED):
                chosen &= {str(status) for status in Status if status.is_ended}
            case And(()):
                pass
            case _:
                return None
    return chosen
