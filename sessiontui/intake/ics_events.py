"""The events of a calendar as sessions, the invited as people, their answers as requests.

Of a repeated event the first date and each date that was changed on its own are read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import from_ms, rfc3339, to_ms
from sessiontui.domain.vocabulary import Control, Priority, RequestState
from sessiontui.intake import ics_own
from sessiontui.intake.addresses import is_address
from sessiontui.intake.findings import MAX_TITLE, shortened
from sessiontui.intake.records import PersonRecord, RequestRecord, SessionRecord
from sessiontui.intake.shapes import DEFAULT_LENGTH
from sessiontui.intake.timeline import instants_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.ics_lines import ContentLine
    from sessiontui.intake.ics_zones import Zones

_ANSWERS: Final = {"ACCEPTED": RequestState.APPROVED, "DECLINED": RequestState.REJECTED}
_NOT_PEOPLE: Final = frozenset({"ROOM", "RESOURCE", "GROUP"})
_LINKS: Final = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "URL", "LOCATION")
_MAX_LINK: Final = 2000
_MAX_ID: Final = 500
_HIGHEST_HIGH, _LOWEST_HIGH, _LOWEST = 1, 4, 9  # RFC 5545 3.8.1.9: 1 to 4 are high, 5 is medium, 6 to 9 are low
_UNTITLED: Final = "Untitled"


@dataclass(frozen=True, slots=True)
class _Invited:
    line: int
    person: PersonRecord
    state: RequestState
    is_mentor: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT that can be a session; ``rule`` says that it is the first of a series."""

    session: SessionRecord
    uid: str
    is_override: bool
    organizer: PersonRecord | None
    invited: tuple[_Invited, ...]
    excluded: frozenset[datetime]


def read_events(
    events: Sequence[tuple[int, Sequence[ContentLine]]],
    zones: Zones,
    findings: Findings,
    *,
    all_cancelled: bool,
) -> None:
    """Read the VEVENTs of one calendar, each given as its first line and its content lines."""
    found: dict[str, Event] = {}
    for line, lines in events:
        properties = _Properties(line, lines, zones, findings)
        try:
            event = properties.event(all_cancelled=all_cancelled)
        except BadInput as error:
            findings.refuse(line, error.detail, properties.excerpt())
            continue
        rival = found.get(event.session.id)
        if rival is not None:
            older, event = sorted((rival, event), key=lambda e: e.session.sequence or 0)
            findings.refuse(
                older.session.line, f"the event of line {event.session.line} has the same UID", older.session.title
            )
        found[event.session.id] = event
    overridden = {event.session.id for event in found.values() if event.is_override}
    people: dict[str, PersonRecord] = {}
    for event in found.values():
        if _stands(event, overridden, findings):
            _take(event, people, findings)
    for person in people.values():
        findings.add(person)


def _stands(event: Event, overridden: set[str], findings: Findings) -> bool:
    """Return whether an event is a session of its own; the first of a series may be moved or taken out."""
    session = event.session
    if session.rule is None:
        return True
    findings.note(
        f"line {session.line}: series {shortened(session.title)!r}: only its first date was read; {session.rule}"
    )
    if _occurrence_id(event.uid, session.starts_at) in overridden:
        return False
    if session.starts_at in event.excluded:
        findings.refuse(session.line, "the first date of the series is taken out of it (EXDATE)", session.title)
        return False
    return True


def _take(event: Event, people: dict[str, PersonRecord], findings: Findings) -> None:
    findings.add(event.session)
    told = [event.organizer] if event.organizer else []
    for person in (*told, *(invited.person for invited in event.invited)):
        known = people.setdefault(person.id, person)
        if known.name is None and person.name is not None:
            people[person.id] = replace(known, name=person.name)
    host = event.organizer.id if event.organizer else None
    answers: dict[str, RequestRecord] = {}
    for invited in event.invited:
        if invited.person.id != host and not invited.is_mentor:
            answers[invited.person.id] = RequestRecord(
                line=invited.line, session=event.session.id, person=invited.person.id, state=invited.state
            )
    for answer in answers.values():
        findings.add(answer)


