"""Questions about who is to be reminded of a session that is near, and the writes that keep one reminder of many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sessiontui.store.histories import Fetch
from sessiontui.store.reads.operations import Run

_CANDIDATES: Final = """
SELECT s.id, s.starts_at, p.id, p.name, p.email, p.zone, p.language,
    max(coalesce(s.created_at, 0), coalesce(r.decided_at, 0), coalesce((
        SELECT max(c.at) FROM session_change c WHERE c.session_id = s.id AND c.voided_by IS NULL
        AND (c.starts_at IS NOT NULL OR c.move IN ('publish', 'reopen'))), 0)),
    n.id
FROM session s
JOIN join_request r ON r.session_id = s.id AND r.state = 'approved'
JOIN person p ON p.id = r.person_id AND p.email != ''
LEFT JOIN notification n ON n.occurrence = 'reminder:' || s.id || ':' || p.id || ':' || ? || ':' || s.starts_at
WHERE {} s.starts_at BETWEEN ? AND ? AND s.control IN ('scheduled', 'running', 'paused')
    AND s.archived_at IS NULL AND s.status NOT LIKE 'ended%' AND (n.id IS NULL OR n.state = 'cancelled')
    AND NOT EXISTS (
        SELECT 1 FROM presence e WHERE e.session_id = s.id AND e.person_id = p.id AND e.left_at IS NULL)
ORDER BY s.starts_at, s.id, p.id
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone approved for a session that is near, who has no reminder of it with one lead time.

    ``known_since`` is when they last learnt of this start. ``held_back`` is a reminder that was written and did not
    leave, because it was not true for a while. Instants are milliseconds.
    """

    session_id: int
    starts_at: int
    person_id: int
    name: str
    email: str
    zone: str
    language: str
    known_since: int
    held_back: int | None


async def candidates(
    fetch: Fetch, lead_minutes: int, *, since: int, until: int, session_id: int | None = None
) -> list[Candidate]:
    """Return who may have to be reminded of sessions that start between two instants, or of one, by start."""
    narrowed = "" if session_id is None else "s.id = ? AND"
    own = () if session_id is None else (session_id,)
    rows = await fetch(_CANDIDATES.format(narrowed), (lead_minutes, *own, since, until))
    return [Candidate(*row) for row in rows]  # type: ignore[arg-type]


async def revive(run: Run, letter_id: int, now_ms: int) -> bool:
    """Let a reminder that was held back leave after all, and return whether it was held back."""
    changed = await run(
        "UPDATE notification SET state = 'pending', not_before = ?, last_error = ''"
        " WHERE id = ? AND state = 'cancelled'",
        (now_ms, letter_id),
    )
    return bool(changed)


async def supersede(run: Run, session_id: int, person_id: int, *, newest_id: int, why: str) -> int:
    """Hold back reminders of the worker that wait while a newer one is written, and return how many."""
    return await run(
        "UPDATE notification SET state = 'cancelled', last_error = ? WHERE session_id = ? AND person_id = ?"
        " AND kind = 'reminder' AND state = 'pending' AND cause_id IS NULL AND id != ?",
        (why, session_id, person_id, newest_id),
    )
