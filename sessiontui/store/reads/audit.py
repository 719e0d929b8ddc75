"""Questions about the audit trail."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from sessiontui.domain.chain import GENESIS, Entry
from sessiontui.domain.instants import from_ms, rfc3339
from sessiontui.store.histories import Fetch, every_id, marks
from sessiontui.store.reader import Row

_SEALED: Final = (
    "SELECT id, hash, at, by_id, by_name, action, subject, subject_id, sentence, reason, detail, undoes"
    " FROM audit_entry"
)


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """One audit entry with its seal; no entry where what is stored cannot be one."""

    id: int
    entry: Entry | None
    seal: str


async def sealed(fetch: Fetch, *, after: int, limit: int) -> list[SealedEntry]:
    """Return audit entries after an id, oldest first, in the form that their seals cover."""
    rows = await fetch(f"{_SEALED} WHERE id > ? ORDER BY id LIMIT ?", (after, limit))
    return [SealedEntry(id=cast("int", row[0]), seal=str(row[1]), entry=_entry(row)) for row in rows]


async def sealed_by_id(fetch: Fetch, ids: Sequence[int]) -> list[tuple[SealedEntry, str]]:
    """Return some audit entries in the form that their seals cover, each with the seal before it."""
    before = "(SELECT b.hash FROM audit_entry b WHERE b.id < audit_entry.id ORDER BY b.id DESC LIMIT 1)"
    rows = await fetch(_SEALED.replace(" FROM", f", {before} FROM", 1) + f" WHERE id IN ({marks(ids)})", ids)
    return [
        (SealedEntry(id=cast("int", row[0]), seal=str(row[1]), entry=_entry(row)), str(row[-1] or GENESIS))
        for row in rows
    ]


async def redacted(fetch: Fetch, *, after: int, until: int) -> dict[int, str]:
    """Return the digests of entries whose names were taken out, by the entry; of several the last."""
    rows = await fetch(
        "SELECT entry_id, digest FROM audit_redaction WHERE entry_id > ? AND entry_id <= ?"
        " ORDER BY entry_id, erasure_id",
        (after, until),
    )
    return {cast("int", row[0]): str(row[1]) for row in rows}


async def erasures(fetch: Fetch) -> dict[int, list[tuple[int, str]]]:
    """Return, by the entry that tells of an erasure, the entries that it changed with their digests."""
    found: dict[int, list[tuple[int, str]]] = {}
    for row in await fetch("SELECT erasure_id, entry_id, digest FROM audit_redaction", ()):
        found.setdefault(cast("int", row[0]), []).append((cast("int", row[1]), str(row[2])))
    return found


def _entry(row: Row) -> Entry | None:
    try:
        detail = json.loads(str(row[10]), parse_constant=_refuse)
        at = rfc3339(from_ms(cast("int", row[2])))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return {
        "at": at,
        "by_id": cast("int | None", row[3]),
        "by_name": str(row[4]),
        "action": str(row[5]),
        "subject": str(row[6]),
        "subject_id": cast("int | None", row[7]),
        "sentence": str(row[8]),
        "reason": str(row[9]),
        "detail": detail,
        "undoes": cast("int | None", row[11]),
    }


def _refuse(constant: str) -> None:
    raise ValueError(constant)


async def last_reversible(fetch: Fetch, by_id: int | None) -> int | None:
    """Return the newest act of a person that can be undone and has not been."""
    rows = await fetch(
        "SELECT id FROM audit_entry WHERE by_id = ? AND reversible AND undone_by IS NULL ORDER BY id DESC LIMIT 1",
        (by_id,),
    )
    return cast("int", rows[0][0]) if rows else None


async def last_irreversible(fetch: Fetch, by_id: int | None, *, after: int) -> int | None:
    """Return the newest act of a person behind an entry that cannot be undone and undoes nothing itself."""
    rows = await fetch(
        "SELECT id FROM audit_entry WHERE by_id = ? AND id > ? AND NOT reversible AND undoes IS NULL"
        " ORDER BY id DESC LIMIT 1",
        (by_id, after),
    )
    return cast("int", rows[0][0]) if rows else None


async def told(fetch: Fetch, entry: int) -> tuple[int, int, str, str, str, str] | None:
    """Return what one audit entry tells: id, at in ms, by whom, action, sentence and reason."""
    rows = await fetch("SELECT id, at, by_name, action, sentence, reason FROM audit_entry WHERE id = ?", (entry,))
    return cast("tuple[int, int, str, str, str, str]", rows[0]) if rows else None


async def decided_since(fetch: Fetch, *, entry: int, session_id: int, request_id: int) -> str:
    """Return who decided a request after an audit entry, or nothing."""
    rows = await fetch(
        "SELECT by_name FROM audit_entry WHERE id > ? AND subject = 'session' AND subject_id = ?"
        " AND action LIKE 'request.%' AND json_extract(detail, '$.request') = ? AND undone_by IS NULL LIMIT 1",
        (entry, session_id, request_id),
    )
    return str(rows[0][0]) if rows else ""


async def changed_since(fetch: Fetch, *, session_id: int, change: int) -> tuple[str, str] | None:
    """Return who changed a session after one change of it, and by which move."""
    rows = await fetch(
        "SELECT by_name, coalesce(move, 'edit') FROM session_change"
        " WHERE session_id = ? AND id > ? AND voided_by IS NULL ORDER BY id LIMIT 1",
        (session_id, change),
    )
    return (str(rows[0][0]), str(rows[0][1])) if rows else None


async def acted_since(fetch: Fetch, *, entry: int, session_id: int, action: str = "%") -> tuple[str, str] | None:
    """Return who acted on a session after an audit entry, and how.

    What was undone is left out, and what platforms did: their rooms follow their session.
    """
    rows = await fetch(
        "SELECT by_name, sentence FROM audit_entry WHERE id > ? AND subject = 'session' AND subject_id = ?"
        " AND action LIKE ? AND action NOT IN ('undo', 'refused') AND action NOT LIKE 'place.%'"
        " AND undone_by IS NULL ORDER BY id LIMIT 1",
        (entry, session_id, action),
    )
    return (str(rows[0][0]), str(rows[0][1])) if rows else None


async def decision_before(fetch: Fetch, request_id: int) -> tuple[int | None, str, str]:
    """Return the instant, the name and the reason of the state that a request had before the current one."""
    rows = await fetch(
        "SELECT at, by_name, reason FROM request_change WHERE request_id = ? ORDER BY id DESC LIMIT 1 OFFSET 1",
        (request_id,),
    )
    return (cast("int | None", rows[0][0]), str(rows[0][1]), str(rows[0][2])) if rows else (None, "", "")


async def is_untouched(fetch: Fetch, session_id: int) -> bool:
    """Return whether a session has no requests, no presence and no changes yet."""
    rows = await fetch(
        "SELECT EXISTS (SELECT 1 FROM join_request WHERE session_id = ?1)"
        " OR EXISTS (SELECT 1 FROM presence_signal WHERE session_id = ?1)"
        " OR EXISTS (SELECT 1 FROM session_change WHERE session_id = ?1 AND voided_by IS NULL)",
        (session_id,),
    )
    return not rows[0][0]


async def same_act(fetch: Fetch, entry: int) -> list[int]:
    """Return the entries that one act wrote, by any of them: of the same person, at the same instant, alike."""
    return every_id(
        await fetch(
            "SELECT o.id FROM audit_entry e JOIN audit_entry o ON o.by_id = e.by_id AND o.at = e.at"
            " AND o.action = e.action WHERE e.id = ? AND o.undone_by IS NULL ORDER BY o.id",
            (entry,),
        )
    )
