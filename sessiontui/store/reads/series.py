"""Questions about series and the sessions stamped from them."""

from __future__ import annotations

import json
from collections.abc import Sequence
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
    "   AND s.status != 'cancelled') AS next_at,"
    " coalesce((SELECT t.slug FROM template t WHERE t.id = r.template_id), ''), r.template_version"
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
    template: str
    template_version: int


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


async def parts_of(fetch: Fetch, source: str, external_id: str) -> list[int]:
    """Return the series that another system knows by an id, with those that it is from later dates on."""
    rows = await fetch(
        "SELECT id FROM series WHERE source = ?1"
        " AND (external_id = ?2 OR (external_id > ?2 || '/' AND external_id < ?2 || '0')) ORDER BY id",
        (source, external_id),
    )
    return [cast("int", row[0]) for row in rows]


async def people_of(fetch: Fetch, source: str, outside: Sequence[str]) -> dict[str, int]:
    """Return people by the ids by which a source knows them, as far as they are known."""
    rows = await fetch(
        "SELECT external_id, person_id FROM outside_id"
        " WHERE source = ? AND external_id IN (SELECT value FROM json_each(?))",
        (source, json.dumps(list(outside))),
    )
    return {str(row[0]): cast("int", row[1]) for row in rows}


async def session_at(fetch: Fetch, series_id: int, slot: str) -> int | None:
    """Return the session that stands for one date of a series."""
    rows = await fetch("SELECT id FROM session WHERE series_id = ? AND slot = ?", (series_id, slot))
    return cast("int", rows[0][0]) if rows else None


async def outside_ids(fetch: Fetch) -> frozenset[tuple[str, str]]:
    """Return source and id there of every series that came from elsewhere."""
    rows = await fetch("SELECT source, external_id FROM series WHERE external_id IS NOT NULL", ())
    return frozenset((str(row[0]), str(row[1])) for row in rows)


async def strays(fetch: Fetch, source: str, outside: str) -> list[tuple[int, str, int]]:
    """Return number, outside id and beginning of the sessions that are of an imported series and not yet with it."""
    rows = await fetch(
        "SELECT id, external_id, starts_at FROM session WHERE source = ?1 AND series_id IS NULL"
        " AND (external_id = ?2 OR (external_id > ?2 || '/' AND external_id < ?2 || '0')) ORDER BY id",
        (source, outside),
    )
    return [(cast("int", row[0]), str(row[1]), cast("int", row[2])) for row in rows]


async def changes_keyed(fetch: Fetch, ids: Sequence[int], key: str) -> list[tuple[int, int]]:
    """Return the changes of sessions that bear a key, with their sessions; what was taken back is left out."""
    rows = await fetch(
        "SELECT id, session_id FROM session_change WHERE session_id IN (SELECT value FROM json_each(?))"
        " AND key IS NOT NULL AND substr(key, 1, ?) = ? AND voided_by IS NULL ORDER BY id",
        (json.dumps(list(ids)), len(key) + 1, f"{key}:"),
    )
    return [(cast("int", row[0]), cast("int", row[1])) for row in rows]


def _series(row: Row) -> SeriesRow:
    return SeriesRow(*row)  # type: ignore[arg-type]  # the columns are named above
