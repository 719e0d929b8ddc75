"""Figures of all sessions, or of some kinds: what is kept ready where it is clean, the sessions everywhere else.

A session is asked for itself only where an hour is marked, or where a piece of time is not whole.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import add as add_up
from typing import Final, cast

from sessiontui.domain.analytics import courses
from sessiontui.domain.analytics.crowds import Crowd, unpack
from sessiontui.domain.analytics.metrics import Duration
from sessiontui.domain.analytics.outcomes import Sums, names_by
from sessiontui.domain.analytics.periods import (
    DAY,
    DAYS,
    HOUR,
    QUARTER,
    WEEK_HOURS,
    Level,
    Piece,
    Rhythm,
    Stretch,
    cover,
)
from sessiontui.domain.analytics.spreads import (
    BUCKETS,
    Spread,
    by_bucket,
    median_and_tenth,
    unpack_values,
    wanted,
)
from sessiontui.store.histories import Fetch
from sessiontui.store.reader import Value
from sessiontui.store.reads.figures_asked import Asked, add, sums_of, unit_of
from sessiontui.store.summing import BETWEEN, BY_HOUR, kept


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
        is_plain, names = dim in ("all", "kind"), names_by(dim)
        key = 'r."key"' if is_plain else f'substr(r."key", {place} + 1)'
        test, values = self._keys('r."key"' if is_plain else f'substr(r."key", 1, {place} - 1)')
        rows = await self._fetch(
            f"{_pieces(pieces)} SELECT {key}, {kept(names)} FROM piece CROSS JOIN rollup r ON r.dim = ?"
            " AND r.level = piece.level AND r.slot >= piece.since AND r.slot < piece.until"
            f" WHERE {test} GROUP BY 1",
            (dim, *values),
        )
        sums = {str(row[0]): cast("tuple[int, ...]", row[1:]) for row in rows}
        for part in self._direct(found.direct):
            for value, *more in cast("list[tuple[int, ...]]", await part.rows_by(dim)):
                before = sums.get(str(value))
                sums[str(value)] = tuple(more) if before is None else tuple(map(add_up, before, more))
        told = {key: sums_of(one, names) for key, one in sums.items()}
        return {key: one for key, one in told.items() if one.sessions}

    async def timed(
        self, stretches: Iterable[Stretch], rhythm: Rhythm, names: Sequence[str]
    ) -> dict[int, tuple[int, ...]]:
        """Return some sums by units of local time."""
        found: dict[int, tuple[int, ...]] = {}
        for since, until, offset in stretches:
            if rhythm in (DAYS, WEEK_HOURS) and offset % QUARTER == 0 and set(names) <= set(courses.NAMES):
                sums = await self._from_courses((since, until, offset), rhythm)
                places = [courses.NAMES.index(name) for name in names]
                add(found, [(unit, *(one[place] for place in places)) for unit, one in sums.items()])
            else:
                add(found, await self._from_pieces((since, until, offset), rhythm, names))
        return found

    async def _from_courses(self, stretch: Stretch, rhythm: Rhythm) -> dict[int, courses.Totals]:
        """Return the sums that courses follow of a stretch of time, by units of local time."""
        since, until, offset = stretch
        part = cover(since, until, self._dirty, months=False)
        found: dict[int, courses.Totals] = {}
        for piece in part.days:
            held = await self._courses(piece)
            whole = courses.by_rhythm if rhythm.cycle else courses.by_day
            add(found, [(unit, *sums) for unit, sums in whole(held, rhythm, offset=offset).items()])
        for start, end in part.hours:
            for slot, course in await self._courses((start // DAY * DAY, end)):
                piece = (max(start, slot), min(end, slot + DAY))
                sums = courses.of_part(course, slot, piece, rhythm, offset=offset)
                add(found, [(unit, *more) for unit, more in sums.items()])
        for source, piece in zip(self._direct(part.direct), part.direct, strict=True):
            more = await source.timed([(*piece, offset)], rhythm, courses.NAMES)
            add(found, [(unit, *sums) for unit, sums in more.items()])
        return found

    async def _courses(self, days: Piece) -> list[tuple[int, bytes]]:
        """Return the courses of days, by their beginnings; those of several kinds beside each other."""
        rows: list[tuple[int, bytes]] = []
        for kind in self._kinds or ("",):
            rows += cast(
                "list[tuple[int, bytes]]",
                await self._fetch(
                    "SELECT r.slot, r.held FROM rollup_course r WHERE r.kind = ? AND r.slot >= ? AND r.slot < ?",
                    (kind, *days),
                ),
            )
        return rows

    async def _from_pieces(self, stretch: Stretch, rhythm: Rhythm, names: Sequence[str]) -> list[tuple[int, ...]]:
        """Return any sums of a stretch of time, by units of local time, from pieces of time no longer than they."""
        parts = ", ".join(f"sum(r.{name})" for name in names)
        test, values = self._keys('r."key"')
        found: dict[int, tuple[int, ...]] = {}
        since, until, offset = stretch
        kept, direct = self._pieces(since, until, self._level(offset, rhythm))
        rows = await self._fetch(
            f"{_pieces(kept)} SELECT {unit_of(rhythm, f'(r.slot + {offset})')}, {parts}"
            " FROM piece CROSS JOIN rollup r ON r.dim = ? AND r.level = piece.level"
            f" AND r.slot >= piece.since AND r.slot < piece.until WHERE {test} GROUP BY 1",
            (self._dim, *values),
        )
        add(found, rows)
        for source, piece in zip(self._direct(direct), direct, strict=True):
            more = await source.timed([(*piece, offset)], rhythm, names)
            add(found, [(unit, *sums) for unit, sums in more.items()])
        return [(unit, *sums) for unit, sums in found.items()]

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
                rows = await self._fetch(
                    "SELECT r.held FROM rollup_spread r WHERE r.measure = ? AND r.level = ? AND r.bucket = ?"
                    f" AND r.slot >= ? AND r.slot < ? AND {test}",
                    (measure, Level.DAY, bucket, since, until, *values),
                )
                held[bucket].extend(unpack_values(b"".join([one for (one,) in cast("list[tuple[bytes]]", rows)])))
        return Duration(*median_and_tenth(counts, {bucket: held[bucket] for bucket in needed}))

    async def lengths_by(self, dim: str, measure: Spread) -> dict[str, list[int]]:
        """Return all durations by the values of a dimension: of these nothing is kept."""
        return await self._whole.lengths_by(dim, measure)

    async def lengths_timed(
        self, stretches: Iterable[Stretch], rhythm: Rhythm, measure: Spread
    ) -> dict[int, list[int]]:
        """Return all durations by the units of local time that their sessions start in: of these nothing is kept."""
        return await self._whole.lengths_timed(stretches, rhythm, measure)

    @property
    def _whole(self) -> Asked:
        return self._direct([self._period])[0]

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


_EVERY: Final = ", ".join(str(bucket) for bucket in BUCKETS)


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
