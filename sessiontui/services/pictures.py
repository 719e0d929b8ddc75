"""What screens and commands are given to show: frozen values, complete, with nothing left to look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from sessiontui.domain.vocabulary import (
    Badge,
    Control,
    Kind,
    Move,
    Priority,
    RequestState,
    Role,
    Source,
    Status,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session as a row of the desk, derived at the instant the board was taken.

    ``beside`` is the text beside the status ("2 currently active, 1 left session"), ``why`` the rule that
    fired and its facts as one sentence. Texts are as stored: they have not been made fit for a terminal.
    """

    id: int
    external_id: str
    source: str
    title: str
    kind: Kind
    priority: Priority
    control: Control
    status: Status
    provisional: bool
    badges: tuple[Badge, ...]
    beside: str
    why: str
    starts_at: datetime
    ends_at: datetime
    scheduled: timedelta
    actual: timedelta
    together: timedelta | None
    efficiency: float
    pending: int
    approved: int
    rejected: int
    active: int
    left: int
    capacity: int
    mentor: str
    author: str
    tags: tuple[str, ...]
    archived_at: datetime | None
    rank: int
    version: int
    final_end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything that the desk shows at one instant; ``counts`` and ``matched`` cover all rows, not the window.

    ``lines`` is a window of the matching sessions in the order asked for. ``total`` counts all that are not
    archived. ``as_of`` is set when a past instant is shown. ``sequence`` is the change log's head when taken.
    Where ``matched_exact`` is false, counting was given up: at least ``matched`` match.
    """

    taken_at: datetime
    lines: tuple[SessionLine, ...] = ()
    counts: Mapping[Status, int] = field(default_factory=dict)
    matched: int = 0
    matched_exact: bool = True
    total: int = 0
    pending_requests: int = 0
    query: str = ""
    as_of: datetime | None = None
    sequence: int = 0


EMPTY_BOARD: Final = Board(taken_at=datetime(1970, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardStale:
    """A refresh failed: what went wrong, and the last board that was good."""

    error: str
    hint: str
    last: Board


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class StayLine:
    """One interval of presence; ``left_at`` is ``None`` while it is open."""

    joined_at: datetime
    left_at: datetime | None
    source: Source
    approximate: bool
    contradictory: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceLine:
    """One person's presence in a session: all their stays and the minutes of their union."""

    person_id: int | None
    person: str
    is_host: bool
    approved: bool
    matched: bool
    here: bool
    stays: tuple[StayLine, ...]
    stayed: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One audit entry about a session."""

    id: int
    at: datetime
    by: str
    action: str
    sentence: str
    reason: str
    undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """One job of the worker: when it ran last, how long, when it runs next, what it said."""

    name: str
    every: timedelta
    last_at: datetime | None
    took: timedelta | None
    next_at: datetime | None
    runs: int
    errors: int
    last_error: str
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPart:
    """One part of the health score, 0 to 100, with the fact behind it and what to do when it is low."""

    name: str
    score: int
    fact: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The health of the installation: the score is the worst part's."""

    taken_at: datetime
    score: int
    band: str
    parts: tuple[HealthPart, ...]
    jobs: tuple[JobLine, ...]
    leader: str = ""
    leads_here: bool = False
    sources: tuple[tuple[str, datetime], ...] = ()
    """Each source of data with the instant it was last heard."""
