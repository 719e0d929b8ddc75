"""What can be written after ``views``."""

from __future__ import annotations

import argparse
from typing import Final

from sessiontui.cli.parsing import Parser

WAYS: Final = "list|show|add|edit|remove"
ORDERS: Final = ("urgency", "start", "latest", "title", "pending")
COLUMNS: Final = ("status", "title", "start", "people", "signal", "mentor")


def add(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    """Add ``views`` with all its ways."""
    views = commands.add_parser(
        "views", parents=[common], help="list, show, add, edit, remove the views that you keep",
        description="Views that you keep for the desk: a filter, an order and columns under a name; v shows them.",
    )  # fmt: skip
    ways = views.add_subparsers(metavar=WAYS, dest="way", required=True, parser_class=Parser)

    def way(name: str, told: str) -> Parser:
        made = ways.add_parser(name, parents=[common], help=told)
        made.add_argument("--json", action="store_true", help="JSON, in ASCII")
        return made

    way("list", "list your views with their filters")
    show = way("show", "show one view; its filter goes after 'sessiontui list'")
    new = way("add", "keep a view under a name that none has yet")
    edit = way("edit", "give a view another filter, order or columns; what is not named stays")
    remove = way("remove", "forget a view")
    for one in (show, new, edit, remove):
        one.add_argument("name", metavar="NAME")
    for one in (new, edit):
        one.add_argument("query", nargs="*", metavar="QUERY", help='such as: status:waiting mentor:"Dr Lee"')
        one.add_argument("--order", choices=ORDERS, help="the order of the table")
        one.add_argument("--columns", nargs="+", choices=COLUMNS, help="the columns that are shown; without it all")
    views.set_defaults(run="views:run")
