"""The composition root: the only place that reads the clock, the environment and the settings, and opens things.

Importing it loads nothing: each of its names is loaded when it is first used, with what it needs.
"""

from typing import TYPE_CHECKING

from sessiontui.lazily import lazily

if TYPE_CHECKING:
    from sessiontui.runtime.clock import monotonic, now
    from sessiontui.runtime.console import open_console, run_console
    from sessiontui.runtime.opening import actor, bring_up, opened
    from sessiontui.runtime.reading import read_settings
    from sessiontui.runtime.settings import Display, Settings, Storage
    from sessiontui.runtime.work import run_worker

__all__ = [
    "Display",
    "Settings",
    "Storage",
    "actor",
    "bring_up",
    "monotonic",
    "now",
    "open_console",
    "opened",
    "read_settings",
    "run_console",
    "run_worker",
]

__getattr__ = lazily(
    __name__,
    {
        "Display": "settings",
        "Settings": "settings",
        "Storage": "settings",
        "actor": "opening",
        "bring_up": "opening",
        "monotonic": "clock",
        "now": "clock",
        "open_console": "console",
        "opened": "opening",
        "read_settings": "reading",
        "run_console": "console",
        "run_worker": "work",
    },
)
