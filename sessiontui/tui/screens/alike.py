"""Whether what is drawn beside the rows of the desk has to be drawn again: the keys, and the counts."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sessiontui.services.pictures import Board, SessionLine

_NO_KEYS: Final = ("beside", "why", "actual", "together", "efficiency", "rank", "version", "active", "left", "alerts")
"""Fields of a row that do not decide about keys as they are."""

_COUNTED: Final = attrgetter("counts", "matched", "matched_exact", "total", "alerts")
"""Fields of a board that are drawn as numbers beside its rows."""


def asks_alike(before: SessionLine | None, line: SessionLine | None) -> bool:
    """Tell whether a session asks for the same keys as before: minutes, sentences and numbers do not count.

    Whether anybody is there at all is: some moves are only possible while nobody is.
    """
    if before is None or line is None or before is line:
        return before is line
    same = {name: getattr(before, name) for name in _NO_KEYS}
    return _others(before) == _others(line) and replace(line, **same) == before


def has_counts_of(before: Board, board: Board) -> bool:
    """Tell whether a board counts what the one before it did: its rows are not looked at."""
    return _COUNTED(before) == _COUNTED(board)


def _others(line: SessionLine) -> tuple[object, ...]:
    """Return what of the fields in ``_NO_KEYS`` decides about keys all the same."""
    alerts = tuple(replace(one, sentence="", facts=()) for one in line.alerts)
    return bool(line.active), bool(line.left), alerts
