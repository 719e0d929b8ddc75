"""Questions of a timetable: which sessions start on a day, how many of them stand where, what lasts from before."""

from __future__ import annotations

from typing import Final, cast

from sessiontui.domain.query.statement import Query
from sessiontui.store.filters import compile_query
from sessiontui.store.histories import every_id
from sessiontui.store.reader import Fetch, Value
from sessiontui.store.reads.known import look_up
from sessiontui.store.viewing import Viewer

LONG: Final = 129_600_000
"""Milliseconds, 36 hours: sessions that last longer have an index of their own."""

_LONG: Final = f"FROM session s INDEXED BY session_long WHERE s.ends_at - s.starts_at > {LONG} AND ({{tests}})"

_STARTING: Final = "FROM session s INDEXED BY session_start WHERE s.starts_at >= ? AND s.starts_at < ? AND ({tests})"


class Timetable:
    """The sessions that a query means, asked for by the stretch of time in which they start."""

    def __init__(self, fetch: Fetch, condition: str, parameters: tuple[Value, ...]) -> None:
        self._fetch = fetch
        self._from = _STARTING.format(tests=condition)
        self._long = _LONG.format(tests=condition)
        self._parameters = parameters

    async def counts(self, since: int, until: int) -> dict[str, int]:
        """Return how many start in a stretch, by status; instants in milliseconds."""
        sql = f"SELECT s.status, count(*) {self._from} GROUP BY s.status"
        rows = await self._fetch(sql, (since, until, *self._parameters))
        return {str(status): cast("int", number) for status, number in rows}

    async def first(self, since: int, until: int, *, most: int) -> list[int]:
        """Return the ids of those that start in a stretch, what is most urgent first."""
        sql = f"SELECT s.id {self._from} ORDER BY s.rank, s.id LIMIT ?"
        return every_id(await self._fetch(sql, (since, until, *self._parameters, most)))

    async def lasting(self, at: int, *, most: int) -> list[int]:
        """Return the ids of those that started before an instant and end after it, what is most urgent first."""
        short = f"SELECT s.id, s.rank {self._from} AND s.ends_at > ?"
        long = f"SELECT s.id, s.rank {self._long} AND s.ends_at > ? AND s.starts_at < ?"
        values = (at - LONG, at, *self._parameters, at, *self._parameters, at, at)
        return every_id(await self._fetch(f"{short} UNION {long} ORDER BY 2, 1 LIMIT ?", (*values, most)))


async def first_lasting(fetch: Fetch, at: int) -> int:
    """Return when the earliest session that may last over an instant began, in ms; 36 hours before at the least."""
    sql = (
        "SELECT min(starts_at) FROM session INDEXED BY session_long"
        f" WHERE ends_at - starts_at > {LONG} AND ends_at > ? AND starts_at < ?"
    )
    rows = await fetch(sql, (at, at))
    return min(at - LONG, cast("int | None", rows[0][0]) or at)


async def timetable(fetch: Fetch, query: Query, viewer: Viewer) -> Timetable:
    """Return the timetable of a query, with what its names mean looked up once."""
    return Timetable(fetch, *compile_query(query, await look_up(fetch, query), viewer))
