"""What can be written after ``do stop-at`` and ``do still-at-it``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from sessiontui.cli.parsing import Parser, instant


def add(
    actions: argparse._SubParsersAction[Parser],
    common: Parser,
    action: Callable[[argparse._SubParsersAction[Parser], Parser, str, str], Parser],
) -> None:
    """Add the actions on timers of work sessions."""
    stop = action(actions, common, "stop-at", "stop forgotten timers of work sessions at an instant that is past")
    stop.add_argument("--at", type=instant, metavar="T", help="when the work ended; at the last activity without it")
    still = action(actions, common, "still-at-it", "note that work sessions are still at work")
    for each in (stop, still):
        each.add_argument("ids", nargs="+", metavar="ID", help="4711, #4711, source:id, or an outside id")
