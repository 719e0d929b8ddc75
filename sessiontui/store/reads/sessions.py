"""Questions about sessions: counts, one session whole, and ids of all sorts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from sessiontui.domain.vocabulary import Status
from sessiontui.store.filters import MEAN_RATING
from sessiontui.store.reader import CHUNK, Row, Value, every_id, marks
from sessiontui.store.viewing import EVERYONE, Viewer, own_sessions

if TYPE_CHECKING:
    from sessiontui.domain.history import History
    from sessiontui.store.histories import Fetch

_WRITTEN: Final = (
    "s.id, coalesce(s.external_id, ''), s.source, s.title, s.priority, s.tags, s.author_id, s.mentor_id,"
    " s.version, s.description, s.link, s.created_at, s.fields, coalesce(a.name, ''), coalesce(m.name, ''),"
    " coalesce(m.phone, ''), coalesce(m.zone, ''), s.status, s.rank, s.flags, s.lift, s.tasks,"
    f" {MEAN_RATING}, coalesce((SELECT t.slug FROM template t WHERE t.id = s.template_id), ''),"
    " coalesce((SELECT q.slug FROM project q WHERE q.id = s.project_id), '')"
)

_FROM: Final = "FROM session s LEFT JOIN person a ON a.id = s.author_id LEFT JOIN person m ON m.id = s.mentor_id"

_OWN_DRAFTS: Final = (
    "SELECT count(*), ifnull(sum(pending), 0) FROM session WHERE status = 'draft' AND archived_at IS NULL"
    f" AND id IN ({own_sessions(reads=True)})"
)


class Written(NamedTuple):
    """What is written about a session, as opposed to what follows from its history."""

    id: int
    external_id: str
    source: str
    title: str
    priority: str
    tags: str
    author_id: int | None
    mentor_id: int | None
    version: int
    description: str
    link: str
    created_at: int | None
    fields: str
    author: str
    mentor: str
    mentor_phone: str
    mentor_zone: str
    status: str
    rank: int
    flags: str
    lift: int
    tasks: int
    rating: float | None
    template: str
    project: str


class Counts(NamedTuple):
    """How many sessions have each status, and how many requests wait in them; archived ones are left out."""

    by_status: dict[str, int]
    pending_in: dict[str, int]

    @property
    def total(self) -> int:
        """How many there are in all."""
        return sum(self.by_status.values())

    @property
    def each(self) -> dict[Status, int]:
        """How many have each status there is, in the order of the statuses."""
        return {status: self.by_status.get(status, 0) for status in Status}

    @property
    def pending(self) -> int:
        """How many requests wait in all of them."""
        return sum(self.pending_in.values())


async def matching(fetch: Fetch, condition: str, parameters: Sequence[Value]) -> list[int]:
    """Return the ids of all sessions that a condition holds for, in the order of urgency."""
    return every_id(await fetch(f"SELECT s.id FROM session s WHERE {condition} ORDER BY s.rank, s.id", parameters))


async def number(fetch: Fetch, condition: str, parameters: Sequence[Value]) -> int:
    """Return how many sessions a condition holds for."""
    rows = await fetch(f"SELECT count(*) FROM session s WHERE {condition}", parameters)
    return cast("int", rows[0][0])


async def counts(fetch: Fetch, viewer: Viewer = EVERYONE) -> Counts:
    """Return the maintained counts; of the drafts only one's own are counted for those who see no others."""
    rows = await fetch("SELECT status, n, pending FROM status_count", ())
    both = {str(row[0]): (cast("int", row[1]), cast("int", row[2])) for row in rows}
    if not viewer.sees_drafts and "draft" in both:
        own = await fetch(_OWN_DRAFTS, (viewer.person_id,) * 3)
        both["draft"] = (cast("int", own[0][0]), cast("int", own[0][1]))
    return Counts(
        {status: number for status, (number, _) in both.items()},
        {status: pending for status, (_, pending) in both.items()},
    )


async def overdue(fetch: Fetch, now_ms: int, *, limit: int) -> list[int]:
    """Return the sessions for which time alone has changed something by now, longest due first."""
    return every_id(
        await fetch(
            "SELECT id FROM session WHERE next_transition_at IS NOT NULL AND next_transition_at <= ?"
            " ORDER BY next_transition_at LIMIT ?",
            (now_ms, limit),
        )
    )


async def written(fetch: Fetch, ids: Sequence[int]) -> dict[int, Written]:
    """Return what is written about sessions, by id."""
    found: dict[int, Written] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        for row in await fetch(f"SELECT {_WRITTEN} {_FROM} WHERE s.id IN ({marks(chunk)})", chunk):
            found[cast("int", row[0])] = Written(*row)  # type: ignore[arg-type]
    return found


