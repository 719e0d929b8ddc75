"""The rows of the desk: all that its first page is made of, apart from the other pictures because it comes first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from sessiontui.domain.alerts.finding import Fact
from sessiontui.domain.alerts.words import AlertRule, AlertState, Suggestion
from sessiontui.domain.records import field, record
from sessiontui.domain.vocabulary import Badge, Control, Kind, Priority, Severity, Status


@record(kw_only=True)
class AlertLine:
    """One alert as a row: what, about whom, since when, why, who has it, and what helps.

    ``subject`` is what it is about in words: a title, a source, the installation. ``sentence`` says why, as seen
    when it was read. ``actions`` are at most three, best first, and work now; none for what is over or past.
    """

    id: int
    rule: AlertRule
    severity: Severity
    session_id: int | None
    title: str
    subject: str
    opened_at: datetime
    facts: tuple[Fact, ...] = ()
    sentence: str = ""
    actions: tuple[Suggestion, ...] = ()
    state: AlertState = AlertState.OPEN
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    snoozed_by: str = ""
    snoozed_until: datetime | None = None
    escalated_at: datetime | None = None
    resolved_at: datetime | None = None
    note: str = ""

    @property
    def presses(self) -> bool:
        """Whether nobody has taken it up."""
        return self.state is AlertState.OPEN


@record(kw_only=True)
class AlertCounts:
    """How many alerts are open, by severity, and how many of them press: with nobody, and not put off."""

    open: Mapping[Severity, int] = field(default_factory=dict)
    pressing: Mapping[Severity, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All that are open."""
        return sum(self.open.values())

    @property
    def pressing_total(self) -> int:
        """All that press."""
        return sum(self.pressing.values())


@record(kw_only=True)
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
    alerts: tuple[AlertLine, ...] = ()


@record(kw_only=True)
class Board:
    """Everything that the desk shows at one instant; ``counts`` and ``matched`` cover all rows, not the window.

    ``lines`` is a window of the matching sessions in the order asked for. ``total`` counts all that are not
    archived. ``as_of`` is set when a past instant is shown. ``sequence`` is the change log's head when taken.
    Where ``matched_exact`` is false, counting was given up: at least ``matched`` match. ``alerts`` counts all.
    It is not ``whole`` if only the first rows of the window could be found in the time that there was.
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
    alerts: AlertCounts = field(default_factory=AlertCounts)
    whole: bool = True


EMPTY_BOARD: Final = Board(taken_at=datetime(1970, 1, 1, tzinfo=UTC))
