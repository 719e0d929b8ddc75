"""Who is in which session of the living demo, and the heartbeats that their devices send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Source
from sessiontui.store.signals import PresenceReport

CATCH_UP: Final = 10
"""How many missed heartbeats of one device are sent after a hold-up; after more of them it counts as gone."""

Seat: TypeAlias = tuple[int, int]
"""A session and a person in it."""


class Attendance:
    """Remembers since when each device was last heard; every second session sends no heartbeats at all."""

    def __init__(self, *, every: timedelta) -> None:
        self._every = every
        self._heard: dict[Seat, datetime | None] = {}

    def __contains__(self, seat: Seat) -> bool:
        return seat in self._heard

    def inside(self, session_id: int) -> list[int]:
        """Return who is in a session."""
        return [person_id for seat, person_id in self._heard if seat == session_id]

    def take_over(self, seat: Seat, at: datetime, *, beats: bool) -> None:
        """Go on with someone who is there already."""
        self._heard[seat] = at if beats else None

    def drop(self, seat: Seat) -> None:
        """Hear no more of a device."""
        self._heard.pop(seat, None)

    def join(self, seat: Seat, at: datetime) -> PresenceReport | None:
        """Return what the platform reports when someone comes, or ``None`` where they are in already."""
        if seat in self._heard:
            return None
        beats = seat[0] % 2 == 0
        self._heard[seat] = at if beats else None
        return _report(seat, Signal.JOIN, at, beats=beats)

    def leave(self, seat: Seat, at: datetime) -> PresenceReport | None:
        """Return what the platform reports when someone leaves, or ``None`` where they are not in."""
        if seat not in self._heard:
            return None
        return _report(seat, Signal.LEAVE, at, beats=self._heard.pop(seat) is not None)

    def beats(self, now: datetime) -> Iterator[PresenceReport]:
        """Yield the heartbeats that are due at ``now``, those missed in a hold-up included."""
        for seat, heard in list(self._heard.items()):
            if heard is None:
                continue
            missed = int((now - heard) / self._every)
            for number in range(max(1, missed - CATCH_UP + 1), missed + 1):
                yield _report(seat, Signal.HEARTBEAT, heard + number * self._every, beats=True)
            self._heard[seat] = heard + missed * self._every


def _report(seat: Seat, signal: Signal, at: datetime, *, beats: bool) -> PresenceReport:
    session_id, person_id = seat
    return PresenceReport(
        session_id=session_id,
        person_id=person_id,
        signal=signal,
        at=at,
        source=Source.API if beats else Source.WEBHOOK,
    )
