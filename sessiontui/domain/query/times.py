"""What a written time means: every one names a span of instants, seen from ``now`` and a zone.

- relative: ``2h``, ``-30m``, ``1w``, ``1h30m``; units w d h m s, in this order; a day is 24 hours;
- a day: ``2026-05-04``, ``today``, ``tomorrow``, ``yesterday``, ``monday`` … ``sunday`` (the coming one,
  today included; as the end of a range, the first one from its beginning on): the whole day in the zone;
- a minute, second or millisecond: ``2026-05-04T14:00``, ``…T14:00:30Z``, ``…T14:00:30.250+02:00``, or
  ``14:00`` for today; without an offset it is wall-clock time in the zone: of one that comes twice the first,
  and one that is skipped is counted on from before the gap;
- ``now``: this millisecond.

``=x`` is inside the span of x, ``<x`` before it, ``<=x`` before its end, ``>x`` after it, ``>=x`` from its
beginning on; ``a..b`` is ``>=a`` and ``<=b``, and either side may be left out. A relative time keeps to its
side of now: ``<2h`` and ``<=2h`` begin at now, ``>-2h`` and ``>=-2h`` end with now (included). In ranges
nothing is implied.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.query.terms import TICK as TICK
from sessiontui.domain.records import record

_LENGTH: Final = re.compile(
    r"(?=\d)(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?", re.ASCII
)
_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_CLOCK: Final = re.compile(
    r"(?:(\d{4}-\d\d-\d\d)[tT ])?(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,6}))?)?(z|Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}


@record
class Clock:
    """From where times are read: an aware instant, and the zone in which days begin."""

    now: datetime
    zone: tzinfo

    @property
    def today(self) -> date:
        """The day that it is in the zone."""
        return self.now.astimezone(self.zone).date()

    def day(self, day: date) -> Span:
        """Return the span of a whole day in the zone."""
        return Span(_local(day, self.zone), _local(day + timedelta(days=1), self.zone))


@record
class Span:
    """The instants ``[since, until)``; ``offset`` is the signed distance from now of a relative time."""

    since: datetime
    until: datetime
    offset: timedelta | None = None


def read_length(text: str) -> timedelta | None:
    """Return a length of time without a sign, or nothing if the text is none.

    >>> read_length("1h30m"), read_length("30m1h")
    (datetime.timedelta(seconds=5400), None)
    """
    found = _LENGTH.fullmatch(text.lower())
    if found is None:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def read_time(text: str, clock: Clock, *, earliest: date | None = None) -> Span | None:
    """Return the span that a written time names, or nothing if the text is none.

    ``earliest`` is the day from which a weekday is counted, else today. Raises ``ValueError`` or
    ``OverflowError`` for a time that no calendar has, such as the 30th of February.
    """
    word = text.strip().lower()
    if word == "now":
        return _exactly(clock.now)
    if word in _DAYS:
        return clock.day(clock.today + timedelta(days=_DAYS[word]))
    weekday = _weekday(word)
    if weekday is not None:
        first = earliest or clock.today
        return clock.day(first + timedelta(days=(weekday - first.weekday()) % 7))
    found = _DAY.fullmatch(word)
    if found:
        return clock.day(date.fromisoformat(word))
    return _relative(word, clock) or _wall_clock(word, clock)


def compared(operator: str, span: Span, clock: Clock) -> tuple[datetime | None, datetime | None]:
    """Return ``[since, until)`` of everything that compares so with the span; ``None`` is open."""
    offset = span.offset or timedelta(0)
    floor = clock.now if offset > timedelta(0) else None
    ceiling = clock.now + TICK if offset < timedelta(0) else None
    match operator:
        case "<":
            return floor, span.since
        case "<=":
            return floor, span.until
        case ">":
            return span.until, ceiling
        case ">=":
            return span.since, ceiling
        case _:
            return span.since, span.until


def _relative(word: str, clock: Clock) -> Span | None:
    signed = word[:1] in ("+", "-", "−")
    length = read_length(word[1:] if signed else word)
    if length is None:
        return None
    offset = length if word[0] not in "-−" else -length
    exact = _exactly(clock.now + offset)
    return Span(exact.since, exact.until, offset)


def _wall_clock(word: str, clock: Clock) -> Span | None:
    found = _CLOCK.fullmatch(word)
    if found is None:
        return None
    day, hour, minute, second, fraction, offset = found.groups()
    zone = _zone(offset) if offset else clock.zone
    on = date.fromisoformat(day) if day else clock.now.astimezone(zone).date()
    milliseconds = int((fraction or "0")[:3].ljust(3, "0"))
    since = datetime(
        on.year, on.month, on.day, int(hour), int(minute), int(second or 0), milliseconds * 1000, zone
    ).astimezone(UTC)
    length = TICK if fraction else timedelta(seconds=1) if second else timedelta(minutes=1)
    return Span(since, since + length)


def _zone(offset: str) -> tzinfo:
    if offset in "zZ":
        return UTC
    digits = offset[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-size if offset[0] == "-" else size)


def _weekday(word: str) -> int | None:
    if len(word) < 3:
        return None
    return next((at for at, name in enumerate(_WEEKDAYS) if word in (name, name[:3])), None)


def _local(day: date, zone: tzinfo) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    # Not through the zone's own arithmetic: a day on which the clock changes is 23 or 25 hours long.
    return from_ms(to_ms(midnight.astimezone(UTC)))


def _exactly(instant: datetime) -> Span:
    return Span(instant, instant + TICK)
