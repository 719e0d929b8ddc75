"""Cal.com: bookings as its programming interface lists them (versions 1 and 2), and as its webhooks tell of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.vocabulary import RequestState
from sessiontui.intake.bookings import (
    Booking,
    Bookings,
    Guest,
    Party,
    instant,
    link_of,
    mapping,
    party_of,
    title_of,
    word,
)
from sessiontui.intake.json_values import each_value, opens_as_json

if TYPE_CHECKING:
    from datetime import datetime

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.records import JsonValue
    from sessiontui.intake.source import Source

SOURCE: Final = "calcom"

_TRIGGER: Final = re.compile(r'"triggerEvent"\s*:\s*"[A-Z_]+"')
_LISTED: Final = re.compile(r'"(?:bookings|data)"\s*:\s*[\[{]')
_UID: Final = re.compile(r'"uid"\s*:\s*"')
_START: Final = re.compile(r'"(?:startTime|start)"\s*:\s*"')

_BOOKED: Final = {
    "BOOKING_CREATED": "accepted",
    "BOOKING_CONFIRMED": "accepted",
    "BOOKING_PAID": "accepted",
    "BOOKING_RESCHEDULED": "accepted",
    "BOOKING_REQUESTED": "pending",
    "BOOKING_CANCELLED": "cancelled",
    "BOOKING_REJECTED": "rejected",
}
"""The messages that tell of a booking, and what it is after each."""

_STATES: Final = {
    "accepted": RequestState.APPROVED,
    "pending": RequestState.PENDING,
    "awaiting_host": RequestState.PENDING,
    "cancelled": RequestState.WITHDRAWN,
    "rejected": RequestState.REJECTED,
}


def recognises(source: Source) -> bool:
    """Return whether the text holds webhook messages or a list of bookings."""
    opening = source.opening
    if not opens_as_json(opening):
        return False
    listed = _UID.search(opening) is not None and _START.search(opening) is not None
    return _TRIGGER.search(opening) is not None or (listed and _LISTED.search(opening) is not None)


def read(source: Source, findings: Findings) -> None:
    """Read bookings: each is a session, each attendee a request in the state that the booking is in."""
    bookings = Bookings(SOURCE, findings)

    def take(value: JsonValue, line: int, excerpt: str) -> None:
        if not isinstance(value, Mapping):
            findings.refuse(line, "it is not an object", excerpt)
            return
        trigger = word(value, "triggerEvent")
        try:
            if trigger:
                _message(value, trigger, line, bookings, findings)
                return
            for booking in _listed(value):
                _take(booking, word(booking, "status"), line, None, bookings, findings)
        except BadInput as error:
            findings.refuse(line, error.detail, excerpt)

    each_value(source.text, findings, take)
    bookings.tell()


def _listed(value: Mapping[str, JsonValue]) -> Iterator[Mapping[str, JsonValue]]:
    """Yield the bookings of an answer: a list of them, or the one that was asked for."""
    for name in ("bookings", "data", "booking"):
        found = value.get(name)
        if isinstance(found, Mapping):
            yield from _listed(found) if "bookings" in found else iter((found,))
            return
        if isinstance(found, Sequence) and not isinstance(found, str):
            yield from (one for one in found if isinstance(one, Mapping))
            return
    if "uid" in value:
        yield value
        return
    raise BadInput("it holds no bookings")


def _message(value: Mapping[str, JsonValue], trigger: str, line: int, bookings: Bookings, findings: Findings) -> None:
    payload = mapping(value, "payload") or value  # some messages tell of the booking beside the trigger
    if trigger in _BOOKED:
        told_at = instant(value, "createdAt")
        if trigger == "BOOKING_RESCHEDULED":
            _call_off(bookings.known(word(payload, "rescheduleUid")), told_at)
        _take(payload, _BOOKED[trigger], line, told_at, bookings, findings)
    elif trigger == "BOOKING_NO_SHOW_UPDATED":
        findings.note(f"line {line}: marked as a no-show there; here absence follows from presence")
    else:
        findings.refuse(line, f"a message {trigger!r} tells nothing of a booking")


def _call_off(booking: Booking | None, at: datetime | None) -> None:
    """Let a date that was moved not take place: the new one is a booking of its own."""
    if booking is not None:
        booking.called_off, booking.cancelled_at, booking.cancel_reason = True, at, "rescheduled"


def _take(
    value: Mapping[str, JsonValue],
    status: str,
    line: int,
    told_at: datetime | None,
    bookings: Bookings,
    findings: Findings,
) -> None:
    uid = word(value, "uid", "bookingUid", "id")
    starts_at = instant(value, "startTime", "start")
    if not uid or starts_at is None:
        raise BadInput("nothing tells when the booking is" if uid else "nothing tells which booking it is")
    state = _STATES.get(status.casefold())
    if state is None:
        raise BadInput(f"a booking that is {status[:60]!r} is not known" if status else "its status is missing")
    called_off = state in (RequestState.WITHDRAWN, RequestState.REJECTED)
    reason = word(value, "cancellationReason", "rejectionReason", "reschedulingReason") or None
    created_at = instant(value, "createdAt") or (None if called_off else told_at)
    changed_at = told_at or instant(value, "updatedAt")
    booking = bookings.take(
        Booking(
            line=line,
            id=uid,
            title=title_of(word(value, "title", "eventTitle"), line=line, findings=findings),
            starts_at=starts_at,
            ends_at=instant(value, "endTime", "end"),
            description=word(value, "description", "additionalNotes") or None,
            link=_link(value),
            host=_host(value, line, findings),
            created_at=created_at,
            capacity=_seats(value),
            called_off=called_off,
            cancelled_at=changed_at if called_off else None,
            cancel_reason=reason or ("rejected" if state is RequestState.REJECTED else None) if called_off else None,
        )
    )
    for attendee in _objects(value.get("attendees")):
        party = _party(attendee, line, findings)
        if party is None:
            continue
        booking.put(
            Guest(
                party=party,
                state=state,
                asked_at=created_at,
                decided_at=changed_at or (None if called_off else created_at),
                reason=reason if called_off else None,
            )
        )
        if attendee.get("absent") is True or attendee.get("noShow") is True:
            findings.note(f"line {line}: marked as a no-show there; here absence follows from presence")


def _host(value: Mapping[str, JsonValue], line: int, findings: Findings) -> Party | None:
    for host in (mapping(value, "organizer"), mapping(value, "user"), *_objects(value.get("hosts"))):
        if word(host, "email"):
            return _party(host, line, findings)
    return None


def _party(value: Mapping[str, JsonValue], line: int, findings: Findings) -> Party | None:
    return party_of(
        word(value, "name", "displayName"),
        word(value, "email"),
        word(value, "timeZone"),
        line=line,
        findings=findings,
    )


def _link(value: Mapping[str, JsonValue]) -> str | None:
    places = (
        word(mapping(value, "metadata"), "videoCallUrl"),
        word(mapping(value, "videoCallData"), "url"),
        word(value, "meetingUrl", "location"),
    )
    return next((link for link in map(link_of, places) if link), None)


def _seats(value: Mapping[str, JsonValue]) -> int | None:
    seats = value.get("seatsPerTimeSlot") or mapping(value, "eventType").get("seatsPerTimeSlot")
    return seats if isinstance(seats, int) and not isinstance(seats, bool) and seats > 1 else None


def _objects(value: JsonValue) -> Iterator[Mapping[str, JsonValue]]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from (one for one in value if isinstance(one, Mapping))
