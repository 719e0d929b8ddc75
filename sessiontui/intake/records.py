"""The neutral records that every outside file becomes, whatever its format.

``None`` in an optional field means that the file does not say; what is kept already then stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from sessiontui.domain.collaboration import CollaboratorRole
from sessiontui.domain.recordings import Audience
from sessiontui.domain.vocabulary import Control, Kind, Move, Priority, RequestState, Role
from sessiontui.intake.plan_records import AttachmentRecord, LinkRecord, PlanRecord
from sessiontui.intake.project_records import PartRecord, ProjectRecord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime, timedelta, tzinfo

    from sessiontui.domain.templates.shape import Template

JsonValue: TypeAlias = "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
"""A value of JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WishesRecord:
    """How somebody wants to be written to; ``quiet`` is written ``22:00-07:00``, empty for no quiet hours."""

    no_mail: tuple[str, ...] | None = None
    quiet: str | None = None
    channel: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """Somebody, known by ``id`` on the platform that ``source`` names."""

    line: int
    id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    role: Role | None = None
    zone: str | None = None
    wishes: WishesRecord = WishesRecord()
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """A scheduled gathering; ``author`` and ``mentor`` are outside ids of people.

    ``control`` is the state before the first move of the file. ``series`` is the id shared by all dates of a
    repeated session; ``occurrence`` is the instant, or the day, of the date of it that this one stands for, and
    ``and_following`` says that all later dates change alike (RFC 5545 3.2.13). One that is ``all_day`` stands for a
    date that became a whole day and is called off: its window says nothing. ``sequence`` is the number of the
    revision and ``modified_at`` its instant, which calendars alone tell. ``template`` is the word of the template
    that it was made from, in the version given, else in its newest.
    """

    line: int
    id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    description: str | None = None
    kind: Kind = Kind.CONVERSATION
    author: str | None = None
    mentor: str | None = None
    control: Control = Control.SCHEDULED
    capacity: int | None = None
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    fields: Mapping[str, JsonValue] = field(default_factory=dict)
    link: str | None = None
    platform: str | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    series: str | None = None
    occurrence: date | None = None
    and_following: bool = False
    all_day: bool = False
    zone: str | None = None
    template: str | None = None
    template_version: int | None = None
    project: str | None = None
    sequence: int | None = None
    modified_at: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """A person asks to take part in a session; both are outside ids."""

    line: int
    session: str
    person: str
    state: RequestState = RequestState.PENDING
    requested_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None
    message: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceRecord:
    """One interval of one person in one session; ``left_at`` is ``None`` while it is open."""

    line: int
    session: str
    person: str
    joined_at: datetime
    left_at: datetime | None = None
    role: str | None = None
    source: str | None = None

    @property
    def contradictory(self) -> bool:
        """Whether the person leaves before joining; such an interval is kept and adds no minutes."""
        return self.left_at is not None and self.left_at < self.joined_at


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRecord:
    """A change of a session's control, schedule or mentor."""

    line: int
    session: str
    move: Move
    at: datetime
    by: str | None = None
    reason: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    mentor: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRecord:
    """What a person answers after a session; ``comment`` is also why somebody did not come.

    ``skill`` names what they learned; ``before`` and ``after`` say how much they knew, from 1 to 5 or from 0 to 100.
    """

    line: int
    session: str
    person: str
    rating: int | None = None
    comment: str | None = None
    may_tell: bool | None = None
    skill: str | None = None
    before: str = ""
    after: str = ""
    answered_at: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRecord:
    """A repeated session: what each of its dates begins with, and which dates those are.

    ``first`` says what is the same of all dates, its window is that of the first. ``starts``, ``added`` and
    ``excluded`` are wall-clock times in ``zone``, ``excluded_days`` whole days of it. ``rules`` and
    ``excluded_rules`` stand as RFC 5545 writes them; ``lengths`` are of dates that last otherwise than the first.
    ``guests`` are invited to every date.
    """

    line: int
    id: str
    first: SessionRecord
    starts: datetime
    zone: tzinfo
    rules: tuple[str, ...] = ()
    excluded_rules: tuple[str, ...] = ()
    added: tuple[datetime, ...] = ()
    excluded: frozenset[datetime] = frozenset()
    excluded_days: frozenset[date] = frozenset()
    lengths: tuple[tuple[datetime, timedelta], ...] = ()
    guests: tuple[RequestRecord, ...] = ()
    source: str | None = None

    @property
    def length(self) -> timedelta:
        """How long each date lasts."""
        return self.first.ends_at - self.first.starts_at


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRecord:
    """A recording of a session; ``people`` are outside ids of those who may see it, where they are named."""

    line: int
    id: str
    session: str
    link: str
    title: str | None = None
    length: timedelta | None = None
    audience: Audience = Audience.APPROVED
    people: tuple[str, ...] = ()
    added_at: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRecord:
    """What somebody said in a session; ``answers`` is the id of the comment that it answers."""

    line: int
    id: str
    session: str
    text: str
    person: str | None = None
    answers: str | None = None
    at: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollaboratorRecord:
    """Somebody works on a session beside its author and mentor."""

    line: int
    session: str
    person: str
    role: CollaboratorRole
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRecord:
    """A template, known by its word; it belongs to no platform."""

    line: int
    template: Template
    source: str | None = None


Record: TypeAlias = (
    PersonRecord
    | SessionRecord
    | SeriesRecord
    | RequestRecord
    | PresenceRecord
    | MoveRecord
    | SurveyRecord
    | RecordingRecord
    | TemplateRecord
    | CommentRecord
    | CollaboratorRecord
    | PlanRecord
    | AttachmentRecord
    | LinkRecord
    | ProjectRecord
    | PartRecord
)
"""Whatever one row of a file can say about the platform's own things."""
