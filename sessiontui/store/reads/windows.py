"""Windows of the desk: which sessions stand at which rows of a filter in an order, without reading them all.

There are two ways to a window. Where some index holds all that is meant and that is little, it is *gathered*:
all keys are read, counted and put in order. Otherwise the order is *walked* by its own index from the nearest key
whose row number is known. Such keys are remembered for the last few questions, one every ``STRIDE`` rows at the
least, so that no jump counts rows off from the top twice. A remembered row number may be off by as many rows as
were changed since, which is at most ``DRIFT``; rows less than ``STRIDE`` from either end are always counted off.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import Final, TypeAlias, cast
from weakref import WeakKeyDictionary

from sessiontui.domain.errors import Unavailable
from sessiontui.domain.query import label_key
from sessiontui.domain.query.statement import Query
from sessiontui.domain.query.terms import And, Choice, Fact, Holds, Label, Labelled, NameHas, OneOf, TextHas
from sessiontui.domain.vocabulary import LIVE, Status
from sessiontui.store.engine import Database
from sessiontui.store.filters import compile_query, name_test
from sessiontui.store.histories import every_id
from sessiontui.store.narrowing import NOTHING_KNOWN, Known, Source, Span, leaves, sources, spans
from sessiontui.store.reader import Fetch, OutOfTime, Row, Value
from sessiontui.store.reads.sessions import counts
from sessiontui.store.viewing import EVERYONE, Viewer

Key: TypeAlias = "tuple[Value, int]"
Stretch: TypeAlias = "tuple[str, tuple[Value, ...]]"

GATHERED: Final = 2_000
"""Most sessions that are read to put them in order: about what a page costs otherwise."""

TESTED: Final = 20_000
"""Most sessions whose ids are held beside a walk, so that it looks only at rows which an index names."""

BORNE: Final = 500
"""Most people whom a name may mean for their ids to be written into the question."""

STRIDE: Final = 4_096
"""Rows between two remembered keys: counting so many off costs less than reading a page."""

WALKING: Final = 0.05
"""Seconds after which a walk that finds little is given up for a look at all rows in the order of the file."""

DRIFT: Final = 1_000
"""Changes after which remembered row numbers are forgotten."""

REMEMBERED: Final = 16
"""Questions whose keys are remembered."""

COUNTED: Final = 1_000
"""Matching sessions up to which a filter on many sessions is counted."""

SMALL: Final = 20_000
"""Sessions in the database up to which everything is counted whatever it costs."""

COUNTING: Final = 0.01
"""Seconds that counting may take where there are more; it is then not tried again for a while."""

ESTIMATING: Final = 0.006
"""Seconds after which an index counts as naming too many sessions to be of use."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the desk: a column and then the id, both in one direction; ``least`` is below every value."""

    column: str
    index: str
    least: Value
    backwards: bool = False


_EVER: Final = -(1 << 62)

ORDERS: Final = {
    "urgency": Order("s.rank", "session_rank", _EVER),
    "start": Order("s.starts_at", "session_start", _EVER),
    "latest": Order("s.starts_at", "session_start", _EVER, backwards=True),
    "title": Order("s.title_words", "session_title", ""),
    "pending": Order("s.pending", "session_pending", _EVER, backwards=True),
}
"""The orders a desk can be in; the first is the default."""


@dataclass(frozen=True, slots=True)
class Window:
    """The ids of a window in order, and how many match in all; ``exact`` is false if there may be more.

    It is not ``whole`` if the search was broken off before the window was full: the first of its rows are right.
    """

    ids: tuple[int, ...]
    matched: int
    exact: bool
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """How a question is answered: its condition, the index to gather from or to test by, and where to walk.

    ``wide`` is an index that names many sessions; it is of use only where hardly any of them is meant.
    """

    condition: str
    parameters: tuple[Value, ...]
    source: Source | None
    is_few: bool
    spans: tuple[Span, ...] | None
    wide: Source | None = None


@dataclass(slots=True)
class _Path:
    """What is remembered of a question: keys by row number, since which change, and how many rows it has."""

    since: int
    rows: list[int] = field(default_factory=list)
    keys: dict[int, Key] = field(default_factory=dict)
    matched: int | None = None
    exact: bool = True
    counted_at: int = -1
    plan: Plan | None = None
    planned_at: int = -1

    def nearest(self, row: int) -> tuple[int, Key | None]:
        """Return the last remembered row up to one, with the key of the row before it."""
        place = bisect_right(self.rows, row)
        return (self.rows[place - 1], self.keys[self.rows[place - 1]]) if place else (0, None)

    def remember(self, row: int, key: Key) -> None:
        """Keep the key before a row, unless one is known nearby."""
        near, known = self.nearest(row)
        if row - near >= STRIDE // 2 or (known is None and row >= STRIDE // 2):
            insort(self.rows, row)
            self.keys[row] = key


