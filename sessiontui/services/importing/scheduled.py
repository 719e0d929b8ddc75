"""Sessions of outside files: each compared with what the file said last time.

Only what a file says differently than before is a change, so that importing again resets nothing that people
have done since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Reach, Standing, may
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import NotAllowed
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.links import room_of
from sessiontui.domain.text import MAX_TAG, safe_block, safe_line
from sessiontui.domain.vocabulary import Control, Move
from sessiontui.intake import SessionRecord
from sessiontui.services.importing.implied import implied_moves, later_moves
from sessiontui.services.importing.moves import move_key
from sessiontui.services.importing.outcome import Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.services.places.wishing import platform_name
from sessiontui.services.rights import require_session
from sessiontui.services.sessions import add_change, insert
from sessiontui.store.reads import imports as kept

if TYPE_CHECKING:
    from sessiontui.store.tables import Session
    from sessiontui.store.tx import Tx

_WRITTEN: Final = ("title", "description", "kind", "priority", "tags", "fields", "link")
"""What is written about a session and simply replaced when a file says it differently."""


async def take_session(
    tx: Tx, register: Register, record: SessionRecord, source: str, *, has_moves: bool, has_start: bool
) -> Verdict:
    """Bring one session up to what a file says of it; ``NotAllowed`` where it is not one's own to import."""
    told = told_of(record)
    session_id = await kept.session_of(tx.fetch, source, record.id)
    if session_id is None:
        implied = implied_moves(record, has_moves=has_moves, has_start=has_start)
        await add_session(tx, register, record, source, told, implied, external_id=record.id)
        return Verdict.ADDED
    session = await tx.session(session_id)
    if told == session.imported:
        return Verdict.UNCHANGED
    await require_session(tx, Action.IMPORT_FILES, session)
    differs = {name for name in told if told[name] != session.imported.get(name)}
    await update_session(tx, register, session, record, source, told, differs=differs, has_start=has_start)
    return Verdict.UPDATED


async def owned_by(tx: Tx, register: Register, source: str, *, author: str | None, mentor: str | None) -> int | None:
    """Return the author of a new session: who imports, where nobody is named and only own ones may be made.

    ``NotAllowed`` where it would belong to others alone.
    """
    if may(tx.by, Action.IMPORT_FILES).reach is Reach.YES:
        return await register.refer(source, author)
    if author is None and mentor is None:
        return tx.by.id
    if tx.by.id not in (register.find(source, author or ""), register.find(source, mentor or "")):
        raise NotAllowed(may(tx.by, Action.IMPORT_FILES, Standing()).reason)
    return await register.refer(source, author)


async def add_session(
    tx: Tx,
    register: Register,
    record: SessionRecord,
    source: str,
    told: dict[str, Json],
    implied: Sequence[tuple[Move, datetime]],
    **place: object,
) -> int:
    """Make a session of what a file says of it and return its id; ``place`` is how it is known, or its series."""
    author_id = await owned_by(tx, register, source, author=record.author, mentor=record.mentor)
    session_id = await insert(
        tx,
        control=Control.SCHEDULED if implied else record.control,
        starts_at=record.starts_at,
        ends_at=record.ends_at,
        mentor_id=await register.refer(source, record.mentor),
        capacity=record.capacity or 0,
        author_id=author_id,
        created_at=record.created_at,
        source=source,
        imported=told,
        **values_of(told),
        **place,
    )
    for move, at in implied:
        await add_change(
            tx,
            session_id,
            key=move_key(move, at),
            at=at,
            move=move,
            reason=safe_block(record.cancel_reason or "") if move is Move.CANCEL else "",
            by_name="",
        )
    return session_id


