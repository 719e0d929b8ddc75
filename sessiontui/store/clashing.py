"""Double bookings: who is expected in two sessions at once, looked up for the sessions whose bookings changed.

Expected are the host and whoever is approved. An author hosts where there is no mentor; one who administers the
platform authors sessions for others and is not expected in all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from sessiontui.domain.alerts.judging import GOING
from sessiontui.domain.vocabulary import Badge
from sessiontui.store.histories import CHUNK, Fetch, marks

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

LONGEST: Final = timedelta(days=7) / timedelta(milliseconds=1)
"""Windows longer than this, in ms, are not looked for: nothing that people attend lasts a week."""

Booking: TypeAlias = "tuple[int, int]"
"""The other session and the person who is expected in both."""


@dataclass(frozen=True, slots=True)
class Due:
    """A session whose double bookings may have changed, and when, in ms."""

    session_id: int
    at: int


async def due(fetch: Fetch, *, limit: int) -> list[Due]:
    """Return sessions whose double bookings are to be looked up, the first marked first."""
    rows = await fetch("SELECT session_id, at FROM clash_due ORDER BY at, session_id LIMIT ?", (limit,))
    return [Due(cast("int", row[0]), cast("int", row[1])) for row in rows]


async def bookings(fetch: Fetch, session_id: int) -> set[Booking]:
    """Return the double bookings of a session as they are now, none where it is over or not published."""
    rows = await fetch(_BOOKINGS, (session_id, int(LONGEST)))
    return {(cast("int", row[0]), cast("int", row[1])) for row in rows}


async def mark_all(tx: Tx) -> None:
    """Let the double bookings of all sessions that are going to be, or going on, be looked up again."""
    await tx.run(
        f"INSERT OR IGNORE INTO clash_due (session_id, at) SELECT id, ? FROM session WHERE status IN ({_GOING})"
        " AND archived_at IS NULL AND ends_at > ?",
        (tx.now, tx.now),
    )


async def settle(tx: Tx, found: Sequence[tuple[Due, set[Booking]]]) -> int:
    """Keep the double bookings of sessions in both directions, with their badges, and return how many changed."""
    changed: dict[int, None] = {}
    for one, there in found:
        before = {
            (cast("int", row[0]), cast("int", row[1])): cast("int", row[2])
            for row in await tx.fetch(
                "SELECT other_id, person_id, since FROM clash WHERE session_id = ?", (one.session_id,)
            )
        }
        gone, new = before.keys() - there, there - before.keys()
        await tx.run_many(
            "DELETE FROM clash WHERE session_id = ? AND other_id = ? AND person_id = ?",
            [pair for other, who in gone for pair in ((one.session_id, other, who), (other, one.session_id, who))],
        )
        await tx.run_many(
            "INSERT INTO clash (session_id, other_id, person_id, since) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [
                pair
                for other, who in new
                for pair in ((one.session_id, other, who, one.at), (other, one.session_id, who, one.at))
            ],
        )
        changed |= dict.fromkeys((one.session_id, *(other for other, _ in gone | new)) if gone or new else ())
    await tx.run_many(
        "DELETE FROM clash_due WHERE session_id = ? AND at <= ?", [(one.session_id, one.at) for one, _ in found]
    )
    await _mark(tx, list(changed))
    return len(changed)


async def _mark(tx: Tx, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        rows = await tx.fetch(f"SELECT DISTINCT session_id FROM clash WHERE session_id IN ({marks(chunk)})", chunk)
        clashing = {row[0] for row in rows}
        for session_id in chunk:
            await tx.set_flag(session_id, Badge.CLASH, session_id in clashing)
            tx.touch(session_id, words=False)


_GOING: Final = ", ".join(repr(str(status)) for status in sorted(GOING))

_BOOKABLE: Final = (
    f"o.id != x.id AND o.status IN ({_GOING}) AND o.archived_at IS NULL"
    " AND o.starts_at < x.ends_at AND o.ends_at > x.starts_at AND o.starts_at > x.starts_at - ?2"
)

_BOOKINGS: Final = (
    f"WITH x AS (SELECT * FROM session WHERE id = ?1 AND archived_at IS NULL AND status IN ({_GOING})),"
    " who AS (SELECT mentor_id AS id FROM x WHERE mentor_id IS NOT NULL"
    " UNION SELECT p.id FROM x JOIN person p ON p.id = x.author_id WHERE x.mentor_id IS NULL"
    " AND p.role NOT IN ('admin', 'superadmin')"
    " UNION SELECT r.person_id FROM x JOIN join_request r ON r.session_id = x.id AND r.state = 'approved')"
    f" SELECT o.id, w.id FROM x JOIN who w JOIN session o ON o.mentor_id = w.id WHERE {_BOOKABLE}"
    " UNION SELECT o.id, w.id FROM x JOIN who w"
    " JOIN person p ON p.id = w.id AND p.role NOT IN ('admin', 'superadmin')"
    f" JOIN session o ON o.author_id = w.id AND o.mentor_id IS NULL WHERE {_BOOKABLE}"
    # In this order: the planner would rather make an index over all requests there are, for each session anew.
    " UNION SELECT o.id, w.id FROM x CROSS JOIN who w CROSS JOIN join_request r ON r.person_id = w.id"
    f" AND r.state = 'approved' CROSS JOIN session o ON o.id = r.session_id WHERE {_BOOKABLE}"
)
