"""Forgetting a person: their own rows are emptied, their name is taken out of the texts of what they were part of.

Their number stays wherever it stands, so that sessions and figures add up to what they did.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, cast

from sqlmodel import SQLModel

from sessiontui.domain.chain import Json, digest_of_all, redigest
from sessiontui.domain.forgetting import ERASED, Scrub, scrub_json
from sessiontui.store.columns import JsonText
from sessiontui.store.compact import dump
from sessiontui.store.haystack import spaced
from sessiontui.store.histories import CHUNK, Fetch, marks
from sessiontui.store.reads.audit import SealedEntry, sealed_by_id
from sessiontui.store.tables import NOUNS as NOUNS  # they fill the metadata of the tables

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

TEXTS: Final = frozenset(
    {
        "title", "description", "text", "message", "reason", "note", "answer", "sentence", "told", "last_error",
        "error", "by_name", "decided_by", "closed_by", "told_by", "acknowledged_by", "snoozed_by", "added_by",
        "removed_by", "facts", "imported", "fields", "body", "subject", "name", "criteria", "created_by",
        "settled_by", "reached_by", "done_by", "opened_by", "resolved_by", "detail", "resolution",
    }
)  # fmt: skip
"""Columns in which people write, or are written of; no other is looked into."""

_EMPTIED: Final = (
    "DELETE FROM outside_id WHERE person_id = ?1",
    "DELETE FROM remembered WHERE person_id = ?1",
    "DELETE FROM draft WHERE person_id = ?1",
    "DELETE FROM calendar_feed WHERE person_id = ?1",
    "DELETE FROM attendee_choice WHERE person_id = ?1",
    "DELETE FROM person_note WHERE person_id = ?1",
    "DELETE FROM collaborator WHERE person_id = ?1",
    "DELETE FROM mention WHERE person_id = ?1",
    "DELETE FROM talk_look WHERE person_id = ?1",
    "DELETE FROM comment_version WHERE comment_id IN (SELECT id FROM comment WHERE author_id = ?1)",
    (
        "UPDATE comment SET body = '', imported = '{}', deleted_at = coalesce(deleted_at, edited_at, created_at)"
        " WHERE author_id = ?1"
    ),
    "DELETE FROM person_merge WHERE kept_id = ?1 OR gone_id = ?1",
    "DELETE FROM idempotency_key WHERE by_id = ?1",
    "DELETE FROM session_analytics WHERE user_id = ?1",
    "UPDATE user_sessions SET metadata = '{}' WHERE user_id = ?1",
    "UPDATE activity SET text = '', settled_at = coalesce(settled_at, at), agent = '' WHERE person_id = ?1",
    f"UPDATE activity SET settled_by = '{ERASED}' WHERE settled_by = ?2",
    f"UPDATE question SET asked_by = '{ERASED}' WHERE asked_by_id = ?1",
    f"UPDATE question SET answered_by = '{ERASED}' WHERE answered_by_id = ?1",
    f"UPDATE item SET created_by = '{ERASED}' WHERE created_by = ?2",
    f"UPDATE item_change SET by_name = '{ERASED}' WHERE by_id = ?1",
    "UPDATE login SET device = '' WHERE person_id = ?1",
    "UPDATE join_request SET message = '', reason = '', imported = '{}' WHERE person_id = ?1",
    "UPDATE request_change SET reason = '' WHERE request_id IN (SELECT id FROM join_request WHERE person_id = ?1)",
    "UPDATE attendance_mark SET reason = '' WHERE person_id = ?1",
    "UPDATE follow_up SET answer = '', note = '' WHERE person_id = ?1",
    (
        f"UPDATE attendee SET name = '{ERASED}', name_key = '{ERASED}', email = '', external_id = '',"
        " \"key\" = 'erased:' || id WHERE person_id = ?1"
    ),
    (
        "UPDATE notification SET state = CASE WHEN state = 'pending' THEN 'cancelled' ELSE state END,"
        f" last_error = CASE WHEN state = 'pending' THEN 'held back: {ERASED}' ELSE '' END,"
        f" name = '{ERASED}', address = '', subject = '', body = '', headers = '{{}}', attachments = '[]'"
        " WHERE person_id = ?1"
    ),
    f"UPDATE session_change SET by_name = '{ERASED}' WHERE by_id = ?1",
    (
        f"UPDATE join_request SET decided_by = '{ERASED}' WHERE decided_by = ?2 AND id IN"
        " (SELECT request_id FROM request_change WHERE by_id = ?1)"
    ),
    f"UPDATE request_change SET by_name = '{ERASED}' WHERE by_id = ?1",
    f"UPDATE attendance_mark SET by_name = '{ERASED}' WHERE by_id = ?1",
    f"UPDATE person_note SET by_name = '{ERASED}' WHERE by_id = ?1",
    f"UPDATE alert SET acknowledged_by = '{ERASED}' WHERE acknowledged_by_id = ?1",
)
"""What becomes of the rows that are about the person (?1), or by them; ?2 is their name."""


_FORGET: Final[Mapping[str, object]] = {"imported": {}}
"""What a file said goes with what was made of it."""

_OF_PROJECTS: Final[Sequence[tuple[str, str, tuple[str, ...], Mapping[str, object]]]] = (
    ("project", "id = ?", ("name", "description"), _FORGET),
    ("item", "project_id = ?", ("title", "note"), _FORGET),
    ("item_change", "item_id IN (SELECT id FROM item WHERE project_id = ?)", ("reason",), {}),
    ("question", "project_id = ?", ("text", "answer"), _FORGET),
)
"""Where people write in projects: the table, which rows are a project's, and the columns with texts."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """An audit entry as it says since a name was taken out, with its digest."""

    id: int
    by_name: str
    sentence: str
    reason: str
    detail: str
    digest: str


