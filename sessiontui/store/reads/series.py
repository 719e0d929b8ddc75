"""Questions about series and the sessions stamped from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from sessiontui.store.histories import Fetch
from sessiontui.store.reader import Row

_LINE: Final = (
    "SELECT r.id, r.title, r.kind, r.zone, r.starts, r.length_ms, r.rule, r.added, r.excluded, r.capacity,"
    " coalesce(m.name, ''), r.stamped_until, r.source, coalesce(r.external_id, ''), r.parted_from,"
    " (SELECT count(*) FROM session s WHERE s.series_id = r.id),"
    " (SELECT count(*) FROM session s WHERE s.series_id = r.id AND s.status LIKE 'ended%'),"
    " (SELECT min(s.starts_at) FROM session s WHERE s.series_id = r.id AND s.starts_at >= ?"
    "   AND s.status != 'cancelled') AS next_at"
    " FROM series r LEFT JOIN person m ON m.id = r.mentor_id"
)


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One series as it is kept, with how many sessions it has and when the next one is."""

    id: int
    title: str
    kind: str
    zone: str
    starts: str
    length_ms: int
    rule: str
    added: str
    excluded: str
    capacity: int
    mentor: str
    stamped_until: int | None
    source: str
    external_id: str
    parted_from: int | None
    sessions: int
    ended: int
    next_at: int | None


@dataclass(frozen=True, slots=True)
class StampedRow:
    """One session of a series: the date it stands for, its window and where it stands."""

    id: int
    slot: str
    starts_at: int
    ends_at: int
    control: str
    status: str
    title: str
    description: str
    priority: str
    tags: str
    link: str
    mentor_id: int | None
    capacity: int


async def everyone(fetch: Fetch, *, now: int, limit: int) -> list[SeriesRow]:
    """Return series, those with the nearest next date first, then those that are over."""
    rows = await fetch(f"SELECT * FROM ({_LINE}) ORDER BY next_at IS NULL, next_at, id LIMIT ?", (now, limit))
    return [_series(row) for row in rows]


async def one(fetch: Fetch, series_id: int, *, now: int) -> SeriesRow | None:
    """Return one series."""
    rows = await fetch(f"{_LINE} WHERE r.id = ?", (now, series_id))
    return _series(rows[0]) if rows else None


async def sessions(fetch: Fetch, series_id: int, *, since: int | None = None, limit: int = -1) -> list[StampedRow]:
    """Return the sessions of a series by date, those that start from ``since`` on."""
    rows = await fetch(
        "SELECT id, slot, starts_at, ends_at, control, status, title, description, priority, tags, link, mentor_id,"
        " capacity FROM session"
        " WHERE series_id = ? AND starts_at >= ? ORDER BY slot, id LIMIT ?",
        (series_id, -(1 << 62) if since is None else since, limit),
    )
    return [StampedRow(*row) for row in rows]  # type: ignore[arg-type]  # the columns are named above


async def has_people(fetch: Fetch, session_id: int) -> bool:
    """Return whether anybody ever asked to come to a session, or came."""
    rows = await fetch(
        "SELECT EXISTS (SELECT 1 FROM join_request WHERE session_id = ?1)"
        " OR EXISTS (SELECT 1 FROM presence_signal WHERE session_id = ?1)",
        (session_id,),
    )
    return bool(rows[0][0])


async def slots(fetch: Fetch, series_id: int) -> set[str]:
    """Return the dates of a series that are sessions."""
    rows = await fetch("SELECT slot FROM session WHERE series_id = ?", (series_id,))
    return {str(row[0]) for row in rows}


async def of_session(fetch: Fetch, session_id: int) -> tuple[int, str] | None:
    """Return the series of a session and the date that it stands for, if it has one."""
    rows = await fetch("SELECT series_id, slot FROM session WHERE id = ? AND series_id IS NOT NULL", (session_id,))
    return (cast("int", rows[0][0]), str(rows[0][1])) if rows else None


async def due(fetch: Fetch, until: int, *, limit: int) -> list[int]:
    """Return series that are not stamped up to an instant, the most behind first."""
    rows = await fetch("SELECT id FROM series WHERE stamped_until < ? ORDER BY stamped_until LIMIT ?", (until, limit))
    return [cast("int", row[0]) for row in rows]


async def by_outside_id(fetch: Fetch, source: str, external_id: str) -> int | None:
    """Return the series that another system knows by an id."""
    rows = await fetch("SELECT id FROM series WHERE source = ? AND external_id = ?", (source, external_id))
    return cast("int", rows[0][0]) if rows else None


def _series(row: Row) -> SeriesRow:
    return SeriesRow(*row)  # type: ignore[arg-type]  # the columns are named above
