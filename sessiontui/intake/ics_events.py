"""The events of a calendar as sessions and series, the invited as people, their answers as requests.

A repeated event is a series; an event that changes one date of it is a session that stands for that date.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.vocabulary import Control
from sessiontui.intake import ics_own
from sessiontui.intake.findings import MAX_TITLE
from sessiontui.intake.ics_properties import Invited, Properties
from sessiontui.intake.ics_recurring import (
    Recurring,
    all_day_instead_of,
    changes_following,
    is_repeated,
    occurrence_of,
    recurring,
)
from sessiontui.intake.records import PersonRecord, RequestRecord, SeriesRecord, SessionRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.ics_lines import ContentLine
    from sessiontui.intake.ics_zones import Zones

_UNTITLED: Final = "Untitled"
_NO_PLAN: Final = {
    "COUNTER": "it proposes another time; nothing is planned until the organizer agrees",
    "DECLINECOUNTER": "it turns a proposal down, and plans nothing",
    "REFRESH": "it asks for an event, and plans nothing",
}
"""Methods of messages that only look like events (RFC 5546)."""

_ANY_LENGTH: Final = timedelta(hours=1)
"""What stands for the length of a date of which the file does not say how long it was to last."""

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT that can be a session; with ``recurring`` it is a series of them."""

    session: SessionRecord
    stamped_at: datetime
    organizer: PersonRecord | None
    invited: tuple[Invited, ...]
    recurring: Recurring | None

    @property
    def revision(self) -> tuple[int, datetime, datetime]:
        """What tells which of two events of one id is the later one (RFC 5546 2.1.5)."""
        return self.session.sequence or 0, self.stamped_at, self.session.modified_at or _NEVER


@dataclass(frozen=True, slots=True)
class _WholeDay:
    """An event that turns one date of a series into a whole day, and why it is no session itself."""

    properties: Properties
    occurrence: date
    why: str


def read_events(
    events: Sequence[tuple[int, Sequence[ContentLine]]],
    zones: Zones,
    findings: Findings,
    *,
    method: str,
) -> None:
    """Read the VEVENTs of one calendar, each given as its first line and its content lines.

    ``method`` is what the calendar is for: a reply holds answers alone, a cancellation calls all its events off.
    """
    found: dict[str, Event] = {}
    gone: dict[str, list[_WholeDay]] = {}
    people: dict[str, PersonRecord] = {}
    for line, lines in events:
        properties = Properties(line, lines, zones, findings)
        try:
            if method in _NO_PLAN:
                raise BadInput(f"METHOD:{method}: {_NO_PLAN[method]}")
            if method == "REPLY":
                _take_reply(properties, people, findings)
                continue
            event = _event(properties, method)
        except BadInput as error:
            plans = method not in _NO_PLAN and method != "REPLY"
            named = all_day_instead_of(properties) if plans else None
            if named is None:
                findings.refuse(line, error.detail, properties.excerpt())
            else:
                gone.setdefault(named[0], []).append(_WholeDay(properties, named[1], error.detail))
            continue
        rival = found.get(event.session.id)
        if rival is not None:
            older, event = sorted((rival, event), key=lambda each: each.revision)
            findings.refuse(
                older.session.line,
                f"the event of line {event.session.line} has the same UID and is as late or later",
                _named(older),
            )
        found[event.session.id] = event
    for event in found.values():
        if event.recurring is not None:
            days = gone.pop(event.session.id, [])
            event.recurring.take_out([day.occurrence for day in days])
            for day in days:
                findings.refuse(day.properties.line, day.why, day.properties.excerpt())
        _take(event, people, findings)
    for uid, days in gone.items():
        for day in days:
            _call_off(uid, day, findings)
    for person in people.values():
        findings.add(person)


def _call_off(uid: str, day: _WholeDay, findings: Findings) -> None:
    """Tell that a date of a series of which the file says nothing else is no session any more."""
    properties, occurrence = day.properties, day.occurrence
    if changes_following(properties):
        findings.refuse(properties.line, day.why, properties.excerpt())
        return
    at = occurrence if isinstance(occurrence, datetime) else datetime.combine(occurrence, time.min, tzinfo=UTC)
    findings.add(
        SessionRecord(
            line=properties.line,
            id=_occurrence_id(uid, occurrence),
            title=properties.text("SUMMARY", MAX_TITLE) or _UNTITLED,
            starts_at=at,
            ends_at=at + _ANY_LENGTH,
            control=Control.CANCELLED,
            series=uid,
            occurrence=occurrence,
            all_day=True,
            sequence=properties.number("SEQUENCE"),
        )
    )


