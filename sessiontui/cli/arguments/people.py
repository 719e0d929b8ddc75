"""What can be written after ``people`` beside list, show, add and edit: duplicates, notes, export, erasure."""

from __future__ import annotations

import argparse
from typing import Final

from sessiontui.cli.parsing import Parser, at_least_one

WAYS: Final = "duplicates|merge|note|export|erase|password|feed"

_WHO: Final = "a number, an address, an outside id or an exact name"


def add(ways: argparse._SubParsersAction[Parser], common: Parser) -> None:
    """Add what is done about people."""
    alike = ways.add_parser("duplicates", parents=[common], help="list people who may be one; nobody is merged")
    alike.add_argument("--person", metavar="WHO", help="only who may be the same as this person")
    merge = ways.add_parser(
        "merge", parents=[common], help="make one person of two, after showing what will happen; undo takes it back"
    )
    merge.add_argument("person", metavar="KEPT", help=f"who stays: {_WHO}")
    merge.add_argument("duplicate", metavar="DUPLICATE", help="who goes into them")
    note = ways.add_parser("note", parents=[common], help="list, write, edit or remove notes on a person")
    note.add_argument("person", metavar="WHO", help=_WHO)
    note.add_argument("text", nargs="*", metavar="TEXT", help="what the note says; without it the notes are listed")
    which = note.add_mutually_exclusive_group()
    which.add_argument("--edit", type=at_least_one, metavar="NOTE", help="write this note anew")
    which.add_argument("--remove", type=at_least_one, metavar="NOTE", help="take this note away")
    export = ways.add_parser("export", parents=[common], help="write everything that is kept of a person, as JSON")
    export.add_argument("person", metavar="WHO", help=_WHO)
    export.add_argument("-o", "--output", metavar="FILE", help="write into this file, readable by you alone")
    erase = ways.add_parser(
        "erase", parents=[common],
        help="forget a person: name, address, messages and notes are gone for good; it asks for the name",
    )  # fmt: skip
    erase.add_argument("person", metavar="WHO", help=_WHO)
    password = ways.add_parser(
        "password", parents=[common],
        help="give a person a password for the HTTP API, asked for unseen or read from the pipe",
    )  # fmt: skip
    password.add_argument("person", metavar="WHO", help=_WHO)
    password.add_argument("--remove", action="store_true", help="take the password away")
    password.add_argument("--yes", action="store_true", help="do not ask")
    feed = ways.add_parser(
        "feed", parents=[common],
        help="make the address of a calendar that a person subscribes to; it is shown once",
    )  # fmt: skip
    feed.add_argument("person", metavar="WHO", help=_WHO)
    what = feed.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="list the feeds there are")
    what.add_argument("--revoke", action="store_true", help="close every feed of this person")
    for way in (merge, erase):
        way.add_argument("--reason", default="", metavar="TEXT", help="kept in the audit trail")
        way.add_argument("--dry-run", action="store_true", help="show what would happen and change nothing")
        way.add_argument("--yes", action="store_true", help="do not ask")
    for way in (alike, merge, note, erase, password, feed):
        way.add_argument("--json", action="store_true", help="JSON, in ASCII")
