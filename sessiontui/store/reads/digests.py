"""Questions about the day of authors, mentors and who works with them: who has one before them, what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from sessiontui.store.histories import Fetch
from sessiontui.store.reads.alerts import AlertRow, standing
from sessiontui.store.reads.operations import Run
from sessiontui.store.viewing import own_sessions

_OF: Final = f"s.id IN ({own_sessions('?1')})"

_READERS: Final = """
WITH told (id, author_id, mentor_id) AS MATERIALIZED (
    SELECT id, author_id, mentor_id FROM session INDEXED BY session_start WHERE starts_at BETWEEN ?1 AND ?2
    UNION SELECT id, author_id, mentor_id FROM session INDEXED BY session_start
        WHERE starts_at > ?3 - 129600000 AND ends_at > ?3 AND pending > 0
    UNION SELECT id, author_id, mentor_id FROM session INDEXED BY session_long
        WHERE ends_at - starts_at > 129600000 AND ends_at > ?3 AND pending > 0
    UNION SELECT id, author_id, mentor_id FROM session INDEXED BY session_alerted WHERE alerted > 0)
SELECT p.id, p.digest_on FROM person p WHERE p.email != '' AND p.id IN (
    SELECT author_id FROM told
    UNION SELECT mentor_id FROM told
    UNION SELECT c.person_id FROM told JOIN collaborator c ON c.session_id = told.id WHERE c.role != 'viewer')
ORDER BY p.id
"""
"""Those of sessions that begin around now, that are not over and have requests waiting, or that an alert is about.

What is not over began within the last day and a half, or is one of the few that take longer. The indexes are named:
they hold all that is asked, and each of the others leads to reading every session that is still to come.
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


async def readers(fetch: Fetch, *, since: int, until: int, now: int) -> dict[int, str]:
    """Return the authors, mentors and collaborators with an address who may have to be told of something.

    They are in the order of their ids, each with the last day of which they were told, empty for none.
    """
    return dict(cast("list[tuple[int, str]]", await fetch(_READERS, (since, until, now))))


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
