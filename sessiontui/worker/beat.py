"""When a job is due: a trigger that never piles up what was missed."""

from __future__ import annotations

from datetime import datetime, timedelta

from apscheduler.triggers.base import BaseTrigger


class Beat(BaseTrigger):  # type: ignore[misc] # the library has no types
    """Fires at once (or after ``first_after``), then at a steady pace.

    The library's own interval trigger counts every missed run one by one before it drops them: after a clock that
    stood at 1970 is set right, that is a thousand million for a job of one second.
    """

    def __init__(self, every: timedelta, *, first_after: timedelta = timedelta()) -> None:
        self._every = every
        self._first_after = first_after

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return when to fire next: one beat after the last, or one beat from now if that has passed already."""
        if previous_fire_time is None:
            return now + self._first_after
        following = previous_fire_time + self._every
        return following if now < following <= now + self._every else now + self._every
