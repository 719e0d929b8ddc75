"""Walks along the index of an order, from the nearest key whose row number is known.

Such keys are remembered for the last few questions, one every ``STRIDE`` rows at the least, so that no jump counts
rows off from the top twice. A remembered row number may be off by as many rows as were changed since, which is at
most ``DRIFT``; rows less than ``STRIDE`` from either end are always counted off.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast
from weakref import WeakKeyDictionary

from sessiontui.domain.query.statement import Query
from sessiontui.store.engine import Database
from sessiontui.store.narrowing import Source
from sessiontui.store.ranking import Span
from sessiontui.store.reader import Fetch, Row, Value
from sessiontui.store.reads.orders import ORDERS, Order
from sessiontui.store.viewing import Viewer

_BY_TIME: Final = ORDERS["start"].index

_AHEAD: Final = "session_ahead WHERE s.final_end_at IS NULL"
"""What is not over lies at the far end of the order of time; it has an index of its own."""

Key: TypeAlias = "tuple[Value, int]"

Stretch: TypeAlias = "tuple[str, tuple[Value, ...]]"

STRIDE: Final = 4_096
"""Rows between two remembered keys: counting so many off costs less than reading a page."""

DRIFT: Final = 1_000
"""Changes after which remembered row numbers are forgotten."""

REMEMBERED: Final = 16
"""Questions whose keys are remembered."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a question is answered: its condition, the index to gather from or to test by, and where to walk.

    ``wide`` is an index that names many sessions; it is of use only where hardly any of them is meant. ``period`` is
    when all that is meant starts; ``is_ahead`` says that nothing of it is over.
    """

    condition: str
    parameters: tuple[Value, ...]
    source: Source | None
    is_few: bool
    spans: tuple[Span, ...] | None
    wide: Source | None = None
    period: Span | None = None
    is_ahead: bool = False


@dataclass(slots=True)
class Path:
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


_paths: WeakKeyDictionary[Database, OrderedDict[tuple[Query, str, Viewer], Path]] = WeakKeyDictionary()


class Walk:
    """A walk along the index of an order, from any remembered key."""

    def __init__(self, fetch: Fetch, plan: Plan, order: Order, path: Path, head: int) -> None:
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
        if self._plan.period is not None and self._order.index == _BY_TIME:
            every: list[Stretch] = [(f"{column} >= ? AND {column} <= ?", self._plan.period)]
        elif self._plan.spans is None or self._order != ORDERS["urgency"]:
            every = [(f"{column} >= ?", (self._order.least,))]
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
        if self._plan.is_ahead and self._order.index == _BY_TIME:
            return f"FROM session s INDEXED BY {_AHEAD} AND {stretch[0]} AND {self._tests}"
        return f"FROM session s INDEXED BY {self._order.index} WHERE {stretch[0]} AND {self._tests}"


def path_of(db: Database, query: Query, order: str, viewer: Viewer, head: int) -> Path:
    """Return what is remembered of a question, or begin anew where too much has changed since."""
    paths = _paths.setdefault(db, OrderedDict())
    asked = (query, order, viewer)
    path = paths.get(asked)
    if path is None or not 0 <= head - path.since <= DRIFT:
        path = paths[asked] = Path(since=head)
    paths.move_to_end(asked)
    while len(paths) > REMEMBERED:
        paths.popitem(last=False)
    return path
