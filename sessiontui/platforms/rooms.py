"""What every meeting platform is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a room is wanted for. ``capacity`` of zero means no limit; ``zone`` is the IANA zone of the host."""

    key: str
    """The session, by a word that stays the same: the same key never makes two rooms where the platform can tell."""
    title: str
    starts_at: datetime
    length: timedelta
    description: str = ""
    host_email: str = ""
    zone: str = "UTC"
    capacity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room that people can meet in. ``passcode`` is a secret: it is kept encrypted and shown to those allowed."""

    id: str
    link: str
    passcode: str = ""
    host_link: str = ""
    occurrence: str = ""
    """The platform's id of this one meeting, where the room can be used again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody who is to enter a room; a host may moderate it."""

    id: str
    name: str
    email: str = ""
    is_host: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """One interval of somebody who was in a room; ``left_at`` is ``None`` while they are there."""

    id: str
    name: str
    email: str
    joined_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Whether a room can be entered now, and the fact behind it in one sentence."""

    works: bool
    fact: str


class Platform(Protocol):
    """One meeting platform, with the credentials it needs.

    All raise ``Unavailable`` when the platform cannot be reached or is busy, ``NotAllowed`` when it does not accept
    the credentials, ``NotFound`` when it knows no such room, and ``Refused`` for what it will not do.
    """

    @property
    def name(self) -> str:
        """What the platform is called in settings and outside ids."""
        ...

    async def create(self, plan: Plan) -> Room:
        """Make a room and return it."""
        ...

    async def find(self, plan: Plan) -> Room | None:
        """Return the room that was made for this plan's key, ``None`` where there is none or ``create`` tells itself.

        It is asked where nobody knows whether a call of ``create`` that was cut off made a room.
        """
        ...

    async def update(self, room: Room, plan: Plan) -> Room:
        """Give a room another title or window and return it as it is then."""
        ...

    async def delete(self, room: Room) -> None:
        """Take a room away; one that is gone already is no error."""
        ...

    async def join_link(self, room: Room, guest: Guest) -> str:
        """Return the link by which this guest enters."""
        ...

    async def participants(self, room: Room) -> tuple[Participant, ...]:
        """Return who was in the room, as far as the platform tells."""
        ...

    async def probe(self, room: Room) -> Probe:
        """Look whether the room is there."""
        ...
