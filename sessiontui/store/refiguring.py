"""All figures at once: every session is read once, and each sum made of the shorter ones.

What comes out is what redoing every day would leave. One pass over the sessions costs less than many looks at each
day, but holds the database for as long: this is for those who write to it alone.
"""

from __future__ import annotations

import asyncio
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.analytics.crowds import Crowd, crowd_of, unpack_people
from sessiontui.domain.analytics.outcomes import SUM_NAMES
from sessiontui.domain.analytics.periods import DAY, HOUR, QUARTER, Level, month_of
from sessiontui.domain.analytics.spreads import BUCKETS, Spread, bucket_of
from sessiontui.store.rollups import KEEP_SPREAD, keep_courses, keep_crowds, keep_month
from sessiontui.store.summing import BETWEEN, COUNTED, KEPT, PARTS, WAITED, floored
from sessiontui.store.writer import Direct

if TYPE_CHECKING:
    from sessiontui.store.reader import Value
    from sessiontui.store.rollups import Hand

_TABLES: Final = ("rollup", "rollup_course", "rollup_spread", "rollup_crowd", "rollup_dirty")

_FIGURE_TABLES: Final = (
    "SELECT sql FROM desk.sqlite_schema WHERE sql IS NOT NULL AND type IN ('table', 'index') AND tbl_name IN ("
    + ", ".join(f"'{table}'" for table in _TABLES)
    + ") ORDER BY type = 'index'"
)

CHUNK: Final = 50_000
"""Rows that one question reads."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is read of requests and people: rows of spreads, and by day and kind who was seen."""

    spreads: list[tuple[Value, ...]]
    crowds: dict[int, dict[str, Crowd]]


