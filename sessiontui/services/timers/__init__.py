"""Timers of work sessions: what runs, since when, and stopping one that was forgotten at the last sign of work."""

from sessiontui.services.timers.asking import Running as Running
from sessiontui.services.timers.asking import running as running
from sessiontui.services.timers.stopping import still_at_it as still_at_it
from sessiontui.services.timers.stopping import stop_at as stop_at
