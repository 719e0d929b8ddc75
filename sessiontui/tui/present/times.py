"""Times and lengths of time as people read them: relative while near, a wall clock in their zone beyond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.tui.present.look import UTC_ZONE

NEAR: Final = timedelta(minutes=90)
"""Up to here the minutes left say more than a clock."""

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUTE: Final = timedelta(minutes=1)
_HALF_A_YEAR: Final = 183
"""Days up to which a date without a year can be no other year's."""


def minutes(length: timedelta) -> int:
    """Return whole minutes, cut towards zero.

    >>> minutes(timedelta(seconds=-90))
    -1
    """
    whole = abs(length) // _MINUTE
    return -whole if length < timedelta() else whole


def span(length: timedelta) -> str:
    """Return a length of time in at most two units.

    >>> span(timedelta(minutes=200)), span(timedelta(seconds=8)), span(timedelta(days=3, hours=1))
    ('3 h 20', '8 s', '3 d')
    """
    length = abs(length)
    if length < _MINUTE:
        return f"{length // timedelta(seconds=1)} s"
    if length < NEAR:
        return f"{length // _MINUTE} min"
    hours, rest = divmod(length // _MINUTE, 60)
    if hours < 24:
        return f"{hours} h {rest:02}" if rest else f"{hours} h"
    return f"{hours // 24} d"


def clock(instant: datetime, zone: ZoneInfo, *, seconds: bool = False) -> str:
    """Return the wall-clock time of an instant in a zone.

    >>> clock(datetime(2026, 5, 4, 14, 2, 31, tzinfo=UTC), ZoneInfo("Europe/Madrid"), seconds=True)
    '16:02:31'
    """
    local = instant.astimezone(zone)
    return f"{local.hour:02}:{local.minute:02}" + (f":{local.second:02}" if seconds else "")


def moment(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return day and wall-clock time as people say them, seen from ``now``.

    >>> monday = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> moment(monday - timedelta(hours=22), monday, ZoneInfo("UTC"))
    'yesterday 14:00'
    >>> moment(monday - timedelta(days=300), monday, ZoneInfo("UTC"))
    '8 Jul 2025 12:00'
    """
    away = _days_away(instant, now, zone)
    time = clock(instant, zone)
    if away == 0:
        return time
    if away in (-1, 1):
        return f"{'yesterday' if away < 0 else 'tomorrow'} {time}"
    local = instant.astimezone(zone)
    if abs(away) >= _HALF_A_YEAR and local.year != now.astimezone(zone).year:
        return f"{_date(local)} {time}"
    return f"{day(instant, now, zone)} {time}"


def short_moment(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return the same in at most nine cells: the clock while the day is near, the day alone beyond.

    >>> monday = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> short_moment(monday - timedelta(hours=22), monday, ZoneInfo("UTC"))
    'Sun 14:00'
    """
    away = _days_away(instant, now, zone)
    if away == 0:
        return clock(instant, zone)
    if abs(away) < 7:
        return f"{_DAYS[instant.astimezone(zone).weekday()]} {clock(instant, zone)}"
    return day(instant, now, zone)


def day(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return the day of an instant in short: the weekday inside a week, the date beyond.

    Of another year it is month and year, but for half a year around: there a date without a year means one day alone.

    >>> silvester = datetime(2026, 12, 31, 12, tzinfo=UTC)
    >>> [day(silvester + timedelta(days=days), silvester, ZoneInfo("UTC")) for days in (3, 9, 200)]
    ['Sun', '9 Jan', 'Jul 2027']
    """
    local, away = instant.astimezone(zone), abs(_days_away(instant, now, zone))
    if away < 7:
        return _DAYS[local.weekday()]
    month = _MONTHS[local.month - 1]
    if local.year != now.astimezone(zone).year and away >= _HALF_A_YEAR:
        return f"{month} {local.year}"
    return f"{local.day} {month}"


def window(starts_at: datetime, ends_at: datetime, zone: ZoneInfo, *, dash: str = "–") -> str:
    """Return from when to when on the wall clock of one zone, with the full date.

    >>> noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> window(noon, noon + timedelta(hours=1), ZoneInfo("UTC"))
    'Mon 4 May 2026, 12:00–13:00 UTC'
    """
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    until = clock(ends_at, zone)
    if end.date() != start.date():
        until = f"{_DAYS[end.weekday()]} {until}"
    return f"{full_day(starts_at, zone)}, {clock(starts_at, zone)}{dash}{until} {zone_word(starts_at, zone)}"


def full_day(instant: datetime, zone: ZoneInfo) -> str:
    """Return weekday, day, month and year in a zone."""
    local = instant.astimezone(zone)
    return f"{_DAYS[local.weekday()]} {_date(local)}"


def zone_word(instant: datetime, zone: ZoneInfo) -> str:
    """Return how a zone is called at an instant: the city of its name, which abbreviations are not.

    >>> zone_word(datetime(2026, 5, 4, tzinfo=UTC), ZoneInfo("America/New_York"))
    'New York'
    """
    key = zone.key or instant.astimezone(zone).tzname() or "local"
    return key.rpartition("/")[2].replace("_", " ")


def both(instant: datetime, zone: ZoneInfo) -> str:
    """Return the wall clock in the reader's zone and in UTC, once if they are the same."""
    local, utc = clock(instant, zone), clock(instant, UTC_ZONE)
    here = zone_word(instant, zone)
    same = instant.astimezone(zone).utcoffset() == instant.astimezone(UTC).utcoffset()
    return f"{utc} UTC" if same else f"{local} {here}, {utc} UTC"


def _date(local: datetime) -> str:
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def _days_away(instant: datetime, now: datetime, zone: ZoneInfo) -> int:
    return (instant.astimezone(zone).date() - now.astimezone(zone).date()).days
