"""When people are reminded of a session by itself: once for each lead time, and only of what is true by then.

A lead time that had passed before someone knew of the session at that time, from its publication, its last move or
their approval, is not made up for: what told them has just reminded them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.instants import to_ms

LEADS: Final = (timedelta(hours=24), timedelta(hours=1), timedelta(minutes=15))
"""How long before its start people are reminded of a session, the longest first."""


def latest(lead: timedelta) -> timedelta:
    """Return how late a reminder may be, after an outage: half its lead time, which is before the next one is due.

    >>> [str(latest(lead)) for lead in LEADS]
    ['12:00:00', '0:30:00', '0:07:30']
    """
    return lead / 2


def is_due(lead: timedelta, starts_at: datetime, *, known_since: datetime | None, now: datetime) -> bool:
    """Return whether someone who has known of a start since then is to be reminded now, if they were not yet.

    >>> from datetime import UTC
    >>> start = datetime(2026, 5, 4, 14, tzinfo=UTC)
    >>> hour = timedelta(hours=1)
    >>> is_due(hour, start, known_since=None, now=start - hour), is_due(hour, start, known_since=None, now=start)
    (True, False)
    >>> is_due(hour, start, known_since=start - hour / 2, now=start - hour / 2)
    False
    """
    due = starts_at - lead
    if known_since is not None and known_since > due:
        return False
    return due <= now <= due + latest(lead)


def occurrence(lead: timedelta, starts_at: datetime) -> str:
    """Return what tells a reminder from every other one to the same person about the same session.

    >>> from datetime import UTC
    >>> occurrence(timedelta(hours=1), datetime(2026, 5, 4, 14, tzinfo=UTC))
    '60:1777903200000'
    """
    return f"{lead // timedelta(minutes=1)}:{to_ms(starts_at)}"


def window(lead: timedelta, now: datetime) -> tuple[datetime, datetime]:
    """Return between which starts, both included, a reminder with this lead time may be due now.

    >>> from datetime import UTC
    >>> [f"{at:%H:%M}" for at in window(timedelta(hours=1), datetime(2026, 5, 4, 13, tzinfo=UTC))]
    ['13:30', '14:00']
    """
    return now + lead - latest(lead), now + lead
