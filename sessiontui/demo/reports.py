"""What the platforms of the demo report: arrivals and departures, and the heartbeats of those who are there."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sessiontui.domain.errors import SessiontuiError
from sessiontui.services.presence import MAX_BATCH

if TYPE_CHECKING:
    from datetime import datetime

    from sessiontui.demo.attendance import Attendance
    from sessiontui.demo.doors import Doors
    from sessiontui.store.signals import PresenceReport


class Reports:
    """Reports that wait to be sent through the doors; those that a busy database did not take are sent again."""

    def __init__(self, doors: Doors, attendance: Attendance) -> None:
        self._doors = doors
        self._attendance = attendance
        self._unsent: list[PresenceReport] = []

    def empty(self, session_id: int, now: datetime) -> None:
        """Let everyone leave a session that is over."""
        for person_id in self._attendance.inside(session_id):
            self.hear(self._attendance.leave((session_id, person_id), now))

    def hear(self, report: PresenceReport | None) -> None:
        """Keep a report until it is sent."""
        if report is not None:
            self._unsent.append(report)

    async def send(self, now: datetime) -> int:
        """Record arrivals and departures in one write, and heartbeats, which need no audit entry, in another."""
        written = 0
        signals, self._unsent = self._unsent, []
        if signals:
            batch, rest = signals[:MAX_BATCH], signals[MAX_BATCH:]
            self._unsent += rest
            try:
                await self._doors.report(batch, now=now)
                written += 1
            except SessiontuiError:  # the database is busy: what was reported is reported again
                self._unsent = [*batch, *rest]
        beats = list(self._attendance.beats(now))
        if beats:
            with suppress(SessiontuiError):
                await self._doors.beat(beats, now=now)
                written += 1
        return written
