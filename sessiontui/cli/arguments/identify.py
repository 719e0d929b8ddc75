"""What can be written after ``do identify``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

from sessiontui.cli.parsing import Parser

_Make: TypeAlias = "Callable[..., Parser]"


def add(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    """Add the action."""
    known = make(actions, common, "identify", "say who an attendee of a report is; without a person, who it may be")
    known.add_argument("session", metavar="SESSION", help="4711, #4711, source:id, or an outside id")
    known.add_argument("attendee", nargs="?", metavar="ATTENDEE", help="the number or the exact name of the attendee")
    known.add_argument("person", nargs="?", metavar="WHO", help="a person, by number, address or exact name")
