"""How long the answer to a job's question stays a no: until something is committed, or an instant has come.

What is due stays due until somebody writes. So where nothing would be due some seconds from now either, the question
need not be asked again before, as long as nothing is committed. A worker at rest asks next to nothing. What is due at
an instant is due as well when the same is asked of a later one, up to ``MOST`` on: one question ahead does for both.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.services.due import AHEAD
from sessiontui.worker.running import may_find

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.worker.plans import Ask

LEAST: Final = timedelta(seconds=2)
MOST: Final = AHEAD
"""How far ahead is asked: twice as far each time that nothing is there, half as far where something is."""

SKIPPED: Final = 8
"""Turns without a look ahead where even the nearest had found something."""


class Lull:
    """What is known of one question since it was last asked."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: tuple[tuple[int, int], datetime, datetime] | None = None
        """At which state of the database, from when to when, the answer is no."""
        self._reach = LEAST
        self._skipped = 0
        """How often it is not worth to look ahead, because something was to come soon the last time."""

    def may_find(self, context: Context, *, at: datetime, news: tuple[int, int] | None) -> bool:
        """Return whether a run may find anything to do; ``news`` is what was known before this is asked."""
        known, self._known = self._known, None
        if known is not None and news == known[0] and known[1] <= at < known[2]:
            self._known = known
            return False
        return self._is_soon(context, at, news) and may_find(self._ask(context, at=at))

    def _is_soon(self, context: Context, at: datetime, news: tuple[int, int] | None) -> bool:
        """Look ahead, and return whether that leaves anything to ask: where nothing is due then, nothing is now."""
        if news is None:
            return True
        if self._skipped:
            self._skipped -= 1
            return True
        ahead = at + self._reach
        if may_find(self._ask(context, at=ahead)):
            if self._reach == LEAST:
                self._skipped = SKIPPED
            self._reach = max(LEAST, self._reach / 2)
            return True
        self._known = news, at, ahead
        self._reach = min(MOST, self._reach * 2)
        return False
