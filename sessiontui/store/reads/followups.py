"""Questions about what comes after sessions, and the writes that keep the count of open tasks true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from sessiontui.store.histories import CHUNK, Fetch, every_id, marks
from sessiontui.store.reader import Row, Value
from sessiontui.store.reads.operations import Run

_COLUMNS: Final = (
    "f.id, f.session_id, s.title, f.person_id, coalesce(p.name, ''), f.kind, f.state, f.created_at,"
    " f.notification_id, coalesce(n.state, ''), f.rating, f.answer, f.may_tell, f.source, f.answered_at,"
    " f.closed_at, f.closed_by, f.note"
)
_FROM: Final = (
    "FROM follow_up f JOIN session s ON s.id = f.session_id LEFT JOIN person p ON p.id = f.person_id"
    " LEFT JOIN notification n ON n.id = f.notification_id"
)

_STILL_FITS: Final = (
    "(f.kind = 'no_show' AND s.status = 'ended_no_show') OR (f.kind = 'early_end' AND s.status = 'ended_early')"
)


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """One follow-up as it is kept; ``letter`` is the state of the letter that asked. Instants are milliseconds."""

    id: int
    session_id: int
    session: str
    person_id: int | None
    person: str
    kind: str
    state: str
    created_at: int
    notification_id: int | None
    letter: str
    rating: int | None
    answer: str
    may_tell: int | None
    source: str
    answered_at: int | None
    closed_at: int | None
    closed_by: str
    note: str


@dataclass(frozen=True, slots=True)
class Rating:
    """One answer with a rating, by the session it is about; ``answered_at`` is milliseconds."""

    session_id: int
    person_id: int | None
    rating: int
    may_tell: bool | None
    answered_at: int


@dataclass(frozen=True, slots=True)
class Story:
    """A session that is worth telling. Instants are milliseconds."""

    session_id: int
    text: str
    told_at: int
    told_by: str


async def ratings(
    fetch: Fetch, *, session_ids: Sequence[int] | None = None, since: int | None = None, until: int | None = None
) -> list[Rating]:
    """Return the ratings of sessions, oldest session first; ``since`` and ``until`` bound their starts, in ms."""
    tests, values = ["f.rating IS NOT NULL"], list[Value]()
    if since is not None:
        tests.append("s.starts_at >= ?")
        values.append(since)
    if until is not None:
        tests.append("s.starts_at < ?")
        values.append(until)
    sql = (
        "SELECT f.session_id, f.person_id, f.rating, f.may_tell, coalesce(f.answered_at, f.created_at)"
        " FROM follow_up f JOIN session s ON s.id = f.session_id WHERE {where} ORDER BY s.starts_at, f.id"
    )
    if session_ids is None:
        return [_rating(row) for row in await fetch(sql.format(where=" AND ".join(tests)), values)]
    found: list[Rating] = []
    for start in range(0, len(session_ids), CHUNK):
        chunk = session_ids[start : start + CHUNK]
        where = " AND ".join([*tests, f"f.session_id IN ({marks(chunk)})"])
        found += [_rating(row) for row in await fetch(sql.format(where=where), (*values, *chunk))]
    return found


async def of_session(fetch: Fetch, session_id: int) -> list[FollowUpRow]:
    """Return the follow-ups of a session, open ones first."""
    rows = await fetch(
        f"SELECT {_COLUMNS} {_FROM} WHERE f.session_id = ? ORDER BY f.state != 'open', f.id", (session_id,)
    )
    return [_row(row) for row in rows]


async def one(fetch: Fetch, follow_up_id: int) -> FollowUpRow | None:
    """Return one follow-up."""
    rows = await fetch(f"SELECT {_COLUMNS} {_FROM} WHERE f.id = ?", (follow_up_id,))
    return _row(rows[0]) if rows else None


async def of_occurrence(fetch: Fetch, occurrence: str) -> FollowUpRow | None:
    """Return the follow-up of a kind for a person in a session, by what tells it from every other."""
    rows = await fetch(f"SELECT {_COLUMNS} {_FROM} WHERE f.occurrence = ?", (occurrence,))
    return _row(rows[0]) if rows else None


async def open_tasks(fetch: Fetch, session_id: int) -> list[int]:
    """Return the open follow-ups of a session that someone has to look into."""
    return every_id(
        await fetch(
            "SELECT id FROM follow_up WHERE session_id = ? AND state = 'open' AND kind != 'survey' ORDER BY id",
            (session_id,),
        )
    )


async def story(fetch: Fetch, session_id: int) -> Story | None:
    """Return the story of a session."""
    rows = await fetch(
        "SELECT session_id, text, told_at, told_by FROM success_story WHERE session_id = ?", (session_id,)
    )
    return Story(*rows[0]) if rows else None  # type: ignore[arg-type]


async def ended(fetch: Fetch, *, since: int, until: int, limit: int) -> list[int]:
    """Return the sessions that ended for good within a time and were not followed up yet, earliest end first."""
    return every_id(
        await fetch(
            "SELECT id FROM session WHERE final_end_at IS NOT NULL AND followed_at IS NULL"
            " AND final_end_at >= ? AND final_end_at <= ? AND provisional = 0 AND archived_at IS NULL"
            " AND status IN ('ended_complete', 'ended_early', 'ended_no_show') ORDER BY final_end_at LIMIT ?",
            (since, until, limit),
        )
    )


async def overtaken(fetch: Fetch, *, since: int, limit: int) -> list[int]:
    """Return open questions and tasks made since an instant whose session has ended in another way by now."""
    return every_id(
        await fetch(
            f"SELECT f.id FROM follow_up f JOIN session s ON s.id = f.session_id WHERE f.state = 'open'"
            f" AND f.created_at >= ? AND f.kind IN ('no_show', 'early_end') AND NOT ({_STILL_FITS}) LIMIT ?",
            (since, limit),
        )
    )


async def waiting_surveys(fetch: Fetch, *, limit: int) -> list[tuple[int, int]]:
    """Return surveys that wait for an answer, as session and person, the oldest first."""
    rows = await fetch(
        "SELECT session_id, person_id FROM follow_up WHERE state = 'open' AND kind = 'survey'"
        " AND person_id IS NOT NULL ORDER BY id LIMIT ?",
        (limit,),
    )
    return [(cast("int", row[0]), cast("int", row[1])) for row in rows]


async def unanswered(fetch: Fetch, *, before: int, limit: int) -> list[int]:
    """Return the questions that were asked before an instant and that nobody has answered."""
    return every_id(
        await fetch(
            "SELECT id FROM follow_up WHERE state = 'open' AND created_at < ? AND kind IN ('survey', 'no_show')"
            " ORDER BY created_at LIMIT ?",
            (before, limit),
        )
    )


async def recount(run: Run, session_id: int) -> None:
    """Count the open tasks of a session anew."""
    await run(
        "UPDATE session SET tasks = (SELECT count(*) FROM follow_up f WHERE f.session_id = session.id"
        " AND f.state = 'open' AND f.kind != 'survey') WHERE id = ?",
        (session_id,),
    )


async def note_followed(run: Run, session_id: int, at: int | None) -> None:
    """Keep when a session was followed up, or that it is to be again."""
    await run("UPDATE session SET followed_at = ? WHERE id = ?", (at, session_id))


async def write_story(run: Run, story: Story) -> None:
    """Put a story in the place of the one that is kept."""
    await run(
        "INSERT INTO success_story (session_id, text, told_at, told_by) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (session_id) DO UPDATE SET text = excluded.text, told_at = excluded.told_at,"
        " told_by = excluded.told_by",
        (story.session_id, story.text, story.told_at, story.told_by),
    )


async def drop_story(run: Run, session_id: int) -> None:
    """Forget the story of a session."""
    await run("DELETE FROM success_story WHERE session_id = ?", (session_id,))


def _rating(row: Row) -> Rating:
    session_id, person_id, rating, may_tell, answered_at = row
    return Rating(
        session_id=cast("int", session_id),
        person_id=cast("int | None", person_id),
        rating=cast("int", rating),
        may_tell=None if may_tell is None else bool(may_tell),
        answered_at=cast("int", answered_at),
    )


def _row(row: Row) -> FollowUpRow:
    return FollowUpRow(*row)  # type: ignore[arg-type]