class Spreads:
    """Durations by day, kind and bucket: those of leads, and counted on from them those of waits."""

    def __init__(self) -> None:
        self._held: defaultdict[tuple[int, int], array[int]] = defaultdict(lambda: array("q"))
        self._pieces: dict[tuple[int, str], int] = {}

    def add(self, start: int, kind: str, lead: int, wait: int | None) -> None:
        """Take one request to a session that starts at an instant, in milliseconds."""
        piece = self._pieces.setdefault((start // DAY, kind), len(self._pieces))
        self._held[piece, bucket_of(lead)].append(lead)
        if wait is not None:
            self._held[piece, _WAITS + bucket_of(wait)].append(wait)

    def add_alike(self, start: int, kind: str, durations: Iterable[tuple[int, array[int]]]) -> None:
        """Take the requests to one session whose durations, by bucket, are those of another."""
        piece = self._pieces.setdefault((start // DAY, kind), len(self._pieces))
        for bucket, values in durations:
            self._held[piece, bucket].extend(values)

    def by_bucket(self) -> list[tuple[int, array[int]]]:
        """Return the durations of all days and kinds together."""
        return [(bucket, values) for (_, bucket), values in self._held.items()]

    def rows(self) -> list[tuple[Value, ...]]:
        """Return the rows that are kept, in the order of their key."""
        places = list(self._pieces)
        rows: list[tuple[Value, ...]] = []
        for (piece, number), values in self._held.items():
            day, kind = places[piece]
            measure, bucket = (Spread.LEAD, number) if number < _WAITS else (Spread.WAIT, number - _WAITS)
            rows.append((measure, Level.DAY, bucket, day * DAY, kind, len(values), values.tobytes()))
        return sorted(rows, key=itemgetter(0, 1, 2, 3, 4))


_WAITS: Final = len(BUCKETS)


def gather(connection: sqlite3.Connection, spreads: Spreads) -> Gathered:
    """Return the crowds of all days beside their spreads; no index is needed, and nothing is written."""
    return Gathered(spreads.rows(), _crowds(connection))


def requests_of(
    connection: sqlite3.Connection, *, now: int
) -> Iterator[tuple[int, int, str, int, int | None, int | None, int]]:
    """Yield of each request that figures are about: session, start, kind, lead, wait, when decided and when asked."""
    yield from connection.execute(
        f"SELECT s.id, s.starts_at, s.kind, s.starts_at - r.requested_at, {WAITED}, r.decided_at, r.requested_at"
        f" FROM join_request r CROSS JOIN session s ON s.id = r.session_id WHERE {COUNTED} AND r.requested_at <= ?1",
        (now,),
    )


async def redo_all(hand: Hand, gathered: Gathered) -> None:
    """Make all figures anew, those that were gathered among them; no hour is marked any more."""
    for table in _TABLES:
        await hand.run(f"DELETE FROM {table}", ())
    await _sums(hand)
    await hand.run_many(KEEP_SPREAD, gathered.spreads)
    for day, crowds in sorted(gathered.crowds.items()):
        await keep_crowds(hand, Level.DAY, day, crowds)
    rows = await hand.fetch("SELECT DISTINCT slot FROM rollup WHERE dim = 'all' AND level = ?", (Level.MONTH,))
    for month in sorted({*(cast("int", row[0]) for row in rows), *(month_of(day)[0] for day in gathered.crowds)}):
        await keep_month(hand, month)


def figure_beside(connection: sqlite3.Connection, path: Path, spreads: Spreads) -> None:
    """Make all figures of the database at a path in another one, empty so far; the first is only read."""
    connection.execute("ATTACH ? AS desk", (str(path),))
    for (sql,) in connection.execute(_FIGURE_TABLES).fetchall():
        connection.execute(sql)
    connection.execute("BEGIN")
    asyncio.run(redo_all(Direct(connection), gather(connection, spreads)))
    connection.execute("COMMIT")


def take_figures(connection: sqlite3.Connection, beside: Path) -> None:
    """Put figures that were made beside in the place of those that are there."""
    connection.execute("ATTACH ? AS beside", (str(beside),))
    connection.execute("BEGIN IMMEDIATE")
    for table in _TABLES:
        connection.execute(f"DELETE FROM main.{table}")
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM beside.{table}")
    connection.execute("COMMIT")
    connection.execute("DETACH beside")


async def _sums(hand: Hand) -> None:
    for statement in _LAID_ASIDE:
        await hand.run(statement, ())
    await hand.run(_grouped("kind", Level.QUARTER, "slot", "kind", "temp.tagged"), ())
    days = await hand.fetch("SELECT min(slot), max(slot) FROM temp.tagged", ())
    first, last = cast("tuple[int | None, int | None]", days[0])
    if first is not None and last is not None:
        await keep_courses(hand, first, last + 1)
    for statement in _MADE:
        await hand.run(statement, ())


def _crowds(connection: sqlite3.Connection) -> dict[int, dict[str, Crowd]]:
    people: defaultdict[tuple[int, str], list[bytes]] = defaultdict(list)
    for first, last in _chunks(connection, "session"):
        for start, kind, seen in connection.execute(
            "SELECT starts_at, kind, seen_ids FROM session WHERE id >= ? AND id < ? AND seen_ids IS NOT NULL",
            (first, last),
        ):
            people[start // DAY, kind].append(seen)
    crowds: defaultdict[int, dict[str, Crowd]] = defaultdict(dict)
    for (day, kind), sessions in sorted(people.items()):
        crowds[day * DAY][kind] = crowd_of(map(unpack_people, sessions))
    return crowds


def _chunks(connection: sqlite3.Connection, table: str) -> Iterator[tuple[int, int]]:
    """Yield stretches of ids, so that no question keeps what others write from being settled."""
    last = connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0] or 0
    for first in range(0, last + 1, CHUNK):
        yield first, first + CHUNK


def _grouped(dim: str, level: Level, slot: str, key: str, source: str, where: str = "1") -> str:
    """Return the statement that keeps the sums of a source by pieces of time and keys."""
    return (
        f"INSERT INTO rollup (dim, level, slot, \"key\", {', '.join(SUM_NAMES)}) SELECT '{dim}', {level:d},"
        f" {slot} AS piece, {key} AS told, {KEPT} FROM {source} WHERE {where} GROUP BY piece, told"
    )


def _longer(dim: str, level: Level, slot: str, of: Level) -> str:
    """Return the statement that makes the sums of longer pieces of time from those of shorter ones."""
    return _grouped(dim, level, slot, '"key"', "rollup", f"dim = '{dim}' AND level = {of:d}")


_SUMS: Final = ", ".join(f"sum({name}) AS {name}" for name in SUM_NAMES)

_LAID_ASIDE: Final = (
    "DROP TABLE IF EXISTS temp.figured",
    "DROP TABLE IF EXISTS temp.tagged",
    f"CREATE TEMP TABLE figured AS SELECT {floored('s.starts_at', QUARTER)} AS slot, s.kind AS kind, s.tags AS tags,"
    " s.mentor_id AS mentor_id, s.status = 'cancelled' AS is_cancelled, s.ended_reason AS reason, "
    + ", ".join(f"{PARTS[name]} AS {name}" for name in SUM_NAMES)
    + f" FROM session s WHERE {COUNTED}",
    f"CREATE TEMP TABLE tagged AS SELECT slot, kind, tags, {_SUMS} FROM temp.figured GROUP BY slot, kind, tags",
)
"""What each session adds; and that of sessions alike in time, kind and tags, of which there are fewer."""

_DAY: Final = floored("slot", DAY)

_HOUR: Final = floored("slot", HOUR)

_MONTH: Final = "CAST(strftime('%s', slot / 1000, 'unixepoch', 'start of month') AS INTEGER) * 1000"

_YEAR: Final = "CAST(strftime('%s', slot / 1000, 'unixepoch', 'start of year') AS INTEGER) * 1000"

_KIND_QUARTERS: Final = f"dim = 'kind' AND level = {Level.QUARTER:d}"

_MADE: Final = (
    _grouped("all", Level.QUARTER, "slot", "''", "rollup", _KIND_QUARTERS),
    _longer("kind", Level.HOUR, _HOUR, Level.QUARTER),
    f"DELETE FROM rollup WHERE {_KIND_QUARTERS}",
    _longer("all", Level.HOUR, _HOUR, Level.QUARTER),
    _grouped(
        "tag",
        Level.HOUR,
        _HOUR,
        f"kind || '{BETWEEN}' || t.value",
        "temp.tagged o, json_each(o.tags) t",
        "NOT EXISTS (SELECT 1 FROM json_each(o.tags) u WHERE u.id < t.id AND u.value = t.value)",
    ),
    *(_longer(dim, Level.DAY, _DAY, Level.HOUR) for dim in ("all", "kind", "tag")),
    _grouped(
        "mentor", Level.DAY, _DAY, f"kind || '{BETWEEN}' || ifnull(CAST(mentor_id AS TEXT), '')", "temp.figured"
    ),
    _grouped("reason", Level.DAY, _DAY, f"kind || '{BETWEEN}' || reason", "temp.figured", "is_cancelled"),
    *(
        _longer(dim, level, slot, of)
        for dim in ("all", "kind", "tag", "mentor", "reason")
        for level, slot, of in ((Level.MONTH, _MONTH, Level.DAY), (Level.YEAR, _YEAR, Level.MONTH))
    ),
    "DROP TABLE temp.figured",
    "DROP TABLE temp.tagged",
)
"""The sums of each dimension, the short pieces of time first."""
