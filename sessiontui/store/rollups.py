"""Figures kept ready: sums by pieces of time, courses of days, durations by size, crowds; and the hours to be redone.

A write marks the hours of the sessions it changed, in its own transaction. Redoing a day makes its rows anew from the
sessions themselves and moves the month's sums by the difference. What is kept always equals what the sessions add up
to, save for hours that are marked, which readers ask the sessions for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final, Protocol, cast

from sessiontui.domain.analytics import courses
from sessiontui.domain.analytics.crowds import Crowd, crowd_of, pack, unpack, unpack_people
from sessiontui.domain.analytics.outcomes import BIN_NAMES, BINS, COARSE, MOST, SUM_NAMES, UNIT
from sessiontui.domain.analytics.periods import DAY, HOUR, QUARTER, Level, month_of, year_of
from sessiontui.domain.analytics.spreads import BUCKETS, Spread, by_bucket, pack_values
from sessiontui.domain.vocabulary import Kind

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reader import Row, Value


class Hand(Protocol):
    """What can read and write: a transaction, or a connection of its own."""

    async def fetch(self, sql: str, parameters: Sequence[Value], /) -> list[Row]:
        """Return the rows of a query."""
        ...

    async def run(self, sql: str, parameters: Sequence[Value], /) -> object:
        """Run one statement."""
        ...

    async def run_many(self, sql: str, rows: Sequence[tuple[Value, ...]], /) -> None:
        """Run one statement for each of the rows."""
        ...


COUNTED: Final = "s.status NOT IN ('draft', '')"
"""The sessions that figures are about."""

_ENDED: Final = "s.status IN ('ended_complete', 'ended_early', 'ended_no_show') AND NOT s.provisional"

_MET: Final = "s.status IN ('ended_complete', 'ended_early') AND NOT s.provisional"

_SPAN: Final = "max(s.ends_at - s.starts_at, 1)"


def _bins() -> dict[str, str]:
    """Return the test of each bar of the efficiency histogram."""
    edges = [f"s.actual_ms {{}} {edge!r} * {_SPAN}" for edge in BINS]
    tests = []
    for number in range(len(BINS) + 1):
        low = [edges[number - 1].format(">=")] if number else []
        high = [edges[number].format("<")] if number < len(BINS) else []
        tests.append(" AND ".join([_MET, *low, *high]))
    return dict(zip(BIN_NAMES, tests, strict=True))


PARTS: Final = {
    "sessions": "1",
    "complete": "s.status = 'ended_complete' AND NOT s.provisional",
    "early": "s.status = 'ended_early' AND NOT s.provisional",
    "no_show": "s.status = 'ended_no_show' AND NOT s.provisional",
    "cancelled": "s.status = 'cancelled'",
    "seen": "s.seen",
    "asked": "max(s.asked, 0)",
    "joined": "s.joined",
    "approved": "s.approved",
    "rejected": "s.rejected",
    "ended_asked": f"CASE WHEN {_ENDED} THEN s.asked ELSE 0 END",
    "ended_approved": f"CASE WHEN {_ENDED} THEN s.approved ELSE 0 END",
    "came": "s.came",
    "answered": "s.answered",
    "slow": "s.slow",
    "actual_ms": f"CASE WHEN {_MET} THEN s.actual_ms ELSE 0 END",
    "efficiency": (
        f"CASE WHEN {_MET} THEN min(CAST(s.actual_ms * {UNIT} / {_SPAN} AS INTEGER), {MOST * UNIT}) ELSE 0 END"
    ),
    "squares": (
        f"CASE WHEN {_MET} THEN min(s.actual_ms * {COARSE} / {_SPAN}, {MOST * COARSE})"
        f" * min(s.actual_ms * {COARSE} / {_SPAN}, {MOST * COARSE}) ELSE 0 END"
    ),
    **_bins(),
}
"""What one session adds, as the domain's ``Outcome.sums`` says it."""

SUMMED: Final = ", ".join(f"ifnull(sum({PARTS[name]}), 0)" for name in SUM_NAMES)
"""The sums over sessions ``s``, in the order of the domain."""

KEPT: Final = ", ".join(f"ifnull(sum({name}), 0)" for name in SUM_NAMES)
"""The sums over kept rows, in the same order."""

_NAMES: Final = ", ".join(SUM_NAMES)

