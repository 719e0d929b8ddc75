"""Alerts: who takes one up, who puts it off, what is left for the next admin; their jobs, boards and rows.

Each act is loaded when it is first asked for: the rows of the desk tell of alerts, and wait for nothing else.
"""

from typing import TYPE_CHECKING

from sessiontui.lazily import lazily

if TYPE_CHECKING:
    from sessiontui.services.alerts.acts import acknowledge, leave_note, snooze, take_back, unsnooze

__all__ = ["acknowledge", "leave_note", "snooze", "take_back", "unsnooze"]

__getattr__ = lazily(__name__, dict.fromkeys(__all__, "acts"))