def _take_reply(properties: Properties, people: dict[str, PersonRecord], findings: Findings) -> None:
    """Take what the invited answer to an event that is known elsewhere; ``BadInput`` where it answers nothing."""
    uid, invited = properties.text("UID"), tuple(properties.invited())
    if uid is None or not invited:
        raise BadInput("a reply that names no event" if uid is None else "a reply of nobody")
    occurrence = occurrence_of(properties)
    session_id = uid if occurrence is None else _occurrence_id(uid, occurrence)
    for each in invited:
        _know(each.person, people)
        findings.add(RequestRecord(line=each.line, session=session_id, person=each.person.id, state=each.state))


def _event(properties: Properties, method: str) -> Event:
    """Return the event that properties tell of; raises ``BadInput`` with the reason why it is no session."""
    starts_at, ends_at = properties.window()
    title = properties.text("SUMMARY", MAX_TITLE) or _UNTITLED
    uid = properties.uid(title, starts_at)
    occurrence = occurrence_of(properties)
    if occurrence is None and method == "ADD":
        occurrence = starts_at  # one more date of the event that has this UID
    repeats = recurring(properties) if occurrence is None and is_repeated(properties) else None
    cancelled = method == "CANCEL" or properties.word("STATUS") == "CANCELLED"
    planned = Control.DRAFT if ics_own.is_draft(properties.word) else Control.SCHEDULED
    organizer, invited = properties.organizer(), tuple(properties.invited())
    location = properties.text("LOCATION")
    session = SessionRecord(
        line=properties.line,
        id=uid if occurrence is None else _occurrence_id(uid, occurrence),
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        description=properties.text("DESCRIPTION"),
        kind=ics_own.kind_of(properties.word),
        author=organizer.id if organizer else None,
        mentor=next((each.person.id for each in invited if each.is_mentor), None),
        control=Control.CANCELLED if cancelled else planned,
        capacity=ics_own.capacity_of(properties.word),
        priority=properties.priority(),
        tags=properties.tags(),
        fields={"location": location} if location else {},
        link=properties.link(),
        created_at=properties.stamp("CREATED"),
        cancelled_at=properties.stamp("LAST-MODIFIED") if cancelled else None,
        series=uid if occurrence is not None or repeats is not None else None,
        occurrence=occurrence,
        and_following=changes_following(properties),
        zone=properties.zone_name(),
        sequence=properties.number("SEQUENCE"),
        modified_at=properties.stamp("LAST-MODIFIED"),
    )
    return Event(session, properties.stamp("DTSTAMP") or _NEVER, organizer, invited, repeats)


def _take(event: Event, people: dict[str, PersonRecord], findings: Findings) -> None:
    told = [event.organizer] if event.organizer else []
    for person in (*told, *(invited.person for invited in event.invited)):
        _know(person, people)
    guests = _guests(event)
    if event.recurring is not None:
        findings.add(_series(event.session, event.recurring, guests))
        return
    findings.add(event.session)
    for guest in guests:
        findings.add(guest)


def _know(person: PersonRecord, people: dict[str, PersonRecord]) -> None:
    """Remember somebody, by a name if any mention of them has one."""
    known = people.setdefault(person.id, person)
    if known.name is None and person.name is not None:
        people[person.id] = replace(known, name=person.name)


def _series(session: SessionRecord, repeats: Recurring, guests: tuple[RequestRecord, ...]) -> SeriesRecord:
    return SeriesRecord(
        line=session.line,
        id=session.id,
        first=session,
        starts=repeats.starts,
        zone=repeats.zone,
        rules=tuple(dict.fromkeys(repeats.rules)),
        excluded_rules=tuple(dict.fromkeys(repeats.excluded_rules)),
        added=tuple(sorted(set(repeats.added))),
        excluded=frozenset(repeats.excluded),
        excluded_days=frozenset(repeats.excluded_days),
        lengths=tuple(sorted(repeats.lengths.items())),
        guests=guests,
    )


def _guests(event: Event) -> tuple[RequestRecord, ...]:
    """Return what the invited answered, without who holds it; of several answers of one person the last."""
    host = event.organizer.id if event.organizer else None
    answers = {
        invited.person.id: RequestRecord(
            line=invited.line, session=event.session.id, person=invited.person.id, state=invited.state
        )
        for invited in event.invited
        if invited.person.id != host and not invited.is_mentor
    }
    return tuple(answers.values())


def _named(event: Event) -> str:
    return f"{event.session.title}, UID {event.session.series or event.session.id}"


def _occurrence_id(uid: str, start: date) -> str:
    shown = rfc3339(start) if isinstance(start, datetime) else start.isoformat()
    return f"{uid}/{shown}"
