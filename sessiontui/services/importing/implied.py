"""The moves that the instants and the control of a session tell of, where no line of its own tells them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.moves import MOVES
from sessiontui.domain.vocabulary import Control, Move
from sessiontui.intake import SessionRecord

if TYPE_CHECKING:
    from sessiontui.store.tables import Session

_ENDINGS: Final = {Control.COMPLETED: Move.COMPLETE, Control.CANCELLED: Move.CANCEL}


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


def later_moves(
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