class _Properties:
    """The content lines of one event, read leniently: a broken line that is not needed is told and left out."""

    def __init__(self, line: int, lines: Sequence[ContentLine], zones: Zones, findings: Findings) -> None:
        self._line = line
        self._lines = lines
        self._zones = zones
        self._findings = findings
        for content in lines:
            if not content.name:
                findings.note(f"line {content.line}: {shortened(content.text, 40)!r} is not a line of iCalendar")

    def event(self, *, all_cancelled: bool) -> Event:
        """Return the event; raises ``BadInput`` with the reason why it is no session."""
        starts_at, ends_at, zone = self._window()
        title = self._text("SUMMARY", MAX_TITLE) or _UNTITLED
        uid = self._uid(title, starts_at)
        recurrence = self._all("RECURRENCE-ID")
        rules = [f"{c.name}:{c.value.strip()}" for name in ("RRULE", "RDATE") for c in self._all(name)]
        cancelled = all_cancelled or self._word("STATUS") == "CANCELLED"
        planned = Control.DRAFT if ics_own.is_draft(self._word) else Control.SCHEDULED
        organizer, invited = self._organizer(), tuple(self._invited())
        location = self._text("LOCATION")
        sequence = self._word("SEQUENCE")
        session = SessionRecord(
            line=self._line,
            id=_occurrence_id(uid, self._start_of(recurrence[0])) if recurrence else uid,
            title=title,
            starts_at=starts_at,
            ends_at=ends_at,
            description=self._text("DESCRIPTION"),
            kind=ics_own.kind_of(self._word),
            author=organizer.id if organizer else None,
            mentor=next((each.person.id for each in invited if each.is_mentor), None),
            control=Control.CANCELLED if cancelled else planned,
            capacity=ics_own.capacity_of(self._word),
            priority=self._priority(),
            tags=self._tags(),
            fields={"location": location} if location else {},
            link=self._link(),
            created_at=self._stamp("CREATED"),
            cancelled_at=self._stamp("LAST-MODIFIED") if cancelled else None,
            series=uid if recurrence or rules else None,
            rule="; ".join(rules)[:MAX_TITLE] if rules and not recurrence else None,
            zone=zone,
            sequence=int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0,
            modified_at=self._stamp("LAST-MODIFIED"),
        )
        return Event(session, uid, bool(recurrence), organizer, invited, frozenset(self._excluded()))

    def excerpt(self) -> str:
        """Return what tells the event from others."""
        return self._text("SUMMARY", MAX_TITLE) or self._text("UID", MAX_TITLE) or ""

    def _all(self, name: str) -> list[ContentLine]:
        return [line for line in self._lines if line.name == name and line.value.strip()]

    def _text(self, name: str, limit: int | None = None) -> str | None:
        found = self._all(name)
        if not found:
            return None
        more = {"limit": limit} if limit else {}
        return self._findings.text(found[0].plain(), line=found[0].line, what=name, **more).strip() or None

    def _word(self, name: str) -> str:
        found = self._all(name)
        return found[0].value.strip().upper() if found else ""

    def _window(self) -> tuple[datetime, datetime, str | None]:
        starts = self._all("DTSTART")
        if not starts:
            raise BadInput("DTSTART: is missing")
        begin = starts[0].time()
        if isinstance(begin, timedelta):
            raise BadInput("DTSTART: is not a time")
        if not isinstance(begin, datetime) or self._word("X-MICROSOFT-CDO-ALLDAYEVENT") == "TRUE":
            raise BadInput("it lasts all day; a session has a time of beginning")
        starts_at = self._instant(starts[0], begin)
        ends_at = self._end(starts_at)
        if ends_at <= starts_at:
            raise BadInput("it ends at or before its beginning")
        return starts_at, ends_at, self._zones.name_of(_parameters(starts[0]).get("TZID"))

    def _end(self, starts_at: datetime) -> datetime:
        ends, lengths = self._all("DTEND"), self._all("DURATION")
        length = DEFAULT_LENGTH
        if ends:
            end = ends[0].time()
            if not isinstance(end, timedelta):
                return self._instant(ends[0], end)
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

    def _instant(self, line: ContentLine, value: date) -> datetime:
        """Return the instant of a line; a date alone is its midnight."""
        if not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - its zone follows
        if value.tzinfo is not None:
            return from_ms(to_ms(value.astimezone(UTC)))
        readings = instants_of(value, self._zones.zone(_parameters(line).get("TZID")))
        if not readings:
            raise BadInput(f"{line.name}: lies outside the calendar")
        return from_ms(to_ms(readings[0]))

    def _start_of(self, line: ContentLine) -> datetime | date:
        value = line.time()
        if isinstance(value, timedelta):
            raise BadInput(f"{line.name}: is not a time")
        return self._instant(line, value) if isinstance(value, datetime) else value

    def _stamp(self, name: str) -> datetime | None:
        found = self._all(name)
        try:
            value = found[0].time() if found else None
            return self._instant(found[0], value) if isinstance(value, datetime) else None
        except BadInput as error:
            self._findings.note(f"line {found[0].line}: {error.detail}; it was left out")
            return None

    def _excluded(self) -> Iterator[datetime]:
        for line in self._all("EXDATE"):
            for part in line.value.split(","):
                try:
                    value = line.time(part)
                    if isinstance(value, datetime):
                        yield self._instant(line, value)
                except BadInput as error:
                    self._findings.note(f"line {line.line}: {error.detail}; it was left out")

    def _uid(self, title: str, starts_at: datetime) -> str:
        uid = self._text("UID", _MAX_ID)
        if uid is not None:
            return uid
        digest = hashlib.sha256(f"{rfc3339(starts_at)} {title}".encode()).hexdigest()
        self._findings.note(f"line {self._line}: the event has no UID; it is known by its beginning and title")
        return f"without-uid-{digest[:20]}"

    def _priority(self) -> Priority:
        if ics_own.is_urgent(self._word):
            return Priority.URGENT
        word = self._word("PRIORITY")
        number = int(word) if word.isdecimal() and len(word) == 1 else 0
        if _HIGHEST_HIGH <= number <= _LOWEST_HIGH:
            return Priority.HIGH
        return Priority.LOW if _LOWEST_HIGH + 1 < number <= _LOWEST else Priority.NORMAL

    def _tags(self) -> tuple[str, ...]:
        tags: dict[str, None] = {}
        for line in self._all("CATEGORIES"):
            for tag in line.words():
                kept = self._findings.text(tag, line=line.line, what="a category", limit=100)
                if kept:
                    tags.setdefault(kept)
        return tuple(tags)

    def _link(self) -> str | None:
        for name in _LINKS:
            for line in self._all(name):
                value = (line.plain() if name == "LOCATION" else line.value).strip()
                if value.casefold().startswith(("https://", "http://")) and not any(c.isspace() for c in value):
                    return self._findings.text(value, line=line.line, what="the link", limit=_MAX_LINK)
        return None

    def _organizer(self) -> PersonRecord | None:
        for line in self._all("ORGANIZER"):
            try:
                return self._person(line)
            except BadInput as error:
                self._findings.note(f"line {line.line}: {error.detail}; the organizer was left out")
        return None

    def _invited(self) -> Iterator[_Invited]:
        for line in self._all("ATTENDEE"):
            try:
                parameters = line.parameters()
                if parameters.get("CUTYPE", "").upper() in _NOT_PEOPLE:
                    self._findings.note(f"line {line.line}: a room, a resource or a group is not a person")
                    continue
                person = self._person(line)
            except BadInput as error:
                self._findings.note(f"line {line.line}: {error.detail}; the person was left out")
                continue
            state = _ANSWERS.get(parameters.get("PARTSTAT", "").upper(), RequestState.PENDING)
            is_mentor = parameters.get(ics_own.PART, "").upper() == ics_own.MENTOR
            yield _Invited(line.line, person, state, is_mentor)

    def _person(self, line: ContentLine) -> PersonRecord:
        """Return whom a calendar address means, known by the mail address where it is one."""
        value = line.value.strip()
        scheme, colon, rest = value.partition(":")
        address = rest.strip() if colon and scheme.casefold() == "mailto" else value
        shown = _parameters(line).get("CN", "")
        name = self._findings.text(" ".join(shown.split()), line=line.line, what="a name", limit=MAX_TITLE)
        outside = self._findings.text(address, line=line.line, what="an address", limit=_MAX_ID)
        mail = outside if is_address(outside) else None
        if not outside and not name:
            raise BadInput(f"{line.name}: it names nobody")
        return PersonRecord(
            line=line.line, id=mail.casefold() if mail else outside or name, name=name or None, email=mail
        )


def _parameters(line: ContentLine) -> dict[str, str]:
    """Return the parameters of a line, none where they are broken."""
    try:
        return dict(line.parameters())
    except BadInput:
        return {}


def _occurrence_id(uid: str, start: date) -> str:
    shown = rfc3339(start) if isinstance(start, datetime) else start.isoformat()
    return f"{uid}/{shown}"
