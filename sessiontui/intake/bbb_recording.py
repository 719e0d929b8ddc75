"""BigBlueButton's ``events.xml``: what a recording kept of who came and went.

Events carry milliseconds of a clock that began with the server, not with 1970. The meeting's own id ends with the
instant at which it was made, and the first event is as good as that; newer recordings also state it in UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from sessiontui.domain.engagement import Engagement
from sessiontui.domain.errors import BadInput
from sessiontui.intake.attendees import name_of, whole_seconds
from sessiontui.intake.bbb_acts import FIELDS, HEARD, Act, engagements
from sessiontui.intake.findings import MAX_TITLE
from sessiontui.intake.meeting_reports import Attendee, MeetingReport, Platform
from sessiontui.intake.timeline import instant_of_epoch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.source import Source

_MADE_AT: Final = re.compile(r"-(\d{12,14})$")
_HEARD: Final = frozenset({"ParticipantJoinEvent", "ParticipantLeftEvent", "EndAndKickAllEvent"})
_FIELDS: Final = FIELDS | {"externalUserId", "name", "role", "timestampUTC"}
_MAX_ID: Final = 500
_LONGEST: Final = 10 * 366 * 24 * 3_600_000
"""Milliseconds; an event further from the first one is no event of the same meeting."""


@dataclass(slots=True)
class _Event:
    """One event, and its line."""

    line: int
    module: str
    name: str
    at: int
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Recording:
    """What was read so far."""

    ids: dict[str, str] = field(default_factory=dict)
    first: int | None = None
    last: int | None = None
    utc_offset: int | None = None
    events: list[_Event] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)


@dataclass(slots=True)
class _Stay:
    """One person from a join to a leave, in milliseconds of the events' clock."""

    line: int
    user: str
    external: str
    name: str
    role: str
    joined: int
    left: int | None = None


class _Reading:
    """The parser's listener: keeps the events that tell of people, and when the first and the last happened."""

    def __init__(self, parser: expat.XMLParserType, recording: _Recording) -> None:
        self._parser = parser
        self._recording = recording
        self._event: _Event | None = None
        self._field = ""
        self._text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        ids = self._recording.ids
        if tag == "event":
            self._begin(attributes)
        elif self._event is not None and tag in _FIELDS:
            self._field, self._text = tag, []
        elif tag == "recording":
            ids["unique"] = attributes.get("meeting_id", "")
        elif tag == "meeting":
            ids["unique"] = attributes.get("id", "") or ids.get("unique", "")
            ids["room"] = attributes.get("externalId", "")
            ids["title"] = attributes.get("name", "")
        elif tag == "metadata":
            ids["room"] = ids.get("room", "") or attributes.get("meetingId", "")
            ids["title"] = ids.get("title", "") or attributes.get("meetingName", "")

    def text(self, part: str) -> None:
        if self._field:
            self._text.append(part)

    def end(self, tag: str) -> None:
        event = self._event
        if event is None:
            return
        if tag == self._field:
            event.fields[tag] = "".join(self._text).strip()
            self._field = ""
        elif tag == "event":
            utc = event.fields.get("timestampUTC", "")
            if self._recording.utc_offset is None and utc.isascii() and utc.isdigit():
                self._recording.utc_offset = int(utc[:15]) - event.at
            if event.name in _HEARD and event.module == "PARTICIPANT":  # telephone lines use the same names
                self._recording.events.append(event)
            if (event.module, event.name) in HEARD:
                self._recording.acts.append(Act(event.module, event.name, event.at, event.fields))
            self._event = None

    def _begin(self, attributes: Mapping[str, str]) -> None:
        stamp = attributes.get("timestamp", "")
        if not (stamp.isascii() and stamp.isdigit()):
            return
        at, recording = int(stamp[:15]), self._recording
        recording.first = at if recording.first is None else min(recording.first, at)
        if at - recording.first <= _LONGEST:
            recording.last = at if recording.last is None else max(recording.last, at)
        module, name = attributes.get("module", ""), attributes.get("eventname", "")
        self._event = _Event(self._parser.CurrentLineNumber, module, name, at)


