"""Questions of a calendar: sessions as events, who is invited to them, and whose calendar they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

from sessiontui.store.histories import CHUNK, Fetch, every_id, marks

_EVENT: Final = (
    "SELECT s.id, s.source, ifnull(s.external_id, ''), s.title, s.description, s.kind, s.priority, s.tags,"
    " CASE json_type(s.fields, '$.location') WHEN 'text' THEN json_extract(s.fields, '$.location') ELSE '' END,"
    " s.link, s.control, s.starts_at, s.ends_at, s.author_id, s.mentor_id, s.capacity, s.created_at,"
    " coalesce(r.zone, json_extract(s.imported, '$.zone'), ''), json_extract(s.imported, '$.sequence'),"
    " ifnull(json_extract(s.imported, '$.modified_at'), ''), ifnull(json_extract(s.imported, '$.series'), ''),"
    # What was taken back changed the session twice. What its own calendar told is in the number it stated.
    " (SELECT ifnull(sum(1 + (c.voided_by IS NOT NULL)), 0) FROM session_change c WHERE c.session_id = s.id"
    "   AND c.at <= ?1 AND (c.starts_at IS NOT NULL OR c.ends_at IS NOT NULL OR c.move IN ('cancel', 'reopen'))"
    "   AND NOT (ifnull(json_extract(s.imported, '$.sequence'), 0) > 0 AND ifnull(c.key, '') LIKE 'import:%')),"
    " (SELECT max(c.at) FROM session_change c WHERE c.session_id = s.id AND c.at <= ?1),"
    " (SELECT max(a.at) FROM audit_entry a WHERE a.subject = 'session' AND a.subject_id = s.id AND a.at <= ?1)"
    " FROM session s LEFT JOIN series r ON r.id = s.series_id WHERE s.id IN "
)

_OF_PERSON: Final = (
    "SELECT id FROM session WHERE author_id = ?1 OR mentor_id = ?1"
    " UNION SELECT session_id FROM join_request WHERE person_id = ?1 AND state = 'approved'"
)


class EventRow(NamedTuple):
    """One session as a calendar tells it, in milliseconds and stored words.

    ``stated`` is the revision that its own calendar gave it, ``None`` where it came from none, ``stated_series`` the
    id there of the repeated event that it is of; ``changes`` are those that a calendar numbers, made here.
    """

    id: int
    source: str
    external_id: str
    title: str
    description: str
    kind: str
    priority: str
    tags: str
    location: str
    link: str
    control: str
    starts_at: int
    ends_at: int
    author_id: int | None
    mentor_id: int | None
    capacity: int
    created_at: int | None
    zone: str
    stated: int | None
    stated_modified: str
    stated_series: str
    changes: int
    changed_at: int | None
    told_at: int | None


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody as a calendar names them; ``outside`` are the ids by which imported files know them."""

    id: int
    name: str
    email: str
    created_at: int | None
    outside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """When a session begins and ends, in milliseconds, and the zone that it is planned in, or nothing."""

    id: int
    starts_at: int
    ends_at: int
    zone: str


async def spans(fetch: Fetch, ids: Sequence[int]) -> list[Span]:
    """Return when sessions are."""
    rows = await fetch(
        "SELECT s.id, s.starts_at, s.ends_at, coalesce(r.zone, json_extract(s.imported, '$.zone'), '')"
        f" FROM session s LEFT JOIN series r ON r.id = s.series_id WHERE s.id IN ({marks(ids)})",
        ids,
    )
    return [Span(cast("int", row[0]), cast("int", row[1]), cast("int", row[2]), str(row[3])) for row in rows]


async def events(fetch: Fetch, ids: Sequence[int], *, until: int) -> dict[int, EventRow]:
    """Return sessions as events by id, with their changes up to an instant in milliseconds; at most ``CHUNK``."""
    numbered = ",".join(f"?{place}" for place in range(2, len(ids) + 2))
    rows = await fetch(f"{_EVENT}({numbered})", (until, *ids))
    found = (EventRow(*row) for row in rows)  # type: ignore[arg-type]  # the columns are named above
    return {row.id: row for row in found}


async def guests(fetch: Fetch, ids: Sequence[int]) -> list[tuple[int, int, str]]:
    """Return session, person and state of every request that was not withdrawn."""
    rows = await fetch(
        f"SELECT session_id, person_id, state FROM join_request WHERE session_id IN ({marks(ids)})"
        " AND state != 'withdrawn' ORDER BY session_id, id",
        ids,
    )
    return [(cast("int", row[0]), cast("int", row[1]), str(row[2])) for row in rows]


async def faces(fetch: Fetch, ids: Sequence[int]) -> dict[int, Face]:
    """Return people by id."""
    found: dict[int, Face] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        rows = await fetch(
            "SELECT p.id, p.name, p.email, p.created_at, (SELECT group_concat(o.external_id, char(31))"
            "  FROM (SELECT external_id FROM outside_id WHERE person_id = p.id AND source = 'import' ORDER BY id) o)"
            f" FROM person p WHERE p.id IN ({marks(chunk)})",
            chunk,
        )
        for row in rows:
            outside = tuple(str(row[4]).split("\x1f")) if row[4] else ()
            person_id = cast("int", row[0])
            found[person_id] = Face(person_id, str(row[1]), str(row[2]), cast("int | None", row[3]), outside)
    return found


async def of_person(fetch: Fetch, person_id: int) -> frozenset[int]:
    """Return the sessions that somebody wrote, holds, or is approved for."""
    return frozenset(every_id(await fetch(_OF_PERSON, (person_id,))))
