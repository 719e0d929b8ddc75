"""The composition root: the only place that reads the clock, the environment and the settings, and opens things.

Importing it loads none of the heavy libraries; what needs them is imported when it is called.
"""

from sessiontui.runtime.clock import monotonic, now
from sessiontui.runtime.console import run_console
from sessiontui.runtime.identity import Identity, identity
from sessiontui.runtime.opening import actor, opened
from sessiontui.runtime.reading import read_settings
from sessiontui.runtime.settings import Display, Settings, Storage
from sessiontui.runtime.work import run_worker

__all__ = [
    "Display",
    "Identity",
    "Settings",
    "Storage",
    "actor",
    "identity",
    "monotonic",
    "now",
    "opened",
    "read_settings",
    "run_console",
    "run_worker",
]
