"""How times and counts are put into words, in the same way on every screen and in every sentence.

Lengths are rounded down: what reads "4 min" has lasted four whole minutes.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = 60
_DAY: Final = 24 * _HOUR

_WHOLE_DAYS_FROM: Final = 7 * _DAY
"""From a week on, hours beside the days tell nothing."""

# Lengths in days: a month counts 30 and a year 365, so that the words depend on the distance alone.
_WEEK: Final = 7
_MONTH: Final = 30
_YEAR: Final = 365
_MOST_MONTHS: Final = 11

_HISSING: Final = re.compile("(s|x|z|ch|sh)$")
_CONSONANT_Y: Final = re.compile("(?<![aeiou])y$")


def minutes(delta: timedelta) -> int:
    """Return the whole minutes in a length, rounded down, also below zero.

    >>> minutes(timedelta(seconds=119)), minutes(timedelta(seconds=-1))
    (1, -1)
    """
    return delta // _MINUTE


def span(minutes: int) -> str:
    """Return a length of whole minutes in its two largest units; below zero it takes a minus sign.

    >>> span(4), span(65), span(180), span(2880), span(1500)
    ('4 min', '1 h 05', '3 h', '2 d', '1 d 1 h')
    """
    if minutes < 0:
        return f"−{span(-minutes)}"
    if minutes < _HOUR:
        return f"{minutes} min"
    if minutes < _DAY:
        hours, rest = divmod(minutes, _HOUR)
        return f"{hours} h {rest:02}" if rest else f"{hours} h"
    days, hours = minutes // _DAY, minutes % _DAY // _HOUR
    return f"{days} d {hours} h" if hours and minutes < _WHOLE_DAYS_FROM else f"{number(days)} d"


def ago(delta: timedelta) -> str:
    """Return how long ago something was, in short; less than a minute, or ahead, is "just now".

    >>> ago(timedelta(minutes=65)), ago(timedelta(seconds=59))
    ('1 h 05 ago', 'just now')
    """
    return f"{span(minutes(delta))} ago" if delta >= _MINUTE else "just now"


def until(delta: timedelta) -> str:
    """Return in how long something will be, in short; less than a minute, or past, is "now".

    >>> until(timedelta(minutes=12, seconds=40)), until(timedelta(seconds=59))
    ('in 12 min', 'now')
    """
    return f"in {span(minutes(delta))}" if delta >= _MINUTE else "now"


def time_since(then: datetime, now: datetime) -> str:
    """Return how long ago an instant was, in whole words and one unit; what lies ahead is "just now".

    Weeks run up to 30 days, months of 30 days up to 365 days. Both instants are aware.

    >>> time_since(datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 4, tzinfo=UTC))
    '3 days ago'
    """
    passed = minutes(_utc(now) - _utc(then))
    days = passed // _DAY
    if passed < 1:
        return "just now"
    if passed < _HOUR:
        return f"{count(passed, 'minute')} ago"
    if passed < _DAY:
        return f"{count(passed // _HOUR, 'hour')} ago"
    if days < _WEEK:
        return f"{count(days, 'day')} ago"
    if days < _MONTH:
        return f"{count(days // _WEEK, 'week')} ago"
    if days < _YEAR:
        return f"{count(min(days // _MONTH, _MOST_MONTHS), 'month')} ago"
    return f"{count(days // _YEAR, 'year')} ago"


def clock(instant: datetime, zone: tzinfo, *, seconds: bool = False) -> str:
    """Return the wall-clock time of an aware instant in a zone, as ``14:02`` or ``14:02:31``.

    >>> clock(datetime(2026, 5, 4, 14, 2, 31, tzinfo=UTC), UTC)
    '14:02'
    """
    return _utc(instant).astimezone(zone).time().isoformat("seconds" if seconds else "minutes")


def number(value: int) -> str:
    """Return a whole number with a space between thousands.

    >>> number(10482)
    '10 482'
    """
    return f"{value:,}".replace(",", " ")


def count(value: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun; ``plural`` is for nouns that do not form it by rule.

    >>> count(1, "pending request"), count(3, "pending request"), count(0, "entry")
    ('1 pending request', '3 pending requests', '0 entries')
    >>> count(2, "person", "people")
    '2 people'
    """
    if value == 1:
        return f"1 {noun}"
    return f"{number(value)} {plural or _plural(noun)}"


def _plural(noun: str) -> str:
    if _HISSING.search(noun):
        return f"{noun}es"
    if _CONSONANT_Y.search(noun):
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def _utc(instant: datetime) -> datetime:
    """Return an instant in UTC: subtracting within one zone is an hour wrong over a change of clocks."""
    if instant.tzinfo is None:
        msg = f"naive instant {instant!r}"
        raise ValueError(msg)
    return instant.astimezone(UTC)
