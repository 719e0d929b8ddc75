"""How an admin types a time, and how one is said back: wall-clock text in a zone to an instant and the other way.

Read are ``14:30``, ``2:30pm``, ``today 9:00``, ``tomorrow 9:00``, ``fri 14:00``, ``2026-05-04 14:00``, ``now``,
``+30m`` and ``-1h30m``; a time of the day may carry an offset (``14:00Z``, ``2026-05-04T14:00+02:00``).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.errors import BadInput
from sessiontui.domain.query.times import read_length
from sessiontui.domain.records import record

# Not by strftime: its names follow the locale of the process.
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NAMES: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR_DAYS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}

_TIME: Final = re.compile(
    r"(?:(?P<day>\S+?)(?:\s+|(?<=\d)t))?(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s?(?P<half>am|pm)?"
    r"\s?(?P<offset>z|utc|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MINUTES: Final = re.compile(r"(\d{1,5})\s*(?:min(?:utes?)?|m)?", re.ASCII)
_GAP: Final = re.compile(r"(?<=\d)\s+(?=[wdhms])|(?<=[wdhms])\s+(?=\d)", re.ASCII)
_HINT: Final = "write 14:30, tomorrow 9:00, 2026-05-04 14:00 or +30m"

LONGEST: Final = timedelta(days=31)
"""Longest session that can be typed: longer ones are slips of the pen."""


@record
class Reading:
    """A typed time as an instant in UTC; ``note`` says what was assumed, or is empty."""

    at: datetime
    note: str = ""


def read_instant(text: str, *, now: datetime, zone: ZoneInfo, anchor: datetime | None = None) -> Reading:
    """Read a time as typed in a zone; raises ``BadInput`` with what to write instead.

    ``anchor`` is the time that is being changed: ``+30m`` counts from it, and a bare ``14:30`` is on its day.
    Without one they count from ``now``, and ``14:30`` is the next one to come.

    >>> noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> read_instant("tomorrow 9:00", now=noon, zone=ZoneInfo("Europe/Madrid")).at.isoformat()
    '2026-05-05T07:00:00+00:00'
    """
    word = " ".join(text.strip().lower().split())
    if not word:
        raise BadInput("no time is given", hint=_HINT)
    if word == "now":
        return Reading(now)
    try:
        if word[0] in "+-−":
            return Reading((anchor or now) + _signed(word))
        return _wall_clock(word, now=now, zone=zone, anchor=anchor)
    except (ValueError, OverflowError):
        raise _unreadable(text) from None


def read_end(text: str, *, start: datetime, now: datetime, zone: ZoneInfo) -> Reading:
    """Read the end of a session that starts at an instant: a length (``60``, ``1h30m``) or a time.

    A bare time at or before the start is that of the next day.

    >>> start = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> read_end("90 min", start=start, now=start, zone=ZoneInfo("UTC")).at.isoformat()
    '2026-05-04T13:30:00+00:00'
    """
    length = typed_length(text)
    if length is not None:
        end = Reading(_later(start, length, text))
    else:
        end = read_instant(text, now=now, zone=zone, anchor=start)
        if end.at <= start and re.match(r"\s*\d{1,2}(:\d\d)?\s*(am|pm)?\s*$", text.lower()):
            end = Reading(end.at + timedelta(days=1), "ends the next day")
    if end.at <= start:
        raise BadInput("the end is not after the start", hint="write a later time, or a length like 60 min")
    if end.at - start > LONGEST:
        raise BadInput("that is longer than 31 days", hint="write an earlier end")
    return end


def read_day(text: str, *, today: date) -> date:
    """Read a day: ``today``, ``fri``, ``14 may``, ``2026-05-14``, ``+2w``; raises ``BadInput`` with what to write.

    A day without a year is the nearest one to come, or of the last half year.

    >>> monday = date(2026, 5, 4)
    >>> [str(read_day(text, today=monday)) for text in ("fri", "14 may", "+2w", "3 february")]
    ['2026-05-08', '2026-05-14', '2026-05-18', '2026-02-03']
    """
    word = " ".join(text.strip().lower().split())
    try:
        if word[:1] in ("+", "-", "−"):
            return today + _signed(word)
        found = re.fullmatch(r"(\d{1,2})\.? ([a-z]{3,9})(?: (\d{4}))?", word, re.ASCII)
        if found is None:
            return _day(word, origin=today, today=today)
        month = next(at for at, name in enumerate(_MONTH_NAMES, 1) if name.startswith(found[2]))
        if found[3]:
            return date(int(found[3]), month, int(found[1]))
        years = [date(today.year + more, month, int(found[1])) for more in (0, 1, -1)]
        return next(day for day in years if abs((day - today).days) <= 183)
    except (ValueError, OverflowError, BadInput, StopIteration):
        raise BadInput(
            f"“{text.strip()[:40]}” is no day", hint="write today, fri, 14 may, 2026-05-14 or +2w"
        ) from None


def typed_length(text: str) -> timedelta | None:
    """Return a typed length of time above zero (``60``, ``60 min``, ``1h30m``), or nothing if the text is none.

    >>> typed_length("1h 30m"), typed_length("14:00")
    (datetime.timedelta(seconds=5400), None)
    """
    word = text.strip().lower()
    minutes = _MINUTES.fullmatch(word)
    if minutes:
        length: timedelta | None = timedelta(minutes=int(minutes[1]))
    else:
        try:
            length = read_length(_GAP.sub("", word.replace("min", "m")))
        except OverflowError:
            return None
    return length or None


def spoken(at: datetime, zone: ZoneInfo | timezone = UTC) -> str:
    """Return an instant as an admin reads it in a zone.

    >>> spoken(datetime(2026, 5, 4, 12, tzinfo=UTC))
    'Mon 4 May 2026 12:00'
    """
    local = at.astimezone(zone)
    day = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{day} {local:%H:%M}"


def spoken_window(starts_at: datetime, ends_at: datetime, zone: ZoneInfo | timezone = UTC) -> str:
    """Return a window in a zone, with the day of its end only if it is another one."""
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    until = f"{end:%H:%M}" if start.date() == end.date() else spoken(ends_at, zone)
    return f"{spoken(starts_at, zone)} – {until}"


def spoken_length(length: timedelta) -> str:
    """Return a length in days, hours and minutes.

    >>> spoken_length(timedelta(minutes=90)), spoken_length(timedelta(0))
    ('1 h 30 min', '0 min')
    """
    minutes = int(abs(length).total_seconds() // 60)
    parts = ((minutes // 1440, "d"), (minutes % 1440 // 60, "h"), (minutes % 60, "min"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 min"


def from_now(at: datetime, now: datetime) -> str:
    """Return how far an instant is away, in words: ``in 2 h 5 min`` or ``12 min ago``."""
    return f"in {spoken_length(at - now)}" if at >= now else f"{spoken_length(now - at)} ago"


def _unreadable(text: str) -> BadInput:
    return BadInput(f"“{text.strip()[:40]}” is not a time", hint=_HINT)


def _signed(word: str) -> timedelta:
    length = typed_length(word[1:])
    if length is None:
        raise _unreadable(word)
    return length if word[0] == "+" else -length


def _later(start: datetime, length: timedelta, text: str) -> datetime:
    try:
        return start + length
    except OverflowError:
        raise _unreadable(text) from None


def _wall_clock(word: str, *, now: datetime, zone: ZoneInfo, anchor: datetime | None) -> Reading:
    found = _TIME.fullmatch(word)
    if found is None or not (found["day"] or found["minute"] or found["half"]):
        raise _unreadable(word)
    hour, minute = _hour(int(found["hour"]), found["half"]), int(found["minute"] or 0)
    origin = (anchor or now).astimezone(zone).date()
    day = _day(found["day"], origin=origin, today=now.astimezone(zone).date())
    reading = _at(day, hour, minute, zone, found["offset"])
    if reading.at >= now:
        return reading
    if found["day"] is None and anchor is None:
        return _at(day + timedelta(days=1), hour, minute, zone, found["offset"])
    if _weekday(found["day"]) is not None:
        return _at(day + timedelta(days=7), hour, minute, zone, found["offset"])
    return reading


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half == "pm" else 0)


def _day(word: str | None, *, origin: date, today: date) -> date:
    if word is None:
        return origin
    if word in _NEAR_DAYS:
        return today + timedelta(days=_NEAR_DAYS[word])
    weekday = _weekday(word)
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    if _DATE.fullmatch(word) is None:
        raise ValueError(word)
    return date.fromisoformat(word)


def _weekday(word: str | None) -> int | None:
    if word is None or len(word) < 3:
        return None
    return next((at for at, name in enumerate(_WEEKDAYS) if name.startswith(word)), None)


def _at(day: date, hour: int, minute: int, zone: ZoneInfo, offset: str | None) -> Reading:
    naive = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - the zone is put on below
    if offset is not None:
        return Reading(naive.replace(tzinfo=_fixed(offset)).astimezone(UTC))
    first = naive.replace(tzinfo=zone).astimezone(UTC)
    second = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first == second:
        return Reading(first)
    if first.astimezone(zone).replace(tzinfo=None) != naive:
        before, after = second.astimezone(zone), first.astimezone(zone)
        raise BadInput(
            f"{naive:%H:%M} does not exist on {spoken(first, zone)[:-6]} in {zone.key}: the clocks go forward",
            hint=f"write {before:%H:%M} or {after:%H:%M}",
        )
    other = f"{naive:%Y-%m-%d %H:%M}{second.astimezone(zone).isoformat()[-6:]}"
    return Reading(first, f"{naive:%H:%M} comes twice that day; the first is meant, write {other} for the second")


def _fixed(offset: str) -> timezone:
    if offset in ("z", "utc"):
        return UTC
    digits = offset[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if size > timedelta(hours=14):  # no zone is further away: "9:00-15:00" is a window, not an offset
        raise ValueError(offset)
    return timezone(-size if offset[0] == "-" else size)
