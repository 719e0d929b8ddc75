"""Calendly: webhook messages as JSON, and the table of scheduled events that its screen exports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.vocabulary import RequestState
from sessiontui.intake.attendees import yes_or_no
from sessiontui.intake.bookings import (
    Booking,
    Bookings,
    Guest,
    Party,
    id_of,
    instant,
    link_of,
    mapping,
    party_of,
    title_of,
    word,
)
from sessiontui.intake.json_values import each_value, opens_as_json
from sessiontui.intake.moments import parse_moment
from sessiontui.intake.rows import first_rows, fold, rows_of
from sessiontui.intake.timeline import timeline_of

if TYPE_CHECKING:
    from sessiontui.intake.findings import Findings
    from sessiontui.intake.records import JsonValue
    from sessiontui.intake.rows import Row
    from sessiontui.intake.source import Source

SOURCE: Final = "calendly"

_EVENT: Final = re.compile(r'"event"\s*:\s*"invitee(?:_no_show)?\.[a-z]+"')
_NEEDED: Final = ("Invitee Email", "Start Date & Time", "Canceled")
_COLUMNS: Final = {
    fold(name): name
    for name in (
        *_NEEDED, "End Date & Time", "User Name", "User Email", "Invitee Name", "Invitee First Name",
        "Invitee Last Name", "Invitee Time Zone", "Event Type Name", "Location", "Event Created Date & Time",
        "Canceled By", "Cancellation reason", "Marked as No-Show", "Event UUID", "Invitee UUID", "Guest Email(s)",
        "Group",
    )
}  # fmt: skip
_PARTED: Final = re.compile(r"[\s,;]+")
_MISSING_ID: Final = "nothing tells which event it is"


def recognises(source: Source) -> bool:
    """Return whether the text holds invitee messages, or begins with the heading of an export."""
    if opens_as_json(source.opening):
        return _EVENT.search(source.opening) is not None
    return any(_heading(row) is not None for row in first_rows(source.text, _COLUMNS))


def read(source: Source, findings: Findings) -> None:
    """Read bookings: each event is a session, each invitee a request that is approved until it is taken back."""
    bookings = Bookings(SOURCE, findings)
    if opens_as_json(source.opening):

        def take(value: JsonValue, line: int, excerpt: str) -> None:
            _message(value, line, excerpt, bookings, findings)

        each_value(source.text, findings, take)
    else:
        _read_table(source, bookings, findings)
    bookings.tell()


# -- messages -------------------------------------------------------------------------------------------------


def _message(value: JsonValue, line: int, excerpt: str, bookings: Bookings, findings: Findings) -> None:
    kind = word(value, "event") if isinstance(value, Mapping) else ""
    if not isinstance(value, Mapping) or not kind.startswith("invitee"):
        findings.refuse(line, "it is no message about an invitee", excerpt)
        return
    try:
        _take(value, kind, line, bookings, findings)
    except BadInput as error:
        findings.refuse(line, error.detail, excerpt)


def _take(value: Mapping[str, JsonValue], kind: str, line: int, bookings: Bookings, findings: Findings) -> None:
    payload = mapping(value, "payload")
    event = mapping(payload, "scheduled_event") or mapping(payload, "event")
    starts_at = instant(event, "start_time")
    booking_id = id_of(word(event, "uri", "uuid") or word(payload, "event"))
    if starts_at is None or not booking_id:
        raise BadInput("nothing tells when the event is" if booking_id else _MISSING_ID)
    counter = mapping(event, "invitees_counter")
    limit = counter.get("limit")
    seats = limit if isinstance(limit, int) and not isinstance(limit, bool) and limit > 1 else None
    cancellation = mapping(payload, "cancellation")
    is_cancelled = kind == "invitee.canceled"
    cancelled_at = instant(cancellation, "created_at") or instant(payload, "updated_at") if is_cancelled else None
    reason = word(cancellation, "reason") or ("rescheduled" if payload.get("rescheduled") is True else "")
    # Whoever leaves a date for two calls it off; of a date for many they only give back their seat.
    called_off = word(event, "status") == "canceled" or (is_cancelled and seats is None)
    booking = bookings.take(
        Booking(
            line=line,
            id=booking_id,
            title=title_of(
                word(event, "name") or word(mapping(payload, "event_type"), "name"), line=line, findings=findings
            ),
            starts_at=starts_at,
            ends_at=instant(event, "end_time"),
            link=link_of(word(mapping(event, "location"), "join_url", "location")),
            host=_host(event, line, findings),
            created_at=instant(event, "created_at"),
            capacity=seats,
            called_off=called_off,
            cancelled_at=cancelled_at if called_off else None,
            cancel_reason=reason or None if called_off else None,
        )
    )
    invitee = mapping(payload, "invitee") or payload  # older messages tell of them in an object of their own
    guest = party_of(
        word(invitee, "name"), word(invitee, "email"), word(invitee, "timezone"), line=line, findings=findings
    )
    if guest is None:
        return
    asked_at = instant(invitee, "created_at")
    booking.put(
        Guest(
            party=guest,
            state=RequestState.WITHDRAWN if is_cancelled else RequestState.APPROVED,
            asked_at=asked_at,
            decided_at=cancelled_at if is_cancelled else asked_at,
            reason=(reason or None) if is_cancelled else None,
        )
    )
    _bring_along(booking, guest.id, _mails(event), line, findings)
    if kind == "invitee_no_show.created":
        findings.note(f"line {line}: marked as a no-show there; here absence follows from presence")


def _host(event: Mapping[str, JsonValue], line: int, findings: Findings) -> Party | None:
    """Return who holds it; older messages name them otherwise."""
    for name, prefix in (("event_memberships", "user_"), ("extended_assigned_to", "")):
        members = event.get(name)
        for member in members if isinstance(members, Sequence) and not isinstance(members, str) else ():
            if isinstance(member, Mapping) and (mail := word(member, f"{prefix}email")):
                return party_of(word(member, f"{prefix}name"), mail, "", line=line, findings=findings)
    return None


def _mails(event: Mapping[str, JsonValue]) -> list[str]:
    guests = event.get("event_guests")
    listed = guests if isinstance(guests, Sequence) and not isinstance(guests, str) else ()
    return [word(one, "email") for one in listed if isinstance(one, Mapping)]


def _bring_along(booking: Booking, invitee: str, mails: Iterable[str], line: int, findings: Findings) -> None:
    """Let whom an invitee brings along come, or not, as the invitee does; of a date for many some have booked it."""
    told = booking.guests[invitee]
    for mail in filter(None, map(str.strip, mails)):
        party = party_of("", mail, "", line=line, findings=findings)
        if party is None or party.id == invitee or (booking.capacity and party.id in booking.guests):
            continue
        booking.put(replace(told, party=party))


# -- the table ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cells:
    """One row of the table, by the names of its columns."""

    row: Row
    columns: dict[str, int]

    def __call__(self, name: str) -> str:
        return self.row.cell(self.columns.get(name))


def _heading(row: Row) -> dict[str, int] | None:
    found: dict[str, int] = {}
    for place, cell in enumerate(row.cells):
        name = _COLUMNS.get(fold(cell))
        if name is not None:
            found.setdefault(name, place)
    return found if all(name in found for name in _NEEDED) else None


def _read_table(source: Source, bookings: Bookings, findings: Findings) -> None:
    columns: dict[str, int] | None = None
    table: list[_Cells] = []
    for row in rows_of(source.text, findings, known=_COLUMNS):
        if columns is None:
            columns = _heading(row)
        else:
            table.append(_Cells(row, columns))
    spans = [(parse_moment(c("Start Date & Time")), parse_moment(c("End Date & Time")), None) for c in table]
    made = [parse_moment(c("Event Created Date & Time")) for c in table]
    timeline = timeline_of([m for start, end, _ in spans for m in (start, end)] + made, spans, source, findings)
    for cells, (start, end, _), created in zip(table, spans, made, strict=True):
        starts_at, ends_at = timeline.interval(start, end)
        try:
            if starts_at is None:
                raise BadInput(f"{cells('Start Date & Time')[:60]!r} is not a date and time")
            booking = Booking(
                line=cells.row.line,
                id=_row_id(cells, starts_at.isoformat()),
                title=title_of(cells("Event Type Name"), line=cells.row.line, findings=findings),
                starts_at=starts_at,
                ends_at=ends_at,
                link=link_of(cells("Location")),
                created_at=timeline.instant(created),
            )
            _take_row(cells, booking, bookings, findings)
        except BadInput as error:
            findings.refuse(cells.row.line, error.detail, cells.row.cells)


def _row_id(row: _Cells, start: str) -> str:
    return id_of(row("Event UUID")) or f"{(row('User Email') or row('Event Type Name')).casefold()}@{start}"


def _take_row(row: _Cells, booking: Booking, bookings: Bookings, findings: Findings) -> None:
    line = booking.line
    is_cancelled = yes_or_no(row("Canceled")) is True
    is_group = yes_or_no(row("Group")) is True
    booking.called_off = is_cancelled and not is_group
    booking.cancel_reason = row("Cancellation reason") or None if booking.called_off else None
    if row("User Email"):
        booking.host = party_of(row("User Name"), row("User Email"), "", line=line, findings=findings)
    booking = bookings.take(booking)
    name = row("Invitee Name") or f"{row('Invitee First Name')} {row('Invitee Last Name')}"
    guest = party_of(name, row("Invitee Email"), row("Invitee Time Zone"), line=line, findings=findings)
    if guest is None:
        return
    booking.put(
        Guest(
            party=guest,
            state=RequestState.WITHDRAWN if is_cancelled else RequestState.APPROVED,
            asked_at=booking.created_at,
            decided_at=None if is_cancelled else booking.created_at,
            reason=row("Cancellation reason") or None if is_cancelled else None,
        )
    )
    _bring_along(booking, guest.id, _PARTED.split(row("Guest Email(s)")), line, findings)
    if yes_or_no(row("Marked as No-Show")) is True:
        findings.note(f"line {line}: marked as a no-show there; here absence follows from presence")
