"""Double bookings: how much it matters that somebody is expected in two sessions at once, and how that is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Final

from sessiontui.domain.records import record
from sessiontui.domain.text import visible

MOST_NAMED: Final = 2
"""Clashes that a sentence names before it counts the rest."""


class Level(StrEnum):
    """What becomes of an act that would book somebody twice; the strictest first."""

    BLOCK = "block"
    CONFIRM = "confirm"
    WARN = "warn"
    IGNORE = "ignore"


@record(kw_only=True)
class Clashes:
    """What becomes of double bookings, of mentors and of participants; set under ``[clashes]`` in the settings."""

    mentor: Level = Level.CONFIRM
    participant: Level = Level.WARN

    def level(self, *, hosts: bool) -> Level:
        """Return the level for somebody who hosts one of both sessions, or takes part in both."""
        return self.mentor if hosts else self.participant


DEFAULT_CLASHES: Final = Clashes()


@record(kw_only=True)
class Booking:
    """Where somebody is expected; ``hosts`` says in what part. An empty ``title`` may not be told."""

    person_id: int
    person: str
    session_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    hosts: bool

    @property
    def words(self) -> str:
        """Which session that is, and when, in UTC."""
        return self.words_in(UTC)

    def words_in(self, zone: tzinfo) -> str:
        """Return which session that is, and when on the clock of a zone; UTC is named, as it is nobody's own."""
        start, end = self.starts_at.astimezone(zone), self.ends_at.astimezone(zone)
        day = "" if start.date() == end.date() else "%Y-%m-%d "
        when = f"{start:{day}%H:%M} to {end:{day}%H:%M}" + (" UTC" if str(zone) == "UTC" else "")
        if not self.title:
            return f"another session ({when})"
        return f"{visible(self.title)} #{self.session_id} ({when})"


def overlaps(booking: Booking, starts_at: datetime, ends_at: datetime) -> bool:
    """Tell whether a booking shares any time with a half-open window.

    >>> from datetime import UTC
    >>> at = lambda hour: datetime(2026, 5, 4, hour, tzinfo=UTC)
    >>> it = Booking(person_id=1, person="", session_id=1, title="", starts_at=at(9), ends_at=at(10), hosts=True)
    >>> overlaps(it, at(10), at(11)), overlaps(it, at(8), at(11))
    (False, True)
    """
    return booking.starts_at < ends_at and booking.ends_at > starts_at


def sentence_of(bookings: Sequence[Booking]) -> str:
    """Return who is expected elsewhere, and where; the first few by name.

    >>> from datetime import UTC
    >>> at = datetime(2026, 5, 4, 9, tzinfo=UTC)
    >>> sentence_of([Booking(person_id=1, person="Lee", session_id=7, title="CV review",
    ...     starts_at=at, ends_at=at.replace(hour=10), hosts=True)])
    'Lee is booked in CV review #7 (09:00 to 10:00 UTC)'
    """
    named = [f"{visible(one.person)} is booked in {one.words}" for one in bookings[:MOST_NAMED]]
    more = len(bookings) - len(named)
    if more:
        named.append(f"{more} more double booking{'s' if more > 1 else ''}")
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
