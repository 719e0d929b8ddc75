"""One session as an event of a calendar: which property says what, and how its texts are made fit for one.

Whatever is written here is read back by ``intake.ics_events`` as it was, and written again to the same letter.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sessiontui.domain.instants import from_ms
from sessiontui.domain.recurrence import instant_of
from sessiontui.domain.vocabulary import Control, Kind, Priority, RequestState
from sessiontui.domain.zones import zone_of
from sessiontui.intake import ics_own
from sessiontui.intake.addresses import is_address
from sessiontui.services.calendars.zones import UTC_KEYS
from sessiontui.store.reads.calendars import EventRow, Face

if TYPE_CHECKING:
    from icalendar import Event, vCalAddress

UNTITLED: Final = "Untitled"

_BREAKS: Final = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""What some programs end a line at, though the standard does not."""

_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\ud800-\udfff]")
"""What the standard allows in no text."""

_URI: Final = re.compile(r"[a-z][a-z0-9+.\-]*:[!-~]+", re.IGNORECASE)
_WEB: Final = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_URI_SIGNS: Final = ":/?#[]@!$&'()*+,;=-._~%"
_MAX_UID: Final = 255  # what servers keep of it (RFC 7986 5.3)
_MAX_LINK: Final = 2000
_SECOND: Final = timedelta(seconds=1)

_PRIORITIES: Final = {Priority.URGENT: 1, Priority.HIGH: 3, Priority.NORMAL: 5, Priority.LOW: 9}
_ANSWERS: Final = {
    RequestState.APPROVED: "ACCEPTED",
    RequestState.REJECTED: "DECLINED",
    RequestState.PENDING: "NEEDS-ACTION",
}


