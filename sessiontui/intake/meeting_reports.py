"""What meeting platforms report of meetings that took place, whatever the format of their files."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from sessiontui.domain.vocabulary import RequestState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sessiontui.domain.engagement import Engagement


class Platform(StrEnum):
    """Where a reported meeting took place."""

    ZOOM = "zoom"
    TEAMS = "teams"
    MEET = "meet"
    BBB = "bbb"


@dataclass(frozen=True, slots=True)
class Host:
    """Who held a reported meeting, as far as the report knows."""

    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """One interval, or one total, of one person in a reported meeting.

    ``seconds`` is the time present, as precise as the file has it: ``None`` where it is still open, 0 where the
    row contradicts itself, less than the interval where the file tells only the first arrival and the last
    departure. Without ``joined_at`` it is a total that has no place in time. ``original_name`` is the account's
    name where the person had changed it for this meeting.
    """

    line: int
    name: str
    original_name: str | None = None
    email: str | None = None
    external_id: str | None = None
    joined_at: datetime | None = None
    left_at: datetime | None = None
    seconds: int | None = None
    role: str | None = None
    guest: bool | None = None
    contradictory: bool = False

    @property
    def key(self) -> str:
        """What makes two rows of one report the same person: outside id, else e-mail, else the exact name."""
        if self.external_id:
            return f"id:{self.external_id.casefold()}"
        return f"mail:{self.email.casefold()}" if self.email else f"name:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrant:
    """Somebody who signed up for a reported meeting, whether they came or not."""

    line: int
    name: str
    email: str | None = None
    registered_at: datetime | None = None
    state: RequestState = RequestState.APPROVED


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingReport:
    """What a meeting platform tells about one meeting that took place.

    ``unique_id`` names this one occurrence on the platform, ``meeting_id`` the room that may be used again.
    The window is ``None`` where the report has no date. ``approximate`` says that it has totals, not times.
    ``engagement`` tells how people took part, by ``Attendee.key``, where the platform does.
    """

    line: int
    platform: Platform
    unique_id: str | None = None
    meeting_id: str | None = None
    title: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    host: Host | None = None
    attendees: tuple[Attendee, ...] = ()
    registrants: tuple[Registrant, ...] = ()
    approximate: bool = False
    engagement: Mapping[str, Engagement] = field(default_factory=dict)

    def lines(self) -> frozenset[int]:
        """Return the lines of the file that tell of a person in this meeting."""
        return frozenset([a.line for a in self.attendees] + [r.line for r in self.registrants])

    def people(self) -> dict[str, tuple[Attendee, ...]]:
        """Return the rows of each person by ``Attendee.key``, in the order of the file."""
        rows: dict[str, list[Attendee]] = {}
        for attendee in self.attendees:
            rows.setdefault(attendee.key, []).append(attendee)
        return {key: tuple(found) for key, found in rows.items()}