async def called(fetch: Fetch, person_id: int) -> list[str]:
    """Return what other systems call a person, and the addresses under which reports name them."""
    rows = await fetch(
        "SELECT external_id FROM outside_id WHERE person_id = ?1"
        " UNION SELECT email FROM attendee WHERE person_id = ?1",
        (person_id,),
    )
    return [str(row[0]) for row in rows]


async def places_ahead(fetch: Fetch, person_id: int, *, now: int) -> list[int]:
    """Return the requests of a person that wait or hold a place in what is not over by ``now``, in ms."""
    rows = await fetch(
        "SELECT r.id FROM join_request r JOIN session s ON s.id = r.session_id WHERE r.person_id = ?"
        " AND r.state IN ('pending', 'approved') AND s.ends_at > ? AND s.control IN ('draft', 'scheduled')",
        (person_id, now),
    )
    return [cast("int", row[0]) for row in rows]


async def names_holding(fetch: Fetch, name: str, *, but: int) -> list[str]:
    """Return the names of others in which a name occurs."""
    rows = await fetch("SELECT DISTINCT name FROM person WHERE id != ? AND instr(name, ?) > 0", (but, name))
    return [str(row[0]) for row in rows]


async def empty_rows(tx: Tx, person_id: int, name: str) -> None:
    """Empty what is kept about a person, and by their hand, beside the person."""
    for sql in _EMPTIED:
        await tx.run(sql, (person_id, name) if "?2" in sql else (person_id,))


async def empty_person(tx: Tx, person_id: int) -> None:
    """Empty the person, who stays as a number with a word in place of the name."""
    await tx.run(
        "UPDATE person SET name = ?, name_key = ?, email = '', email_key = '', phone = '', zone = '', os_user = NULL,"
        " role = 'participant', no_mail = '[]', quiet = '', mail_channel = '', language = '', erased_at = ?,"
        " version = version + 1 WHERE id = ?",
        (ERASED, spaced(ERASED), tx.now, person_id),
    )


async def scrub_sessions(tx: Tx, session_ids: Sequence[int], scrub: Scrub) -> int:
    """Take what is to be forgotten out of the texts of sessions, and return how many texts that were."""
    changed = 0
    for table, place, columns in _written():
        key = [column.name for column in SQLModel.metadata.tables[table].primary_key.columns]
        for start in range(0, len(session_ids), CHUNK):
            chunk = session_ids[start : start + CHUNK]
            listed = ", ".join(f'"{name}"' for name in (*key, *columns))
            rows = await tx.fetch(f'SELECT {listed} FROM "{table}" WHERE "{place}" IN ({marks(chunk)})', chunk)
            test = " AND ".join(f'"{name}" IS ?' for name in key)
            for row in rows:
                before = dict(zip(columns, row[len(key) :], strict=True))
                after = {name: _scrubbed(table, name, value, scrub) for name, value in before.items()}
                news = {name: value for name, value in after.items() if value != before[name]}
                if news:
                    sets = ", ".join(f'"{name}" = ?' for name in news)
                    await tx.run(f'UPDATE "{table}" SET {sets} WHERE {test}', (*news.values(), *row[: len(key)]))
                    changed += len(news)
    return changed


