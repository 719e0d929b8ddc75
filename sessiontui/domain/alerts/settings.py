"""What can be set about alerts, under ``[alerts]``: which rules hold, how much each presses, and from when on."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sessiontui.domain.alerts.words import AlertRule
from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import Severity

ESCALATE_AFTER: Final = timedelta(minutes=10)
"""How long a critical alert may stay with nobody before it leaves the screen."""


@record(kw_only=True)
class AlertSettings:
    """The severity of each rule, ``None`` where it is switched off, and the thresholds of the rules.

    Where a threshold is ``None`` the one of the same meaning under ``[rules]`` holds.
    """

    nobody_joined: Severity | None = Severity.WARNING
    upcoming_empty: Severity | None = Severity.WARNING
    request_backlog: Severity | None = Severity.NOTICE
    seat_free: Severity | None = Severity.NOTICE
    no_show_risk: Severity | None = Severity.NOTICE
    host_missing: Severity | None = Severity.CRITICAL
    no_mentor: Severity | None = Severity.WARNING
    clash: Severity | None = Severity.WARNING
    overtime: Severity | None = Severity.NOTICE
    forgotten_timer: Severity | None = Severity.NOTICE
    unstable: Severity | None = Severity.WARNING
    link_broken: Severity | None = Severity.WARNING
    delivery_failed: Severity | None = Severity.WARNING
    feed_silent: Severity | None = Severity.CRITICAL
    login_stuck: Severity | None = Severity.WARNING
    token_reuse: Severity | None = Severity.CRITICAL
    worker_late: Severity | None = Severity.CRITICAL
    disk_low: Severity | None = Severity.CRITICAL
    backup_old: Severity | None = Severity.WARNING

    nobody_joined_after: timedelta | None = None
    request_backlog_after: timedelta | None = None
    request_backlog_before_start: timedelta | None = None
    host_missing_after: timedelta | None = None
    overtime_after: timedelta | None = None
    forgotten_timer_after: timedelta = timedelta(hours=1)
    """How long a work session may run past its estimate without a sign of work in it."""
    forgotten_timer_idle: timedelta = timedelta(hours=8)
    """How long it may run without a sign of work within its estimate: nobody works over night unseen."""
    no_show_risk_chance: float = 0.4
    no_show_risk_within: timedelta = timedelta(hours=24)
    no_mentor_within: timedelta = timedelta(hours=24)
    unstable_rejoins: int = 3
    unstable_within: timedelta = timedelta(minutes=10)
    unstable_lost: float = 0.5
    unstable_lost_within: timedelta = timedelta(minutes=3)
    unstable_people: int = 4
    """Fewest people of whom half must be lost: of two, one who leaves is no sign of a broken platform."""
    unstable_before_end: timedelta = timedelta(minutes=10)
    """Time before the end in which many who leave are no sign of trouble: it is simply over."""
    link_broken_within: timedelta | None = None
    feed_silent_times: int = 5
    feed_silent_after: timedelta = timedelta(minutes=5)
    worker_late_after: timedelta = timedelta(seconds=5)
    disk_low_bytes: int = 1 << 30
    disk_low_ratio: float = 0.05
    backup_old_after: timedelta = timedelta(hours=26)

    escalate_after: timedelta = ESCALATE_AFTER
    on_call: str = ""
    """Where critical alerts go that nobody takes up: a mail address or an ``https`` address; nowhere if empty."""
    bell: bool = False
    title: bool = False

    def severity_of(self, rule: AlertRule) -> Severity | None:
        """Return how much a rule presses, ``None`` where it is switched off.

        >>> str(AlertSettings().severity_of(AlertRule.CLASH))
        'warning'
        """
        severity: Severity | None = getattr(self, rule.value)
        return severity


DEFAULT_ALERTS: Final = AlertSettings()
