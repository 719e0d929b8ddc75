"""Walks along the index of an order, from the nearest key whose row number is known.

Of everything, and of statuses in the order of urgency, the row numbers of some keys are kept by whoever writes. Of
other questions they are remembered for the last few, one every ``STRIDE`` rows at the least, so that no jump counts
rows off from the top twice. A remembered row number may be off by as many rows as were changed since, which is at
most ``DRIFT``; rows less than ``STRIDE`` from either end are always counted off.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias, cast
from weakref import WeakKeyDictionary

from sessiontui.domain.query.statement import Query
from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import Status
from sessiontui.store.engine import Database
from sessiontui.store.narrowing import Source
from sessiontui.store.reader import Fetch, OutOfTime, Row, Value
from sessiontui.store.reads.orders import ORDERS, Order
from sessiontui.store.stretches import FOREVER, Reach, within
from sessiontui.store.viewing import Viewer

_BY_TIME: Final = ORDERS["start"].index

_AHEAD: Final = "INDEXED BY session_ahead WHERE s.final_end_at IS NULL"
"""What is not over lies at the far end of the order of time; it has an index of its own."""

_ANY_TIME: Final = (Reach(-FOREVER, FOREVER),)

Key: TypeAlias = "tuple[Value, int]"


class Stretch(NamedTuple):
    """A piece of an order: how a statement about ``session s`` looks at it and at nothing else, with its values.

    The values are its first place and, where it has an end, its last.
    """

    where: str
    values: tuple[Value, ...]

    def beyond(self, place: Value, column: str, *, backwards: bool) -> Stretch | None:
        """Return what of it lies behind a place, or before it; ``None`` for nothing.

        The place takes that of the bound: of two lower bounds SQLite begins at the one that stands first.
        """
        low, high = self.values[0], self.values[-1] if len(self.values) > 1 else None
        if backwards and high is None:
            return Stretch(f"{self.where} AND {column} < ?", (low, place))
        if backwards:
            if _is_less(high, place):
                return self
            return None if _is_less(place, low) else Stretch(self.where.replace("<= ?", "< ?"), (low, place))
        if _is_less(place, low):
            return self
        if high is not None and _is_less(high, place):
            return None
        return Stretch(self.where.replace(">= ?", "> ?"), (place, *self.values[1:]))


STRIDE: Final = 4_096
"""Rows between two remembered keys: counting so many off costs less than reading a page."""

DRIFT: Final = 1_000
"""Changes after which remembered row numbers are forgotten."""

REMEMBERED: Final = 16
"""Questions whose keys are remembered."""


def key_of(row: Row) -> Key:
    """Return the key behind which the row after one of a walk stands."""
    return row[1], cast("int", row[0])


@record
class Plan:
    """How a question is answered: its condition, the index to gather from or to test by, and where to walk.

    The index to gather from names ``named`` sessions at the most. ``wide`` is one that names many; it is of use only
    where hardly any of them is meant; ``marks`` asks for marks, which may name few or many, and leaves out what
    stands in the stretches ``ahead`` of the order of urgency. ``periods`` are those in which all that is meant
    starts; ``is_ahead`` says that nothing of it is over, ``waits`` that requests wait in all of it, ``alerted`` that
    all of it has an open alert. It ``is_slim`` if the indexes of urgency and of time hold all that the condition asks
    about, so that no row is looked at to test it.
    """

    condition: str
    parameters: tuple[Value, ...]
    source: Source | None
    is_few: bool
    spans: tuple[Reach, ...] | None
    wide: Source | None = None
    marks: Source | None = None
    ahead: tuple[Reach, ...] = ()
    periods: tuple[Reach, ...] | None = None
    is_ahead: bool = False
    waits: bool = False
    alerted: bool = False
    is_slim: bool = False
    named: int = 0
    is_fleeting: bool = False
    """Whether it tells what the index of words holds: that may be more by the next question."""
    statuses: frozenset[str] | None = None
    """The statuses of which nothing is left out but the archive, where statuses alone are asked for."""

    @property
    def is_held(self) -> bool:
        """Whether an index of few holds all that the condition asks about: of those in which requests wait."""
        return self.is_slim and self.waits

    def by_rank(self) -> list[Stretch]:
        """Return the stretches of the order of urgency in which all that is meant stands."""
        return self.stretches((Reach(-FOREVER, FOREVER),) if self.spans is None else self.spans)

    def stretches(self, reaches: Iterable[Reach]) -> list[Stretch]:
        """Return stretches of the order of urgency."""
        return [
            Stretch(within("rank", reach, waits=self.waits, alerted=self.alerted), reach[:2]) for reach in reaches
        ]


class Path:
    """What is remembered of a question: keys by row number, since which change, and how many rows it has."""

    def __init__(self, since: int) -> None:
        self.since = since
        self.rows: list[int] = []
        self.keys: dict[int, Key] = {}
        self.matched: int | None = None
        self.exact = True
        self.counted_at = -1
        self.plan: Plan | None = None
        self.planned_at = -1

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
        self.passed = 0
        """What the walk has found so far, whether it has begun, and how many stretches it has left behind."""
        self._head = head
        self._fetch = fetch
        self._plan = plan
        self._order = order
        self._path = path
        self._tests, self._values = f"({plan.condition})", plan.parameters
        test = plan.source
        is_told = test is None or (order.is_wide and (plan.is_slim or test.is_slim))  # by the index of the order
        if test is not None and not is_told and not (test.is_order and order == ORDERS["urgency"]):
            self._tests += f" AND +s.id IN ({test.sql})"
            self._values += test.parameters

    def so_far(self, error: OutOfTime) -> list[Row]:
        """Return the ids and keys that the walk had found from its start on when its time was over."""
        return [*self.found, *(error.rows if self.has_begun else ())]

    async def rows(self, offset: int, limit: int) -> list[Row]:
        """Return the ids and keys of a window."""
        path = self._path
        whole = path.matched if path.exact and path.counted_at == self._head else None
        if whole is not None and offset > STRIDE and offset + limit >= whole - STRIDE:
            skipped = max(0, whole - offset - limit)
            wanted = min(limit, whole - offset)
            return (await self._from(None, skipped, wanted, turned=True))[::-1] if wanted > 0 else []
        row, key = await self._known(offset, whole) if offset > STRIDE else (0, None)
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

    async def after(self, key: Key | None, limit: int) -> list[Row]:
        """Return the ids and keys of the rows behind a key, from the top without one."""
        return await self._from(key, 0, limit)

    async def beyond(self, passed: int, limit: int) -> list[Row]:
        """Return the ids and keys of the first rows, as many stretches left aside in which there are none."""
        return await self._from(None, 0, limit, past=passed)

    async def _known(self, line: int, whole: int | None) -> tuple[int, Key | None]:
        """Return a row up to one whose number is known, the nearest there is, with the key of the row before it.

        Marks that do not add up to the ``whole`` are not heeded.
        """
        statuses = self._plan.statuses
        if statuses is None or (self._order != ORDERS["urgency"] and len(statuses) < len(Status)):
            return self._path.nearest(line)
        from sessiontui.store.reads import waymarks  # the first page does without

        if len(statuses) == len(Status):
            marks = await waymarks.along(self._fetch, self._order)
            return marks.near(line) if whole in {None, marks.total} else self._path.nearest(line)
        stretches = [cast("tuple[int, int]", stretch.values) for stretch in self._plan.by_rank()]
        pieces = waymarks.pieces(stretches, statuses)
        return await waymarks.nearest(self._fetch, self._order, pieces, line, self._counted_off)

    async def _counted_off(self, piece: tuple[int, int, bool], most: int) -> int:
        """Return how many rows stand in a piece of the order of urgency, up to a number."""
        reach = Reach(piece[0], piece[1])
        return await self._passed(Stretch(within("rank", reach), reach[:2]), most)

    async def _from(
        self, key: Key | None, skipped: int, limit: int, *, turned: bool = False, past: int = 0
    ) -> list[Row]:
        """Return rows after a key, or with ``turned`` from the end backwards; some are skipped first.

        The first ``past`` stretches are left aside.
        """
        found = self.found = []
        self.has_begun = True
        backwards = self._order.backwards != turned
        stretches = self._stretches(key, backwards=backwards)
        for number, stretch in enumerate(stretches[past:], past):
            self.passed = number
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
        column, name = self._order.column, self._order.name
        if self._order.index == _BY_TIME and self._plan.is_ahead:
            first, last = (self._plan.periods or _ANY_TIME)[0].low, (self._plan.periods or _ANY_TIME)[-1].high
            pieces = [Stretch(f"{_AHEAD} AND {column} >= ? AND {column} <= ?", (first, last))]
        elif self._order.index == _BY_TIME and self._plan.periods is not None:
            pieces = [Stretch(within(name, reach), reach[:2]) for reach in self._plan.periods]
        elif self._order == ORDERS["urgency"]:
            pieces = self._plan.by_rank()
        else:
            pieces = [Stretch(f"INDEXED BY {self._order.index} WHERE {column} >= ?", (self._order.least,))]
        if backwards:
            pieces.reverse()
        if key is None:
            return pieces
        sign = "<" if backwards else ">"
        tied = f"INDEXED BY {self._order.index} WHERE {column} = ? AND s.id {sign} ?"
        rest = [piece.beyond(key[0], column, backwards=backwards) for piece in pieces]
        return [Stretch(tied, key), *(piece for piece in rest if piece is not None)]

    async def _passed(self, stretch: Stretch, most: int) -> int:
        rows = await self._fetch(
            f"SELECT count(*) FROM (SELECT 1 {self._where(stretch)} LIMIT ?)", (*stretch.values, *self._values, most)
        )
        return cast("int", rows[0][0])

    async def _stretch(self, stretch: Stretch, skipped: int, limit: int, *, backwards: bool) -> list[Row]:
        column, down = self._order.column, " DESC" if backwards else ""
        return await self._fetch(
            f"SELECT s.id, {column} {self._where(stretch)} ORDER BY {column}{down}, s.id{down} LIMIT ? OFFSET ?",
            (*stretch.values, *self._values, limit, skipped),
        )

    def _where(self, stretch: Stretch) -> str:
        return f"FROM session s {stretch.where} AND {self._tests}"


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


def forget() -> None:
    """Forget what is remembered of all questions, as if each was asked for the first time."""
    _paths.clear()


def _is_less(one: Value, other: Value) -> bool:
    """Compare two places of one order: numbers in all of them but that of titles."""
    return cast("int", one) < cast("int", other)
