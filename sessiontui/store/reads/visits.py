"""Questions about visits: who is at work, who was last there, and what is known of each person and project."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sessiontui.domain.chain import Json
from sessiontui.domain.instants import from_ms, maybe_instant
from sessiontui.store.histories import Fetch
from sessiontui.store.reader import Row
from sessiontui.store.reads.operations import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """One visit as it is kept, with the name of who was at work; ``ended_at`` is ``None`` while it is open."""

    id: int
    person_id: int
    person: str
    project_id: int
    started_at: datetime
    ended_at: datetime | None
    last_activity: datetime
    activities: int
    ended_by: str
    at_start: Mapping[str, Json]
    at_end: Mapping[str, Json]
    details: Mapping[str, Json]
    source: str
    external_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyticsRow:
    """What is kept of one person and one project."""

    person_id: int
    project_id: int
    last_activity: datetime | None
    previous_activity: datetime | None
    decided_since: int
    exploring: int
    parked: int
    pending_questions: int
    steps: Sequence[Json]
    blockers: Sequence[Json]
    updated_at: datetime


_VISITS: Final = (
    "SELECT v.id, v.user_id, p.name, v.project_id, v.session_start, v.session_end, v.last_activity, v.activities,"
    " v.ended_by, v.snapshot_at_start, v.snapshot_at_end, v.metadata, v.source, v.external_id"
    " FROM user_sessions v JOIN person p ON p.id = v.user_id"
)


async def one(fetch: Fetch, visit_id: int) -> VisitRow | None:
    """Return one visit."""
    rows = await fetch(f"{_VISITS} WHERE v.id = ?", (visit_id,))
    return _visit(rows[0]) if rows else None


async def open_one(fetch: Fetch, person_id: int, project_id: int) -> VisitRow | None:
    """Return the open visit of a person to a project."""
    rows = await fetch(f"{_VISITS} WHERE v.user_id = ? AND v.project_id = ? AND v.is_active", (person_id, project_id))
    return _visit(rows[0]) if rows else None


async def last_closed(fetch: Fetch, person_id: int, project_id: int) -> VisitRow | None:
    """Return the visit of a person to a project that ended last."""
    rows = await fetch(
        f"{_VISITS} WHERE v.user_id = ? AND v.project_id = ? AND NOT v.is_active"
        " ORDER BY v.session_end DESC, v.id DESC LIMIT 1",
        (person_id, project_id),
    )
    return _visit(rows[0]) if rows else None


async def newest_of_each(fetch: Fetch, project_id: int, *, active: bool) -> list[VisitRow]:
    """Return of each person their open visit to a project, or the one that ended last."""
    test = "v.is_active" if active else "NOT v.is_active"
    rows = await fetch(
        f"{_VISITS} WHERE v.id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY user_id"
        f" ORDER BY session_end DESC, id DESC) place FROM user_sessions v WHERE v.project_id = ? AND {test})"
        " WHERE place = 1)",
        (project_id,),
    )
    return [_visit(row) for row in rows]


async def open_in(fetch: Fetch, project_ids: Sequence[int]) -> list[VisitRow]:
    """Return the open visits of projects, those that began first first."""
    rows = await fetch(
        f"{_VISITS} WHERE v.is_active AND v.project_id IN (SELECT value FROM json_each(?))"
        " ORDER BY v.session_start, v.id",
        (json.dumps(list(project_ids)),),
    )
    return [_visit(row) for row in rows]


async def of_project(fetch: Fetch, project_id: int, *, limit: int = -1) -> list[VisitRow]:
    """Return the visits to a project, the newest first."""
    rows = await fetch(
        f"{_VISITS} WHERE v.project_id = ? ORDER BY v.session_start DESC, v.id DESC LIMIT ?", (project_id, limit)
    )
    return [_visit(row) for row in rows]


async def of_person(fetch: Fetch, person_id: int, *, limit: int) -> list[tuple[VisitRow, str]]:
    """Return the visits of a person, the newest first, each with the name of the project."""
    rows = await fetch(
        f"{_VISITS} WHERE v.user_id = ? ORDER BY v.session_start DESC, v.id DESC LIMIT ?", (person_id, limit)
    )
    names = {cast("int", row[0]): str(row[1]) for row in await fetch("SELECT id, name FROM project", ())}
    return [(visit, names.get(visit.project_id, "")) for visit in map(_visit, rows)]


async def idle(fetch: Fetch, *, before: int, limit: int) -> list[VisitRow]:
    """Return open visits whose last activity is not after an instant, in milliseconds, the oldest first."""
    rows = await fetch(
        f"{_VISITS} WHERE v.is_active AND v.last_activity <= ? ORDER BY v.last_activity LIMIT ?", (before, limit)
    )
    return [_visit(row) for row in rows]


async def is_idle_due(fetch: Fetch, *, before: int) -> bool:
    """Tell whether any visit has been idle since an instant, in milliseconds."""
    return bool(await fetch("SELECT 1 FROM user_sessions WHERE is_active AND last_activity <= ? LIMIT 1", (before,)))


async def by_outside_id(fetch: Fetch, source: str, outside: str) -> VisitRow | None:
    """Return the visit that a platform knows by an id."""
    rows = await fetch(f"{_VISITS} WHERE v.source = ? AND v.external_id = ?", (source, outside))
    return _visit(rows[0]) if rows else None


async def both_open(fetch: Fetch, one: int, other: int) -> list[int]:
    """Return the projects to which two people have open visits at once."""
    rows = await fetch(
        "SELECT a.project_id FROM user_sessions a JOIN user_sessions b ON b.project_id = a.project_id"
        " WHERE a.user_id = ? AND b.user_id = ? AND a.is_active AND b.is_active",
        (one, other),
    )
    return [cast("int", row[0]) for row in rows]


async def projects_of(fetch: Fetch, person_id: int) -> list[int]:
    """Return the projects that a person was ever at work on."""
    rows = await fetch("SELECT DISTINCT project_id FROM user_sessions WHERE user_id = ?", (person_id,))
    return [cast("int", row[0]) for row in rows]


async def analytics(fetch: Fetch, person_id: int, project_id: int) -> AnalyticsRow | None:
    """Return what is kept of a person and a project."""
    rows = await fetch(f"{_ANALYTICS} WHERE user_id = ? AND project_id = ?", (person_id, project_id))
    return _analytics(rows[0]) if rows else None


async def analytics_of(fetch: Fetch, project_id: int) -> list[AnalyticsRow]:
    """Return what is kept of everybody who was ever at work on a project."""
    return [_analytics(row) for row in await fetch(f"{_ANALYTICS} WHERE project_id = ?", (project_id,))]


async def closed_between(
    fetch: Fetch, since: int | None, until: int | None, *, project_id: int | None = None, own: int | None = None
) -> list[tuple[int, int, int, int, int]]:
    """Return closed visits that began in a stretch: person, project, start, end, items decided meanwhile by them."""
    rows = await fetch(
        "SELECT v.user_id, v.project_id, v.session_start, v.session_end, (SELECT count(DISTINCT c.item_id)"
        " FROM item_change c JOIN item i ON i.id = c.item_id WHERE i.project_id = v.project_id"
        " AND c.state = 'decided' AND c.by_id = v.user_id AND c.voided_by IS NULL AND c.at >= v.session_start"
        " AND c.at <= v.session_end) FROM user_sessions v WHERE NOT v.is_active"
        " AND (?1 IS NULL OR v.session_start >= ?1) AND (?2 IS NULL OR v.session_start < ?2)"
        " AND (?3 IS NULL OR v.project_id = ?3) AND (?4 IS NULL OR v.user_id = ?4)",
        (since, until, project_id, own),
    )
    return cast("list[tuple[int, int, int, int, int]]", rows)


async def tallied(fetch: Fetch, since: int | None, until: int | None) -> tuple[int, int]:
    """Return how many activities were kept and how many were not, in the hours of a stretch."""
    rows = await fetch(
        "SELECT coalesce(sum(done), 0), coalesce(sum(refused + dropped), 0) FROM activity_tally"
        " WHERE (?1 IS NULL OR hour >= ?1 / 3600000) AND (?2 IS NULL OR hour < (?2 + 3599999) / 3600000)",
        (since, until),
    )
    return cast("tuple[int, int]", rows[0])


async def tally(run: Run, hour: int, *, done: int, refused: int, dropped: int) -> None:
    """Count activities of an hour since 1970."""
    await run(
        "INSERT INTO activity_tally (hour, done, refused, dropped) VALUES (?, ?, ?, ?) ON CONFLICT (hour) DO UPDATE"
        " SET done = done + excluded.done, refused = refused + excluded.refused,"
        " dropped = dropped + excluded.dropped",
        (hour, done, refused, dropped),
    )


_ANALYTICS: Final = (
    "SELECT user_id, project_id, last_activity, previous_activity, items_decided_since, items_exploring,"
    " items_parked, pending_questions, suggested_next_steps, active_blockers, updated_at FROM session_analytics"
)


def _visit(row: Row) -> VisitRow:
    return VisitRow(
        id=cast("int", row[0]),
        person_id=cast("int", row[1]),
        person=str(row[2]),
        project_id=cast("int", row[3]),
        started_at=from_ms(cast("int", row[4])),
        ended_at=maybe_instant(cast("int | None", row[5])),
        last_activity=from_ms(cast("int", row[6])),
        activities=cast("int", row[7]),
        ended_by=str(row[8]),
        at_start=json.loads(str(row[9])),
        at_end=json.loads(str(row[10])),
        details=json.loads(str(row[11])),
        source=str(row[12]),
        external_id=None if row[13] is None else str(row[13]),
    )


def _analytics(row: Row) -> AnalyticsRow:
    return AnalyticsRow(
        person_id=cast("int", row[0]),
        project_id=cast("int", row[1]),
        last_activity=maybe_instant(cast("int | None", row[2])),
        previous_activity=maybe_instant(cast("int | None", row[3])),
        decided_since=cast("int", row[4]),
        exploring=cast("int", row[5]),
        parked=cast("int", row[6]),
        pending_questions=cast("int", row[7]),
        steps=json.loads(str(row[8])),
        blockers=json.loads(str(row[9])),
        updated_at=from_ms(cast("int", row[10])),
    )
