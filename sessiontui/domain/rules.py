"""The thresholds that the rules use; each can be set under ``[rules]`` in the settings."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sessiontui.domain.alerts.settings import DEFAULT_ALERTS, AlertSettings
from sessiontui.domain.records import record

OPEN_END_GRACE: Final = timedelta(hours=4)
"""How long after its end a session nobody closed is still taken as going on by platforms that send no leave."""

KEYS_KEPT: Final = timedelta(days=2)
"""How long an answer can be asked for again under its key: longer than any sender goes on trying."""


@record(kw_only=True)
class Rules:
    """Thresholds of the lifecycle, with the defaults of a platform that meets for about an hour.

    ``alerts`` has a section of its own in the settings.
    """

    upcoming_window: timedelta = timedelta(minutes=30)
    early_ratio: float = 0.5
    rejoin_grace: timedelta = timedelta(minutes=5)
    heartbeat_every: timedelta = timedelta(seconds=30)
    heartbeat_missed: int = 3
    overtime_after: timedelta = timedelta(minutes=15)
    waiting_alert_after: timedelta = timedelta(minutes=10)
    backlog_after: timedelta = timedelta(hours=24)
    backlog_before_start: timedelta = timedelta(hours=2)
    late_after: timedelta = timedelta(minutes=10)
    present_ratio: float = 0.5
    host_absent_after: timedelta = timedelta(minutes=5)
    alerts: AlertSettings = DEFAULT_ALERTS

    @property
    def heartbeat_expiry(self) -> timedelta:
        """Silence after which a presence with heartbeats counts as left at its last one."""
        return self.heartbeat_every * self.heartbeat_missed

    @property
    def stale_after(self) -> timedelta:
        """Silence after which an open presence is shown as stale."""
        return self.heartbeat_every * 2


DEFAULT_RULES: Final = Rules()
