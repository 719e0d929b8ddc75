"""How control moves: where each move leads, and why it is refused where it leads nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sessiontui.domain.vocabulary import Control, Move

_C = Control

MOVES: Final[Mapping[Move, Mapping[Control, Control]]] = {
    Move.PUBLISH: {_C.DRAFT: _C.SCHEDULED},
    Move.START: {_C.DRAFT: _C.RUNNING, _C.SCHEDULED: _C.RUNNING},
    Move.PAUSE: {_C.RUNNING: _C.PAUSED, _C.SCHEDULED: _C.PAUSED},
    Move.RESUME: {_C.PAUSED: _C.RUNNING},
    Move.EXTEND: {control: control for control in (_C.SCHEDULED, _C.RUNNING, _C.PAUSED)},
    Move.COMPLETE: dict.fromkeys((_C.RUNNING, _C.PAUSED, _C.SCHEDULED), _C.COMPLETED),
    Move.CANCEL: dict.fromkeys((_C.DRAFT, _C.SCHEDULED, _C.RUNNING, _C.PAUSED), _C.CANCELLED),
    Move.REOPEN: {_C.COMPLETED: _C.SCHEDULED, _C.CANCELLED: _C.SCHEDULED},
    Move.ARCHIVE: {control: control for control in (_C.COMPLETED, _C.CANCELLED, _C.SCHEDULED, _C.RUNNING)},
    Move.RESTORE: {control: control for control in _C},
    Move.RESCHEDULE: {_C.DRAFT: _C.DRAFT, _C.SCHEDULED: _C.SCHEDULED},
    Move.REASSIGN: {control: control for control in (_C.DRAFT, _C.SCHEDULED, _C.RUNNING, _C.PAUSED)},
}
"""Where each move leads, by the control it starts from: the only way in which control changes."""

CLOSED_BY_HISTORY: Final = frozenset(
    {Move.PUBLISH, Move.START, Move.PAUSE, Move.EXTEND, Move.CANCEL, Move.RESCHEDULE}
)
"""What an ended session refuses, so that history stays what it was."""

DONE: Final[Mapping[Move, str]] = {
    Move.PUBLISH: "published",
    Move.START: "started",
    Move.PAUSE: "paused",
    Move.RESUME: "resumed",
    Move.EXTEND: "extended",
    Move.COMPLETE: "completed",
    Move.CANCEL: "cancelled",
    Move.REOPEN: "reopened",
    Move.ARCHIVE: "archived",
    Move.RESTORE: "restored",
    Move.RESCHEDULE: "rescheduled",
    Move.REASSIGN: "reassigned",
}
"""What a session is once the move was made."""


def refusal(move: Move, control: Control, *, is_archived: bool) -> str:
    """Return why a session of this control cannot make a move, in one sentence naming both ends, or an empty string.

    >>> refusal(Move.CANCEL, Control.COMPLETED, is_archived=False)
    'a completed session cannot be cancelled: only a draft, scheduled, running or paused one can'
    >>> refusal(Move.RESUME, Control.SCHEDULED, is_archived=False)
    'a scheduled session cannot be resumed: only a paused one can, and is running then'
    """
    if is_archived and move is not Move.RESTORE:
        return f"an archived session cannot be {DONE[move]}: restore it first"
    if not is_archived and move is Move.RESTORE:
        return "only an archived session can be restored"
    targets = MOVES[move]
    if control in targets:
        return ""
    *others, last = targets
    starts = f"{', '.join(others)} or {last}" if others else last
    goal = next(iter(targets.values()))
    then = "" if goal in targets or DONE[move] == goal else f", and is {goal} then"
    return f"a {control} session cannot be {DONE[move]}: only a {starts} one can{then}"


def closed(move: Move) -> str:
    """Return why a session that has ended for good refuses a move that would change its history.

    >>> closed(Move.EXTEND)
    'the session is over and cannot be extended: its history stays as it was'
    """
    return f"the session is over and cannot be {DONE[move]}: its history stays as it was"
