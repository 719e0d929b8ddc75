"""The properties of one event of a calendar, read leniently: what is broken and not needed is told and left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import from_ms, rfc3339, to_ms
from sessiontui.domain.vocabulary import Priority, RequestState
from sessiontui.intake import ics_own
from sessiontui.intake.addresses import is_address
from sessiontui.intake.findings import MAX_TITLE, shortened
from sessiontui.intake.records import PersonRecord
from sessiontui.intake.shapes import DEFAULT_LENGTH
from sessiontui.intake.timeline import instants_of

if TYPE_CHECKING:
    from sessiontui.intake.findings import Findings
    from sessiontui.intake.ics_lines import ContentLine
    from sessiontui.intake.ics_zones import Zones

_ANSWERS: Final = {"ACCEPTED": RequestState.APPROVED, "DECLINED": RequestState.REJECTED}
_NOT_PEOPLE: Final = frozenset({"ROOM", "RESOURCE", "GROUP"})
_LINKS: Final = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "URL", "LOCATION")
_ALL_DAY: Final = "X-MICROSOFT-CDO-ALLDAYEVENT"
_MAX_LINK: Final = 2000
_MAX_ID: Final = 500
_HIGHEST_HIGH, _LOWEST_HIGH, _LOWEST = 1, 4, 9  # RFC 5545 3.8.1.9: 1 to 4 are high, 5 is medium, 6 to 9 are low


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody whom an event invites, what they answered, and whether they hold it."""

    line: int
    person: PersonRecord
    state: RequestState
    is_mentor: bool


