"""What can be written after ``series``. It imports argparse alone: a wrong word should cost no time."""

from __future__ import annotations

import argparse
from datetime import datetime

from sessiontui.cli.arguments.do import KINDS, PRIORITIES
from sessiontui.cli.arguments.templates import add_to_create
from sessiontui.cli.parsing import Parser, at_least_one, not_negative


def add(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    """Add ``series`` with all its ways."""
    series = commands.add_parser(
        "series", parents=[common], help="sessions that recur: list, show, add, edit, take-out, end",
        description="Series of sessions, at a wall-clock time of one zone. The worker keeps ninety days of them "
        "stamped into sessions. One date alone is changed as any session is, with 'sessiontui do'.",
    )  # fmt: skip
    ways = series.add_subparsers(
        metavar="list|show|add|edit|take-out|end", dest="way", required=True, parser_class=Parser
    )
    everything = ways.add_parser("list", parents=[common], help="list series, the one with the nearest date first")
    one = ways.add_parser("show", parents=[common], help="show one series with its dates")
    one.add_argument("series", metavar="SERIES", help="12, #12, or source:id")
    new = ways.add_parser("add", parents=[common], help="make a series")
    new.add_argument("title", metavar="TITLE")
    _add_pattern(new, required=True)
    new.add_argument("--platform", metavar="P", help="make a room for each date there: zoom, bbb or jitsi")
    add_to_create(new)
    new.add_argument("--draft", action="store_true", help="its sessions are drafts, to be published one by one")
    change = ways.add_parser(
        "edit", parents=[common], help="change a series from the date of a session on, or wholly",
        description="Change a series. What has begun stays as it was; dates changed by themselves keep that.",
    )  # fmt: skip
    change.add_argument("session", metavar="SESSION", help="the session on whose date the change is made")
    scope = change.add_mutually_exclusive_group(required=True)
    scope.add_argument("--following", action="store_true", help="this date and all after it")
    scope.add_argument("--all", action="store_true", help="all dates that have not begun")
    change.add_argument("--title")
    _add_pattern(change, required=False)
    out = ways.add_parser("take-out", parents=[common], help="take one date out of its series")
    last = ways.add_parser("end", parents=[common], help="end a series with the date before this one")
    last.add_argument("--all", action="store_true", help="call off every date that has not begun, not from here on")
    for way in (out, last):
        way.add_argument("session", metavar="SESSION", help="the session that stands for the date")
    for way in (change, out, last):
        way.add_argument("--reason", default="", help="told to those concerned")
    for way in (new, change):
        way.add_argument("--yes", action="store_true", help="book people twice without asking")
    for way in (everything, one, new, change, out, last):
        way.add_argument("--json", action="store_true", help="JSON, in ASCII")
    series.set_defaults(run="series:run")


def wall(text: str) -> datetime:
    """Return a wall-clock time, which carries no zone.

    >>> wall("2026-05-05T18:00").hour
    18
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise argparse.ArgumentTypeError(f"{text!r} is no wall-clock time: write it like 2026-05-05T18:00")
    return found


def _add_pattern(to: Parser, *, required: bool) -> None:
    to.add_argument(
        "--starts", type=wall, required=required, metavar="T", help="its first date on the clock, 2026-05-05T18:00"
        if required else "the new date and time of this session on the clock; the others move alike"
    )  # fmt: skip
    to.add_argument(
        "--rule", required=required, metavar="RULE", help="daily, weekly, bi-weekly, monthly, yearly, or FREQ=…"
    )
    to.add_argument("--minutes", type=at_least_one, metavar="N", help="how long each lasts; 60 without it")
    to.add_argument("--in-zone", metavar="ZONE", help="whose clock it is; the display zone without it")
    to.add_argument("--kind", choices=KINDS)
    to.add_argument("--mentor", metavar="WHO", help="a number, an address, an outside id or an exact name")
    to.add_argument("--capacity", type=not_negative, metavar="N", help="seats; 0 means no limit")
    to.add_argument("--priority", choices=PRIORITIES)
    to.add_argument("--tag", action="append", metavar="TAG")
    to.add_argument("--description")
    to.add_argument("--link")
