"""The doors through which the traffic of the demo goes: what it sees of a platform, and what it may do there.

The simulator decides who does what; whether that is carried out by the services in this process or by calls of a
server far away is the business of these doors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from sessiontui.domain.vocabulary import Control, Kind, RequestState, Role, Status

if TYPE_CHECKING:
    from sessiontui.demo.plots import Answer, Shift
    from sessiontui.services.sessions import SessionDraft
    from sessiontui.store.signals import PresenceReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody whom the platform knows."""

    id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A session as it stands on a list."""

    id: int
    kind: Kind
    control: Control
    status: Status
    starts_at: datetime
    ends_at: datetime
    version: int
    capacity: int
    pending: int
    approved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request to take part; ``id`` is its own number, ``person_id`` that of who asked."""

    id: int
    person_id: int
    state: RequestState


@dataclass(frozen=True, slots=True, kw_only=True)
class Stayed:
    """Somebody in a session; ``person_id`` is ``None`` as long as nobody knows who it is.

    ``left`` are the instants at which they left, ``beats`` says whether their device sends heartbeats.
    """

    person_id: int | None
    here: bool
    beats: bool
    left: tuple[datetime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A session with its people."""

    seen: Seen
    host_id: int | None
    requests: tuple[Asked, ...]
    presence: tuple[Stayed, ...]


class Doors(Protocol):
    """What the simulator needs; whatever the platform refuses is a ``SessiontuiError``.

    ``host`` is the person on whose behalf something is done, ``None`` for the platform itself.
    """

    @property
    def beat_every(self) -> timedelta:
        """How often devices send heartbeats."""
        ...

    @property
    def beat_expiry(self) -> timedelta:
        """After how much silence a device counts as gone."""
        ...

    async def everyone(self) -> Mapping[int, Known]:
        """Return the people there are, by number."""
        ...

    async def look(self, since: datetime, until: datetime, *, now: datetime) -> Sequence[Seen]:
        """Return the sessions that start between two instants, the earliest first."""
        ...

    async def read(self, session_id: int, *, now: datetime) -> Whole:
        """Return one session with its people."""
        ...

    async def decide(self, deed: Answer, *, host: Known | None, now: datetime) -> None:
        """Decide a request."""
        ...

    async def move(self, deed: Shift, *, ends_at: datetime | None, host: Known | None, now: datetime) -> None:
        """Move a session; ``ends_at`` is the later end of an extension."""
        ...

    async def ask(self, session_id: int, who: Known, *, message: str, now: datetime) -> None:
        """Let somebody ask to take part."""
        ...

    async def schedule(self, draft: SessionDraft, *, host: Known, now: datetime) -> int:
        """Make a session and return its number."""
        ...

    async def report(self, reports: Sequence[PresenceReport], *, now: datetime) -> None:
        """Report who came and left."""
        ...

    async def beat(self, reports: Sequence[PresenceReport], *, now: datetime) -> None:
        """Report heartbeats: they may be lost."""
        ...
