"""What can be written after ``mail``, and how people want to be written to."""

from __future__ import annotations

import argparse

from sessiontui.cli.parsing import Parser, at_least_one


def add(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    """Add ``mail`` with its ways."""
    mail = commands.add_parser(
        "mail", parents=[common], help="the outbox, and how letters read",
        description="The outbox, and how letters read. 'do resend' sends a letter again, 'do test-mail' tries the "
        "channel.",
    )  # fmt: skip
    ways = mail.add_subparsers(metavar="list|show|preview|wordings", dest="way", required=True, parser_class=Parser)
    listing = ways.add_parser("list", parents=[common], help="list letters, what did not arrive on top")
    listing.add_argument(
        "text", nargs="*", metavar="TEXT", help="a state, a kind, #4711, part of a name or a subject"
    )
    listing.add_argument("--limit", type=at_least_one, metavar="N")
    show = ways.add_parser("show", parents=[common], help="show one letter whole: headings, text, what goes with it")
    show.add_argument("letter", metavar="ID", help="the number of the letter")
    preview = ways.add_parser("preview", parents=[common], help="show how a letter would read; nothing is sent")
    preview.add_argument("kind", metavar="KIND", help="the letter; 'sessiontui mail wordings' lists them")
    preview.add_argument("session", nargs="?", metavar="SESSION", help="about this session, not a made-up one")
    preview.add_argument("--to", metavar="WHO", help="as this person would get it; you without it")
    preview.add_argument("--language", metavar="L", help="in the wording of this language, such as de")
    wordings = ways.add_parser(
        "wordings", parents=[common], help="list the letters and what each may name, or print one to word it anew",
        description="List every letter, and whether the program words it or a file of [delivery] templates, and what "
        "is wrong with these files. With a KIND, print its wording as such a file holds it.",
    )  # fmt: skip
    wordings.add_argument("kind", nargs="?", metavar="KIND", help="print this one")
    wordings.add_argument("--language", default="", metavar="L", help="in this language")
    for way in (listing, show, preview, wordings):
        way.add_argument("--json", action="store_true", help="as JSON, in ASCII")
    mail.set_defaults(run="mail:run")


def add_wishes(edit: Parser) -> None:
    """Add to ``people edit`` how somebody wants to be written to."""
    kinds = "a kind of letter, such as survey, or all; once for each"
    edit.add_argument("--no-mail", action="append", default=[], metavar="KIND", help=f"none any more: {kinds}")
    edit.add_argument("--mail", action="append", default=[], metavar="KIND", help=f"again: {kinds}")
    edit.add_argument("--quiet", metavar="HOURS", help="no letters then, such as 22:00-07:00 their time, or none")
    edit.add_argument(
        "--channel", metavar="CHANNEL", help="by this channel, such as webhook, or none for the usual one"
    )
    edit.add_argument("--language", metavar="L", help="in this language where letters are worded in it, or none")