async def update_session(
    tx: Tx,
    register: Register,
    session: Session,
    record: SessionRecord,
    source: str,
    told: dict[str, Json],
    *,
    differs: set[str],
    has_start: bool,
) -> None:
    """Apply those things that a file says differently than last time."""
    session_id = cast("int", session.id)
    tx.touch(session_id)
    written = {name: value for name, value in values_of(told).items() if name in differs}
    if "author" in differs:
        written["author_id"] = await register.refer(source, record.author)
    if "created_at" in differs:
        written["created_at"] = record.created_at
    await tx.update("session", session_id, **written, imported=told, version=session.version + 1)
    if differs & {"starts_at", "ends_at", "mentor", "capacity"}:
        starts_at, ends_at = _new_window(session, record, differs)
        mentor = await register.refer(source, record.mentor) if "mentor" in differs else None
        await add_change(
            tx,
            session_id,
            starts_at=starts_at,
            ends_at=ends_at,
            mentor_id=(mentor or 0) if "mentor" in differs else None,
            capacity=(record.capacity or 0) if "capacity" in differs else None,
            reason="imported anew",
        )
    known = await kept.change_keys(tx.fetch, session_id)
    for move, at in later_moves(session, record, differs, tx.at, has_start=has_start):
        key = move_key(move, at)
        if key in known:
            continue
        is_told = at != tx.at
        reason = safe_block(record.cancel_reason or "") if move is Move.CANCEL else ""
        await add_change(
            tx,
            session_id,
            key=key,
            at=at,
            move=move,
            reason=reason or ("" if is_told else "imported anew"),
            by_name="" if is_told else None,
        )


def told_of(record: SessionRecord) -> dict[str, Json]:
    """Return what a file says of a session, in the form in which it is compared the next time."""
    instants = ("starts_at", "ends_at", "created_at", "started_at", "completed_at", "cancelled_at")
    told: dict[str, Json] = {
        name: None if getattr(record, name) is None else rfc3339(getattr(record, name)) for name in instants
    }
    for name in (*_WRITTEN, "author", "mentor", "control", "capacity", "cancel_reason"):
        value = getattr(record, name)
        told[name] = list(value) if name == "tags" else dict(value) if name == "fields" else value
    if record.platform is not None:  # otherwise what was imported before it could be told would be no longer the same
        told["platform"] = record.platform
    if record.project is not None:
        told["project"] = record.project
    if record.sequence is not None:  # a calendar: what its revisions and clock times are counted from
        modified = record.modified_at
        told |= {"sequence": record.sequence, "modified_at": None if modified is None else rfc3339(modified)}
        told |= {"zone": record.zone, "series": record.series}
    return cast("dict[str, Json]", json_like(told))


def values_of(told: Mapping[str, Json]) -> dict[str, object]:
    """Return what is written about a session, as a file tells it, in the form in which it is stored."""
    link = str(told.get("link") or "")
    return {
        "title": safe_line(str(told["title"])),
        "description": safe_block(str(told.get("description") or "")),
        "kind": told["kind"],
        "priority": told["priority"],
        "tags": [safe_line(tag, MAX_TAG) for tag in cast("Sequence[str]", told["tags"])],
        "fields": told["fields"],
        "link": safe_line(link, 2000),
        "meeting_id": room_of(link),
        **({"platform": platform_name(str(told["platform"]))} if told.get("platform") else {}),
    }


def json_like(value: object) -> Json:
    """Return a value as it is after a way through JSON: plain texts, lists and objects."""
    if isinstance(value, dict):
        return {str(key): json_like(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [json_like(part) for part in value]
    return str(value) if isinstance(value, str) else cast("Json", value)


def _new_window(
    session: Session, record: SessionRecord, differs: set[str]
) -> tuple[datetime | None, datetime | None]:
    """Return the ends of the window that change; both where one alone would turn it round."""
    starts_at = record.starts_at if "starts_at" in differs else None
    ends_at = record.ends_at if "ends_at" in differs else None
    if (ends_at or session.ends_at) <= (starts_at or session.starts_at):
        return record.starts_at, record.ends_at
    return starts_at, ends_at
