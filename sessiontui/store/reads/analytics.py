"""Reads of the analytics: what is kept ready where it is clean, the sessions themselves everywhere else.

Two sources answer the same questions. ``Kept`` reads the rollups of all sessions, or of some kinds, and asks the
sessions only where an hour is marked or a piece of time is not whole. ``Asked`` reads the sessions of any filter.
Both leave out the sessions that stand ``apart``, because their rows do not say what is true at this instant.
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Protocol, TypeAlias, cast

from sessiontui.domain.analytics.crowds import Crowd, crowd_of, unpack, unpack_people
from sessiontui.domain.analytics.metrics import Duration, Ratings
from sessiontui.domain.analytics.outcomes import SUM_NAMES, Sums
from sessiontui.domain.analytics.periods import DAY, HOUR, QUARTER, Level, Piece, Rhythm, Stretch, cover
from sessiontui.domain.analytics.spreads import (
    BUCKETS,
    Spread,
    by_bucket,
    median_and_tenth,
    unpack_values,
    wanted,
)
from sessiontui.domain.instants import to_ms
from sessiontui.store.histories import Fetch, every_id
from sessiontui.store.reader import Row, Value
from sessiontui.store.rollups import BETWEEN, BY_HOUR, COUNTED, GROUPS, KEPT, PARTS, SUMMED, WAITED

RESTLESS: Final = 2_000
"""Most sessions that are derived anew beside what is kept; beyond, all are."""

LOOKED_BACK: Final = 1_000
"""Changes among which the latest instant of a write is looked for; instants nearly always follow the commits."""


class Source(Protocol):
    """Where figures are read from."""

    async def sums(self) -> Sums:
        """Return the sums of all that is meant."""
        ...

    async def groups(self, dim: str) -> dict[str, Sums]:
        """Return the sums by the values of a dimension."""
        ...

    async def timed(
        self, stretches: Iterable[Stretch], rhythm: Rhythm, names: Sequence[str]
    ) -> dict[int, tuple[int, ...]]:
        """Return some sums by units of local time."""
        ...

    async def duration(self, measure: Spread, *, beside: Iterable[int] = ()) -> Duration:
        """Return number, median and ninth tenth of durations in milliseconds; some are given ``beside``."""
        ...

    async def crowd(self) -> Crowd:
        """Return who was seen."""
        ...


async def bounds(fetch: Fetch) -> Piece | None:
    """Return when the first session starts, and just after when the last one does; ``None`` without any."""
    rows = await fetch("SELECT (SELECT min(starts_at) FROM session), (SELECT max(starts_at) FROM session)", ())
    low, high = cast("tuple[int | None, int | None]", rows[0])
    return None if low is None or high is None else (low, high + 1)


async def dirty_hours(fetch: Fetch, since: int, until: int) -> list[int]:
    """Return the marked hours of a period, by their beginnings in milliseconds."""
    rows = await fetch(
        "SELECT hour FROM rollup_dirty WHERE hour >= ? AND hour < ?", (since // HOUR, until // HOUR + 1)
    )
    return [cast("int", row[0]) * HOUR for row in rows]


async def restless(fetch: Fetch, now: datetime) -> tuple[tuple[int, int], ...] | None:
    """Return id and start of the sessions whose rows may not say what is true at ``now``; ``None`` for too many.

    Those are the due, those made later, and those not derived since figures are kept. No row can be trusted if
    anything was written at an instant that is yet to come.
    """
    late = await fetch("SELECT max(at) FROM (SELECT at FROM change_log ORDER BY seq DESC LIMIT ?)", (LOOKED_BACK,))
    if late[0][0] is not None and cast("int", late[0][0]) > to_ms(now):
        return None
    rows = await fetch(
        "SELECT s.id, s.starts_at FROM (SELECT id FROM session WHERE next_transition_at IS NOT NULL"
        " AND next_transition_at <= ?1 UNION SELECT id FROM session WHERE created_at > ?1"
        " UNION SELECT id FROM session WHERE asked < 0 LIMIT ?2) JOIN session s USING (id)",
        (to_ms(now), RESTLESS + 1),
    )
    found = tuple((cast("int", row[0]), cast("int", row[1])) for row in rows)
    return found if len(found) <= RESTLESS else None


async def counted(fetch: Fetch, condition: str, parameters: Sequence[Value]) -> list[int]:
    """Return the sessions that a condition holds for, in the order of their ids."""
    return every_id(await fetch(f"SELECT s.id FROM session s WHERE {condition} ORDER BY s.id", parameters))


async def unfigured(fetch: Fetch, *, limit: int) -> list[int]:
    """Return sessions that were not derived since figures are kept of them."""
    return every_id(await fetch("SELECT id FROM session WHERE asked < 0 LIMIT ?", (limit,)))


async def people(fetch: Fetch, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return name and zone of people, by id."""
    rows = await fetch(
        "SELECT id, name, zone FROM person WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return {cast("int", row[0]): (str(row[1]), str(row[2])) for row in rows}


Question: TypeAlias = tuple[str, tuple[Value, ...]]
"""A question with its values."""


def rated(condition: str, values: tuple[Value, ...], period: Piece, *, at: int) -> Question:
    """Return the question for the ratings given up to an instant to the sessions of a condition and a period."""
    question = (
        "SELECT count(*), ifnull(sum(f.rating), 0), ifnull(sum(f.rating * f.rating), 0) FROM follow_up f"
        " JOIN session s ON s.id = f.session_id WHERE f.rating IS NOT NULL"
        " AND ifnull(f.answered_at, f.created_at) <= ?"
        f" AND s.starts_at >= ? AND s.starts_at < ? AND ({condition})"
    )
    return question, (at, *period, *values)


async def ratings(fetch: Fetch, question: Question) -> Ratings:
    """Return the ratings that a question of ``rated`` finds."""
    n, total, squares = cast("tuple[int, int, int]", (await fetch(*question))[0])
    return Ratings(n, total, squares)


def duration_of(lengths: Iterable[int]) -> Duration:
    """Return number, median and ninth tenth of durations."""
    held = by_bucket(lengths)
    return Duration(*median_and_tenth({bucket: len(values) for bucket, values in held.items()}, held))


class Asked:
    """The sessions of a condition that start in a period, read directly."""

    def __init__(
        self,
        fetch: Fetch,
        condition: tuple[str, tuple[Value, ...]],
        period: Piece,
        *,
        now: int,
        apart: Sequence[int] = (),
    ) -> None:
        self._fetch = fetch
        self._now = now
        test, values = condition
        self._where = (
            f"s.starts_at >= ? AND s.starts_at < ? AND {COUNTED}"
            f" AND s.id NOT IN (SELECT value FROM json_each(?)) AND ({test})"
        )
        self._values = (*period, json.dumps(list(apart)), *values)

    async def sums(self) -> Sums:
        """Return the sums of all that is meant."""
        rows = await self._fetch(f"SELECT {SUMMED} FROM session s WHERE {self._where}", self._values)
        return _sums(rows[0])

    async def groups(self, dim: str) -> dict[str, Sums]:
        """Return the sums by the values of a dimension."""
        key, source = GROUPS[dim]
        rows = await self._fetch(f"SELECT {key}, {SUMMED} FROM {source} {self._where} GROUP BY 1", self._values)
        return {str(row[0]): _sums(row[1:]) for row in rows}

    async def timed(
        self, stretches: Iterable[Stretch], rhythm: Rhythm, names: Sequence[str]
    ) -> dict[int, tuple[int, ...]]:
        """Return some sums by units of local time."""
        parts = ", ".join(f"sum({PARTS[name]})" for name in names)
        found: dict[int, tuple[int, ...]] = {}
        for since, until, offset in stretches:
            rows = await self._fetch(
                f"SELECT {_unit(rhythm, f'(s.starts_at + {offset})')}, {parts} FROM session s WHERE {self._where}"
                " AND s.starts_at >= ? AND s.starts_at < ? GROUP BY 1",
                (*self._values, since, until),
            )
            _add(found, rows)
        return found

    async def duration(self, measure: Spread, *, beside: Iterable[int] = ()) -> Duration:
        """Return number, median and ninth tenth of durations in milliseconds; some are given ``beside``."""
        return duration_of((*beside, *await self.lengths(measure)))

    async def lengths(self, measure: Spread) -> list[int]:
        """Return all durations."""
        expression = {Spread.WAIT: WAITED.replace("?1", "?"), Spread.LEAD: "s.starts_at - r.requested_at"}[measure]
        before = (self._now,) if measure is Spread.WAIT else ()
        rows = await self._fetch(
            f"SELECT {expression} AS length FROM session s JOIN join_request r ON r.session_id = s.id"
            f" WHERE r.requested_at <= ? AND {self._where} AND length IS NOT NULL",
            (*before, self._now, *self._values),
        )
        return [cast("int", row[0]) for row in rows]

    async def crowd(self) -> Crowd:
        """Return who was seen."""
        rows = await self._fetch(
            f"SELECT s.seen_ids FROM session s WHERE s.seen_ids IS NOT NULL AND {self._where}", self._values
        )
        return crowd_of(unpack_people(cast("bytes", row[0])) for row in rows)


class Kept:
    """All sessions of a period, or those of some kinds: what is kept of it, and the sessions where that is marked."""

    def __init__(
        self,
        fetch: Fetch,
        period: Piece,
        *,
        now: int,
        dirty: Sequence[int],
        kinds: tuple[str, ...] = (),
        apart: Sequence[int] = (),
    ) -> None:
        self._fetch = fetch
        self._period = period
        self._now = now
        self._dirty = dirty
        self._kinds = kinds
        self._apart = apart
        self._dim = "kind" if kinds else "all"

    async def sums(self) -> Sums:
        """Return the sums of all that is meant."""
        return sum((await self.groups(self._dim)).values(), Sums())

    async def groups(self, dim: str) -> dict[str, Sums]:
        """Return the sums by the values of a dimension; of some kinds only by kind."""
        found = cover(*self._period, self._dirty, hours=dim in BY_HOUR, years=True)
        pieces = [*((Level.YEAR, *piece) for piece in found.years), *_levels(found.months, found.days, found.hours)]
        place = f"instr(r.\"key\", '{BETWEEN}')"
        is_plain = dim in ("all", "kind")
        key = 'r."key"' if is_plain else f'substr(r."key", {place} + 1)'
        test, values = self._keys('r."key"' if is_plain else f'substr(r."key", 1, {place} - 1)')
        rows = await self._fetch(
            f"{_pieces(pieces)} SELECT {key}, {KEPT} FROM piece CROSS JOIN rollup r ON r.dim = ?"
            " AND r.level = piece.level AND r.slot >= piece.since AND r.slot < piece.until"
            f" WHERE {test} GROUP BY 1",
            (dim, *values),
        )
        sums = {str(row[0]): _sums(row[1:]) for row in rows}
        for part in self._direct(found.direct):
            for key, more in (await part.groups(dim)).items():
                sums[key] = sums.get(key, Sums()) + more
        return {key: one for key, one in sums.items() if one.sessions}

    async def timed(
        self, stretches: Iterable[Stretch], rhythm: Rhythm, names: Sequence[str]
    ) -> dict[int, tuple[int, ...]]:
        """Return some sums by units of local time."""
        parts = ", ".join(f"sum(r.{name})" for name in names)
        test, values = self._keys('r."key"')
        found: dict[int, tuple[int, ...]] = {}
        for since, until, offset in stretches:
            kept, direct = self._pieces(since, until, self._level(offset, rhythm))
            rows = await self._fetch(
                f"{_pieces(kept)} SELECT {_unit(rhythm, f'(r.slot + {offset})')}, {parts}"
                " FROM piece CROSS JOIN rollup r ON r.dim = ? AND r.level = piece.level"
                f" AND r.slot >= piece.since AND r.slot < piece.until WHERE {test} GROUP BY 1",
                (self._dim, *values),
            )
            _add(found, rows)
            for source, piece in zip(self._direct(direct), direct, strict=True):
                more = await source.timed([(*piece, offset)], rhythm, names)
                _add(found, [(unit, *sums) for unit, sums in more.items()])
        return found

    async def duration(self, measure: Spread, *, beside: Iterable[int] = ()) -> Duration:
        """Return number, median and ninth tenth of durations in milliseconds; some are given ``beside``."""
        found = cover(*self._period, self._dirty, hours=False)
        counts: defaultdict[int, int] = defaultdict(int)
        test, values = self._keys("r.kind")
        for level, since, until in _levels(found.months, found.days):
            for bucket, n in await self._fetch(
                f"SELECT r.bucket, sum(r.n) FROM rollup_spread r WHERE r.measure = ? AND r.level = ?"
                f" AND r.bucket IN ({_EVERY}) AND r.slot >= ? AND r.slot < ? AND {test} GROUP BY 1",
                (measure, level, since, until, *values),
            ):
                counts[cast("int", bucket)] += cast("int", n)
        direct = [length for part in self._direct(found.direct) for length in await part.lengths(measure)]
        held: defaultdict[int, array[int]] = defaultdict(lambda: array("q"))
        for bucket, lengths in by_bucket((*beside, *direct)).items():
            counts[bucket] += len(lengths)
            held[bucket].extend(lengths)
        needed = wanted(counts)
        for bucket in needed:
            for since, until in (*found.months, *found.days):
                for (packed,) in await self._fetch(
                    "SELECT r.held FROM rollup_spread r WHERE r.measure = ? AND r.level = ? AND r.bucket = ?"
                    f" AND r.slot >= ? AND r.slot < ? AND {test}",
                    (measure, Level.DAY, bucket, since, until, *values),
                ):
                    held[bucket].extend(unpack_values(cast("bytes", packed)))
        return Duration(*median_and_tenth(counts, {bucket: held[bucket] for bucket in needed}))

    async def crowd(self) -> Crowd:
        """Return who was seen."""
        found = cover(*self._period, self._dirty, hours=False)
        test, values = self._keys("r.kind")
        crowd = Crowd()
        for level, since, until in _levels(found.months, found.days):
            for once, again in await self._fetch(
                "SELECT r.once, r.again FROM rollup_crowd r WHERE r.level = ? AND r.slot >= ? AND r.slot < ?"
                f" AND {test}",
                (level, since, until, *values),
            ):
                crowd |= Crowd(unpack(cast("bytes", once)), unpack(cast("bytes", again)))
        for part in self._direct(found.direct):
            crowd |= await part.crowd()
        return crowd

    def _level(self, offset: int, rhythm: Rhythm) -> Level | None:
        """Return the longest pieces of time in UTC that the units of local time are made of."""
        if rhythm.unit == DAY and offset % DAY == 0:
            return Level.DAY
        if offset % HOUR == 0:
            return Level.HOUR
        return Level.QUARTER if offset % QUARTER == 0 and self._dim == "all" else None

    def _pieces(
        self, since: int, until: int, level: Level | None
    ) -> tuple[list[tuple[Level, int, int]], tuple[Piece, ...]]:
        """Return a stretch as kept pieces no longer than a level, and as pieces to be read directly."""
        if level is None:
            return [], ((since, until),)
        part = cover(since, until, self._dirty, months=False, days=level is Level.DAY)
        if level is Level.DAY:
            return _levels((), part.days, part.hours), part.direct
        return [(level, *piece) for piece in part.hours], part.direct

    def _keys(self, column: str) -> tuple[str, tuple[Value, ...]]:
        if not self._kinds:
            return "1", ()
        return f"{column} IN ({','.join('?' * len(self._kinds))})", self._kinds

    def _direct(self, pieces: Iterable[Piece]) -> list[Asked]:
        condition = self._keys("s.kind")
        return [Asked(self._fetch, condition, piece, now=self._now, apart=self._apart) for piece in pieces]


_EARLIER: Final = 10_000 * 7 * DAY
"""Whole weeks that are added to instants, so that none is below zero: division rounds towards it."""

_EVERY: Final = ", ".join(str(bucket) for bucket in BUCKETS)


def _unit(rhythm: Rhythm, instant: str) -> str:
    """Return the expression for the number of the unit that an instant of local time lies in."""
    number = f"({instant} + {_EARLIER}) / {rhythm.unit}"
    if not rhythm.cycle:
        return f"{number} - {_EARLIER // rhythm.unit}"
    return f"({number} + {rhythm.shift}) % {rhythm.cycle}"


def _levels(
    months: Iterable[Piece] = (), days: Iterable[Piece] = (), hours: Iterable[Piece] = ()
) -> list[tuple[Level, int, int]]:
    return [
        (level, *piece)
        for level, pieces in ((Level.MONTH, months), (Level.DAY, days), (Level.HOUR, hours))
        for piece in pieces
    ]


def _pieces(pieces: Sequence[tuple[Level, int, int]]) -> str:
    """Return the head of a question that is asked of pieces of time; they are numbers of our own."""
    rows = ", ".join(f"({level:d}, {since:d}, {until:d})" for level, since, until in pieces) or "(-1, 0, 0)"
    return f"WITH piece (level, since, until) AS (VALUES {rows})"


def _sums(row: Row) -> Sums:
    return Sums(**dict(zip(SUM_NAMES, cast("tuple[int, ...]", row), strict=True)))


def _add(found: dict[int, tuple[int, ...]], rows: Iterable[Row]) -> None:
    for unit, *more in cast("Iterable[tuple[int, ...]]", rows):
        before = found.get(unit)
        found[unit] = tuple(more) if before is None else tuple(map(sum, zip(before, more, strict=True)))
