"""What can be written after ``do test-mail``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

from sessiontui.cli.parsing import Parser

_Make: TypeAlias = "Callable[..., Parser]"


def add(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    """Add the action."""
    proof = make(actions, common, "test-mail", "send one mail at once, to see that letters leave")
    proof.add_argument("address", metavar="ADDRESS", help="to whom")
