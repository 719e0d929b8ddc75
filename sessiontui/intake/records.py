"""The neutral records that every outside file becomes, whatever its format.

``None`` in an optional field means that the file does not say; what is kept already then stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from sessiontui.domain.collaboration import CollaboratorRole
from sessiontui.domain.recordings import Audience
from sessiontui.domain.vocabulary import Control, Kind, Move, Priority, RequestState, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime, timedelta, tzinfo

    from sessiontui.domain.engagement import Engagement
    from sessiontui.domain.templates.shape import Template

JsonValue: TypeAlias = "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
"""A value of JSON."""


class Format(StrEnum):
    """The kinds of files that can be read; the value is what ``--format`` takes."""

    ICS = "ics"
    ZOOM = "zoom"
    TEAMS = "teams"
    MEET = "meet"
    BBB = "bbb"
    CALENDLY = "calendly"
    CALCOM = "calcom"
    CSV = "csv"
    JSONL = "jsonl"


class Platform(StrEnum):
    """Where a reported meeting took place."""

    ZOOM = "zoom"
    TEAMS = "teams"
    MEET = "meet"
    BBB = "bbb"


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
    ``and_following`` says that all later dates change alike (RFC 5545 3.2.13). ``sequence`` is the number of the
    revision and ``modified_at`` its instant, which calendars alone tell.
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
    zone: str | None = None
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
    """What a person answers after a session; ``comment`` is also why somebody did not come."""

    line: int
    session: str
    person: str
    rating: int | None = None
    comment: str | None = None
    may_tell: bool | None = None
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
)
"""Whatever one row of a file can say about the platform's own things."""


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


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not taken: where it is, why, and how it begins."""

    line: int
    reason: str
    excerpt: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class QuestionKind(StrEnum):
    """What a file can leave open."""

    DAY_ORDER = "day_order"
    DATE = "date"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the file leaves open; ``assumed`` is what holds until it is answered by ``option``."""

    kind: QuestionKind
    place: str
    text: str
    assumed: str = ""
    option: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Everything one file says, and everything that could not be taken from it."""

    format: Format
    records: tuple[Record, ...] = ()
    reports: tuple[MeetingReport, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def accepted(self) -> int:
        """How many things were taken: records, and of each report its rows of people, or itself without any."""
        return len(self.records) + sum(max(1, len(report.lines())) for report in self.reports)

    @property
    def read(self) -> int:
        """How many things the file holds: accepted and refused."""
        return self.accepted + len(self.refusals)