async def scrub_projects(tx: Tx, person_id: int, scrub: Scrub) -> int:
    """Take what is to be forgotten out of the texts of projects that somebody made or was at work on."""
    rows = await tx.fetch(
        "SELECT id FROM project WHERE author_id = ?1 UNION SELECT project_id FROM user_sessions WHERE user_id = ?1"
        " UNION SELECT project_id FROM question WHERE ?1 IN (asked_by_id, answered_by_id)"
        " UNION SELECT project_id FROM activity WHERE person_id = ?1",
        (person_id,),
    )
    changed = 0
    for (project_id,) in rows:
        for table, place, columns, forgot in _OF_PROJECTS:
            for row in await tx.fetch(f"SELECT id, {', '.join(columns)} FROM {table} WHERE {place}", (project_id,)):
                before = dict(zip(columns, row[1:], strict=True))
                news = {name: scrub(str(value)) for name, value in before.items() if scrub(str(value)) != value}
                if news:
                    await tx.update(table, cast("int", row[0]), **news, **forgot)
                    changed += len(news)
    return changed


async def redactions(fetch: Fetch, person_id: int, session_ids: Sequence[int], scrub: Scrub) -> list[Redacted]:
    """Return the audit entries by a person, about them and about their sessions that would say something else."""
    ids = {cast("int", row[0]) for row in await fetch("SELECT id FROM audit_entry WHERE by_id = ?", (person_id,))}
    rows = await fetch("SELECT id FROM audit_entry WHERE subject = 'person' AND subject_id = ?", (person_id,))
    ids |= {cast("int", row[0]) for row in rows}
    for start in range(0, len(session_ids), CHUNK):
        chunk = session_ids[start : start + CHUNK]
        rows = await fetch(
            f"SELECT id FROM audit_entry WHERE subject = 'session' AND subject_id IN ({marks(chunk)})", chunk
        )
        ids |= {cast("int", row[0]) for row in rows}
    rows = await fetch(
        "SELECT id FROM audit_entry WHERE subject NOT IN ('session', 'presence')"
        " AND json_extract(detail, '$.person') = ?",
        (person_id,),
    )
    ids |= {cast("int", row[0]) for row in rows}
    found = []
    for start in range(0, len(ids), CHUNK):
        for one, before in await sealed_by_id(fetch, sorted(ids)[start : start + CHUNK]):
            redacted = _redacted(one, before, scrub)
            if redacted is not None:
                found.append(redacted)
    return sorted(found, key=lambda one: one.id)


def digest_of(redacted: Sequence[Redacted]) -> str:
    """Return the one digest that an erasure seals for all entries that it changed."""
    return digest_of_all((one.id, one.digest) for one in redacted)


async def redact(tx: Tx, erasure: int, redacted: Sequence[Redacted]) -> None:
    """Put the entries in the place of those that named somebody, and keep what each says since."""
    await tx.run_many(
        "UPDATE audit_entry SET by_name = ?, sentence = ?, reason = ?, detail = ? WHERE id = ?",
        [(one.by_name, one.sentence, one.reason, one.detail, one.id) for one in redacted],
    )
    await tx.run_many(
        "INSERT INTO audit_redaction (entry_id, erasure_id, digest) VALUES (?, ?, ?)",
        [(one.id, erasure, one.digest) for one in redacted],
    )


def _redacted(one: SealedEntry, before: str, scrub: Scrub) -> Redacted | None:
    entry = one.entry
    if entry is None:
        return None
    news: dict[str, Json] = {
        name: scrub_json(entry[name], scrub) for name in ("by_name", "sentence", "reason", "detail")
    }
    if all(news[name] == entry[name] for name in news):
        return None
    return Redacted(
        id=one.id,
        by_name=str(news["by_name"]),
        sentence=str(news["sentence"]),
        reason=str(news["reason"]),
        detail=dump(news["detail"]),
        digest=redigest(before, {**entry, **news}, one.seal),
    )


@cache
def _written() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return every table about sessions with the column that names them, and those in which people write."""
    return tuple(_columns())


def _columns() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for name, table in sorted(SQLModel.metadata.tables.items()):
        place = "id" if name == "session" else "session_id"
        texts = tuple(column.name for column in table.columns if column.name in TEXTS)
        if place in table.columns and texts and not name.startswith("rollup"):
            yield name, place, texts


def _scrubbed(table: str, column: str, value: object, scrub: Scrub) -> str | int | float | bytes | None:
    if not isinstance(value, str):
        return cast("int | float | bytes | None", value)
    if isinstance(SQLModel.metadata.tables[table].c[column].type, JsonText):
        told = cast("Json", json.loads(value))
        news = scrub_json(told, scrub)
        return value if news == told else dump(news)
    return scrub(value)
