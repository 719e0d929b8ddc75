"""Bookings of scheduling tools: whatever is said of one booking becomes one session and its requests.

People have no id of their own there; their e-mail address is it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import parse_instant
from sessiontui.domain.vocabulary import Move, RequestState
from sessiontui.domain.zones import named_zone
from sessiontui.intake.addresses import is_address
from sessiontui.intake.attendees import name_of
from sessiontui.intake.findings import MAX_TITLE
from sessiontui.intake.records import MoveRecord, PersonRecord, RequestRecord, SessionRecord
from sessiontui.intake.shapes import DEFAULT_LENGTH

if TYPE_CHECKING:
    from sessiontui.intake.findings import Findings
    from sessiontui.intake.records import JsonValue

_MAX_LINK: Final = 2000
_MAX_ID: Final = 500
_LONGEST: Final = timedelta(days=31)
_FINAL: Final = frozenset({RequestState.WITHDRAWN, RequestState.REJECTED})


@dataclass(slots=True, kw_only=True)
class Party:
    """Somebody named in a booking, known by their address."""

    name: str
    email: str
    zone: str | None = None

    @property
    def id(self) -> str:
        """The address as it is compared."""
        return self.email.casefold()


@dataclass(slots=True, kw_only=True)
class Guest:
    """One who booked: where their request stands, and since when."""

    party: Party
    state: RequestState = RequestState.APPROVED
    asked_at: datetime | None = None
    decided_at: datetime | None = None
    reason: str | None = None


@dataclass(slots=True, kw_only=True)
class Booking:
    """One booked date; ``called_off`` says that it does not take place, ``cancelled_at`` since when, if known."""

    line: int
    id: str
    title: str
    starts_at: datetime
    ends_at: datetime | None
    description: str | None = None
    link: str | None = None
    host: Party | None = None
    created_at: datetime | None = None
    capacity: int | None = None
    called_off: bool = False
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    guests: dict[str, Guest] = field(default_factory=dict)

    def put(self, guest: Guest) -> None:
        """Take what is said of a guest; messages may come in any order, and what was taken back stays so."""
        before = self.guests.get(guest.party.id)
        if before is not None:
            guest.asked_at = guest.asked_at or before.asked_at
            if before.state in _FINAL and guest.state not in _FINAL:
                guest.state, guest.decided_at, guest.reason = before.state, before.decided_at, before.reason
        self.guests[guest.party.id] = guest


class Bookings:
    """Gathers the bookings of one file; later words about the same booking win."""

    def __init__(self, source: str, findings: Findings) -> None:
        self._source = source
        self._findings = findings
        self._found: dict[str, Booking] = {}

    def known(self, booking_id: str) -> Booking | None:
        """Return the booking of an id, if one was taken already."""
        return self._found.get(booking_id)

    def take(self, booking: Booking) -> Booking:
        """Take a booking, or what is new about one; ``BadInput`` says why its window cannot be."""
        if booking.ends_at == booking.starts_at:
            self._findings.note(f"line {booking.line}: it ends when it starts, so it was read as lasting 60 minutes")
            booking.ends_at = None
        if booking.ends_at is None:
            booking.ends_at = booking.starts_at + DEFAULT_LENGTH
        if not timedelta() < booking.ends_at - booking.starts_at <= _LONGEST:
            raise BadInput("it ends before it starts, or more than a month later")
        before = self._found.get(booking.id)
        if before is None:
            self._found[booking.id] = booking
            return booking
        for name in ("title", "starts_at", "ends_at"):
            setattr(before, name, getattr(booking, name))
        for name in ("description", "link", "host", "created_at", "capacity", "cancelled_at", "cancel_reason"):
            setattr(before, name, getattr(booking, name) or getattr(before, name))
        before.called_off = before.called_off or booking.called_off
        return before

    def tell(self) -> None:
        """Turn everything gathered into records."""
        told: dict[str, None] = {}
        for booking in self._found.values():
            for party in (booking.host, *(guest.party for guest in booking.guests.values())):
                if party is not None and party.id not in told:
                    told[party.id] = None
                    self._findings.add(
                        PersonRecord(
                            line=booking.line,
                            id=party.id,
                            name=party.name or party.email,
                            email=party.email,
                            zone=party.zone,
                            source=self._source,
                        )
                    )
        for booking in self._found.values():
            self._tell(booking)

    def _tell(self, booking: Booking) -> None:
        host = None if booking.host is None else booking.host.id
        self._findings.add(
            SessionRecord(
                line=booking.line,
                id=booking.id,
                title=booking.title,
                starts_at=booking.starts_at,
                ends_at=booking.ends_at or booking.starts_at + DEFAULT_LENGTH,
                description=booking.description,
                author=host,
                mentor=host,
                capacity=booking.capacity,
                link=booking.link,
                created_at=booking.created_at,
                source=self._source,
            )
        )
        for guest in booking.guests.values():
            self._findings.add(
                RequestRecord(
                    line=booking.line,
                    session=booking.id,
                    person=guest.party.id,
                    state=guest.state,
                    requested_at=guest.asked_at,
                    decided_at=guest.decided_at if guest.state is not RequestState.PENDING else None,
                    reason=guest.reason,
                    source=self._source,
                )
            )
        if booking.called_off:
            # Without a word of when, it was called off no later than when it would have begun.
            self._findings.add(
                MoveRecord(
                    line=booking.line,
                    session=booking.id,
                    move=Move.CANCEL,
                    at=min(booking.cancelled_at or booking.starts_at, booking.starts_at),
                    reason=booking.cancel_reason,
                    source=self._source,
                )
            )


def party_of(name: str, email: str, zone: str, *, line: int, findings: Findings) -> Party | None:
    """Return somebody with a usable address; others are left out with a note."""
    address = email.strip()
    if not is_address(address):
        findings.note(f"line {line}: {(address or name)[:60]!r} has no usable e-mail address and was left out")
        return None
    return Party(name=name_of(name, line, findings), email=address, zone=zone if named_zone(zone) else None)


def title_of(text: str, *, line: int, findings: Findings) -> str:
    """Return a title on one line, never empty."""
    return findings.text(" ".join(text.split()), line=line, what="the title", limit=MAX_TITLE) or "Booking"


def link_of(text: str) -> str | None:
    """Return a link to meet at; a place or a telephone number is none."""
    bare = text.strip()
    return bare if bare.startswith(("https://", "http://")) and len(bare) <= _MAX_LINK else None


def mapping(value: JsonValue, name: str) -> Mapping[str, JsonValue]:
    """Return the object inside another; an empty one where it is missing."""

    inner = value.get(name) if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def word(values: Mapping[str, JsonValue], *names: str) -> str:
    """Return the first of some fields that holds text or a whole number, empty where none does."""
    for name in names:
        value = values.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)[:_MAX_ID]
    return ""


def instant(values: Mapping[str, JsonValue], *names: str) -> datetime | None:
    """Return the first instant among some fields; ``BadInput`` names the field that holds something else."""
    for name in names:
        text = word(values, name)
        if text:
            try:
                return parse_instant(text)
            except BadInput as error:
                raise BadInput(f"{name}: {error.detail}", hint=error.hint) from None
    return None


def id_of(text: str) -> str:
    """Return an outside id as these tools write it: the last part where it is an address.

    >>> id_of("https://api.example.org/events/GBGB/"), id_of("uid-1")
    ('GBGB', 'uid-1')
    """
    bare = text.strip().replace("\0", "")
    return (bare.rstrip("/").rpartition("/")[2] if "://" in bare else bare)[:_MAX_ID]