FROM_TAGS: Final = (
    "session s, json_each(s.tags) t WHERE NOT EXISTS"
    " (SELECT 1 FROM json_each(s.tags) u WHERE u.id < t.id AND u.value = t.value) AND"
)
"""Sessions once for each of their tags."""

GROUPS: Final = {
    "all": ("''", "session s WHERE"),
    "kind": ("s.kind", "session s WHERE"),
    "tag": ("t.value", FROM_TAGS),
    "mentor": ("ifnull(CAST(s.mentor_id AS TEXT), '')", "session s WHERE"),
    "reason": ("s.ended_reason", "session s WHERE s.status = 'cancelled' AND"),
}
"""The dimensions that sums are kept for: what tells their values apart, and where it is found."""

BETWEEN: Final = "|"
"""What stands between kind and value in the keys of a dimension, so that either can be asked for."""

BY_HOUR: Final = ("all", "kind", "tag")
"""The dimensions that are kept by hour too; of the others there are about as many rows a day as sessions."""

KEEP_SPREAD: Final = (
    "INSERT INTO rollup_spread (measure, level, bucket, slot, kind, n, held) VALUES (?, ?, ?, ?, ?, ?, ?)"
)

WAITED: Final = (
    "CASE WHEN r.state IN ('approved', 'rejected') AND r.decided_at <= ?1"
    " THEN max(r.decided_at - r.requested_at, 0) END"
)
"""How long a request ``r`` waited for its decision, unless one of both instants is unknown, or lies ahead of ?1."""


def floored(instant: str, length: int) -> str:
    """Return the expression for when the piece of a length begins that an instant lies in, before 1970 as well.

    >>> floored("x", 60)
    '(x - (x % 60 + 60) % 60)'
    """
    return f"({instant} - ({instant} % {length} + {length}) % {length})"


async def mark(hand: Hand, hours: Iterable[int]) -> None:
    """Mark hours, counted from 1970, as to be redone."""
    await hand.run_many("INSERT OR IGNORE INTO rollup_dirty (hour) VALUES (?)", [(hour,) for hour in sorted(hours)])


async def mark_all(hand: Hand) -> None:
    """Mark every hour in which a session starts, or for which anything is kept."""
    await hand.run(
        "INSERT OR IGNORE INTO rollup_dirty (hour)"
        f" SELECT DISTINCT {floored('starts_at', HOUR)} / {HOUR} FROM session"
        f" UNION SELECT slot / {HOUR} FROM rollup WHERE dim = 'all' AND level = {Level.HOUR:d}",
        (),
    )


async def is_due(fetch: Fetch) -> bool:
    """Return whether any hour is marked, or any session was never derived since figures are kept of it."""
    rows = await fetch("SELECT 1 FROM rollup_dirty UNION ALL SELECT 1 FROM session WHERE asked < 0 LIMIT 1", ())
    return bool(rows)


async def dirty_days(fetch: Fetch, *, limit: int) -> list[int]:
    """Return the days that hold a marked hour, by their beginnings in milliseconds, the latest first."""
    rows = await fetch(
        f"SELECT DISTINCT {floored('hour', 24)} * {HOUR} FROM rollup_dirty ORDER BY 1 DESC LIMIT ?", (limit,)
    )
    return [cast("int", row[0]) for row in rows]


async def redo(hand: Hand, days: Iterable[int], *, now: int) -> None:
    """Make the figures of days anew, and those of their months; the days are then no longer marked."""
    for month, group in groupby(sorted(days), key=lambda day: month_of(day)[0]):
        for day in group:
            await _redo_day(hand, month, day, now)
        await _redo_month(hand, month)


