"""What the desk shows of a session, read from its row alone, and whether the row can be relied on at an instant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from sessiontui.store.reader import CHUNK, marks
from sessiontui.store.sights import ENDING

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch

_LINE: Final = (
    "SELECT s.id, ifnull(s.external_id, ''), s.source, s.title, s.kind, s.priority, s.control, s.status,"
    " s.provisional, s.badges, s.tags, ifnull(m.name, ''), ifnull(a.name, ''), s.mentor_id, s.author_id, s.starts_at,"
    " s.ends_at, s.archived_at, s.final_end_at, s.pending, s.approved, s.rejected, s.active, s.departed, s.capacity,"
    " s.rank, s.version, s.actual_ms, s.together_ms, s.rule, s.pace, s.derived_at, s.begun_at, s.ended_at,"
    " ifnull(e.by_name, ''), ifnull(e.reason, ''), s.paused_at, s.present_since, s.last_left_at,"
    " ifnull(s.derived_at <= ? AND ifnull(s.heads_at <= ?, 1) AND ifnull(s.next_transition_at > ?, 1), 0)"
    " FROM session s LEFT JOIN person a ON a.id = s.author_id LEFT JOIN person m ON m.id = s.mentor_id"
    f" {ENDING} WHERE s.id IN "
)


class LineRow(NamedTuple):
    """One stored row, in milliseconds and stored words.

    ``is_current`` tells whether nothing but minutes has moved between ``derived_at`` and the instant asked about.
    """

    id: int
    external_id: str
    source: str
    title: str
    kind: str
    priority: str
    control: str
    status: str
    provisional: int
    badges: str
    tags: str
    mentor: str
    author: str
    mentor_id: int | None
    author_id: int | None
    starts_at: int
    ends_at: int
    archived_at: int | None
    final_end_at: int | None
    pending: int
    approved: int
    rejected: int
    active: int
    departed: int
    capacity: int
    rank: int
    version: int
    actual_ms: int
    together_ms: int | None
    rule: int
    pace: int
    derived_at: int
    begun_at: int | None
    ended_at: int | None
    ended_by: str
    ended_reason: str
    paused_at: int | None
    present_since: int | None
    last_left_at: int | None
    is_current: int


async def line_rows(fetch: Fetch, ids: Sequence[int], now: int) -> dict[int, LineRow]:
    """Return the rows of sessions by id, each with whether it can be relied on at ``now``, in milliseconds."""
    found: dict[int, LineRow] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        for row in await fetch(f"{_LINE}({marks(chunk)})", (now, now, now, *chunk)):
            line = LineRow._make(row)
            found[line.id] = line
    return found
