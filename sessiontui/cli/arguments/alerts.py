"""What can be written about alerts: ``alerts`` itself, and what ``do`` does to them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final, TypeAlias

from sessiontui.cli.parsing import Parser, at_least_one, instant

_Make: TypeAlias = "Callable[..., Parser]"

SEVERITIES: Final = ("critical", "warning", "notice")
SNOOZES: Final = ("15m", "1h", "4h", "tomorrow")


def add(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    """Add ``alerts``."""
    alerts = commands.add_parser(
        "alerts", parents=[common], help="list what needs someone, the worst on top",
        description="List open alerts, the worst and oldest on top, with what helps. It exits with 1 only with "
        "--fail-on, where one is as grave as that or graver.",
    )  # fmt: skip
    alerts.add_argument("query", nargs="*", metavar="QUERY", help="such as: alert:critical mentor:lee")
    alerts.add_argument("--at", type=instant, metavar="T", help="as it was then, such as 2026-05-04T14:05Z")
    alerts.add_argument("--json", action="store_true", help="JSON, in ASCII")
    alerts.add_argument("--fail-on", choices=SEVERITIES, metavar="SEVERITY", help="critical, warning or notice")
    alerts.set_defaults(run="alerts:run")


def add_acts(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    """Add what ``do`` does to alerts; ``make`` makes one action with the options that all have."""
    for name, told in (
        ("acknowledge", "say that you have alerts in hand; --reason is kept as their note"),
        ("snooze", "put alerts off"),
        ("unsnooze", "bring alerts back that were put off"),
    ):
        action = make(actions, common, name, told)
        action.add_argument("alerts", nargs="+", type=at_least_one, metavar="ALERT", help="the number of an alert")
        if name == "snooze":
            action.add_argument(
                "--for", dest="length", choices=SNOOZES, default="1h", help="for how long (default: 1h)"
            )
    note = make(actions, common, "note", "leave a note for the next shift; without words it is taken away")
    note.add_argument("words", nargs="*", metavar="WORD")