def read(source: Source, findings: Findings) -> None:
    """Read a recording's events into one report; it ends with the meeting's end, else with its last event."""
    recording = _parse(source)
    unique = recording.ids.get("unique", "").strip()[:_MAX_ID]
    made = _MADE_AT.search(unique)
    offset = recording.utc_offset
    if offset is None and made and recording.first is not None:
        offset = int(made[1]) - recording.first
    ended = next((event.at for event in recording.events if event.name == "EndAndKickAllEvent"), recording.last)
    stays = _stays(recording, findings)
    attendees = tuple(_attendees(stays, ended, offset))
    if recording.first is None:
        findings.note("the recording holds no events")
    elif offset is None:
        findings.note("nothing tells on which day the meeting was; its people are taken with their minutes alone")
    findings.report(
        MeetingReport(
            line=1,
            platform=Platform.BBB,
            unique_id=unique or None,
            meeting_id=recording.ids.get("room", "").strip()[:_MAX_ID] or None,
            title=findings.text(recording.ids.get("title", ""), line=1, what="the title", limit=MAX_TITLE) or None,
            starts_at=_instant(recording.first, offset) or (instant_of_epoch(int(made[1])) if made else None),
            ends_at=_instant(ended, offset),
            attendees=attendees,
            approximate=offset is None and bool(attendees),
            engagement=_engagement(recording, stays, attendees, ended),
        )
    )


def _parse(source: Source) -> _Recording:
    recording = _Recording()
    parser = expat.ParserCreate()
    reading = _Reading(parser, recording)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    text = source.text.removeprefix("\ufeff").replace("\0", "\ufffd")
    # What was decoded is text already: its declaration may name an encoding that it has no longer.
    text = re.sub(r"\A\s*<\?xml\b[^>]*\?>", lambda found: "\n" * found[0].count("\n"), text)
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise BadInput(
            f"line {error.lineno}: not XML: {expat.errors.messages[error.code]}",
            hint="copy the recording's events.xml again",
            place=source.name,
        ) from None
    return recording


def _refuse_doctype(name: str, system: str | None, public: str | None, internal: bool) -> None:
    """Refuse definitions of entities: they can make a small file large, and name files of this host."""
    raise BadInput("it defines a document type, which a recording never does")


def _engagement(
    recording: _Recording, stays: Sequence[_Stay], attendees: Sequence[Attendee], ended: int | None
) -> dict[str, Engagement]:
    """Return how everybody took part: an internal id is a device, and belongs to the person of its stays."""
    owners = {stay.user: attendee.key for stay, attendee in zip(stays, attendees, strict=True)}
    found: dict[str, Engagement] = {}
    for user, part in engagements(recording.acts, owners.keys(), ended).items():
        found[owners[user]] = found.get(owners[user], Engagement()) + part
    return found


def _attendees(stays: Iterable[_Stay], ended: int | None, offset: int | None) -> Iterator[Attendee]:
    for stay in stays:
        left = ended if stay.left is None else stay.left
        seconds = None if left is None else max(0, left - stay.joined) // 1000
        joined_at, left_at = _instant(stay.joined, offset), _instant(left, offset)
        contradictory = joined_at is not None and left_at is not None and left_at < joined_at
        if joined_at is not None and left_at is not None:
            seconds = 0 if contradictory else whole_seconds(left_at - joined_at)
        yield Attendee(
            line=stay.line,
            name=stay.name,
            external_id=stay.external or stay.user or None,
            joined_at=joined_at,
            left_at=left_at if joined_at is not None else None,
            seconds=seconds,
            role=stay.role,
            contradictory=contradictory,
        )


def _stays(recording: _Recording, findings: Findings) -> list[_Stay]:
    """Pair joins and leaves of each internal id; a second join before the leave is the same stay."""
    found: list[_Stay] = []
    open_ones: dict[str, _Stay] = {}
    for event in sorted(recording.events, key=lambda event: event.at):
        user = event.fields.get("userId", "")[:_MAX_ID]
        if event.name == "ParticipantJoinEvent":
            name = name_of(event.fields.get("name", ""), event.line, findings)
            if not name or not user:
                findings.refuse(event.line, "a join without a name" if user else "a join without a user", name)
            elif user not in open_ones:
                external = event.fields.get("externalUserId", "")[:_MAX_ID]
                role = event.fields.get("role", "").casefold()
                open_ones[user] = _Stay(event.line, user, external, name, role, event.at)
                found.append(open_ones[user])
        elif event.name == "ParticipantLeftEvent":
            stay = open_ones.pop(user, None)
            if stay is None:
                findings.note(f"line {event.line}: {user or 'somebody'} left without having come")
            else:
                stay.left = event.at
    return found


def _instant(at: int | None, offset: int | None) -> datetime | None:
    return None if at is None or offset is None else instant_of_epoch(at + offset)
