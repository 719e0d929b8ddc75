"""Moves of outside files: added in the order of their instants, or refused where they lead nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.history import Change, History, broken_by, facts_at
from sessiontui.domain.instants import MILLISECOND, rfc3339, to_ms
from sessiontui.domain.lifecycle import why_not
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import Move
from sessiontui.intake import MoveRecord
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.services.sessions import add_change
from sessiontui.store.histories import load
from sessiontui.store.reads import imports as kept

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

_ORDER: Final = {move: place for place, move in enumerate(Move)}


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
