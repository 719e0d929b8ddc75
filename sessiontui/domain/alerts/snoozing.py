"""For how long an alert is put off: the four answers of a person who does not want to see it now."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final


class Snooze(StrEnum):
    """How long to put an alert off."""

    QUARTER = "15m"
    HOUR = "1h"
    FOUR_HOURS = "4h"
    TOMORROW = "tomorrow"

    @property
    def words(self) -> str:
        """The choice as people read it.

        >>> Snooze.FOUR_HOURS.words
        '4 hours'
        """
        return _WORDS[self]


_WORDS: Final = {
    Snooze.QUARTER: "15 minutes",
    Snooze.HOUR: "1 hour",
    Snooze.FOUR_HOURS: "4 hours",
    Snooze.TOMORROW: "until tomorrow, 08:00",
}

_LENGTHS: Final = {
    Snooze.QUARTER: timedelta(minutes=15),
    Snooze.HOUR: timedelta(hours=1),
    Snooze.FOUR_HOURS: timedelta(hours=4),
}

MORNING: Final = time(8)
"""When tomorrow begins for whoever puts something off until then."""


def snoozed_until(choice: Snooze, now: datetime, zone: tzinfo) -> datetime:
    """Return the instant until which a choice lasts; tomorrow is the next morning in the admin's zone.

    >>> from zoneinfo import ZoneInfo
    >>> late = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
    >>> snoozed_until(Snooze.TOMORROW, late, ZoneInfo("Europe/Madrid")).isoformat()
    '2026-05-06T06:00:00+00:00'
    """
    if choice in _LENGTHS:
        return now + _LENGTHS[choice]
    following = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(following, MORNING, zone).astimezone(UTC)
