"""Requests of outside files: each compared with what the file said last time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.chain import Json
from sessiontui.domain.instants import parse_instant, rfc3339
from sessiontui.domain.text import safe_block, safe_line
from sessiontui.domain.vocabulary import RequestState
from sessiontui.intake import RequestRecord
from sessiontui.services.importing.outcome import Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.store.reads import imports as kept
from sessiontui.store.reads.requests import of_person

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


async def take_request(tx: Tx, register: Register, record: RequestRecord, source: str, session_id: int) -> Verdict:
    """Bring one request up to what a file says of it."""
    person_id = await register.refer(source, record.person)
    told = told_request(record)
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


def told_request(record: RequestRecord) -> dict[str, Json]:
    """Return what a file says of a request, in the form in which it is compared the next time."""
    return {
        "state": str(record.state),
        "requested_at": None if record.requested_at is None else rfc3339(record.requested_at),
        "decided_at": None if record.decided_at is None else rfc3339(record.decided_at),
        "decided_by": record.decided_by,
        "reason": record.reason,
        "message": record.message,
    }


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