async def histories(fetch: Fetch, ids: Sequence[int]) -> dict[int, History]:
    """Return the histories of sessions, by id."""
    from sessiontui.store.histories import load  # counts and heads are read without it

    return await load(fetch, ids)


async def by_outside_id(fetch: Fetch, outside: str, source: str | None = None) -> list[int]:
    """Return the sessions that another system, or any, knows by an id."""
    if source is None:
        return every_id(await fetch("SELECT id FROM session WHERE external_id = ? LIMIT 20", (outside,)))
    return every_id(await fetch("SELECT id FROM session WHERE source = ? AND external_id = ?", (source, outside)))


async def exists(fetch: Fetch, session_id: int) -> bool:
    """Return whether there is a session of this id."""
    return bool(await fetch("SELECT 1 FROM session WHERE id = ?", (session_id,)))


async def head(fetch: Fetch) -> int:
    """Return the newest number of the change log."""
    rows = await fetch("SELECT coalesce(max(seq), 0) FROM change_log", ())
    return cast("int", rows[0][0])


async def changed_since(fetch: Fetch, sequence: int, *, limit: int) -> list[tuple[int, int]]:
    """Return the changes after a number of the change log, as number and session."""
    rows = await fetch("SELECT seq, session_id FROM change_log WHERE seq > ? ORDER BY seq LIMIT ?", (sequence, limit))
    return cast("list[tuple[int, int]]", rows)


async def request_rows(fetch: Fetch, session_ids: Sequence[int]) -> list[Row]:
    """Return requests: id, session, person, name, state, message, asked, decided, by whom, reason; oldest first."""
    found: list[Row] = []
    for start in range(0, len(session_ids), CHUNK):
        chunk = session_ids[start : start + CHUNK]
        found += await fetch(
            "SELECT r.id, r.session_id, r.person_id, p.name, r.state, r.message, r.requested_at, r.decided_at,"
            " r.decided_by, r.reason FROM join_request r JOIN person p ON p.id = r.person_id"
            f" WHERE r.session_id IN ({marks(chunk)}) ORDER BY r.session_id, r.requested_at, r.id",
            chunk,
        )
    return found


async def attendee_names(fetch: Fetch, session_ids: Sequence[int]) -> dict[int, tuple[str, str, int | None]]:
    """Return the name, address and person of the attendees that reports named, by attendee id."""
    found: dict[int, tuple[str, str, int | None]] = {}
    for start in range(0, len(session_ids), CHUNK):
        chunk = session_ids[start : start + CHUNK]
        for row in await fetch(
            f"SELECT id, name, email, person_id FROM attendee WHERE session_id IN ({marks(chunk)})", chunk
        ):
            found[cast("int", row[0])] = (str(row[1]), str(row[2]), cast("int | None", row[3]))
    return found


async def audit_rows(
    fetch: Fetch, *, session_id: int | None, limit: int, words: Sequence[str] = (), until: int | None = None
) -> list[Row]:
    """Return audit entries, newest first: id, at, by, action, sentence, reason, undone, subject and its id.

    ``words`` all stand in what was done, by whom, or why. ``until`` is the last instant that counts, in ms.
    """
    test, values = "1", tuple[Value, ...]()
    if session_id:
        test, values = "subject = 'session' AND subject_id = ?", (session_id,)
    if until is not None:
        test += " AND at <= ?"
        values += (until,)
    for word in words:
        test += " AND instr(lower(by_name || ' ' || action || ' ' || sentence || ' ' || reason), lower(?)) > 0"
        values += (word,)
    return await fetch(
        "SELECT id, at, by_name, action, sentence, reason, undone_by IS NOT NULL, subject, subject_id"
        f" FROM audit_entry WHERE {test} ORDER BY id DESC LIMIT ?",
        (*values, limit),
    )


async def standing(
    fetch: Fetch, session_id: int, person_id: int | None
) -> tuple[int | None, int | None, str, bool, str] | None:
    """Return author, mentor and control of a session, whether a person is approved for it, and their role in it."""
    rows = await fetch(
        "SELECT author_id, mentor_id, control, EXISTS (SELECT 1 FROM join_request r WHERE r.session_id = s.id"
        " AND r.person_id = ?2 AND r.state = 'approved'), coalesce((SELECT k.role FROM collaborator k"
        " WHERE k.session_id = s.id AND k.person_id = ?2), '') FROM session s WHERE id = ?1",
        (session_id, person_id),
    )
    if not rows:
        return None
    author_id, mentor_id, control, approved, role = rows[0]
    return cast("int | None", author_id), cast("int | None", mentor_id), str(control), bool(approved), str(role)