_paths: WeakKeyDictionary[Database, OrderedDict[tuple[Query, str, Viewer], _Path]] = WeakKeyDictionary()


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
    path = _path(db, query, order, viewer, head)
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
        rows = await _Walk(fetch, plan, ORDERS[order], path, head).rows(offset, limit)
    else:
        try:
            rows = await _Walk(partial(fetch, deadline=WALKING), plan, ORDERS[order], path, head).rows(offset, limit)
        except Unavailable:
            plan = replace(plan, source=plan.source or plan.wide)
            few = await gathered(fetch, plan, order)
            if len(few) <= GATHERED:
                return Window(tuple(every_id(few[offset : offset + limit])), len(few), exact=True)
            rows = await _Walk(fetch, plan, ORDERS[order], path, head).rows(offset, limit)
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

    plan = Plan(*compile_query(query, viewer=viewer), None, is_few=False, spans=spans(query))
    walk = _Walk(hurried, plan, ORDERS[order], _Path(since=0), 0)
    try:
        if not any(isinstance(leaf, TextHas | NameHas | Labelled) for leaf in leaves(query.where)):
            plan = await planned(hurried, query, viewer)
            if plan.is_few:
                few = await gathered(hurried, plan, order)
                return Window(tuple(every_id(few[:limit])), len(few), exact=True)
            walk = _Walk(hurried, plan, ORDERS[order], _Path(since=0), 0)
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
    return Plan(condition, parameters, best, is_few=is_few, spans=stretches, wide=named[-1] if named else None)


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


class _Walk:
    """A walk along the index of an order, from any remembered key."""

    def __init__(self, fetch: Fetch, plan: Plan, order: Order, path: _Path, head: int) -> None:
        self.found: list[Row] = []
        self.has_begun = False
        """What the walk has found so far, and whether it has begun."""
        self._head = head
        self._fetch = fetch
        self._plan = plan
        self._order = order
        self._path = path
        self._tests, self._values = f"({plan.condition})", plan.parameters
        test = plan.source
        if test is not None and not (test.is_order and order == ORDERS["urgency"]):
            self._tests += f" AND +s.id IN ({test.sql})"
            self._values += test.parameters

    async def rows(self, offset: int, limit: int) -> list[Row]:
        """Return the ids and keys of a window."""
        path = self._path
        whole = path.matched if path.exact and path.counted_at == self._head else None
        if whole is not None and offset > STRIDE and offset + limit >= whole - STRIDE:
            skipped = max(0, whole - offset - limit)
            wanted = min(limit, whole - offset)
            return (await self._from(None, skipped, wanted, turned=True))[::-1] if wanted > 0 else []
        row, key = path.nearest(offset) if offset > STRIDE else (0, None)
        while offset - row > STRIDE:
            stone = await self._from(key, STRIDE - 1, 1)
            if not stone:
                return []
            row, key = row + STRIDE, (stone[0][1], cast("int", stone[0][0]))
            path.remember(row, key)
        found = await self._from(key, offset - row, limit)
        if found:
            path.remember(offset + len(found), (found[-1][1], cast("int", found[-1][0])))
        return found

    async def _from(self, key: Key | None, skipped: int, limit: int, *, turned: bool = False) -> list[Row]:
        """Return rows after a key, or with ``turned`` from the end backwards; some are skipped first."""
        found = self.found = []
        self.has_begun = True
        backwards = self._order.backwards != turned
        stretches = self._stretches(key, backwards=backwards)
        for number, stretch in enumerate(stretches):
            if skipped and number + 1 < len(stretches):
                passed = await self._passed(stretch, skipped)
                if passed < skipped:
                    skipped -= passed
                    continue
            found += await self._stretch(stretch, skipped, limit - len(found), backwards=backwards)
            if len(found) >= limit:
                break
            skipped = 0
        return found

    def _stretches(self, key: Key | None, *, backwards: bool) -> Sequence[Stretch]:
        """Return the stretches of the order from a key on: what ties with it comes first."""
        column = self._order.column
        if self._plan.spans is None or self._order != ORDERS["urgency"]:
            every: list[Stretch] = [(f"{column} >= ?", (self._order.least,))]
        else:
            every = [(f"{column} >= ? AND {column} <= ?", span) for span in self._plan.spans]
        if backwards:
            every.reverse()
        if key is None:
            return every
        sign = "<" if backwards else ">"
        rest = [(f"{column} {sign} ? AND {test}", (key[0], *values)) for test, values in every]
        return [(f"{column} = ? AND s.id {sign} ?", key), *rest]

    async def _passed(self, stretch: Stretch, most: int) -> int:
        rows = await self._fetch(
            f"SELECT count(*) FROM (SELECT 1 {self._where(stretch)} LIMIT ?)", (*stretch[1], *self._values, most)
        )
        return cast("int", rows[0][0])

    async def _stretch(self, stretch: Stretch, skipped: int, limit: int, *, backwards: bool) -> list[Row]:
        column, down = self._order.column, " DESC" if backwards else ""
        return await self._fetch(
            f"SELECT s.id, {column} {self._where(stretch)} ORDER BY {column}{down}, s.id{down} LIMIT ? OFFSET ?",
            (*stretch[1], *self._values, limit, skipped),
        )

    def _where(self, stretch: Stretch) -> str:
        return f"FROM session s INDEXED BY {self._order.index} WHERE {stretch[0]} AND {self._tests}"


def _path(db: Database, query: Query, order: str, viewer: Viewer, head: int) -> _Path:
    paths = _paths.setdefault(db, OrderedDict())
    asked = (query, order, viewer)
    path = paths.get(asked)
    if path is None or not 0 <= head - path.since <= DRIFT:
        path = paths[asked] = _Path(since=head)
    paths.move_to_end(asked)
    while len(paths) > REMEMBERED:
        paths.popitem(last=False)
    return path


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
