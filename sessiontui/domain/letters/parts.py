"""What letters are made of: who reads them, the session they are about, and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.letters.wordings import BUILT_IN, Wordings
from sessiontui.domain.records import record

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SHORT: Final = 3


@record(kw_only=True)
class Reader:
    """Who reads a letter: ``zone`` is an IANA name, or empty where nobody knows it, ``language`` such as ``de``."""

    name: str
    zone: str = ""
    language: str = ""
    wordings: Wordings = BUILT_IN
    has_place: bool = True
    """Whether they may know the link: who only asked to take part, or was refused, may not."""


@record(kw_only=True)
class Subject:
    """The session that a letter is about."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    mentor: str = ""
    link: str = ""


def when(starts_at: datetime, ends_at: datetime, zone: tzinfo) -> str:
    """Return a window in words, in a zone that is named.

    >>> when(datetime(2026, 5, 4, 14, tzinfo=UTC), datetime(2026, 5, 4, 15, tzinfo=UTC), ZoneInfo("Europe/Madrid"))
    'Monday 4 May 2026, 16:00 to 17:00 (Europe/Madrid)'
    """
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    last = f"{end:%H:%M}" if end.date() == start.date() else f"{day(end)}, {end:%H:%M}"
    return f"{day(start)}, {start:%H:%M} to {last} ({zone_name(zone)})"


def start(instant: datetime, zone: tzinfo) -> str:
    """Return an instant in short, in a zone that is named.

    >>> start(datetime(2026, 5, 5, 16, tzinfo=UTC), ZoneInfo("Europe/Madrid"))
    'Tue 5 May, 18:00 Europe/Madrid'
    """
    local = instant.astimezone(zone)
    month = _MONTHS[local.month - 1][:_SHORT]
    return f"{_DAYS[local.weekday()][:_SHORT]} {local.day} {month}, {local:%H:%M} {zone_name(zone)}"


def day(instant: datetime) -> str:
    """Return the day of a local time in words.

    >>> day(datetime(2026, 5, 4, tzinfo=UTC))
    'Monday 4 May 2026'
    """
    return f"{_DAYS[instant.weekday()]} {instant.day} {_MONTHS[instant.month - 1]} {instant.year}"


def zone_name(zone: tzinfo) -> str:
    """Return what a zone is called."""
    return zone.key if isinstance(zone, ZoneInfo) else str(zone.tzname(datetime(2000, 1, 1, tzinfo=UTC)))
