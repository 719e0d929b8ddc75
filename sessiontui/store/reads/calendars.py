"""Questions of a calendar: sessions as events, who is invited to them, and whose calendar they stand in."""

from __future__ import annotations

import json
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
    " (SELECT max(a.at) FROM audit_entry a WHERE a.subject = 'session' AND a.subject_id = s.id AND a.at <= ?1),"
    " s.slot, ifnull(r.id, 0), ifnull(r.source, ''), ifnull(r.external_id, ''), r.created_at,"
    " json_extract(r.imported, '$.sequence')"
    " FROM session s LEFT JOIN series r ON r.id = s.series_id WHERE s.id IN "
)

_SERIES: Final = (
    "SELECT r.id, r.source, ifnull(r.external_id, ''), r.title, r.description, r.kind, r.priority, r.tags,"
    " CASE json_type(r.fields, '$.location') WHEN 'text' THEN json_extract(r.fields, '$.location') ELSE '' END,"
    " r.link, r.author_id, r.mentor_id, r.capacity, r.created_at, r.zone, r.starts, r.length_ms, r.rule, r.added,"
    " r.excluded, r.published, r.stamped_until, r.version, ifnull(json_extract(r.imported, '$.revised'), 1),"
    " ifnull(json_extract(r.imported, '$.control'), '') = 'cancelled', json_extract(r.imported, '$.sequence'),"
    " ifnull(json_extract(r.imported, '$.modified_at'), ''),"
    " (SELECT max(a.at) FROM audit_entry a WHERE a.subject = 'series' AND a.subject_id = r.id"
    "   AND a.action != 'series.stamp' AND a.at <= ?1)"
    " FROM series r WHERE r.id = ?2"
)

_OF_PERSON: Final = (
    "SELECT id FROM session WHERE author_id = ?1 OR mentor_id = ?1"
    " UNION SELECT session_id FROM join_request WHERE person_id = ?1 AND state = 'approved'"
)


class EventRow(NamedTuple):
    """One session as a calendar tells it, in milliseconds and stored words.

    ``stated`` is the revision that its own calendar gave it, ``None`` where it came from none, ``stated_series`` the
    id there of the repeated event that it is of; ``changes`` are those that a calendar numbers, made here. A date of
    a series has its ``slot``, and what names the series.
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
    slot: str = ""
    series_id: int = 0
    series_source: str = ""
    series_external_id: str = ""
    series_created_at: int | None = None
    series_stated: int | None = None


class SeriesRow(NamedTuple):
    """One series as a calendar tells it: its dates in stored words, and what is the same of all of them.

    ``revised`` is the version at which its own calendar last told of it, ``cancelled`` whether that called it off.
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
    author_id: int | None
    mentor_id: int | None
    capacity: int
    created_at: int | None
    zone: str
    starts: str
    length_ms: int
    rule: str
    added: str
    excluded: str
    published: int
    stamped_until: int | None
    version: int
    revised: int
    cancelled: int
    stated: int | None
    stated_modified: str
    changed_at: int | None


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
    """When a session begins and ends, in milliseconds, and the zone that it is planned in, or nothing.

    ``series_id`` is the series whose date it is, 0 for none.
    """

    id: int
    starts_at: int
    ends_at: int
    zone: str
    series_id: int
    is_archived: bool


async def spans(fetch: Fetch, ids: Sequence[int]) -> list[Span]:
    """Return when sessions are."""
    rows = await fetch(
        "SELECT s.id, s.starts_at, s.ends_at, coalesce(r.zone, json_extract(s.imported, '$.zone'), ''),"
        " ifnull(s.series_id, 0), s.archived_at IS NOT NULL"
        f" FROM session s LEFT JOIN series r ON r.id = s.series_id WHERE s.id IN ({marks(ids)})",
        ids,
    )
    return [
        Span(
            cast("int", row[0]),
            cast("int", row[1]),
            cast("int", row[2]),
            str(row[3]),
            cast("int", row[4]),
            bool(row[5]),
        )
        for row in rows
    ]


async def dates_of(fetch: Fetch, series: Sequence[int]) -> dict[int, int]:
    """Return how many sessions that are not archived some series have."""
    rows = await fetch(
        "SELECT series_id, count(*) FROM session WHERE series_id IN (SELECT value FROM json_each(?))"
        " AND archived_at IS NULL GROUP BY series_id",
        (json.dumps(list(series)),),
    )
    return {cast("int", row[0]): cast("int", row[1]) for row in rows}


async def series(fetch: Fetch, series_id: int, *, until: int) -> SeriesRow:
    """Return one series as a calendar tells it, as it was changed up to an instant in milliseconds."""
    rows = await fetch(_SERIES, (until, series_id))
    return SeriesRow(*rows[0])  # type: ignore[arg-type]  # the columns are named above


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
