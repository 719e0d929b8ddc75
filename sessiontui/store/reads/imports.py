"""Questions that an import asks: what of a file is known already, and to what it belongs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.instants import to_ms
from sessiontui.store.histories import Fetch, every_id
from sessiontui.store.reads import choices

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


LOCAL: Final = "local"
"""The source of what was made here."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A session whose window overlaps another."""

    id: int
    meeting_id: str
    title: str


async def outside_ids(fetch: Fetch) -> list[tuple[int, str, str]]:
    """Return every person with a source and the id by which it knows them."""
    rows = await fetch("SELECT person_id, source, external_id FROM outside_id ORDER BY id", ())
    return [(cast("int", row[0]), str(row[1]), str(row[2])) for row in rows]


async def session_of(fetch: Fetch, source: str, outside: str) -> int | None:
    """Return the session that a source knows by an id; one that was made here is known by its number."""
    found = _first(await fetch("SELECT id FROM session WHERE source = ? AND external_id = ?", (source, outside)))
    number = own_number(source, outside)
    if found is not None or number is None:
        return found
    made_here = "SELECT id FROM session WHERE id = ? AND source = ? AND external_id IS NULL"
    return _first(await fetch(made_here, (number, source)))


def own_number(source: str, outside: str) -> int | None:
    """Return the number of a session that was made here, as exports name it.

    >>> own_number("local", "4711"), own_number("import", "4711")
    (4711, None)
    """
    is_number = outside.isascii() and outside.isdigit() and len(outside) < 16
    return int(outside) if source == LOCAL and is_number else None


async def session_of_meeting(fetch: Fetch, key: str) -> int | None:
    """Return the session of a platform's unique id of a meeting."""
    return _first(await fetch("SELECT id FROM session WHERE meeting_key = ?", (key,)))


async def overlapping(fetch: Fetch, starts_at: datetime, ends_at: datetime) -> list[Neighbour]:
    """Return the sessions, cancelled ones left out, whose windows overlap one."""
    rows = await fetch(
        "SELECT id, meeting_id, title FROM session WHERE starts_at < ? AND ends_at > ? AND status != 'cancelled'"
        " ORDER BY id",
        (to_ms(ends_at), to_ms(starts_at)),
    )
    return [Neighbour(cast("int", row[0]), str(row[1]), str(row[2])) for row in rows]


async def expected(fetch: Fetch, session_id: int) -> list[int]:
    """Return who is expected in a session: the approved, its author and its mentor."""
    return every_id(
        await fetch(
            "SELECT person_id FROM join_request WHERE session_id = ?1 AND state = 'approved'"
            " UNION SELECT author_id FROM session WHERE id = ?1 AND author_id IS NOT NULL"
            " UNION SELECT mentor_id FROM session WHERE id = ?1 AND mentor_id IS NOT NULL",
            (session_id,),
        )
    )


async def remembered(fetch: Fetch, session_id: int) -> dict[str, int]:
    """Return who the attendees of a session are known to be, by the key of the attendee.

    That is what was chosen or found out in the session itself; else what an admin chose in another of its series.
    """
    rows = await fetch(
        "SELECT key, person_id FROM attendee WHERE session_id = ? AND person_id IS NOT NULL", (session_id,)
    )
    return await choices.remembered(fetch, session_id) | {str(row[0]): cast("int", row[1]) for row in rows}


async def attendee(fetch: Fetch, session_id: int, key: str) -> int | None:
    """Return the attendee of a session whom a key names."""
    return _first(await fetch("SELECT id FROM attendee WHERE session_id = ? AND key = ?", (session_id, key)))


async def identify(tx: Tx, session_id: int, key: str, person_id: int) -> bool:
    """Note who an attendee is whom nobody had identified, and return whether there was one."""
    changed = await tx.run(
        "UPDATE attendee SET person_id = ? WHERE session_id = ? AND key = ? AND person_id IS NULL",
        (person_id, session_id, key),
    )
    return bool(changed)


async def change_keys(fetch: Fetch, session_id: int) -> set[str]:
    """Return the keys of the changes that a session has."""
    rows = await fetch("SELECT key FROM session_change WHERE session_id = ? AND key IS NOT NULL", (session_id,))
    return {str(row[0]) for row in rows}


async def is_told(fetch: Fetch, session_id: int, key: str) -> bool:
    """Return whether a session has a presence signal of a key."""
    return bool(await fetch("SELECT 1 FROM presence_signal WHERE session_id = ? AND key = ?", (session_id, key)))


async def set_by_hand(fetch: Fetch, person_id: int) -> tuple[bool, set[str]]:
    """Return whether somebody added a person by hand, and what people have changed of them since."""
    rows = await fetch(
        "SELECT a.action, j.key FROM audit_entry a LEFT JOIN json_each(a.detail, '$.after') j"
        " WHERE a.subject = 'person' AND a.subject_id = ?"
        " AND a.action IN ('person.add', 'person.first', 'person.edit', 'person.preferences')",
        (person_id,),
    )
    return any(row[0] in ("person.add", "person.first") for row in rows), {
        str(row[1]) for row in rows if row[1] is not None
    }


async def shift_step(tx: Tx, request_id: int, *, before: datetime | None, after: datetime | None) -> None:
    """Correct since when a request was in a state: of the first step at the instant that was told before."""
    await tx.run(
        "UPDATE request_change SET at = ?2 WHERE id ="
        " (SELECT min(id) FROM request_change WHERE request_id = ?1 AND at IS ?3)",
        (
            request_id,
            None if after is None else to_ms(after),
            None if before is None else to_ms(before),
        ),
    )


async def hear(tx: Tx, sources: Iterable[str]) -> None:
    """Note that sources of data were heard at the instant of the transaction."""
    await tx.run_many(
        "INSERT INTO source_seen (source, at) VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET at = excluded.at",
        [(source, to_ms(tx.at)) for source in sorted(sources)],
    )


def _first(rows: list[tuple[str | int | float | bytes | None, ...]]) -> int | None:
    return cast("int", rows[0][0]) if rows else None
