"""The closed vocabularies of the product: one word for one thing."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What sort of gathering a session is."""

    CONVERSATION = "conversation"
    MENTORING = "mentoring"
    COACHING = "coaching"
    WORK = "work"


class Control(StrEnum):
    """What a person has decided about a session; stored."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Status(StrEnum):
    """What an admin sees of a session; derived, never set by hand. In the order of a session's life."""

    DRAFT = "draft"
    CREATED = "created"
    HAS_REQUESTS = "has_requests"
    APPROVED = "approved"
    UPCOMING = "upcoming"
    WAITING = "waiting"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED_COMPLETE = "ended_complete"
    ENDED_EARLY = "ended_early"
    ENDED_NO_SHOW = "ended_no_show"
    CANCELLED = "cancelled"

    @property
    def is_ended(self) -> bool:
        """Whether the session has met, or failed to meet, and is over."""
        return self in ENDED

    @property
    def is_live(self) -> bool:
        """Whether the session is inside its window, or still going on."""
        return self in LIVE


ENDED = frozenset({Status.ENDED_COMPLETE, Status.ENDED_EARLY, Status.ENDED_NO_SHOW})
LIVE = frozenset({Status.WAITING, Status.ACTIVE, Status.PAUSED})


class Move(StrEnum):
    """The only ways in which control, schedule and mentor change."""

    PUBLISH = "publish"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    COMPLETE = "complete"
    CANCEL = "cancel"
    REOPEN = "reopen"
    ARCHIVE = "archive"
    RESTORE = "restore"
    RESCHEDULE = "reschedule"
    REASSIGN = "reassign"


class Badge(StrEnum):
    """What is special about a session beside its status; any number at once. The value is the shown word."""

    EARLY_JOIN = "Early join"
    OVERTIME = "Overtime"
    EVERYONE_LEFT = "Everyone left"
    HOST_WAITING = "Host waiting"
    NO_HOST = "No host"
    HOST_ONLY = "Host only"
    EARLY_END = "Early end"
    NO_SHOW = "No show"
    PENDING = "Pending"
    AT_RISK = "At risk"
    UNMATCHED = "Unmatched"
    APPROXIMATE = "Approximate"
    OVERBOOKED = "Overbooked"
    BLOCKED = "Blocked"
    CLASH = "Clash"
    STALE = "Stale"


class RequestState(StrEnum):
    """Where a person's wish to take part stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Attendance(StrEnum):
    """The verdict on one person after merging their presences."""

    PRESENT = "present"
    LATE = "late"
    PARTIAL = "partial"
    ABSENT = "absent"
    EXCUSED = "excused"
    UNKNOWN = "unknown"


class Source(StrEnum):
    """Where a presence comes from."""

    API = "api"
    WEBHOOK = "webhook"
    IMPORT = "import"
    MANUAL = "manual"
    INFERRED = "inferred"


class Role(StrEnum):
    """What a person may do on the platform, weakest first."""

    PARTICIPANT = "participant"
    VIEWER = "viewer"
    MENTOR = "mentor"
    ADMIN = "admin"
    SUPERADMIN = "superadmin"


class Part(StrEnum):
    """What a person is inside one session."""

    OWNER = "owner"
    COLLABORATOR = "collaborator"
    VIEWER = "viewer"


class Priority(StrEnum):
    """How much a session matters to its platform."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Severity(StrEnum):
    """How much an alert presses."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTICE = "notice"


LIVE_STATUS: dict[Status, str] = {
    Status.DRAFT: "upcoming",
    Status.CREATED: "upcoming",
    Status.HAS_REQUESTS: "upcoming",
    Status.APPROVED: "upcoming",
    Status.UPCOMING: "upcoming",
    Status.WAITING: "live",
    Status.ACTIVE: "live",
    Status.PAUSED: "live",
    Status.ENDED_COMPLETE: "completed",
    Status.ENDED_EARLY: "completed",
    Status.ENDED_NO_SHOW: "completed",
    Status.CANCELLED: "cancelled",
}
"""The vocabulary of live delivery, by status."""

WORK_STATUS: dict[Status, str] = {
    Status.DRAFT: "draft",
    Status.CREATED: "draft",
    Status.HAS_REQUESTS: "draft",
    Status.APPROVED: "draft",
    Status.UPCOMING: "draft",
    Status.WAITING: "active",
    Status.ACTIVE: "active",
    Status.PAUSED: "paused",
    Status.ENDED_COMPLETE: "completed",
    Status.ENDED_EARLY: "completed",
    Status.ENDED_NO_SHOW: "completed",
    Status.CANCELLED: "completed",
}
"""The vocabulary of work sessions, by status."""
