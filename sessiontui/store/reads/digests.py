"""Questions about the day of authors, mentors and who works with them: who has one before them, what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from sessiontui.store.histories import Fetch, every_id
from sessiontui.store.reads.alerts import AlertRow, standing
from sessiontui.store.reads.operations import Run
from sessiontui.store.viewing import own_sessions

_OF: Final = f"s.id IN ({own_sessions('?1')})"

_READERS: Final = """
SELECT DISTINCT p.id FROM (
    SELECT author_id AS who FROM session WHERE starts_at BETWEEN ?1 AND ?2
    UNION SELECT mentor_id FROM session WHERE starts_at BETWEEN ?1 AND ?2
    UNION SELECT author_id FROM session WHERE pending > 0 AND ends_at > ?3
    UNION SELECT mentor_id FROM session WHERE pending > 0 AND ends_at > ?3
    UNION SELECT author_id FROM session WHERE id IN (SELECT session_id FROM alert WHERE resolved_at IS NULL)
    UNION SELECT mentor_id FROM session WHERE id IN (SELECT session_id FROM alert WHERE resolved_at IS NULL)
    UNION SELECT c.person_id FROM collaborator c JOIN session s ON s.id = c.session_id
        WHERE c.role != 'viewer' AND (s.starts_at BETWEEN ?1 AND ?2 OR (s.pending > 0 AND s.ends_at > ?3)
            OR s.id IN (SELECT session_id FROM alert WHERE resolved_at IS NULL))
) w JOIN person p ON p.id = w.who WHERE p.email != '' ORDER BY p.id
"""


@dataclass(frozen=True, slots=True)
class DayRow:
    """One session of a day; instants are milliseconds."""

    id: int
    title: str
    starts_at: int
    ends_at: int
    approved: int
    pending: int
    mentored: int


async def readers(fetch: Fetch, *, since: int, until: int, now: int) -> list[int]:
    """Return the authors, mentors and collaborators with an address who may have to be told of something, by id."""
    return every_id(await fetch(_READERS, (since, until, now)))


async def told_on(fetch: Fetch, person_id: int) -> str:
    """Return the last day of which somebody was told, empty for none."""
    rows = await fetch("SELECT digest_on FROM person WHERE id = ?", (person_id,))
    return str(rows[0][0]) if rows else ""


async def note_told(run: Run, person_id: int, day: str) -> None:
    """Keep that somebody was told of a day, or had nothing to be told."""
    await run("UPDATE person SET digest_on = ? WHERE id = ?", (day, person_id))


async def sessions(fetch: Fetch, person_id: int, *, since: int, until: int, limit: int) -> list[DayRow]:
    """Return somebody's sessions that go on or begin between two instants, in their order."""
    rows = await fetch(
        "SELECT s.id, s.title, s.starts_at, s.ends_at, s.approved, s.pending, ifnull(s.mentor_id = ?1, 0)"
        f" FROM session s WHERE {_OF} AND s.starts_at < ?3 AND s.ends_at > ?2 AND s.archived_at IS NULL"
        " AND s.control IN ('scheduled', 'running', 'paused') AND s.status NOT LIKE 'ended%'"
        " ORDER BY s.starts_at, s.id LIMIT ?4",
        (person_id, since, until, limit),
    )
    return [DayRow(*row) for row in rows]  # type: ignore[arg-type]


async def waiting(fetch: Fetch, person_id: int, *, now: int, limit: int) -> list[tuple[str, int]]:
    """Return in which sessions of somebody requests wait, and how many, the nearest first."""
    rows = await fetch(
        f"SELECT s.title, s.pending FROM session s WHERE {_OF} AND s.pending > 0 AND s.ends_at > ?2"
        " AND s.archived_at IS NULL AND s.control IN ('scheduled', 'running', 'paused')"
        " ORDER BY s.starts_at, s.id LIMIT ?3",
        (person_id, now, limit),
    )
    return [(str(row[0]), cast("int", row[1])) for row in rows]


async def alerts(fetch: Fetch, person_id: int, *, level: int, limit: int) -> list[AlertRow]:
    """Return the open alerts about sessions of somebody that press at least so much, the worst first."""
    return await standing(
        fetch,
        test=f"a.level <= ? AND a.session_id IN ({own_sessions()})",
        values=(level, person_id, person_id, person_id),
        limit=limit,
    )


async def failed(fetch: Fetch, person_id: int, *, since: int, until: int, limit: int) -> list[tuple[str, str]]:
    """Return the sessions of somebody that came to a bad end between two instants, with their status."""
    rows = await fetch(
        f"SELECT s.title, s.status FROM session s WHERE {_OF} AND s.final_end_at >= ?2 AND s.final_end_at < ?3"
        " AND s.status IN ('ended_no_show', 'ended_early') AND NOT s.provisional"
        " ORDER BY s.final_end_at, s.id LIMIT ?4",
        (person_id, since, until, limit),
    )
    return [(str(row[0]), str(row[1])) for row in rows]