class Properties:
    """The content lines of one event and what they mean."""

    def __init__(self, line: int, lines: Sequence[ContentLine], zones: Zones, findings: Findings) -> None:
        self.line = line
        self._zones = zones
        self._findings = findings
        self._by_name: dict[str, list[ContentLine]] = {}
        for content in lines:
            if not content.name:
                self.note(content, f"{shortened(content.text, 40)!r} is not a line of iCalendar")
            elif content.value.strip():
                self._by_name.setdefault(content.name, []).append(content)

    # -- plain values -------------------------------------------------------------------------------------

    def all(self, name: str) -> Sequence[ContentLine]:
        """Return the lines of a name that say anything."""
        return self._by_name.get(name, ())

    def text(self, name: str, limit: int | None = None) -> str | None:
        """Return the text of the first line of a name."""
        found = self.all(name)
        if not found:
            return None
        more = {"limit": limit} if limit else {}
        return self._findings.text(found[0].plain(), line=found[0].line, what=name, **more).strip() or None

    def word(self, name: str) -> str:
        """Return the first value of a name in upper case, or nothing."""
        found = self.all(name)
        return found[0].value.strip().upper() if found else ""

    def number(self, name: str) -> int:
        """Return the number that a line gives, 0 where it gives none."""
        told = self.word(name)
        return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else 0

    def note(self, line: ContentLine, text: str) -> None:
        """Tell something about a line."""
        self._findings.note(f"line {line.line}: {text}")

    def excerpt(self) -> str:
        """Return what tells the event from others: its title and its UID."""
        told = (self.text("SUMMARY", MAX_TITLE), self.text("UID", MAX_TITLE))
        return ", UID ".join(shortened(part, 40) for part in told if part)

    # -- when -----------------------------------------------------------------------------------------------

    def begin(self) -> tuple[ContentLine, datetime]:
        """Return the line of the beginning and the clock time on it; ``BadInput`` where there is none."""
        starts = self.all("DTSTART")
        if not starts:
            raise BadInput("DTSTART: is missing")
        begin = starts[0].time()
        if isinstance(begin, timedelta):
            raise BadInput("DTSTART: is not a time")
        if not isinstance(begin, datetime) or self.word(_ALL_DAY) == "TRUE":
            raise BadInput("it lasts all day; a session has a time of beginning")
        return starts[0], begin

    def is_all_day(self) -> bool:
        """Return whether it begins on a day, not at a time."""
        starts = self.all("DTSTART")
        try:
            begin = starts[0].time() if starts else None
        except BadInput:
            return False
        return isinstance(begin, date) and (not isinstance(begin, datetime) or self.word(_ALL_DAY) == "TRUE")

    def window(self) -> tuple[datetime, datetime]:
        """Return when it begins and ends; ``BadInput`` says why that is not possible."""
        starts_at = self.instant(*self.begin())
        ends_at = self._end(starts_at)
        if ends_at < starts_at:
            raise BadInput("it ends before its beginning")
        if ends_at == starts_at:  # what calendars write where nobody has said how long it takes
            self._findings.note("some events end where they begin; they were given an hour")
            return starts_at, starts_at + DEFAULT_LENGTH
        return starts_at, ends_at

    def zone_name(self) -> str | None:
        """Return the IANA name of the zone that it is planned in, where it has one."""
        line, begin = self.begin()
        return None if begin.tzinfo is not None and self.zone_id(line) is None else self._zones.name_of(
            self.zone_id(line)
        )  # fmt: skip

    def zone_id(self, line: ContentLine) -> str | None:
        """Return the ``TZID`` of a line."""
        return _parameters(line).get("TZID")

    def lasting_zone(self) -> tzinfo:
        """Return the zone whose clock all dates of a repeated event keep to."""
        line, begin = self.begin()
        return UTC if begin.tzinfo is not None else self._zones.lasting(self.zone_id(line), begin)

    def instant(self, line: ContentLine, value: date) -> datetime:
        """Return the instant of a value of a line; a date alone is its midnight."""
        if not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - its zone follows
        if value.tzinfo is not None:
            return from_ms(to_ms(value.astimezone(UTC)))
        readings = instants_of(value, self._zones.zone(self.zone_id(line)))
        if not readings:
            raise BadInput(f"{line.name}: lies outside the calendar")
        return from_ms(to_ms(readings[0]))

    def stamp(self, name: str) -> datetime | None:
        """Return the instant that a line notes, ``None`` where it is missing or broken."""
        found = self.all(name)
        try:
            value = found[0].time() if found else None
            return self.instant(found[0], value) if isinstance(value, datetime) else None
        except BadInput as error:
            self.note(found[0], f"{error.detail}; it was left out")
            return None

    def _end(self, starts_at: datetime) -> datetime:
        ends, lengths = self.all("DTEND"), self.all("DURATION")
        length = DEFAULT_LENGTH
        if ends:
            end = ends[0].time()
            if not isinstance(end, timedelta):
                return self.instant(ends[0], end)
            length = end
        elif lengths:
            stated = lengths[0].time()
            if not isinstance(stated, timedelta):
                raise BadInput("DURATION: is not a length")
            length = stated
        try:
            return starts_at + length
        except OverflowError:
            raise BadInput("it ends beyond the calendar") from None

    # -- what -----------------------------------------------------------------------------------------------

    def uid(self, title: str, starts_at: datetime) -> str:
        """Return the id of the event; one that is made of its beginning and title where it has none."""
        uid = self.text("UID", _MAX_ID)
        if uid is not None:
            return uid
        digest = hashlib.sha256(f"{rfc3339(starts_at)} {title}".encode()).hexdigest()
        self._findings.note(f"line {self.line}: the event has no UID; it is known by its beginning and title")
        return f"without-uid-{digest[:20]}"

    def priority(self) -> Priority:
        """Return how important it is."""
        if ics_own.is_urgent(self.word):
            return Priority.URGENT
        word = self.word("PRIORITY")
        number = int(word) if word.isdecimal() and len(word) == 1 else 0
        if _HIGHEST_HIGH <= number <= _LOWEST_HIGH:
            return Priority.HIGH
        return Priority.LOW if _LOWEST_HIGH + 1 < number <= _LOWEST else Priority.NORMAL

    def tags(self) -> tuple[str, ...]:
        """Return its categories, each once."""
        tags: dict[str, None] = {}
        for line in self.all("CATEGORIES"):
            for tag in line.words():
                kept = self._findings.text(tag, line=line.line, what="a category", limit=100)
                if kept:
                    tags.setdefault(kept)
        return tuple(tags)

    def link(self) -> str | None:
        """Return the first address that leads to the meeting."""
        for name in _LINKS:
            for line in self.all(name):
                value = (line.plain() if name == "LOCATION" else line.value).strip()
                if value.casefold().startswith(("https://", "http://")) and not any(c.isspace() for c in value):
                    return self._findings.text(value, line=line.line, what="the link", limit=_MAX_LINK)
        return None

    # -- who ------------------------------------------------------------------------------------------------

    def organizer(self) -> PersonRecord | None:
        """Return who organizes it."""
        for line in self.all("ORGANIZER"):
            try:
                return self._person(line, _parameters(line))
            except BadInput as error:
                self.note(line, f"{error.detail}; the organizer was left out")
        return None

    def invited(self) -> Iterator[Invited]:
        """Yield the people whom it invites."""
        for line in self.all("ATTENDEE"):
            try:
                parameters = line.parameters()
                if parameters.get("CUTYPE", "").upper() in _NOT_PEOPLE:
                    self.note(line, "a room, a resource or a group is not a person")
                    continue
                person = self._person(line, parameters)
            except BadInput as error:
                self.note(line, f"{error.detail}; the person was left out")
                continue
            state = _ANSWERS.get(parameters.get("PARTSTAT", "").upper(), RequestState.PENDING)
            is_mentor = parameters.get(ics_own.PART, "").upper() == ics_own.MENTOR
            yield Invited(line.line, person, state, is_mentor)

    def _person(self, line: ContentLine, parameters: Mapping[str, str]) -> PersonRecord:
        """Return whom a calendar address means, known by the mail address where it is one."""
        value = line.value.strip()
        scheme, colon, rest = value.partition(":")
        address = rest.strip() if colon and scheme.casefold() == "mailto" else value
        shown = parameters.get("CN", "")
        name = self._findings.text(" ".join(shown.split()), line=line.line, what="a name", limit=MAX_TITLE)
        outside = self._findings.text(address, line=line.line, what="an address", limit=_MAX_ID)
        mail = outside if is_address(outside) else None
        if not outside and not name:
            raise BadInput(f"{line.name}: it names nobody")
        return PersonRecord(
            line=line.line, id=mail.casefold() if mail else outside or name, name=name or None, email=mail
        )


@lru_cache(maxsize=256)
def _parameters(line: ContentLine) -> Mapping[str, str]:
    """Return the parameters of a line, none where they are broken."""
    try:
        return line.parameters()
    except BadInput:
        return {}
