"""Which row has a number: read off marks that tell how many sessions stand from each to the next.

In the order of everything that is exact by the marks alone. Of statuses each is a stretch of the order of urgency,
save for those whose sessions stand among others: what the marks do not tell is counted off, which is little.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from sessiontui.domain.urgency import ALL_TIERS, ranks_of, tiers_of
from sessiontui.domain.vocabulary import Status
from sessiontui.store.reads.orders import ORDERS

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reader import Row, Value
    from sessiontui.store.reads.orders import Order
    from sessiontui.store.reads.walking import Key

NEAR: Final = 128
"""Sessions that are counted off rather than looked up by the marks: it costs less."""

APART: Final = 4_096
"""Sessions from one mark to the next where all are set at once; those who write let it be twice as many."""

ROADS: Final = tuple({order.name: order for order in ORDERS.values()}.values())
"""An order for each column that has marks."""

_FIRST: Final = -1
"""Stands before the id of every session."""

_MARKS: Final = "SELECT place, id, n FROM waymark WHERE road = ? ORDER BY place, id"


@dataclass(frozen=True, slots=True)
class Waymarks:
    """The marks along an order, as they are kept, and how many sessions stand before each; ``total`` are in all."""

    order: Order
    marks: Sequence[Row]
    before: Sequence[int]
    total: int

    def near(self, line: int) -> tuple[int, Key | None]:
        """Return the last row up to one that stands at a mark, with the key of what is before it."""
        if self.order.backwards:
            place = bisect_left(self.before, self.total - line)
            found = (self.total - self.before[place], self.key(place)) if place < len(self.before) else None
        else:
            place = bisect_right(self.before, line) - 1
            found = (self.before[place], _just_before(self.key(place))) if place > 0 else None
        return found or (0, None)

    def key(self, number: int) -> Key:
        """Return where one of the marks stands."""
        place, session_id, _ = self.marks[number]
        return place, cast("int", session_id)

    async def up_to(self, fetch: Fetch, place: Value) -> int:
        """Return how many sessions stand before a place of the order, which is not backwards."""
        at = bisect_left(self.marks, (place, _FIRST), key=itemgetter(0, 1)) - 1
        mark, column, index = self.key(at), self.order.name, self.order.index
        tests = f"{column} = ?1 AND id >= ?2", f"{column} > ?1 AND {column} < ?3"
        rows = await fetch(f"SELECT {' + '.join(_number(index, test) for test in tests)}", (*mark, place))
        return self.before[at] + cast("int", rows[0][0])


async def along(fetch: Fetch, order: Order) -> Waymarks:
    """Return the marks along an order."""
    rows = await fetch(_MARKS, (order.name,))
    sums = [0, *accumulate(cast("list[int]", [row[2] for row in rows]))]
    return Waymarks(order, rows, sums[:-1], sums[-1])


class Piece(NamedTuple):
    """A stretch of the order of urgency, first and last; ``is_whole`` says that all in it is meant."""

    low: int
    high: int
    is_whole: bool


def pieces(stretches: Iterable[tuple[int, int]], statuses: Iterable[str]) -> Iterator[Piece]:
    """Yield the pieces of stretches of ranks, in order: those that hold some statuses alone, and the rest.

    >>> [piece.is_whole for piece in pieces([(0, 5 << 44)], ["waiting"])]
    [True, False]
    """
    runs = _runs(frozenset(statuses))
    for low, high in stretches:
        at = low
        for first, last in runs:
            if first > high or last < at:
                continue
            if first > at:
                yield Piece(at, first - 1, is_whole=False)
            yield Piece(max(first, at), min(last, high), is_whole=True)
            at = min(last, high) + 1
        if at <= high:
            yield Piece(at, high, is_whole=False)


@lru_cache(maxsize=32)
def _runs(meant: frozenset[str]) -> tuple[tuple[int, int], ...]:
    """Return the longest stretches of ranks in which there are sessions of some statuses alone, in order."""
    whole = [tier for tier in ALL_TIERS if all(status in meant for status in Status if tier in tiers_of(status))]
    runs: list[tuple[int, int]] = []
    for first, last in sorted(run for tier in whole for run in ranks_of(tier)):
        if runs and first == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], last
        else:
            runs.append((first, last))
    return tuple(runs)


Counting = Callable[[Piece, int], Awaitable[int]]
"""Counts what is meant in a piece, up to a number."""


async def nearest(
    fetch: Fetch, order: Order, parts: Iterable[Piece], line: int, counting: Counting
) -> tuple[int, Key]:
    """Return a row near the one with a number, at most as far behind as a mark stands, and the key before it.

    Where there are fewer rows, it is the one behind the last.
    """
    marks: Waymarks | None = None
    passed = 0
    end = _FIRST
    parts = tuple(parts)
    for part in parts:
        left = line - passed
        most = min(left + 1, NEAR) if part.is_whole else left + 1
        number = await counting(part, most)
        if number > left:
            return passed, (part.low, _FIRST)
        if part.is_whole and number == most:
            marks = marks or await along(fetch, order)
            first = await marks.up_to(fetch, part.low)
            number = (marks.total if part is parts[-1] else await marks.up_to(fetch, part.high + 1)) - first
            if number > left:
                near, key = marks.near(first + left)
                known = None if near < first else key
                return (passed + near - first, known) if known is not None else (passed, (part.low, _FIRST))
        passed += number
        end = part.high
    return passed, (end + 1, _FIRST)


async def miscounted(fetch: Fetch, order: Order) -> int:
    """Return how many stretches of an order do not hold as many sessions as their mark says."""
    marks = await along(fetch, order)
    column, index = order.name, order.index
    inside = f"{column} = ?1 AND id >= ?2 AND (?1 < ?3 OR id < ?4)", f"{column} > ?1 AND {column} < ?3"
    between = (*inside, f"{column} = ?3 AND id < ?4 AND ?1 < ?3")
    behind = f"{column} = ?1 AND id >= ?2", f"{column} > ?1"
    wrong = 0
    ends = [*marks.before[1:], marks.total]
    for number, (before, end) in enumerate(zip(marks.before, ends, strict=True), 1):
        key = marks.key(number - 1)
        tests, values = (between, (*key, *marks.key(number))) if number < len(ends) else (behind, key)
        rows = await fetch(f"SELECT {' + '.join(_number(index, test) for test in tests)}", values)
        wrong += rows[0][0] != end - before
    return wrong if marks.marks else 1


def renewing(order: Order) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    """Return the statements that set the marks along an order anew, each with its values."""
    column, least = order.name, order.least
    first = "INSERT INTO waymark SELECT ?1, ?2, 0, count(*) FROM session WHERE archived_at IS NULL"
    rest = (
        f"INSERT INTO waymark SELECT ?1, {column}, id, n FROM (SELECT {column}, id, count(*) AS n,"
        f" min(line) AS line FROM (SELECT {column}, id, row_number() OVER (ORDER BY {column}, id) - 1 AS line"
        f" FROM session INDEXED BY {order.index} WHERE archived_at IS NULL) GROUP BY line / ?2) WHERE line > 0"
    )
    less = (
        "UPDATE waymark SET n = n - (SELECT ifnull(sum(n), 0) FROM waymark WHERE road = ?1 AND id != 0)"
        " WHERE road = ?1 AND id = 0"
    )
    return (
        ("DELETE FROM waymark WHERE road = ?", (column,)),
        (first, (column, least)),
        (rest, (column, APART)),
        (less, (column,)),
    )


def _number(index: str, test: str) -> str:
    return f"(SELECT count(*) FROM session INDEXED BY {index} WHERE {test} AND archived_at IS NULL)"


def _just_before(key: Key) -> Key:
    return key[0], key[1] - 1