async def _redo_day(hand: Hand, month: int, day: int, now: int) -> None:
    end = day + DAY
    longer = ((Level.MONTH, month), (Level.YEAR, year_of(day)[0]))
    for dim in GROUPS:
        for level, slot in longer:
            await hand.run(_MOVE.format(sums=_signed("-")), (level, slot, dim, day))
        for level in (Level.QUARTER, Level.HOUR, Level.DAY):
            await hand.run(
                "DELETE FROM rollup WHERE dim = ? AND level = ? AND slot >= ? AND slot < ?", (dim, level, day, end)
            )
    await hand.run(summing("kind", Level.QUARTER, QUARTER), (day, end))
    await hand.run_many(
        "DELETE FROM rollup_course WHERE kind = ? AND slot = ?", [(kind, day) for kind in ("", *Kind)]
    )
    await keep_courses(hand, day, end)
    for statement in FROM_QUARTERS:
        await hand.run(statement, (day, end))
    await hand.run(summing("tag", Level.HOUR, HOUR), (day, end))
    for dim in GROUPS:
        if dim in BY_HOUR:
            await hand.run(_FROM_HOURS, (day, dim, day, end))
        else:
            await hand.run(summing(dim, Level.DAY, DAY), (day, end))
        for level, slot in longer:
            await hand.run(_MOVE.format(sums=_NAMES), (level, slot, dim, day))
    await _redo_spreads(hand, day, now)
    await _redo_crowds(hand, day)
    await hand.run("DELETE FROM rollup_dirty WHERE hour >= ? AND hour < ?", (day // HOUR, end // HOUR))


async def _redo_month(hand: Hand, month: int) -> None:
    """Bring those figures of a month up to date that are no sums of differences."""
    for dim in GROUPS:
        for level, slot in ((Level.MONTH, month), (Level.YEAR, year_of(month)[0])):
            await hand.run(
                "DELETE FROM rollup WHERE dim = ? AND level = ? AND slot = ? AND sessions = 0", (dim, level, slot)
            )
    await keep_month(hand, month)


async def keep_month(hand: Hand, month: int) -> None:
    """Keep the spreads and crowds of a month, from those of its days."""
    start, end = month_of(month)
    for measure in Spread:
        await hand.run(
            f"DELETE FROM rollup_spread WHERE measure = ? AND level = ? AND bucket IN ({_EVERY}) AND slot = ?",
            (measure, Level.MONTH, month),
        )
        await hand.run(
            "INSERT INTO rollup_spread (measure, level, bucket, slot, kind, n, held)"
            " SELECT measure, ?, bucket, ?, kind, sum(n), x'' FROM rollup_spread WHERE measure = ? AND level = ?"
            f" AND bucket IN ({_EVERY}) AND slot >= ? AND slot < ? GROUP BY bucket, kind",
            (Level.MONTH, month, measure, Level.DAY, start, end),
        )
    crowds: defaultdict[str, Crowd] = defaultdict(Crowd)
    for kind, once, again in await hand.fetch(
        "SELECT kind, once, again FROM rollup_crowd WHERE level = ? AND slot >= ? AND slot < ?",
        (Level.DAY, start, end),
    ):
        crowds[str(kind)] |= Crowd(unpack(cast("bytes", once)), unpack(cast("bytes", again)))
    await hand.run("DELETE FROM rollup_crowd WHERE level = ? AND slot = ?", (Level.MONTH, month))
    await keep_crowds(hand, Level.MONTH, month, crowds)


async def _redo_spreads(hand: Hand, day: int, now: int) -> None:
    for measure in Spread:
        await hand.run(
            f"DELETE FROM rollup_spread WHERE measure = ? AND level = ? AND bucket IN ({_EVERY}) AND slot = ?",
            (measure, Level.DAY, day),
        )
    waits: defaultdict[str, list[int]] = defaultdict(list)
    leads: defaultdict[str, list[int]] = defaultdict(list)
    for kind, lead, wait in await hand.fetch(
        f"SELECT s.kind, s.starts_at - r.requested_at, {WAITED} FROM session s"
        f" JOIN join_request r ON r.session_id = s.id WHERE s.starts_at >= ?2 AND s.starts_at < ?3 AND {COUNTED}"
        " AND r.requested_at <= ?1",
        (now, day, day + DAY),
    ):
        leads[str(kind)].append(cast("int", lead))
        if wait is not None:
            waits[str(kind)].append(cast("int", wait))
    await hand.run_many(
        KEEP_SPREAD,
        [
            (measure, Level.DAY, bucket, day, kind, len(held), pack_values(held))
            for measure, kinds in ((Spread.WAIT, waits), (Spread.LEAD, leads))
            for kind, values in kinds.items()
            for bucket, held in by_bucket(values).items()
        ],
    )


async def _redo_crowds(hand: Hand, day: int) -> None:
    people: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
    for kind, seen in await hand.fetch(
        "SELECT s.kind, s.seen_ids FROM session s WHERE s.starts_at >= ? AND s.starts_at < ?"
        " AND s.seen_ids IS NOT NULL",
        (day, day + DAY),
    ):
        people[str(kind)].append(unpack_people(cast("bytes", seen)))
    await hand.run("DELETE FROM rollup_crowd WHERE level = ? AND slot = ?", (Level.DAY, day))
    await keep_crowds(hand, Level.DAY, day, {kind: crowd_of(sessions) for kind, sessions in people.items()})


async def keep_courses(hand: Hand, since: int, until: int) -> None:
    """Keep the courses of days, from the quarters of kinds."""
    names = ", ".join(courses.NAMES)
    found: defaultdict[tuple[str, int], dict[int, tuple[int, ...]]] = defaultdict(dict)
    for slot, kind, *sums in await hand.fetch(
        f"SELECT slot, \"key\", {names} FROM rollup WHERE dim = 'kind' AND level = {Level.QUARTER:d}"
        " AND slot >= ? AND slot < ?",
        (since, until),
    ):
        day, rest = divmod(cast("int", slot), DAY)
        more, quarter = tuple(cast("list[int]", sums)), rest // QUARTER
        found[str(kind), day * DAY][quarter] = more
        every = found["", day * DAY]
        before = every.get(quarter)
        every[quarter] = more if before is None else tuple(map(sum, zip(before, more, strict=True)))
    await hand.run_many(
        "INSERT INTO rollup_course (kind, slot, held) VALUES (?, ?, ?)",
        [(kind, day, courses.pack_course(quarters)) for (kind, day), quarters in sorted(found.items())],
    )


async def keep_crowds(hand: Hand, level: Level, slot: int, crowds: dict[str, Crowd]) -> None:
    """Keep the crowds of a day or of a month, by kind."""
    await hand.run_many(
        "INSERT INTO rollup_crowd (level, slot, kind, once, again) VALUES (?, ?, ?, ?, ?)",
        [(level, slot, kind, pack(crowd.once), pack(crowd.again)) for kind, crowd in crowds.items()],
    )


def summing(dim: str, level: Level, length: int) -> str:
    """Return the statement that sums up the sessions of a stretch of time by one dimension, in pieces of a length."""
    key, source = GROUPS[dim]
    told = key if dim in ("all", "kind") else f"s.kind || '{BETWEEN}' || {key}"
    return (
        f"INSERT INTO rollup (dim, level, slot, \"key\", {_NAMES}) SELECT '{dim}', {level:d},"
        f" {floored('s.starts_at', length)}, {told}, {SUMMED} FROM {source} {COUNTED}"
        " AND s.starts_at >= ? AND s.starts_at < ? GROUP BY 3, 4"
    )


def _from_quarters(dim: str, level: Level, length: int) -> str:
    """Return the statement that sums up the quarters of kinds in pieces of a length."""
    key = '"key"' if dim == "kind" else "''"
    return (
        f"INSERT INTO rollup (dim, level, slot, \"key\", {_NAMES}) SELECT '{dim}', {level:d},"
        f" {floored('slot', length)} AS piece, {key} AS told, {KEPT} FROM rollup WHERE dim = 'kind'"
        f" AND level = {Level.QUARTER:d} AND slot >= ? AND slot < ? GROUP BY piece, told"
    )


def _signed(sign: str) -> str:
    return ", ".join(f"{sign}{name}" for name in SUM_NAMES)


_EVERY: Final = ", ".join(str(bucket) for bucket in BUCKETS)

_FROM_HOURS: Final = (
    f'INSERT INTO rollup (dim, level, slot, "key", {_NAMES}) SELECT dim, {Level.DAY:d}, ?, "key", {KEPT}'
    f' FROM rollup WHERE dim = ? AND level = {Level.HOUR:d} AND slot >= ? AND slot < ? GROUP BY "key"'
)

FROM_QUARTERS: Final = (
    _from_quarters("all", Level.QUARTER, QUARTER),
    _from_quarters("all", Level.HOUR, HOUR),
    _from_quarters("kind", Level.HOUR, HOUR),
    f"DELETE FROM rollup WHERE dim = 'kind' AND level = {Level.QUARTER:d} AND slot >= ? AND slot < ?",
)
"""Makes the shorter pieces of all and of kinds from quarters of kinds, which are then no longer needed."""

_MOVE: Final = (
    f'INSERT INTO rollup (dim, level, slot, "key", {_NAMES})'
    ' SELECT dim, ?, ?, "key", {sums} FROM rollup'
    f" WHERE dim = ? AND level = {Level.DAY:d} AND slot = ?"
    ' ON CONFLICT (dim, level, slot, "key") DO UPDATE SET '
    + ", ".join(f"{name} = {name} + excluded.{name}" for name in SUM_NAMES)
)
