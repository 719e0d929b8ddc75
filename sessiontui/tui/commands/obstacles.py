"""Why a move is impossible, judged from a row of the board alone: for marked sessions, whose details are not read.

The rule itself is ``domain.lifecycle.why_not``; where the detail is known its answer is taken. What a row cannot
tell is left to the services, which have the last word.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sessiontui.domain.moves import CLOSED_BY_HISTORY, closed, refusal
from sessiontui.domain.vocabulary import Control, Move, Status
from sessiontui.services.pictures import SessionLine

_BEFORE_BEGIN: Final = frozenset({Status.CREATED, Status.HAS_REQUESTS, Status.APPROVED, Status.UPCOMING})


def obstacle_to(move: Move, line: SessionLine, now: datetime) -> str:
    """Return why a move is impossible for the session of a row, or an empty string."""
    if reason := refusal(move, line.control, is_archived=line.archived_at is not None):
        return reason
    is_over = line.status.is_ended and not line.provisional
    if is_over and move in CLOSED_BY_HISTORY:
        return closed(move)
    return _special(move, line, now, is_over=is_over)


def _special(move: Move, line: SessionLine, now: datetime, *, is_over: bool) -> str:
    scheduled = line.control is Control.SCHEDULED
    match move:
        case Move.PAUSE if scheduled and line.status is not Status.ACTIVE:
            return "a scheduled session cannot be paused before it is active"
        case Move.COMPLETE if scheduled and line.status in _BEFORE_BEGIN:
            return "a scheduled session cannot be completed before it has begun: cancel it instead"
        case Move.REOPEN if now >= line.ends_at:
            return f"a {line.control} session cannot be reopened once its window has ended"
        case Move.ARCHIVE if line.control in (Control.SCHEDULED, Control.RUNNING) and not is_over:
            return f"a {line.control} session cannot be archived before it has ended"
        case Move.RESCHEDULE if line.active or line.left:
            return "a session cannot be rescheduled once a guest was seen in it"
        case _:
            return ""
