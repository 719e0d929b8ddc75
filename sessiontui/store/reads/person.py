"""Questions about one person: what they host, ask for and take part in, and everything that is kept of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from sessiontui.store.histories import Fetch
from sessiontui.store.reader import Row, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """One session of a person and their part in it; instants are milliseconds, ``state`` that of their request."""

    session_id: int
    title: str
    status: str
    starts_at: int
    ends_at: int
    mentors: bool
    authored: bool
    state: str
    message: str
    requested_at: int | None
    decided_at: int | None
    decided_by: str
    reason: str
    seen: bool
    mark: str


_PARTS: Final = (
    "SELECT s.id, s.title, s.status, s.starts_at, s.ends_at, s.mentor_id IS ?1, s.author_id IS ?1,"
    " coalesce(r.state, ''), coalesce(r.message, ''), r.requested_at, r.decided_at, coalesce(r.decided_by, ''),"
    " coalesce(r.reason, ''), EXISTS (SELECT 1 FROM presence v WHERE v.session_id = s.id AND v.person_id = ?1),"
    " coalesce((SELECT m.verdict FROM attendance_mark m WHERE m.session_id = s.id AND m.person_id = ?1"
    " AND m.voided_by IS NULL ORDER BY m.id DESC LIMIT 1), '')"
)


async def parts(fetch: Fetch, person_id: int, *, limit: int) -> list[PartRow]:
    """Return the sessions that a person mentors, authored, asked for or was in, the latest first."""
    rows = await fetch(
        "WITH own AS (SELECT id FROM (SELECT id, starts_at FROM session WHERE mentor_id = ?1"
        " ORDER BY starts_at DESC LIMIT ?2)"
        " UNION SELECT id FROM (SELECT id FROM session WHERE author_id = ?1 ORDER BY id DESC LIMIT ?2)"
        " UNION SELECT session_id FROM (SELECT session_id FROM join_request WHERE person_id = ?1"
        " ORDER BY session_id DESC LIMIT ?2)"
        " UNION SELECT session_id FROM (SELECT DISTINCT session_id FROM presence WHERE person_id = ?1"
        " ORDER BY session_id DESC LIMIT ?2))"
        f" {_PARTS} FROM own o CROSS JOIN session s ON s.id = o.id"
        " LEFT JOIN join_request r ON r.session_id = s.id AND r.person_id = ?1"
        " ORDER BY s.starts_at DESC, s.id DESC LIMIT ?2",
        (person_id, limit),
    )
    return [_part(row) for row in rows]


async def letters(
    fetch: Fetch, person_id: int, *, limit: int
) -> list[tuple[int, str, str, str, int, int | None, str]]:
    """Return the letters to a person, newest first: id, kind, state, subject, when written and sent, the error."""
    rows = await fetch(
        "SELECT id, kind, state, subject, created_at, sent_at, last_error FROM notification WHERE person_id = ?"
        " ORDER BY id DESC LIMIT ?",
        (person_id, limit),
    )
    return cast("list[tuple[int, str, str, str, int, int | None, str]]", rows)


async def seen(fetch: Fetch, person_id: int) -> tuple[int | None, int | None]:
    """Return when a person was seen first and last, in milliseconds."""
    rows = await fetch("SELECT min(joined_at), max(joined_at) FROM presence WHERE person_id = ?", (person_id,))
    return cast("tuple[int | None, int | None]", rows[0])


async def everything(fetch: Fetch, sql: str, person_id: int) -> list[tuple[Value, ...]]:
    """Return the rows that one of ``KEPT`` finds of a person."""
    return await fetch(sql, (person_id,))


KEPT: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "outside_ids": (("source", "id"), "SELECT source, external_id FROM outside_id WHERE person_id = ? ORDER BY id"),
    "sessions_mentored": (
        ("id", "title", "status", "starts_at", "ends_at"),
        "SELECT id, title, status, starts_at, ends_at FROM session WHERE mentor_id = ? ORDER BY starts_at, id",
    ),
    "sessions_authored": (
        ("id", "title", "status", "starts_at", "ends_at"),
        "SELECT id, title, status, starts_at, ends_at FROM session WHERE author_id = ? ORDER BY starts_at, id",
    ),
    "requests": (
        ("session", "title", "state", "message", "requested_at", "decided_at", "decided_by", "reason"),
        (
            "SELECT s.id, s.title, r.state, r.message, r.requested_at, r.decided_at, r.decided_by, r.reason"
            " FROM join_request r JOIN session s ON s.id = r.session_id WHERE r.person_id = ? ORDER BY r.id"
        ),
    ),
    "presence": (
        ("session", "title", "joined_at", "left_at", "source"),
        (
            "SELECT s.id, s.title, v.joined_at, v.left_at, v.source FROM presence v"
            " JOIN session s ON s.id = v.session_id"
            " WHERE v.person_id = ? ORDER BY v.joined_at, v.id"
        ),
    ),
    "logins": (
        ("client", "device", "opened_at", "seen_at", "ended_at", "ended_why"),
        (
            "SELECT coalesce(c.name, ''), l.device, l.opened_at, l.seen_at, l.ended_at, l.ended_why FROM login l"
            " LEFT JOIN client c ON c.id = l.client_id WHERE l.person_id = ? ORDER BY l.id"
        ),
    ),
    "attendance_set_by_hand": (
        ("session", "verdict", "reason", "by", "at"),
        (
            "SELECT session_id, verdict, reason, by_name, at FROM attendance_mark WHERE person_id = ?"
            " AND voided_by IS NULL ORDER BY id"
        ),
    ),
    "answers": (
        ("session", "kind", "rating", "answer", "may_tell", "answered_at"),
        (
            "SELECT session_id, kind, rating, answer, may_tell, answered_at FROM follow_up"
            " WHERE person_id = ? ORDER BY id"
        ),
    ),
    "letters": (
        ("id", "kind", "address", "subject", "body", "state", "created_at", "sent_at"),
        (
            "SELECT id, kind, address, subject, body, state, created_at, sent_at FROM notification"
            " WHERE person_id = ? ORDER BY id"
        ),
    ),
    "notes": (
        ("text", "at", "by"),
        "SELECT text, at, by_name FROM person_note WHERE person_id = ? AND removed_at IS NULL ORDER BY id",
    ),
    "visits": (
        ("project", "name", "started_at", "ended_at", "last_activity_at", "ended_by"),
        (
            "SELECT v.project_id, p.name, v.session_start, v.session_end, v.last_activity, v.ended_by"
            " FROM user_sessions v JOIN project p ON p.id = v.project_id WHERE v.user_id = ? ORDER BY v.session_start"
        ),
    ),
    "reported": (
        ("project", "kind", "text", "at"),
        "SELECT project_id, kind, text, at FROM activity WHERE person_id = ? ORDER BY id",
    ),
    "questions_asked": (
        ("project", "text", "asked_at", "answer", "answered_at"),
        "SELECT project_id, text, asked_at, answer, answered_at FROM question WHERE asked_by_id = ? ORDER BY id",
    ),
    "questions_answered": (
        ("project", "text", "answer", "answered_at"),
        "SELECT project_id, text, answer, answered_at FROM question WHERE answered_by_id = ? ORDER BY id",
    ),
    "kept_of_projects": (
        ("project", "last_activity_at", "previous_activity_at", "items_decided_since"),
        (
            "SELECT project_id, last_activity, previous_activity, items_decided_since FROM session_analytics"
            " WHERE user_id = ? ORDER BY project_id"
        ),
    ),
    "projects_made": (
        ("id", "name", "created_at"),
        "SELECT id, name, created_at FROM project WHERE author_id = ? ORDER BY id",
    ),
    "done_by_them": (
        ("at", "action", "sentence", "reason"),
        "SELECT at, action, sentence, reason FROM audit_entry WHERE by_id = ? ORDER BY id",
    ),
    "done_about_them": (
        ("at", "by", "action", "sentence", "reason"),
        (
            "SELECT at, by_name, action, sentence, reason FROM audit_entry"
            " WHERE subject = 'person' AND subject_id = ? ORDER BY id"
        ),
    ),
}
"""Everything that is kept of a person: the names of the fields, and the question; instants are milliseconds."""


def _part(row: Row) -> PartRow:
    return PartRow(
        session_id=cast("int", row[0]),
        title=str(row[1]),
        status=str(row[2]),
        starts_at=cast("int", row[3]),
        ends_at=cast("int", row[4]),
        mentors=bool(row[5]),
        authored=bool(row[6]),
        state=str(row[7]),
        message=str(row[8]),
        requested_at=cast("int | None", row[9]),
        decided_at=cast("int | None", row[10]),
        decided_by=str(row[11]),
        reason=str(row[12]),
        seen=bool(row[13]),
        mark=str(row[14]),
    )
