"""Sessions, requests, moves and presences of outside files: each compared with what the file said last time.

Only what a file says differently than before is a change, so that importing again resets nothing that people
have done since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Reach, Standing, may
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import NotAllowed
from sessiontui.domain.history import Change, History, broken_by, facts_at
from sessiontui.domain.instants import MILLISECOND, parse_instant, rfc3339, to_ms
from sessiontui.domain.lifecycle import MOVES, why_not
from sessiontui.domain.links import room_of
from sessiontui.domain.presence import Signal
from sessiontui.domain.text import MAX_TAG, safe_block, safe_line
from sessiontui.domain.vocabulary import Control, Move, RequestState, Source
from sessiontui.intake import MoveRecord, PresenceRecord, RequestRecord, SessionRecord
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.services.importing.stays import Stays
from sessiontui.services.rights import require_session
from sessiontui.services.sessions import add_change, insert
from sessiontui.store.histories import load
from sessiontui.store.reads import imports as kept
from sessiontui.store.reads.requests import of_person
from sessiontui.store.signals import PresenceReport

if TYPE_CHECKING:
    from sessiontui.store.tables import Session
    from sessiontui.store.tx import Tx

_WRITTEN: Final = ("title", "description", "kind", "priority", "tags", "fields", "link")
"""What is written about a session and simply replaced when a file says it differently."""

_ORDER: Final = {move: place for place, move in enumerate(Move)}

_ENDINGS: Final = {Control.COMPLETED: Move.COMPLETE, Control.CANCELLED: Move.CANCEL}


async def take_session(
    tx: Tx, register: Register, record: SessionRecord, source: str, *, has_moves: bool, has_start: bool
) -> Verdict:
    """Bring one session up to what a file says of it; ``NotAllowed`` where it is not one's own to import."""
    told = _told(record)
    session_id = await kept.session_of(tx.fetch, source, record.id)
    if session_id is None:
        implied = implied_moves(record, has_moves=has_moves, has_start=has_start)
        await _add(tx, register, record, source, told, implied)
        return Verdict.ADDED
    session = await tx.session(session_id)
    if told == session.imported:
        return Verdict.UNCHANGED
    await require_session(tx, Action.IMPORT_FILES, session)
    await _update(tx, register, session, record, source, told, has_start=has_start)
    return Verdict.UPDATED


async def take_request(tx: Tx, register: Register, record: RequestRecord, source: str, session_id: int) -> Verdict:
    """Bring one request up to what a file says of it."""
    person_id = await register.refer(source, record.person)
    told = _told_request(record)
    held = await of_person(tx.fetch, session_id, person_id)
    decided = {
        "state": str(record.state),
        "decided_at": record.decided_at,
        "decided_by": _decider(register, record, source),
        "reason": safe_block(record.reason or ""),
    }
    asked = {"message": safe_block(record.message or ""), "requested_at": record.requested_at}
    if held is None:
        request_id = await tx.insert(
            "join_request", session_id=session_id, person_id=person_id, imported=told, **asked, **decided
        )
        await _first_steps(tx, request_id, record, decided)
        tx.touch(session_id)
        return Verdict.ADDED
    before = await tx.request(held.id)
    if before.imported == told:
        return Verdict.UNCHANGED
    differs = {name for name in told if told[name] != before.imported.get(name)}
    values: dict[str, object] = {name: value for name, value in asked.items() if name in differs}
    if "state" not in differs:
        if before.state == record.state:
            values |= {name: value for name, value in decided.items() if name in differs}
        await _shift_steps(tx, held.id, before.imported, record, differs)
    elif before.state != record.state and not _is_later(before.decided_at, record.decided_at):
        values |= decided
        await _add_step(tx, held.id, record.state, record.decided_at or tx.at, decided)
    await tx.update("join_request", held.id, **values, imported=told, version=before.version + 1)
    tx.touch(session_id)
    return Verdict.UPDATED


def _decider(register: Register, record: RequestRecord, source: str) -> str:
    found = register.find(source, record.decided_by) if record.decided_by else None
    return register.known(found).name if found is not None else safe_line(record.decided_by or "")


