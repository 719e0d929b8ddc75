"""Questions about whether links work: which are to be looked at, and what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.places.looking import Look
from sessiontui.store.histories import Fetch
from sessiontui.store.reader import Row
from sessiontui.store.reads.operations import Run

_SEEN: Final = """
SELECT s.id, s.link, p.id, p.platform, l.link, l.works, l.fact, l.at, l.since, l.failures
FROM session s
LEFT JOIN place p ON p.id = s.place_id AND p.state = 'there' AND p.link IN ('', s.link)
LEFT JOIN link_look l ON l.session_id = s.id
"""

_DUE: Final = """
WHERE s.starts_at BETWEEN ? AND ? AND s.control IN ('scheduled', 'running', 'paused') AND s.archived_at IS NULL
    AND s.kind != 'work' AND (s.link != '' OR p.id IS NOT NULL)
    AND (l.at IS NULL OR l.link != CASE WHEN s.link = '' THEN p.platform || ':' || p.room_id ELSE s.link END
        OR l.at <= CASE WHEN l.works THEN ? ELSE ? END OR l.at > ?)
ORDER BY l.at IS NOT NULL, l.works, l.at, s.starts_at, s.id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A session whose link is to be looked at; ``place_id`` is its room, where a platform made it."""

    session_id: int
    link: str
    place_id: int | None
    platform: str
    before: Look | None


async def candidates(
    fetch: Fetch, *, now_ms: int, since: int, until: int, sound_before: int, broken_before: int, limit: int
) -> list[Candidate]:
    """Return the sessions that start between two instants and whose links were not looked at lately.

    Those never looked at come first, then those that did not work.
    """
    rows = await fetch(_SEEN + _DUE, (since, until, sound_before, broken_before, now_ms, limit))
    return [_candidate(row) for row in rows]


async def one(fetch: Fetch, session_id: int) -> Candidate | None:
    """Return one session with what was last seen of its link."""
    rows = await fetch(f"{_SEEN} WHERE s.id = ?", (session_id,))
    return _candidate(rows[0]) if rows else None


async def keep(run: Run, session_id: int, look: Look) -> None:
    """Write down what was seen of the link of a session."""
    await run(
        "INSERT INTO link_look (session_id, link, works, fact, at, since, failures) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (session_id) DO UPDATE SET link = excluded.link, works = excluded.works, fact = excluded.fact,"
        " at = excluded.at, since = excluded.since, failures = excluded.failures",
        (session_id, look.link, int(look.works), look.fact, to_ms(look.at), to_ms(look.since), look.failures),
    )


def look_of(row: Sequence[object]) -> Look:
    """Return a look from its columns, in the order of its fields."""
    link, works, fact, at, since, failures = row
    return Look(
        link=str(link),
        works=bool(works),
        fact=str(fact),
        at=from_ms(cast("int", at)),
        since=from_ms(cast("int", since)),
        failures=cast("int", failures),
    )


def _candidate(row: Row) -> Candidate:
    return Candidate(
        cast("int", row[0]),
        str(row[1]),
        cast("int | None", row[2]),
        str(row[3] or ""),
        None if row[7] is None else look_of(row[4:]),
    )
