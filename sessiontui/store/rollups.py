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
from sessiontui.domain.analytics.periods import DAY, HOUR, QUARTER, Level, month_of, year_of
from sessiontui.domain.analytics.spreads import BUCKETS, Spread, by_bucket, pack_values
from sessiontui.domain.vocabulary import Kind
from sessiontui.store.summing import (
    BY_HOUR,
    COUNTED,
    FROM_HOURS,
    FROM_QUARTERS,
    GROUPS,
    MOVE,
    NAMES,
    WAITED,
    floored,
    signed,
    summing,
)

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


KEEP_SPREAD: Final = (
    "INSERT INTO rollup_spread (measure, level, bucket, slot, kind, n, held) VALUES (?, ?, ?, ?, ?, ?, ?)"
)


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
            await hand.run(MOVE.format(sums=signed("-")), (level, slot, dim, day))
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
            await hand.run(FROM_HOURS, (day, dim, day, end))
        else:
            await hand.run(summing(dim, Level.DAY, DAY), (day, end))
        for level, slot in longer:
            await hand.run(MOVE.format(sums=NAMES), (level, slot, dim, day))
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


_EVERY: Final = ", ".join(str(bucket) for bucket in BUCKETS)