def _is_later(held: datetime | None, told: datetime | None) -> bool:
    """Return whether what is held was decided after what a file tells."""
    return held is not None and told is not None and held > told


async def _shift_steps(
    tx: Tx, request_id: int, before: Mapping[str, Json], record: RequestRecord, differs: set[str]
) -> None:
    """Correct the instants of a request that a file now tells differently."""
    for name in ("decided_at", "requested_at"):
        if name in differs:
            held = before.get(name)
            was = parse_instant(held) if isinstance(held, str) else None
            await kept.shift_step(tx, request_id, before=was, after=getattr(record, name))


async def take_presence(
    register: Register, stays: Stays, record: PresenceRecord, outcome: FileOutcome, source: str, session_id: int
) -> None:
    """Gather one stated interval of presence."""
    person_id = await register.refer(source, record.person)
    report = PresenceReport(
        session_id=session_id,
        signal=Signal.STAY,
        at=record.joined_at,
        until=record.left_at,
        source=Source.IMPORT,
        person_id=person_id,
        key=f"import:p{person_id}:{to_ms(record.joined_at)}",
    )
    stays.add(report, stays.line(outcome))


async def take_moves(
    tx: Tx,
    register: Register,
    records: Sequence[tuple[MoveRecord, FileOutcome]],
    source: str,
    session_id: int,
) -> None:
    """Add the moves of one session in the order of their instants; one that leads nowhere is refused.

    Moves of one instant are taken in the one order in which they are possible.
    """
    history = (await load(tx.fetch, [session_id]))[session_id]
    known = await kept.change_keys(tx.fetch, session_id)
    waiting = sorted(records, key=lambda pair: (pair[0].at, _ORDER[pair[0].move]))
    while waiting:
        now = [pair for pair in waiting if pair[0].at == waiting[0][0].at]
        chosen = next((pair for pair in now if _key(pair[0]) in known or not _obstacle(history, pair[0])), now[0])
        waiting.remove(chosen)
        record, outcome = chosen
        if _key(record) in known:
            outcome.counts[Verdict.UNCHANGED] += 1
        elif obstacle := _obstacle(history, record):
            outcome.refuse(record.line, obstacle, f"{record.move} at {rfc3339(record.at)}")
        else:
            await _add_move(tx, register, record, source, session_id)
            known.add(_key(record))
            change = Change(at=record.at, move=record.move, starts_at=record.starts_at, ends_at=record.ends_at)
            history = replace(history, changes=(*history.changes, change))
            outcome.counts[Verdict.ADDED] += 1


async def _add_move(tx: Tx, register: Register, record: MoveRecord, source: str, session_id: int) -> None:
    by_id = await register.refer(source, record.by)
    mentor_id = await register.refer(source, record.mentor)
    await add_change(
        tx,
        session_id,
        key=_key(record),
        at=record.at,
        move=record.move,
        starts_at=record.starts_at,
        ends_at=record.ends_at,
        mentor_id=(mentor_id or 0) if record.move is Move.REASSIGN else mentor_id,
        reason=safe_block(record.reason or ""),
        by_id=by_id,
        by_name=register.known(by_id).name if by_id is not None else "",
    )


def _key(record: MoveRecord) -> str:
    return move_key(record.move, record.at)


def move_key(move: Move, at: datetime) -> str:
    """Return what makes a move recognisable, whether a line of its own tells it or an instant of its session."""
    return f"import:{move}:{to_ms(at)}"


