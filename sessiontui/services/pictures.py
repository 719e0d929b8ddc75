"""What screens and commands are given to show: frozen values, complete, with nothing left to look up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.alerts.words import AlertRule
from sessiontui.domain.engagement import UNTOLD, Engagement
from sessiontui.domain.followups import FollowUpKind, FollowUpState
from sessiontui.domain.records import field, record
from sessiontui.domain.seats import Seats
from sessiontui.domain.vocabulary import Attendance, Move, RequestState, Role, Severity, Source
from sessiontui.services.lines import EMPTY_BOARD as EMPTY_BOARD
from sessiontui.services.lines import AlertCounts as AlertCounts
from sessiontui.services.lines import AlertLine as AlertLine
from sessiontui.services.lines import Board as Board
from sessiontui.services.lines import SessionLine as SessionLine
from sessiontui.services.vitals import CacheLine as CacheLine
from sessiontui.services.vitals import Health as Health
from sessiontui.services.vitals import HealthPart as HealthPart
from sessiontui.services.vitals import JobLine as JobLine

if TYPE_CHECKING:
    from sessiontui.domain.risk.model import Risk
    from sessiontui.services.collaborating import Team
    from sessiontui.services.files.shown import Files
    from sessiontui.services.places.line import PlaceLine
    from sessiontui.services.plans.picture import Plan
    from sessiontui.services.projects.belonging import ProjectOf
    from sessiontui.services.recordings.shown import RecordingLine
    from sessiontui.services.scoring.picture import Went
    from sessiontui.services.series.in_series import SeriesPlace
    from sessiontui.services.talk.shown import Talk


@record(kw_only=True)
class ShiftNote:
    """What one admin leaves for the next."""

    text: str
    by: str
    at: datetime


@record(kw_only=True)
class AlertGroup:
    """All open alerts of one rule and severity, of which a board may hold the oldest alone.

    ``place`` is the platform, for rules whose cause is one. ``pressing`` counts those that nobody has taken up.
    """

    rule: AlertRule
    severity: Severity
    number: int
    pressing: int
    oldest_at: datetime
    place: str = ""

    @property
    def key(self) -> str:
        """What tells it from other groups."""
        return f"{self.severity}:{self.rule}:{self.place}"


@record(kw_only=True)
class AlertBoard:
    """Every alert that is open at one instant, the worst and oldest first; ``as_of`` is set for a past one.

    ``matched`` counts all that the query asks for, also beyond the lines; ``groups`` say of which rules they are.
    ``lately`` are those that were resolved within the last day, the latest first.
    """

    taken_at: datetime
    lines: tuple[AlertLine, ...] = ()
    groups: tuple[AlertGroup, ...] = ()
    counts: AlertCounts = field(default_factory=AlertCounts)
    matched: int = 0
    query: str = ""
    as_of: datetime | None = None
    lately: tuple[AlertLine, ...] = ()
    note: ShiftNote | None = None


@record(kw_only=True)
class BoardStale:
    """A refresh failed: what went wrong, and the last board that was good."""

    error: str
    hint: str
    last: Board


@record(kw_only=True)
class RequestLine:
    """One request as shown in a list; ``waiting`` is set for pending ones beyond capacity."""

    id: int
    session_id: int
    person_id: int
    person: str
    state: RequestState
    message: str
    requested_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    reason: str
    waiting: bool


@record(kw_only=True)
class StayLine:
    """One interval of presence; ``left_at`` is ``None`` while it is open."""

    joined_at: datetime
    left_at: datetime | None
    source: Source
    approximate: bool
    contradictory: bool


@record(kw_only=True)
class PresenceLine:
    """One person's presence in a session: all their stays and the minutes of their union.

    ``attendee_id`` names one of a report whom nobody has identified.
    """

    person_id: int | None
    person: str
    is_host: bool
    approved: bool
    matched: bool
    here: bool
    stays: tuple[StayLine, ...]
    stayed: timedelta
    attendee_id: int | None = None
    engagement: Engagement = UNTOLD


@record(kw_only=True)
class HistoryLine:
    """One audit entry about a session."""

    id: int
    at: datetime
    by: str
    action: str
    sentence: str
    reason: str
    undone: bool


@record(kw_only=True)
class AttendanceLine:
    """One guest's attendance in a session: the verdict, why, and who set it where it was set by hand.

    ``stayed`` is without pauses; ``last_leave`` is ``None`` while they are there or where they never came.
    """

    person_id: int | None
    person: str
    verdict: Attendance
    stayed: timedelta
    first_join: datetime | None
    last_leave: datetime | None
    here: bool
    expected: bool
    walk_in: bool
    why: str
    corrected_by: str
    corrected_at: datetime | None
    reason: str
    provisional: bool
    engagement: Engagement = UNTOLD


@record(kw_only=True)
class RiskLine:
    """The chance that nobody comes to one session, with the names of the people whom it speaks of."""

    risk: Risk
    names: Mapping[str, str]


@record(kw_only=True)
class FollowUpLine:
    """One follow-up as shown; ``letter`` is the state of the letter that asked, empty where none was sent."""

    id: int
    session_id: int
    session: str
    person_id: int | None
    person: str
    kind: FollowUpKind
    state: FollowUpState
    created_at: datetime
    letter: str
    rating: int | None
    answer: str
    may_tell: bool | None
    answered_at: datetime | None
    closed_by: str
    note: str


@record(kw_only=True)
class Aftermath:
    """What came after one session: its follow-ups, open ones first, and its story."""

    lines: tuple[FollowUpLine, ...] = ()
    story: str | None = None
    story_by: str = ""

    @property
    def open_tasks(self) -> int:
        """How many tasks someone has to look into."""
        return sum(line.kind.is_task and line.state is FollowUpState.OPEN for line in self.lines)


NOTHING_AFTER: Final = Aftermath()


@record
class MadeFrom:
    """The template that a session was made from, in the version that it keeps."""

    slug: str
    name: str
    version: int


@record(kw_only=True)
class SessionDetail:
    """Everything that the detail pane shows of one session.

    ``blocked`` tells, for every move, why it is impossible now; the empty string means that it is possible.
    ``stage`` is the place in created, requests, approved, upcoming, live, ended: 0 to 5.
    """

    line: SessionLine
    taken_at: datetime
    description: str = ""
    link: str = ""
    mentor_id: int | None = None
    author_id: int | None = None
    mentor_phone: str = ""
    mentor_zone: str = ""
    created_at: datetime | None = None
    begin: datetime | None = None
    final_end: datetime | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    stage: int = 0
    blocked: Mapping[Move, str] = field(default_factory=dict)
    requests: tuple[RequestLine, ...] = ()
    presence: tuple[PresenceLine, ...] = ()
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    history: tuple[HistoryLine, ...] = ()
    after: Aftermath = NOTHING_AFTER
    risk: RiskLine | None = None
    attendance: tuple[AttendanceLine, ...] = ()
    recordings: tuple[RecordingLine, ...] = ()
    talk: Talk | None = None
    files: Files | None = None
    team: Team | None = None
    series: SeriesPlace | None = None
    made_from: MadeFrom | None = None
    plan: Plan | None = None
    """Nothing where nothing is planned and nothing blocks."""
    project: ProjectOf | None = None
    went: Went | None = None
    """How it went, or how long it is likely to take, for those who may see scores."""
    place: PlaceLine | None = None
    """Where it meets, for those who may open its link."""

    @property
    def seats(self) -> Seats:
        """How the seats stand, with who is next where one may see who asked."""
        first = next((one for one in self.requests if one.state is RequestState.PENDING), None)
        return Seats(
            capacity=self.line.capacity,
            approved=self.line.approved,
            pending=self.line.pending,
            first="" if first is None else first.person,
            since=None if first is None else first.requested_at,
        )


@record(kw_only=True)
class PersonLine:
    """One person as a row of a list."""

    id: int
    name: str
    email: str
    phone: str
    role: Role
    zone: str
    external_ids: tuple[str, ...] = ()
    os_user: str = ""
    created_at: datetime | None = None
    erased_at: datetime | None = None
