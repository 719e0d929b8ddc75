"""When the day of an author or mentor is told to them: once, in the morning where they live."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from sessiontui.domain.preferences import QuietHours

MORNING: Final = time(7)
"""When a day is told, by the clock on the wall; later where quiet hours end later."""

LATEST: Final = timedelta(hours=4)
"""How late it may be told after an outage: towards noon it is no news any more."""

LOOKS_BACK: Final = timedelta(hours=24)
"""How far back a digest looks for what went wrong."""


def day_due(now: datetime, zone: tzinfo, *, quiet: QuietHours | None, last: str) -> date | None:
    """Return the day that is to be told now, ``None`` where it is too early, too late, or was told; ``last`` is ISO.

    >>> from zoneinfo import ZoneInfo
    >>> madrid = ZoneInfo("Europe/Madrid")
    >>> at = datetime(2026, 5, 5, 5, tzinfo=UTC)
    >>> day_due(at, madrid, quiet=None, last="2026-05-04"), day_due(at, madrid, quiet=None, last="2026-05-05")
    (datetime.date(2026, 5, 5), None)
    """
    today = now.astimezone(zone).date()
    if last >= today.isoformat():
        return None
    morning = quiet.until if quiet is not None and quiet.hold(MORNING) else MORNING
    begins = datetime.combine(today, morning, tzinfo=zone).astimezone(UTC)
    return today if begins <= now < begins + LATEST else None


def span_of(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when a day begins and ends where somebody lives, in UTC; days of changing clocks are longer or shorter.

    >>> from zoneinfo import ZoneInfo
    >>> since, until = span_of(date(2026, 3, 29), ZoneInfo("Europe/Madrid"))
    >>> str(until - since)
    '23:00:00'
    """
    since = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    return since, datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
