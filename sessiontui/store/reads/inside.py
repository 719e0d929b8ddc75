"""What is written inside sessions, for those who search it: comments, names of files, titles of links, goals.

Whoever adds a noun with words of its own adds a question to ``_QUESTIONS``; the index and views of the past follow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.instants import to_ms
from sessiontui.store.reader import CHUNK, marks

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch

MOST: Final = 50_000
"""Characters of one session that are searched beside its own text, the newest first of each noun."""

_END_OF_TIME: Final = 2**62

_QUESTIONS: Final = (
    (
        "SELECT c.session_id, coalesce((SELECT v.body FROM comment_version v WHERE v.comment_id = c.id"
        " AND coalesce(c.edited_at, 0) > :at ORDER BY v.at > :at, v.id DESC LIMIT 1), c.body) FROM comment c"
        " WHERE c.session_id IN (:ids) AND c.created_at <= :at AND coalesce(c.deleted_at, :end) > :at"
        " ORDER BY c.id DESC"
    ),
    (
        "SELECT session_id, name FROM attachment WHERE session_id IN (:ids) AND added_at <= :at"
        " AND coalesce(removed_at, :end) > :at GROUP BY session_id, name ORDER BY max(id) DESC"
    ),
    (
        "SELECT session_id, title FROM session_link WHERE session_id IN (:ids) AND added_at <= :at"
        " AND coalesce(removed_at, :end) > :at ORDER BY id DESC"
    ),
    (
        "SELECT session_id, title || ' ' || criteria FROM goal WHERE session_id IN (:ids) AND created_at <= :at"
        " AND coalesce(removed_at, :end) > :at ORDER BY id DESC"
    ),
    (
        "SELECT session_id, title FROM blocker WHERE session_id IN (:ids) AND opened_at <= :at"
        " AND coalesce(removed_at, :end) > :at ORDER BY id DESC"
    ),
)


async def texts(fetch: Fetch, ids: Sequence[int], *, at: datetime | None = None) -> Mapping[int, tuple[str, ...]]:
    """Return what is written inside some sessions, or was at an instant; those in which nothing is are missing."""
    moment = _END_OF_TIME - 1 if at is None else to_ms(at)
    found: defaultdict[int, list[str]] = defaultdict(list)
    room: defaultdict[int, int] = defaultdict(lambda: MOST)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        for question in _QUESTIONS:
            sql = question.replace(":ids", marks(chunk)).replace(":end", str(_END_OF_TIME))
            sql = sql.replace(":at", str(moment))
            for session_id, text in cast("list[tuple[int, str]]", await fetch(sql, chunk)):
                if room[session_id] > 0:
                    found[session_id].append(text[: room[session_id]])
                    room[session_id] -= len(text)
    return {session_id: tuple(said) for session_id, said in found.items()}


async def team(fetch: Fetch, ids: Sequence[int]) -> Mapping[int, tuple[tuple[int, str], ...]]:
    """Return who works on some sessions beside author and host: numbers and names."""
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        rows = await fetch(
            "SELECT c.session_id, p.id, p.name FROM collaborator c JOIN person p ON p.id = c.person_id"
            f" WHERE c.session_id IN ({marks(chunk)})",
            chunk,
        )
        for session_id, person_id, name in cast("list[tuple[int, int, str]]", rows):
            found[session_id].append((person_id, name))
    return {session_id: tuple(people) for session_id, people in found.items()}
