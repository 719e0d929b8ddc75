"""Sessions, requests, moves and presences of outside files: each compared with what the file said last time.

Only what a file says differently than before is a change, so that importing again resets nothing that people
have done since.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.chain import Json
from sessiontui.domain.history import Change, moves_of
from sessiontui.domain.instants import rfc3339, to_ms
from sessiontui.domain.lifecycle import TARGETS
from sessiontui.domain.presence import Signal
from sessiontui.domain.text import safe_block, safe_line
from sessiontui.domain.vocabulary import Control, Move, RequestState, Source
from sessiontui.intake import MoveRecord, PresenceRecord, RequestRecord, SessionRecord
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.services.presence import store
from sessiontui.services.requests import add_step
from sessiontui.services.sessions import add_change, insert
from sessiontui.store.histories import load
from sessiontui.store.reads import imports as kept
from sessiontui.store.reads.requests import of_person
from sessiontui.store.signals import PresenceReport, is_kept

if TYPE_CHECKING:
    from sessiontui.store.tables import Session
    from sessiontui.store.tx import Tx

_WRITTEN: Final = ("title", "description", "kind", "priority", "tags", "fields", "link")
"""What is written about a session and simply replaced when a file says it differently."""

_ENDINGS: Final = {Control.COMPLETED: Move.COMPLETE, Control.CANCELLED: Move.CANCEL}


async def take_session(
    tx: Tx, register: Register, record: SessionRecord, source: str, *, has_moves: bool, has_start: bool
) -> Verdict:
    """Bring one session up to what a file says of it."""
    told = _told(record)
    session_id = await kept.session_of(tx.fetch, source, record.id)
    if session_id is None:
        await _add(tx, register, record, source, told, has_moves=has_moves, has_start=has_start)
        return Verdict.ADDED
    session = await tx.session(session_id)
    if told == session.imported:
        return Verdict.UNCHANGED
    await _update(tx, register, session, record, source, told)
    return Verdict.UPDATED


async def take_request(tx: Tx, register: Register, record: RequestRecord, source: str, session_id: int) -> Verdict:
    """Bring one request up to what a file says of it."""
    person_id = await register.refer(source, record.person)
    decider = register.find(source, record.decided_by) if record.decided_by else None
    by_name = register.known(decider).name if decider is not None else safe_line(record.decided_by or "")
    told = _told_request(record)
    held = await of_person(tx.fetch, session_id, person_id)
    tx.touch(session_id)
    values = {
        "state": str(record.state),
        "message": safe_block(record.message or ""),
        "requested_at": record.requested_at,
        "decided_at": record.decided_at,
        "decided_by": by_name,
        "reason": safe_block(record.reason or ""),
        "imported": told,
    }
    if held is None:
        request_id = await tx.insert("join_request", session_id=session_id, person_id=person_id, **values)
        await _first_steps(tx, request_id, record)
        return Verdict.ADDED
    request_id = held.id
    before = await tx.request(request_id)
    if before.imported == told:
        return Verdict.UNCHANGED
    if before.imported.get("state") == str(record.state):
        values = {"message": values["message"], "imported": told}
    else:
        await add_step(tx, request_id, record.state, at=record.decided_at or tx.at)
    await tx.update("join_request", request_id, **values, version=before.version + 1)
    return Verdict.UPDATED


async def take_presence(tx: Tx, register: Register, record: PresenceRecord, source: str, session_id: int) -> Verdict:
    """Bring one stated interval of presence up to what a file says of it."""
    person_id = await register.refer(source, record.person)
    return await take_stay(
        tx,
        PresenceReport(
            session_id=session_id,
            signal=Signal.STAY,
            at=record.joined_at,
            until=record.left_at,
            source=Source.IMPORT,
            person_id=person_id,
            key=f"import:p{person_id}:{to_ms(record.joined_at)}",
        ),
    )


async def take_stay(tx: Tx, report: PresenceReport) -> Verdict:
    """Store one stated interval, unless it is known already."""
    known = await is_kept(tx.fetch, report.session_id, report.key)
    fresh = await store(tx, [report])
    if not fresh:
        return Verdict.UNCHANGED
    return Verdict.UPDATED if known else Verdict.ADDED


async def take_moves(
    tx: Tx,
    register: Register,
    records: Sequence[tuple[MoveRecord, FileOutcome]],
    source: str,
    session_id: int,
) -> None:
    """Add the moves of one session in the order of their instants; one that leads nowhere is refused."""
    history = (await load(tx.fetch, [session_id]))[session_id]
    known = await kept.change_keys(tx.fetch, session_id)
    changes = list(history.changes)
    for record, outcome in sorted(records, key=lambda pair: pair[0].at):
        key = f"import:{record.move}:{to_ms(record.at)}"
        if key in known:
            outcome.counts[Verdict.UNCHANGED] += 1
            continue
        control = _control_before(history.control, changes, record.at)
        if control not in TARGETS[record.move]:
            starts = " or ".join(TARGETS[record.move])
            outcome.refuse(
                record.line,
                f"a {control} session cannot {record.move}: {record.move} leads from {starts}",
                f"{record.move} at {rfc3339(record.at)}",
            )
            continue
        by_id = await register.refer(source, record.by)
        await add_change(
            tx,
            session_id,
            key=key,
            at=record.at,
            move=record.move,
            starts_at=record.starts_at,
            ends_at=record.ends_at,
            mentor_id=await register.refer(source, record.mentor),
            reason=safe_block(record.reason or ""),
            by_id=by_id,
            by_name=register.known(by_id).name if by_id is not None else "",
        )
        known.add(key)
        changes.append(Change(at=record.at, move=record.move))
        outcome.counts[Verdict.ADDED] += 1


def _control_before(control: Control, changes: Sequence[Change], at: datetime) -> Control:
    for change in moves_of(changes):
        if change.at <= at and change.move is not None:
            control = TARGETS[change.move].get(control, control)
    return control


def _told(record: SessionRecord) -> dict[str, Json]:
    """Return what a file says of a session, in the form in which it is compared the next time."""
    instants = ("starts_at", "ends_at", "created_at", "started_at", "completed_at", "cancelled_at")
    told: dict[str, Json] = {
        name: None if getattr(record, name) is None else rfc3339(getattr(record, name)) for name in instants
    }
    for name in (*_WRITTEN, "author", "mentor", "control", "capacity", "cancel_reason"):
        value = getattr(record, name)
        told[name] = list(value) if name == "tags" else dict(value) if name == "fields" else value
    return cast("dict[str, Json]", json_like(told))


def _told_request(record: RequestRecord) -> dict[str, Json]:
    return {
        "state": str(record.state),
        "requested_at": None if record.requested_at is None else rfc3339(record.requested_at),
        "decided_at": None if record.decided_at is None else rfc3339(record.decided_at),
        "decided_by": record.decided_by,
        "reason": record.reason,
        "message": record.message,
    }


def json_like(value: object) -> Json:
    """Return a value as it is after a way through JSON: plain texts, lists and objects."""
    if isinstance(value, dict):
        return {str(key): json_like(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [json_like(part) for part in value]
    return str(value) if isinstance(value, str) else cast("Json", value)


def _values(record: SessionRecord) -> dict[str, object]:
    return {
        "title": safe_line(record.title),
        "description": safe_block(record.description or ""),
        "kind": str(record.kind),
        "priority": str(record.priority),
        "tags": [safe_line(tag, 60) for tag in record.tags],
        "fields": json_like(dict(record.fields)),
        "link": safe_line(record.link or "", 2000),
    }


async def _add(
    tx: Tx,
    register: Register,
    record: SessionRecord,
    source: str,
    told: dict[str, Json],
    *,
    has_moves: bool,
    has_start: bool,
) -> None:
    implied = implied_moves(record, has_moves=has_moves, has_start=has_start)
    session_id = await insert(
        tx,
        control=Control.SCHEDULED if implied else record.control,
        starts_at=record.starts_at,
        ends_at=record.ends_at,
        mentor_id=await register.refer(source, record.mentor),
        capacity=record.capacity or 0,
        author_id=await register.refer(source, record.author),
        created_at=record.created_at,
        source=source,
        external_id=record.id,
        imported=told,
        **_values(record),
    )
    for move, at in implied:
        await add_change(
            tx,
            session_id,
            key=f"import:{move}",
            at=at,
            move=move,
            reason=safe_block(record.cancel_reason or "") if move is Move.CANCEL else "",
            by_name="",
        )


def implied_moves(record: SessionRecord, *, has_moves: bool, has_start: bool) -> list[tuple[Move, datetime]]:
    """Return the moves that the instants of a session tell of, where the file has no moves that say it themselves."""
    moves: list[tuple[Move, datetime]] = []
    begun = record.control in (Control.SCHEDULED, Control.RUNNING, *_ENDINGS)
    if record.started_at is not None and begun and not has_start and not (has_moves and record.control in _ENDINGS):
        moves.append((Move.START, record.started_at))
    ending = record.completed_at if record.control is Control.COMPLETED else record.cancelled_at
    if record.control in _ENDINGS and not has_moves and ending is not None:
        moves.append((_ENDINGS[record.control], ending))
    elif record.control in _ENDINGS:
        return []  # nobody says since when: it counts as having always been so
    return moves


async def _update(
    tx: Tx, register: Register, session: Session, record: SessionRecord, source: str, told: dict[str, Json]
) -> None:
    """Apply what a file says differently than last time."""
    session_id = cast("int", session.id)
    before = session.imported
    differs = {name for name in told if told[name] != before.get(name)}
    tx.touch(session_id)
    written = {name: value for name, value in _values(record).items() if name in differs}
    if "author" in differs:
        written["author_id"] = await register.refer(source, record.author)
    if "created_at" in differs:
        written["created_at"] = record.created_at
    await tx.update("session", session_id, **written, imported=told, version=session.version + 1)
    if differs & {"starts_at", "ends_at", "mentor", "capacity"}:
        mentor = await register.refer(source, record.mentor) if "mentor" in differs else None
        await add_change(
            tx,
            session_id,
            starts_at=record.starts_at if "starts_at" in differs else None,
            ends_at=record.ends_at if "ends_at" in differs else None,
            mentor_id=(mentor or 0) if "mentor" in differs else None,
            capacity=(record.capacity or 0) if "capacity" in differs else None,
            reason="imported anew",
        )
    for move, at in _later_moves(session, record, differs, tx.at):
        await add_change(
            tx,
            session_id,
            key=f"import:{move}:{to_ms(at)}",
            at=at,
            move=move,
            reason=safe_block(record.cancel_reason or "") if move is Move.CANCEL else "imported anew",
        )


def _later_moves(
    session: Session, record: SessionRecord, differs: set[str], now: datetime
) -> list[tuple[Move, datetime]]:
    """Return the moves that lead from what holds now to what the file newly says."""
    if "control" not in differs or session.control == record.control:
        return []
    held = Control(session.control)
    at = {
        Control.COMPLETED: record.completed_at,
        Control.CANCELLED: record.cancelled_at,
        Control.RUNNING: record.started_at,
    }.get(record.control) or now
    for move in (Move.PUBLISH, Move.START, Move.PAUSE, Move.RESUME, Move.COMPLETE, Move.CANCEL, Move.REOPEN):
        if TARGETS[move].get(held) is record.control:
            return [(move, at)]
    return []


async def _first_steps(tx: Tx, request_id: int, record: RequestRecord) -> None:
    asked = record.requested_at
    if record.state is not RequestState.PENDING and record.decided_at is not None:
        await add_step(tx, request_id, RequestState.PENDING, at=asked, always=asked is None)
        await add_step(tx, request_id, record.state, at=record.decided_at)
    else:
        await add_step(tx, request_id, record.state, at=asked, always=asked is None)
