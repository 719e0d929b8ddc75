"""Recurrence: what a series says of its dates, in wall-clock time of one zone, and when those dates really are.

A rule is kept as RFC 5545 writes it. Dates are wall-clock times; only here they become instants, each by the zone's
rules of its own day, so that a weekly session at 18:00 stays at 18:00 over both changes of the clocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.errors import BadInput
from sessiontui.domain.records import field, record

AHEAD: Final = timedelta(days=90)
"""How far the worker keeps a series stamped ahead."""

MOST_DATES: Final = 1_000
"""Sessions that one series may have at once; an import of a finite series stamps no more."""

WORDS: Final[Mapping[str, str]] = {
    "daily": "FREQ=DAILY",
    "weekly": "FREQ=WEEKLY",
    "bi-weekly": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
    "yearly": "FREQ=YEARLY",
}
"""What people say instead of a rule."""

DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_FREQUENCIES: Final = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
_NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    "BYSECOND": (0, 60),
    "BYMINUTE": (0, 59),
    "BYHOUR": (0, 23),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYMONTH": (1, 12),
    "BYSETPOS": (-366, 366),
}
_UNTIL: Final = re.compile(r"\d{8}(?:T\d{6}Z?)?", re.ASCII)
_SIGNED: Final = frozenset({"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"})
_KNOWN: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *_NUMBERS})
_MOST_COUNT: Final = 100_000
_MOST_STEP: Final = 999_999
_LONGEST: Final = 2_000

_EVERY: Final = {"YEARLY": "year", "MONTHLY": "month", "WEEKLY": "week", "DAILY": "day", "HOURLY": "hour"}
_DAY_WORDS: Final = dict(zip(DAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
_PLACES: Final = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", -1: "last", -2: "last but one"}
_MONTHS: Final = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@record(kw_only=True)
class Pattern:
    """The dates of a series: the first wall-clock time, how long each lasts, the zone, and the rule.

    ``added`` are dates besides those of the rule, ``excluded`` dates that do not take place; all are wall-clock
    times without a zone. An empty ``rule`` means the first date alone.
    """

    starts: datetime
    length: timedelta
    zone: ZoneInfo
    rule: str = ""
    added: tuple[datetime, ...] = ()
    excluded: frozenset[datetime] = field(default_factory=frozenset)


@record
class Slot:
    """One date of a series: the wall-clock time that names it for ever, and the window it really has."""

    wall: datetime
    starts_at: datetime
    ends_at: datetime


def read_rule(text: str) -> dict[str, str]:
    """Return the parts of a rule; ``BadInput`` names the part that is wrong.

    >>> read_rule("RRULE:FREQ=WEEKLY;BYDAY=TU,TH;")
    {'FREQ': 'WEEKLY', 'BYDAY': 'TU,TH'}
    >>> read_rule("bi-weekly")
    {'FREQ': 'WEEKLY', 'INTERVAL': '2'}
    """
    bare = WORDS.get(text.strip().lower(), text).strip().upper().removeprefix("RRULE:")
    if len(bare) > _LONGEST:
        raise BadInput("the rule is too long")
    parts: dict[str, str] = {}
    for piece in filter(None, bare.split(";")):
        name, sign, value = (part.strip() for part in piece.partition("="))
        if not sign or not value:
            raise BadInput(f"{piece[:40]!r} is no part of a rule", hint="write it like FREQ=WEEKLY;BYDAY=TU")
        if name in parts:
            raise BadInput(f"{name} is there twice")
        if name not in _KNOWN and not name.startswith("X-"):
            raise BadInput(f"{name[:40]} is not known", hint="RFC 5545 lists the parts of a rule")
        parts[name] = value
    _check(parts)
    return parts


def write_rule(parts: Mapping[str, str]) -> str:
    """Return a rule as RFC 5545 writes it, the frequency first.

    >>> write_rule({"BYDAY": "TU", "FREQ": "WEEKLY"})
    'FREQ=WEEKLY;BYDAY=TU'
    """
    return ";".join(f"{name}={parts[name]}" for name in sorted(parts, key=lambda name: (name != "FREQ", name)))


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return when a wall-clock time is, in UTC.

    A time that clocks skip is read with the offset from before the change, so it moves on by what was skipped; of a
    time that they show twice the first is meant (RFC 5545, 3.3.5).

    >>> instant_of(datetime(2026, 3, 29, 2, 30), ZoneInfo("Europe/Madrid")).isoformat()
    '2026-03-29T01:30:00+00:00'
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall_of(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clocks of a zone show at an instant, without the zone."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def slot_of(pattern: Pattern, wall: datetime) -> Slot:
    """Return the window of one date. A length is time that passes: three hours are three hours over a change too."""
    starts_at = instant_of(wall, pattern.zone)
    return Slot(wall, starts_at, starts_at + pattern.length)


def until_before(rule: str, wall: datetime, zone: ZoneInfo) -> str:
    """Return the rule cut off just before a date: what is left of a series when the dates from there on part ways.

    ``COUNT`` gives way to ``UNTIL``, which says the same of the dates that remain.

    >>> until_before("FREQ=WEEKLY;COUNT=9", datetime(2026, 5, 4, 18), ZoneInfo("UTC"))
    'FREQ=WEEKLY;UNTIL=20260504T175959Z'
    """
    parts = read_rule(rule)
    parts.pop("COUNT", None)
    last = instant_of(wall, zone) - timedelta(seconds=1)
    parts["UNTIL"] = f"{last:%Y%m%dT%H%M%SZ}"
    return write_rule(parts)


def until_of(parts: Mapping[str, str], zone: ZoneInfo) -> datetime | None:
    """Return the last wall-clock time that a rule allows, inclusive; a date alone means its whole day."""
    text = parts.get("UNTIL")
    if text is None:
        return None
    bare = text.removesuffix("Z")
    if "T" not in bare:
        return datetime.strptime(bare, "%Y%m%d").replace(hour=23, minute=59, second=59)  # noqa: DTZ007 - a wall clock
    wall = datetime.strptime(bare, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall clock, unless it ends with Z
    return wall_of(wall.replace(tzinfo=UTC), zone) if text.endswith("Z") else wall


def is_finite(rule: str) -> bool:
    """Return whether a series ends by its own rule; without a rule it is one date."""
    parts = read_rule(rule) if rule else {"COUNT": "1"}
    return "COUNT" in parts or "UNTIL" in parts


def skipped_months(pattern: Pattern, first: date, last: date) -> list[tuple[int, int]]:
    """Return the months, as year and month, in which a monthly series has no date for want of such a day.

    >>> on_31st = Pattern(starts=datetime(2026, 1, 31, 18), length=timedelta(hours=1), zone=ZoneInfo("UTC"),
    ...                   rule="FREQ=MONTHLY")
    >>> skipped_months(on_31st, date(2026, 1, 1), date(2026, 6, 30))
    [(2026, 2), (2026, 4), (2026, 6)]
    """
    if not pattern.rule:
        return []
    parts = read_rule(pattern.rule)
    if parts["FREQ"] != "MONTHLY" or "BYDAY" in parts or "BYSETPOS" in parts:
        return []
    wanted = [int(day) for day in parts.get("BYMONTHDAY", str(pattern.starts.day)).split(",")]
    step = int(parts.get("INTERVAL", "1"))
    months = {int(month) for month in parts["BYMONTH"].split(",")} if "BYMONTH" in parts else None
    until = until_of(parts, pattern.zone)
    found: list[tuple[int, int]] = []
    for year, month in _months(max(first, pattern.starts.date()), last):
        apart = (year - pattern.starts.year) * 12 + month - pattern.starts.month
        if apart % step or (months is not None and month not in months):
            continue
        if until is not None and (year, month) > (until.year, until.month):
            break
        length = _days_in(year, month)
        if all(not 1 <= (day if day > 0 else length + 1 + day) <= length for day in wanted):
            found.append((year, month))
    return found


def told(pattern: Pattern) -> str:
    """Return a series in words, as people say it.

    >>> told(Pattern(starts=datetime(2026, 5, 5, 18), length=timedelta(hours=1), zone=ZoneInfo("Europe/Madrid"),
    ...              rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=8"))
    'every 2 weeks on Tue and Thu at 18:00 Europe/Madrid, 8 times'
    """
    at = f"at {pattern.starts:%H:%M} {pattern.zone.key}"
    if not pattern.rule:
        return f"once, {pattern.starts:%Y-%m-%d} {at}"
    parts = read_rule(pattern.rule)
    step, unit = int(parts.get("INTERVAL", "1")), _EVERY.get(parts["FREQ"], parts["FREQ"].lower())
    words = [f"every {unit}" if step == 1 else f"every {step} {unit}s"]
    words += _on(parts, pattern.starts)
    words.append(at)
    text = " ".join(words)
    until = until_of(parts, pattern.zone)
    if "COUNT" in parts:
        text += ", once" if parts["COUNT"] == "1" else f", {parts['COUNT']} times"
    elif until is not None:
        text += f", until {until:%Y-%m-%d}"
    if pattern.excluded:
        text += f", without {len(pattern.excluded)} of its dates"
    return text


def _check(parts: Mapping[str, str]) -> None:
    if parts.get("FREQ") not in _FREQUENCIES:
        raise BadInput("the rule does not say how often", hint="it needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadInput("the rule has both COUNT and UNTIL", hint="keep one of them")
    for name, most in (("INTERVAL", _MOST_STEP), ("COUNT", _MOST_COUNT)):
        if name in parts and not (_is_number(parts[name]) and 1 <= int(parts[name]) <= most):
            raise BadInput(f"{name}={parts[name][:40]} is no number from 1 to {most}")
    if parts.get("WKST", "MO") not in DAYS:
        raise BadInput(f"WKST={parts['WKST'][:40]} is no day of the week")
    if "UNTIL" in parts:
        try:
            if _UNTIL.fullmatch(parts["UNTIL"]) is None:
                raise ValueError(parts["UNTIL"])
            until_of(parts, ZoneInfo("UTC"))
        except ValueError:
            raise BadInput(f"UNTIL={parts['UNTIL'][:40]} is no date", hint="write it like 20261231T180000Z") from None
    for day in parts["BYDAY"].split(",") if "BYDAY" in parts else ():
        number = day.strip()[:-2].removeprefix("+").removeprefix("-")
        if day.strip()[-2:] not in DAYS or (number and not (_is_number(number) and 1 <= int(number) <= 53)):
            raise BadInput(f"BYDAY={day[:40]} is no day of the week", hint="write it like TU, 1MO or -1FR")
    for name, (low, high) in _NUMBERS.items():
        for text in parts[name].split(",") if name in parts else ():
            bare = text.strip().removeprefix("+")
            number = bare.removeprefix("-") if name in _SIGNED else bare
            if not _is_number(number) or not low <= int(bare) <= high or (name in _SIGNED and int(bare) == 0):
                raise BadInput(f"{name}={text[:40]} is out of its range", hint=f"it goes from {low} to {high}")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 7


def _on(parts: Mapping[str, str], starts: datetime) -> Iterator[str]:
    if "BYDAY" in parts:
        yield "on " + _listed(_day(day.strip()) for day in parts["BYDAY"].split(","))
    elif "BYMONTHDAY" in parts:
        yield "on the " + _listed(_ordinal(int(day)) for day in parts["BYMONTHDAY"].split(","))
    elif parts["FREQ"] == "WEEKLY":
        yield "on " + _DAY_WORDS[DAYS[starts.weekday()]]
    elif parts["FREQ"] == "MONTHLY":
        yield f"on the {_ordinal(starts.day)}"
    elif parts["FREQ"] == "YEARLY" and "BYMONTH" not in parts:
        yield f"on {_MONTHS[starts.month]} {starts.day}"
    if "BYMONTH" in parts:
        yield "in " + _listed(_MONTHS[int(month)] for month in parts["BYMONTH"].split(","))


def _day(text: str) -> str:
    number = int(text[:-2] or 0)
    return f"the {_ordinal(number)} {_DAY_WORDS[text[-2:]]}" if number else _DAY_WORDS[text[-2:]]


def _ordinal(number: int) -> str:
    if number in _PLACES:
        return _PLACES[number]
    size = abs(number)
    word = f"{size}{'th' if 10 <= size % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(size % 10, 'th')}"
    return word if number > 0 else f"{word} from the end"


def _listed(words: Iterable[str]) -> str:
    several = list(words)
    return several[0] if len(several) == 1 else f"{', '.join(several[:-1])} and {several[-1]}"


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield year, month
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _days_in(year: int, month: int) -> int:
    following = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return (following - date(year, month, 1)).days
