"""Webhooks as they are kept, which sessions they are about, and whom they may mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from sessiontui.store.histories import every_id

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reader import Row
    from sessiontui.store.tx import Tx

_EVENT: Final = "id, source, meeting, participant, body, received_at"


class HookRow(NamedTuple):
    """One webhook as it is kept."""

    id: int
    source: str
    meeting: str
    participant: str
    body: str
    received_at: int


async def keep(tx: Tx, *, source: str, key: str, meeting: str, participant: str, body: str, state: str) -> bool:
    """Keep one webhook, and return whether it is new."""
    return bool(
        await tx.run(
            'INSERT INTO hook_event (source, "key", meeting, participant, body, received_at, state, told)'
            " VALUES (?, ?, ?, ?, ?, ?, ?, '') ON CONFLICT DO NOTHING",
            (source, key, meeting, participant, body, tx.now, state),
        )
    )


async def waiting(fetch: Fetch, *, tried_before: int, limit: int) -> list[HookRow]:
    """Return webhooks that wait: new ones, and those without a session that were last tried some time ago."""
    rows = await fetch(
        f"SELECT {_EVENT} FROM hook_event WHERE state = 'new'"
        f" UNION ALL SELECT {_EVENT} FROM hook_event WHERE state = 'unplaced' AND tried_at < ? LIMIT ?",
        (tried_before, limit),
    )
    return [_row(row) for row in rows]


async def is_waiting(fetch: Fetch, *, tried_before: int) -> bool:
    """Return whether any webhook waits."""
    return bool(await waiting(fetch, tried_before=tried_before, limit=1))


async def of_participant(fetch: Fetch, source: str, meeting: str, participant: str) -> list[HookRow]:
    """Return all webhooks of one connection to one meeting that were taken, or are to be."""
    rows = await fetch(
        f"SELECT {_EVENT} FROM hook_event WHERE source = ? AND meeting = ? AND participant = ?"
        " AND state != 'ignored' ORDER BY id",
        (source, meeting, participant),
    )
    return [_row(row) for row in rows]


async def settle(tx: Tx, ids: Iterable[int], state: str, told: str = "") -> None:
    """Note what became of webhooks."""
    await tx.run_many(
        "UPDATE hook_event SET state = ?, told = ?, tried_at = ? WHERE id = ?",
        [(state, told, tx.now, number) for number in ids],
    )


async def session_of(fetch: Fetch, source: str, meeting: str) -> int | None:
    """Return the session that one occurrence of a meeting is known to be."""
    rows = await fetch(
        "SELECT session_id FROM hook_meeting WHERE source = ?1 AND meeting = ?2"
        " UNION ALL SELECT id FROM session WHERE meeting_key = ?1 || ':' || ?2"
        " UNION ALL SELECT session_id FROM place WHERE platform = ?1 AND occurrence = ?2 AND session_id IS NOT NULL"
        " LIMIT 1",
        (source, meeting),
    )
    return cast("int", rows[0][0]) if rows else None


async def session_in_room(fetch: Fetch, source: str, room: str, *, at: int, before: int, after: int) -> int | None:
    """Return the session that meets in a room nearest to an instant, up to so many ms before or after its window."""
    rows = await fetch(
        "SELECT s.id FROM session s WHERE (s.meeting_id = ?1 OR s.id IN (SELECT session_id FROM place"
        " WHERE platform = ?2 AND room_id = ?1 AND session_id IS NOT NULL))"
        " AND s.starts_at <= ?3 + ?4 AND s.ends_at >= ?3 - ?5 AND s.control != 'cancelled'"
        " ORDER BY max(0, s.starts_at - ?3, ?3 - s.ends_at), abs(s.starts_at - ?3), s.id LIMIT 1",
        (room, source, at, before, after),
    )
    return cast("int", rows[0][0]) if rows else None


async def remember(tx: Tx, source: str, meeting: str, session_id: int) -> None:
    """Keep which session one occurrence of a meeting is."""
    await tx.run(
        "INSERT INTO hook_meeting (source, meeting, session_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (source, meeting, session_id),
    )


async def retell(tx: Tx, session_id: int, connection: str, *, person_id: int | None, attendee_id: int | None) -> bool:
    """Let all signals of one connection be of one person, and return whether any was another's."""
    return bool(
        await tx.run(
            "UPDATE presence_signal SET person_id = ?3, attendee_id = ?4 WHERE session_id = ?1 AND connection = ?2"
            " AND (person_id IS NOT ?3 OR attendee_id IS NOT ?4)",
            (session_id, connection, person_id, attendee_id),
        )
    )


async def people_like(fetch: Fetch, *, email_key: str, ids: Iterable[str]) -> list[int]:
    """Return the people who have an address, or whom any system knows by some ids."""
    found = every_id(await fetch("SELECT id FROM person WHERE email_key = ? AND email_key != ''", (email_key,)))
    for external_id in ids:
        found += every_id(await fetch("SELECT person_id FROM outside_id WHERE external_id = ?", (external_id,)))
    return found


async def forget(tx: Tx, before: int) -> int:
    """Forget webhooks that came before an instant, in ms, and return how many."""
    return await tx.run("DELETE FROM hook_event WHERE received_at < ?", (before,))


async def tally(fetch: Fetch) -> dict[tuple[str, str], int]:
    """Return how many webhooks are kept, by source and state."""
    rows = await fetch("SELECT source, state, count(*) FROM hook_event GROUP BY source, state", ())
    return {(str(row[0]), str(row[1])): cast("int", row[2]) for row in rows}


def _row(row: Row) -> HookRow:
    return HookRow(cast("int", row[0]), str(row[1]), str(row[2]), str(row[3]), str(row[4]), cast("int", row[5]))
