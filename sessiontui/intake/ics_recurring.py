"""How an event of a calendar repeats: its rules, the dates added and taken out, and for which date another stands.

What is told in another zone, in UTC or as a whole day is brought to the wall-clock time of the series.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.recurrence import read_rule, write_rule
from sessiontui.intake.ics_skips import without_skips

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sessiontui.intake.ics_lines import ContentLine
    from sessiontui.intake.ics_properties import Properties

_TOO_OFTEN: Final = frozenset({"MINUTELY", "SECONDLY"})


@dataclass(slots=True)
class Recurring:
    """The dates of a repeated event besides its first one."""

    starts: datetime
    zone: tzinfo
    rules: list[str] = field(default_factory=list)
    excluded_rules: list[str] = field(default_factory=list)
    added: list[datetime] = field(default_factory=list)
    excluded: set[datetime] = field(default_factory=set)
    excluded_days: set[date] = field(default_factory=set)
    lengths: dict[datetime, timedelta] = field(default_factory=dict)

    def take_out(self, dates: Iterable[date]) -> None:
        """Take out dates that are given as instants or as whole days."""
        for value in dates:
            if isinstance(value, datetime):
                self.excluded.add(value.astimezone(self.zone).replace(tzinfo=None, fold=0))
            else:
                self.excluded_days.add(value)


def is_repeated(properties: Properties) -> bool:
    """Return whether an event has more dates than its first."""
    return bool(properties.all("RRULE") or properties.all("RDATE"))


def recurring(properties: Properties) -> Recurring:
    """Return how an event repeats; ``BadInput`` where a rule cannot be followed."""
    line, begin = properties.begin()
    zone = properties.lasting_zone()
    found = Recurring(starts=_wall(properties, line, begin, zone), zone=zone)
    for name, rules in (("RRULE", found.rules), ("EXRULE", found.excluded_rules)):
        for rule in properties.all(name):
            rules.append(_rule(rule, found.starts))
    for added in properties.all("RDATE"):
        for text in filter(None, map(str.strip, added.value.split(","))):
            _add(properties, added, text, found)
    for excluded in properties.all("EXDATE"):
        for value in _times(properties, excluded):
            if isinstance(value, datetime):
                found.excluded.add(_wall(properties, excluded, value, zone))
            else:
                found.excluded_days.add(value)
    return found


def occurrence_of(properties: Properties) -> date | None:
    """Return the date of its series that an event stands for: an instant, or a day alone; ``None`` without one."""
    lines = properties.all("RECURRENCE-ID")
    if not lines:
        return None
    value = lines[0].time()
    if isinstance(value, timedelta):
        raise BadInput("RECURRENCE-ID: is not a time")
    return properties.instant(lines[0], value) if isinstance(value, datetime) else value


def all_day_instead_of(properties: Properties) -> tuple[str, date] | None:
    """Return the UID and the date of the series that an event turns into a whole day, ``None`` for any other event.

    Such a date is no session any more, whatever the rule of its series says.
    """
    uid = properties.text("UID")
    if uid is None or not properties.is_all_day():
        return None
    try:
        occurrence = occurrence_of(properties)
    except BadInput:
        return None
    return None if occurrence is None else (uid, occurrence)


def changes_following(properties: Properties) -> bool:
    """Return whether an event changes all later dates of its series as well."""
    lines = properties.all("RECURRENCE-ID")
    try:
        return bool(lines) and lines[0].parameters().get("RANGE", "").upper() == "THISANDFUTURE"
    except BadInput:
        return False


def _rule(line: ContentLine, starts: datetime) -> str:
    try:
        parts = read_rule(without_skips(line.value, starts))
    except BadInput as error:
        raise BadInput(f"{line.name} of line {line.line}: {error.detail}", hint=error.hint) from None
    if parts["FREQ"] in _TOO_OFTEN:
        raise BadInput(f"{line.name} of line {line.line}: sessions do not begin every minute")
    return write_rule({name: value for name, value in parts.items() if not name.startswith("X-")})


def _add(properties: Properties, line: ContentLine, text: str, found: Recurring) -> None:
    """Take one added date, which may be a period with a length of its own."""
    begin, slash, rest = text.partition("/")
    try:
        value = line.time(begin)
        if isinstance(value, timedelta):
            raise BadInput("a length is no date")
        if not isinstance(value, datetime):  # a day alone means the hour of the series, as where it is taken out
            found.added.append(datetime.combine(value, found.starts.time()))
            return
        wall = _wall(properties, line, value, found.zone)
        if slash:
            until = line.time(rest)
            starts_at = properties.instant(line, value)
            length = until if isinstance(until, timedelta) else properties.instant(line, until) - starts_at
            if length <= timedelta():
                properties.note(line, f"{text[:40]!r} ends at or before its beginning; it was left out")
                return
            found.lengths[wall] = length
        found.added.append(wall)
    except (BadInput, OverflowError):
        properties.note(line, f"{text[:40]!r} is no date; it was left out")


def _times(properties: Properties, line: ContentLine) -> Iterator[date]:
    """Yield the times and days of a list; what is neither is told and left out."""
    for part in filter(None, map(str.strip, line.value.split(","))):
        try:
            value = line.time(part)
        except BadInput as error:
            properties.note(line, f"{error.detail}; it was left out")
            continue
        if not isinstance(value, timedelta):
            yield value


def _wall(properties: Properties, line: ContentLine, value: datetime, zone: tzinfo) -> datetime:
    """Return a time of a line on the clock of the series, without the zone.

    A time in the zone of the series, or in none, stays as it is written: the clock may skip it, and still it names
    the date.
    """
    begin, _ = properties.begin()
    if value.tzinfo is None and properties.zone_id(line) in (None, properties.zone_id(begin)):
        return value.replace(microsecond=0)
    try:
        local = properties.instant(line, value).astimezone(zone)
    except OverflowError:
        raise BadInput(f"{line.name}: lies outside the calendar") from None
    return local.replace(tzinfo=None, fold=0, microsecond=0)
