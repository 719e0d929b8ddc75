"""The rows of the desk as they were made: one is made again only when its session or its minutes changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.tui.present.columns import Row
from sessiontui.tui.present.line import row
from sessiontui.tui.present.look import Look

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionLine

_MINUTE: Final = timedelta(minutes=1)


class Rows:
    """Makes rows of sessions, and keeps them."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._made: dict[int, tuple[SessionLine, datetime, Row]] = {}

    def of(self, lines: Iterable[SessionLine], now: datetime) -> list[Row]:
        """Return the rows of a window; all others are forgotten."""
        before, self._made = self._made, {}
        for line in lines:
            known = before.get(line.id)
            if known is None or _differs(known, line, now):
                known = line, now, row(line, now, self._look)
            self._made[line.id] = known
        return [made for _, _, made in self._made.values()]

    def renewed(self, lines: Iterable[SessionLine], now: datetime) -> list[Row]:
        """Return the rows of those of the window's sessions that would look other than their rows do."""
        fresh = []
        for line in lines:
            known = self._made.get(line.id)
            if known is not None and _differs(known, line, now):
                self._made[line.id] = (line, now, row(line, now, self._look))
                fresh.append(self._made[line.id][2])
        return fresh


def _differs(made: tuple[SessionLine, datetime, Row], line: SessionLine, now: datetime) -> bool:
    """Tell whether a row was made of another line, or tells a time that has moved on."""
    before, at, _ = made
    if line is not before and line != before:
        return True
    past, passed = now - line.starts_at, at - line.starts_at
    return past != passed and (abs(past) < 2 * _MINUTE or past // _MINUTE != passed // _MINUTE)
