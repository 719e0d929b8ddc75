"""The words of alerts: rules, states, suggestions, and how severities are kept as levels."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sessiontui.domain.vocabulary import Severity


class AlertRule(StrEnum):
    """What an alert is about; the value is its name everywhere."""

    NOBODY_JOINED = "nobody_joined"
    UPCOMING_EMPTY = "upcoming_empty"
    REQUEST_BACKLOG = "request_backlog"
    SEAT_FREE = "seat_free"
    NO_SHOW_RISK = "no_show_risk"
    HOST_MISSING = "host_missing"
    NO_MENTOR = "no_mentor"
    CLASH = "clash"
    OVERTIME = "overtime"
    FORGOTTEN_TIMER = "forgotten_timer"
    UNSTABLE = "unstable"
    LINK_BROKEN = "link_broken"
    DELIVERY_FAILED = "delivery_failed"
    FEED_SILENT = "feed_silent"
    LOGIN_STUCK = "login_stuck"
    TOKEN_REUSE = "token_reuse"  # noqa: S105 - the name of a rule
    WORKER_LATE = "worker_late"
    DISK_LOW = "disk_low"
    BACKUP_OLD = "backup_old"

    @property
    def words(self) -> str:
        """The rule as people read it.

        >>> AlertRule.NOBODY_JOINED.words
        'Nobody joined'
        """
        return self.value.replace("_", " ").capitalize()

    @property
    def is_about_session(self) -> bool:
        """Whether its subject is a session; the others are about a source, a login or the installation."""
        return self not in _ELSEWHERE


_ELSEWHERE: Final = frozenset(
    {
        AlertRule.FEED_SILENT,
        AlertRule.LOGIN_STUCK,
        AlertRule.TOKEN_REUSE,
        AlertRule.WORKER_LATE,
        AlertRule.DISK_LOW,
        AlertRule.BACKUP_OLD,
    }
)


class AlertState(StrEnum):
    """Where an alert stands: with nobody, with somebody, put off, or gone."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Suggestion(StrEnum):
    """What an alert proposes to do: the same names as on the command line and in the palette."""

    REMIND = "remind"
    CALL_MENTOR = "call-mentor"
    CANCEL = "cancel"
    APPROVE = "approve"
    PROMOTE = "promote"
    ALERT_AUTHOR = "alert-author"
    RESCHEDULE = "reschedule"
    CONFIRM = "confirm"
    REASSIGN = "reassign"
    MODERATE = "moderate"
    ASSIGN = "assign"
    EXTEND = "extend"
    COMPLETE = "complete"
    STOP_AT = "stop-at"
    STILL_AT_IT = "still-at-it"
    CHECK_PLATFORM = "check-platform"
    SEND_BACKUP_LINK = "send-backup-link"
    USE_BACKUP = "use-backup"
    RESEND = "resend"
    REVOKE = "revoke"
    CALL_OWNER = "call-owner"
    OPEN_HEALTH = "open-health"

    @property
    def words(self) -> str:
        """What to do, as people read it.

        >>> Suggestion.CALL_MENTOR.words
        'call mentor'
        """
        return _WORDS.get(self, self.value.replace("-", " "))


_WORDS: Final = {
    Suggestion.MODERATE: "join to moderate",
    Suggestion.PROMOTE: "give the seat",
    Suggestion.STOP_AT: "stop at the last activity",
    Suggestion.STILL_AT_IT: "still at it",
}
"""What reads better than the name."""


LEVELS: Final = (Severity.CRITICAL, Severity.WARNING, Severity.NOTICE)
"""The severities in the order of their levels, which is how they are stored and sorted."""

NO_LIFT: Final = 2
"""The lift of a session without an alert that presses: a notice does not lift, so its level and none are one."""


def level_of(severity: Severity) -> int:
    """Return the level of a severity, 0 for the worst.

    >>> level_of(Severity.WARNING)
    1
    """
    return LEVELS.index(severity)
