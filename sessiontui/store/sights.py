"""What of a sight is kept in a session's row, and the sight read back from there for a later instant.

A row says what was so at ``derived_at``. Until it is due nothing moves but minutes, and those at a known pace: none,
while guests are there and nothing pauses them, and with the host beside them. So a row that is not due is told at
any instant without its history. Who ended a session, and why, stands in the change that ended it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from sessiontui.domain.instants import maybe_ms
from sessiontui.domain.sight import sight_of
from sessiontui.domain.vocabulary import Move

if TYPE_CHECKING:
    from sessiontui.domain.history import History
    from sessiontui.domain.lifecycle import Derived, Facts
    from sessiontui.store.reader import Value

COLUMNS: Final = (
    "rule",
    "pace",
    "together_ms",
    "begun_at",
    "ended_at",
    "paused_at",
    "present_since",
    "last_left_at",
)

MOVING: Final = ("pace", "together_ms")
"""The columns that move with time alone."""

_MS: Final = timedelta(milliseconds=1)


class Pace(IntEnum):
    """Which lengths grow as time goes by."""

    STILL = 0
    GUESTS = 1
    TOGETHER = 2


ENDING: Final = (
    "LEFT JOIN session_change e ON e.session_id = s.id AND e.at = s.ended_at AND e.voided_by IS NULL"
    " AND e.move IN ('complete', 'cancel')"
)
"""Joins the change that ended a session to its row ``s``."""


def values_of(facts: Facts, derived: Derived, now: datetime) -> tuple[Value, ...]:
    """Return what is kept of a session as it was derived at ``now``, in the order of ``COLUMNS``."""
    seen = sight_of(facts, derived)
    return (
        seen.rule,
        _pace(facts, derived, now),
        None if derived.together is None else derived.together // _MS,
        maybe_ms(seen.begun_at),
        maybe_ms(seen.ended_at),
        maybe_ms(seen.paused_at),
        maybe_ms(seen.present_since),
        maybe_ms(seen.last_left_at),
    )


def is_told_by_row(history: History, facts: Facts) -> bool:
    """Return whether the row and the change that ended the session tell it whole.

    They do not where two changes of the very same instant may both have ended it: only the history knows which.
    """
    endings = (Move.COMPLETE, Move.CANCEL)
    return sum(change.at == facts.ended_at and change.move in endings for change in history.changes) < 2


def _pace(facts: Facts, derived: Derived, now: datetime) -> Pace:
    if not derived.here or facts.paused_at is not None or now < facts.begin:
        return Pace.STILL
    return Pace.TOGETHER if derived.host_here and derived.together is not None else Pace.GUESTS