def _obstacle(history: History, record: MoveRecord) -> str:
    """Return why a move leads nowhere at its instant, or nothing."""
    facts = facts_at(history, record.at)
    reason = why_not(record.move, facts, record.at)
    just_before = record.at - MILLISECOND
    if reason and why_not(record.move, facts_at(history, just_before, known=record.at), just_before):
        return reason  # who leaves at the very instant of a pause was there for it
    added = Change(at=record.at, move=record.move, starts_at=record.starts_at, ends_at=record.ends_at)
    if later := broken_by(history, added):
        return f"it would make the later {later.move} at {rfc3339(later.at)} impossible"
    if record.move is Move.EXTEND and (record.ends_at is None or record.ends_at <= facts.ends_at):
        return "extending needs a later end"
    if (record.ends_at or facts.ends_at) <= (record.starts_at or facts.starts_at):
        return f"to {record.move} it so would end it before it starts"
    return ""


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
        "tags": [safe_line(tag, MAX_TAG) for tag in record.tags],
        "fields": json_like(dict(record.fields)),
        "link": safe_line(record.link or "", 2000),
        "meeting_id": room_of(record.link or ""),
    }


async def _add(
    tx: Tx,
    register: Register,
    record: SessionRecord,
    source: str,
    told: dict[str, Json],
    implied: Sequence[tuple[Move, datetime]],
) -> None:
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
        external_id=record.id,
        imported=told,
        **_values(record),
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


async def _update(
    tx: Tx,
    register: Register,
    session: Session,
    record: SessionRecord,
    source: str,
    told: dict[str, Json],
    *,
    has_start: bool,
) -> None:
    """Apply what a file says differently than last time."""
    session_id = cast("int", session.id)
    differs = {name for name in told if told[name] != session.imported.get(name)}
    tx.touch(session_id)
    written = {name: value for name, value in _values(record).items() if name in differs}
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
    for move, at in _later_moves(session, record, differs, tx.at, has_start=has_start):
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


def _new_window(
    session: Session, record: SessionRecord, differs: set[str]
) -> tuple[datetime | None, datetime | None]:
    """Return the ends of the window that change; both where one alone would turn it round."""
    starts_at = record.starts_at if "starts_at" in differs else None
    ends_at = record.ends_at if "ends_at" in differs else None
    if (ends_at or session.ends_at) <= (starts_at or session.starts_at):
        return record.starts_at, record.ends_at
    return starts_at, ends_at


def _later_moves(
    session: Session, record: SessionRecord, differs: set[str], now: datetime, *, has_start: bool
) -> list[tuple[Move, datetime]]:
    """Return the moves that lead from what holds now to what the file newly says."""
    held, wanted = Control(session.control), record.control
    moves: list[tuple[Move, datetime]] = []
    newly_started = "started_at" in differs and session.imported.get("started_at") is None and not has_start
    if newly_started and record.started_at and wanted is not Control.DRAFT and held in MOVES[Move.START]:
        moves.append((Move.START, record.started_at))
        held = MOVES[Move.START][held]
        if wanted is Control.SCHEDULED:
            return moves
    if "control" not in differs or held is wanted:
        return moves
    at = {Control.COMPLETED: record.completed_at, Control.CANCELLED: record.cancelled_at}.get(wanted) or now
    for first in ((), (Move.PUBLISH,), (Move.START,)):
        there = MOVES[first[0]].get(held) if first else held
        for move in (Move.PUBLISH, Move.START, Move.PAUSE, Move.RESUME, Move.COMPLETE, Move.CANCEL, Move.REOPEN):
            if there is not None and MOVES[move].get(there) is wanted:
                return [*moves, *((step, at) for step in (*first, move))]
    return moves


async def _first_steps(tx: Tx, request_id: int, record: RequestRecord, decided: Mapping[str, object]) -> None:
    asked = record.requested_at
    if record.state is not RequestState.PENDING and record.decided_at is not None:
        await _add_step(tx, request_id, RequestState.PENDING, asked, {})
        await _add_step(tx, request_id, record.state, record.decided_at, decided)
    else:
        await _add_step(tx, request_id, record.state, asked, decided)


async def _add_step(
    tx: Tx, request_id: int, state: RequestState, at: datetime | None, decided: Mapping[str, object]
) -> None:
    """Add one state to the life of a request, by whom the file names."""
    await tx.insert(
        "request_change",
        request_id=request_id,
        at=at,
        state=str(state),
        by_name=decided.get("decided_by", ""),
        reason=decided.get("reason", ""),
    )