class Method(StrEnum):
    """What a calendar asks of the one who gets it (RFC 5546)."""

    PUBLISH = "publish"
    REQUEST = "request"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What every event of one calendar has in common; ``zone`` is that of sessions without one of their own."""

    method: Method
    stamped_at: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who is named in an event: nobody whom the one who reads it may not see."""

    organizer: Face | None = None
    mentor: Face | None = None
    guests: Sequence[tuple[Face, RequestState]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """How an event repeats, in wall-clock times of ``zone``; the end of the ``rule`` is an instant."""

    starts: datetime
    zone: ZoneInfo
    rule: str
    added: tuple[datetime, ...]
    excluded: tuple[datetime, ...]


def uid_of(row: EventRow) -> tuple[str, date | datetime | None]:
    """Return the stable id of a session's event and, for one date of a repeated event, which date.

    What came from a calendar keeps the id it has there. Any other id says the source, the outside id or, for what
    was made here, the number and the instant at which it was made, so that two installations never agree by chance.
    All dates of a series have its id.
    """
    if row.series_id:
        if row.series_external_id and row.series_stated is not None:
            uid = _clean(row.series_external_id)
        else:
            made = "" if row.series_created_at is None else f"-{row.series_created_at}"
            told = _clean(row.series_external_id) or f"series-{row.series_id}{made}"
            uid = _own(f"{_clean(row.series_source)}:{told}@sessiontui")
        slot = datetime.fromisoformat(row.slot) if row.slot else None
        return uid, None if slot is None else instant_of(slot, zone_of(row.zone, ZoneInfo("UTC")))
    kept = _clean(row.external_id)
    if kept and row.stated is not None:
        date_of = kept.removeprefix(f"{row.stated_series}/")
        return (kept, None) if date_of == kept or not row.stated_series else (row.stated_series, _start_of(date_of))
    made = "" if row.created_at is None else f"-{row.created_at}"
    return _own(f"{_clean(row.source)}:{kept or f'{row.id}{made}'}@sessiontui"), None


def link_of(row: EventRow) -> str:
    """Return the address that leads to the meeting, as calendars can carry it, or nothing."""
    told = _clean(row.link) or _clean(row.location)
    if any(map(str.isspace, told)):  # words about the way there, not an address
        return ""
    address = quote(told, safe=_URI_SIGNS)
    return address if _WEB.fullmatch(address) and len(address) <= _MAX_LINK else ""


def event_of(
    row: EventRow, sheet: Sheet, company: Company, *, shows_link: bool, repeats: Repeats | None = None
) -> bytes:
    """Return one session, or with ``repeats`` all dates of a series, as a VEVENT with its line ends."""
    from icalendar import Event  # slow to import: only for calendars

    from sessiontui.services.calendars.texts import Text

    event = Event()
    uid, occurrence = uid_of(row)
    zone = zone_of(row.zone, sheet.zone)
    starts_at = from_ms(row.starts_at).replace(microsecond=0)
    ends_at = max(from_ms(row.ends_at).replace(microsecond=0), starts_at + _SECOND)
    event.add("uid", Text(uid))
    event.add("dtstamp", sheet.stamped_at.astimezone(UTC))
    event.add("dtstart", _local(starts_at, zone) if repeats is None else _shown(repeats.starts, zone))
    event.add("dtend", _local(ends_at, zone))
    if repeats is not None:
        _add_dates(event, repeats)
    if occurrence is not None:
        event.add("recurrence-id", _local(occurrence, zone) if isinstance(occurrence, datetime) else occurrence)
    is_cancelled = sheet.method is Method.CANCEL or row.control == Control.CANCELLED
    is_draft = row.control == Control.DRAFT
    event.add("sequence", (row.stated or 0) + row.changes)
    event.add("status", "CANCELLED" if is_cancelled else "TENTATIVE" if is_draft else "CONFIRMED")
    _add_texts(event, row, shows_link=shows_link)
    _add_own(event, row)
    _add_instants(event, row)
    _add_people(event, company, asks=sheet.method is Method.REQUEST)
    return bytes(event.to_ical())


def uri_of(face: Face) -> str:
    """Return the address of somebody in calendars: by mail where they have one, else one that only names them."""
    if is_address(face.email):
        return f"mailto:{face.email}"
    for outside in face.outside:
        if _URI.fullmatch(outside) and not outside.casefold().startswith("mailto:"):
            return outside
    return f"urn:x-sessiontui:person:{face.id}-{face.created_at or 0}"


def _add_dates(event: Event, repeats: Repeats) -> None:
    """Add the rule, and the dates added and taken out."""
    from icalendar.prop import vRecur

    if repeats.rule:
        event.add("rrule", vRecur.from_ical(repeats.rule))
    for name, dates in (("rdate", repeats.added), ("exdate", repeats.excluded)):
        if dates:
            event.add(name, [_shown(wall, repeats.zone) for wall in dates])


def _shown(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return a wall-clock time as a calendar writes it, also one that the clock of its zone skips."""
    return wall.replace(tzinfo=UTC if zone.key in UTC_KEYS else zone)


def _own(uid: str) -> str:
    """Return an id of this product, as short as servers want it."""
    return uid if len(uid) <= _MAX_UID else f"{hashlib.sha256(uid.encode()).hexdigest()}@sessiontui"


def _add_texts(event: Event, row: EventRow, *, shows_link: bool) -> None:
    from icalendar.prop import vUri

    from sessiontui.services.calendars.texts import Text, categories

    event.add("summary", Text(_clean(row.title) or UNTITLED))
    if description := _clean(row.description):
        event.add("description", Text(description))
    if tags := list(dict.fromkeys(filter(None, map(_clean, _listed(row.tags))))):
        event.add("categories", categories(tags))
    link, location = link_of(row), _clean(row.location)
    if not link and not location:
        location = _clean(row.link) if shows_link else ""
    if location and (shows_link or "://" not in location):
        event.add("location", Text(location))
    if link and shows_link:
        event.add("conference", vUri(link, params={"VALUE": "URI", "LABEL": "Join"}))
        event.add("url", vUri(link))


def _add_own(event: Event, row: EventRow) -> None:
    """Add the priority, and what the standard has no words for."""
    event.add("priority", _PRIORITIES[Priority(row.priority)])
    if row.priority == Priority.URGENT:
        event.add(ics_own.PRIORITY, Priority.URGENT.upper())
    if row.kind != Kind.CONVERSATION:
        event.add(ics_own.KIND, row.kind.upper())
    if row.capacity:
        event.add(ics_own.CAPACITY, str(row.capacity))
    if row.control == Control.DRAFT:
        event.add(ics_own.CONTROL, Control.DRAFT.upper())


def _add_instants(event: Event, row: EventRow) -> None:
    """Add when it was made and last changed, as far as anybody knows."""
    told = [from_ms(at) for at in (row.changed_at, row.told_at) if at is not None]
    if row.stated_modified:
        told.append(datetime.fromisoformat(row.stated_modified))
    if row.created_at is not None:
        made = from_ms(row.created_at).replace(microsecond=0)
        event.add("created", made)
        told = [max(at, made) for at in told]
    if told:
        event.add("last-modified", max(told).replace(microsecond=0))


def _add_people(event: Event, company: Company, *, asks: bool) -> None:
    """Add who holds it and who is invited, each once."""
    seen: set[str] = set()
    if company.organizer is not None:
        event.add("organizer", _address(company.organizer))
        seen.add(uri_of(company.organizer).casefold())
    if company.mentor is not None:
        event.add("attendee", _address(company.mentor, ROLE="CHAIR", PARTSTAT="ACCEPTED", **{ics_own.PART: "MENTOR"}))
        seen.add(uri_of(company.mentor).casefold())
    known = sorted(company.guests, key=lambda guest: (uri_of(guest[0]).casefold(), guest[0].name))
    for face, state in known:
        uri = uri_of(face).casefold()
        if uri in seen or state not in _ANSWERS:
            continue
        seen.add(uri)
        more = {"RSVP": "TRUE"} if asks and state is RequestState.PENDING else {}
        event.add("attendee", _address(face, PARTSTAT=_ANSWERS[state], **more))


def _address(face: Face, **parameters: str) -> vCalAddress:
    from icalendar import vCalAddress

    uri = uri_of(face)
    address = vCalAddress(uri)
    named = uri.removeprefix("mailto:").casefold() if uri.startswith("mailto:") else uri
    address.params["CN"] = " ".join(_clean(face.name).split()) or named
    for name, value in parameters.items():
        address.params[name] = value
    return address


def _start_of(told: str) -> date | datetime:
    """Return which date of a repeated event the intake noted: an instant, or a day alone."""
    return datetime.fromisoformat(told) if "T" in told else date.fromisoformat(told)


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return an instant on the clock of a zone; in UTC where that clock shows the same time twice."""
    local = instant.astimezone(zone)
    return instant.astimezone(UTC) if zone.key in UTC_KEYS or local.fold else local


def _clean(text: str) -> str:
    return _CONTROLS.sub("", _BREAKS.sub("\n", text)).strip()


def _listed(tags: str) -> Sequence[str]:
    found: object = json.loads(tags)
    return [str(tag) for tag in found] if isinstance(found, list) else []


def faces_of(rows: Sequence[EventRow], guests: Mapping[int, Sequence[tuple[int, str]]]) -> list[int]:
    """Return everybody whom some events may name."""
    hosts = {who for row in rows for who in (row.author_id, row.mentor_id) if who is not None}
    return sorted(hosts | {who for asked in guests.values() for who, _ in asked})
