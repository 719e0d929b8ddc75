"""How busy people are as hosts: how many sessions and hours in a stretch of time, what comes next, week by week.

Somebody hosts what they mentor, and what they author without a mentor unless they administer the platform.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sessiontui.domain.alerts.judging import GOING
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.store.histories import Fetch


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody hosts on one day and in one week; ``booked_ms`` is the scheduled time of that week."""

    day: int = 0
    week: int = 0
    booked_ms: int = 0


@dataclass(frozen=True, slots=True)
class Coming:
    """The session that somebody hosts next."""

    session_id: int
    title: str
    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """One session that somebody hosts, as its row tells it."""

    id: int
    title: str
    status: str
    starts_at: datetime
    ends_at: datetime
    approved: int
    came: int
    actual_ms: int


async def loads(
    fetch: Fetch, people: Sequence[int], *, day: tuple[datetime, datetime], week: tuple[datetime, datetime]
) -> dict[int, Load]:
    """Return what people host on a day and in a week, drafts and cancelled ones aside; nobody who hosts nothing."""
    rows = await fetch(
        _LOADS, (json.dumps(sorted(people)), to_ms(week[0]), to_ms(week[1]), to_ms(day[0]), to_ms(day[1]))
    )
    return {cast("int", row[0]): Load(*cast("tuple[int, int, int]", row[1:])) for row in rows}


async def coming(fetch: Fetch, people: Sequence[int], *, now: datetime) -> dict[int, Coming]:
    """Return the next session that each of some people hosts."""
    rows = await fetch(_COMING, (json.dumps(sorted(people)), to_ms(now)))
    found: dict[int, Coming] = {}
    for row in rows:
        one = Coming(cast("int", row[1]), str(row[2]), from_ms(cast("int", row[3])))
        known = found.get(cast("int", row[0]))
        if known is None or one.starts_at < known.starts_at:
            found[cast("int", row[0])] = one
    return found


async def hosted(
    fetch: Fetch, person_id: int, *, since: datetime | None, until: datetime | None, limit: int, latest: bool = False
) -> list[Hosted]:
    """Return sessions that somebody hosts and that start in ``[since, until)``, the earliest or the latest first."""
    low = -(1 << 62) if since is None else to_ms(since)
    high = (1 << 62) if until is None else to_ms(until)
    order = "DESC" if latest else "ASC"
    rows = await fetch(f"{_HOSTED} ORDER BY starts_at {order}, id {order} LIMIT ?4", (person_id, low, high, limit))
    return [
        Hosted(
            id=cast("int", row[0]),
            title=str(row[1]),
            status=str(row[2]),
            starts_at=from_ms(cast("int", row[3])),
            ends_at=from_ms(cast("int", row[4])),
            approved=cast("int", row[5]),
            came=cast("int", row[6]),
            actual_ms=cast("int", row[7]),
        )
        for row in rows
    ]


async def booked_by_week(fetch: Fetch, person_id: int, edges: Sequence[datetime]) -> list[tuple[int, int]]:
    """Return sessions and their scheduled milliseconds between each two edges, drafts and cancelled ones aside."""
    sums = [(0, 0)] * (len(edges) - 1)
    marks = [to_ms(edge) for edge in edges]
    rows = await fetch(_SPANS, (person_id, marks[0], marks[-1]))
    for starts_at, length in cast("list[tuple[int, int]]", rows):
        place = next(number for number, edge in enumerate(marks) if starts_at < edge) - 1
        sessions, booked = sums[place]
        sums[place] = (sessions + 1, booked + length)
    return sums


_GOING: Final = ", ".join(repr(str(status)) for status in sorted(GOING))

_COUNTS: Final = "s.status NOT IN ('draft', 'cancelled', '')"

_HOSTS: Final = "p.role NOT IN ('admin', 'superadmin')"

_IDS: Final = "WITH w AS (SELECT p.id, p.role FROM json_each(?1) j CROSS JOIN person p ON p.id = j.value)"

_LOADS: Final = (
    f"{_IDS}, h AS ("
    f"SELECT w.id, s.starts_at, s.ends_at FROM w CROSS JOIN session s ON s.mentor_id = w.id"
    f" AND s.starts_at >= ?2 AND s.starts_at < ?3 WHERE {_COUNTS}"
    " UNION ALL SELECT p.id, s.starts_at, s.ends_at FROM w p CROSS JOIN session s ON s.author_id = p.id"
    f" AND s.mentor_id IS NULL AND s.starts_at >= ?2 AND s.starts_at < ?3 WHERE {_HOSTS} AND {_COUNTS})"
    " SELECT id, sum(starts_at >= ?4 AND starts_at < ?5), count(*), sum(ends_at - starts_at) FROM h GROUP BY id"
)

_COMING: Final = (
    f"{_IDS}, n AS ("
    "SELECT w.id, (SELECT s.id FROM session s WHERE s.mentor_id = w.id AND s.starts_at > ?2"
    f" AND s.status IN ({_GOING}) ORDER BY s.starts_at LIMIT 1) AS next_id FROM w"
    " UNION ALL SELECT p.id, (SELECT s.id FROM session s WHERE s.author_id = p.id AND s.mentor_id IS NULL"
    f" AND s.starts_at > ?2 AND s.status IN ({_GOING}) ORDER BY s.starts_at LIMIT 1) FROM w p WHERE {_HOSTS})"
    " SELECT n.id, s.id, s.title, s.starts_at FROM n CROSS JOIN session s ON s.id = n.next_id"
)

_SHOWN: Final = "s.id, s.title, s.status, s.starts_at, s.ends_at, s.approved, s.seen, s.actual_ms"

_HOSTED: Final = (
    f"SELECT {_SHOWN} FROM session s WHERE s.mentor_id = ?1 AND s.starts_at >= ?2 AND s.starts_at < ?3"
    f" AND s.status NOT IN ('draft', '') UNION ALL SELECT {_SHOWN} FROM person p CROSS JOIN session s"
    " ON s.author_id = p.id AND s.mentor_id IS NULL AND s.starts_at >= ?2 AND s.starts_at < ?3"
    f" WHERE p.id = ?1 AND {_HOSTS} AND s.status NOT IN ('draft', '')"
)

_SPANS: Final = (
    "SELECT s.starts_at, s.ends_at - s.starts_at FROM session s WHERE s.mentor_id = ?1 AND s.starts_at >= ?2"
    f" AND s.starts_at < ?3 AND {_COUNTS} UNION ALL SELECT s.starts_at, s.ends_at - s.starts_at FROM person p"
    " CROSS JOIN session s ON s.author_id = p.id AND s.mentor_id IS NULL AND s.starts_at >= ?2 AND s.starts_at < ?3"
    f" WHERE p.id = ?1 AND {_HOSTS} AND {_COUNTS}"
)
