"""What can be written after ``do recording``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final, TypeAlias

from sessiontui.cli.parsing import Parser, not_negative

AUDIENCES: Final = ("approved", "present", "named", "staff")

_Make: TypeAlias = "Callable[..., Parser]"


def add(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    """Add the action with its four ways."""
    recording = actions.add_parser(
        "recording", parents=[common], help="add, change, remove or open recordings of sessions",
        description="Recordings of sessions. The link is handed out by 'open' alone, to those who may see it; who "
        "had it, and when, is written down.",
    )  # fmt: skip
    ways = recording.add_subparsers(metavar="add|edit|remove|open", dest="way", required=True, parser_class=Parser)
    new = make(ways, common, "add", "add a recording to a session")
    new.add_argument("id", metavar="SESSION", help="4711, #4711, source:id, or an outside id")
    edit = make(ways, common, "edit", "change a recording")
    for way in (
        edit,
        make(ways, common, "remove", "remove a recording: nobody can open it any more"),
        make(ways, common, "open", "have the link of a recording handed out; that is written down"),
    ):
        way.add_argument("id", metavar="RECORDING", help="its number, as 'sessiontui show' tells it")
    new.add_argument(
        "--link", required=True, metavar="ADDRESS", help="where it lies, such as https://rec.example.org/7"
    )
    edit.add_argument("--link", metavar="ADDRESS", help="where it lies")
    for way in (new, edit):
        way.add_argument("--title", metavar="TEXT", help="what it is called; like the session without it")
        way.add_argument("--minutes", type=not_negative, metavar="N", help="its length; 0 for unknown")
        way.add_argument(
            "--audience", choices=AUDIENCES,
            help="everyone approved, those who were present, the people named, or staff alone",
        )  # fmt: skip
        way.add_argument("--person", action="append", metavar="WHO", help="a person who may see it, once for each")
