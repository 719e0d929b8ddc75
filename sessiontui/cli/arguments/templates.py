"""What can be written after ``templates``, and what ``do create`` takes from one."""

from __future__ import annotations

import argparse
from typing import Final

from sessiontui.cli.parsing import Parser, at_least_one, not_negative

WAYS: Final = "list|show|add|edit|retire|restore|export|suggest"

KINDS: Final = ("conversation", "mentoring", "coaching", "work")
DIFFICULTIES: Final = ("easy", "medium", "hard")

_WHICH: Final = "its word, such as bug-fix, or its name"


def add(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    """Add ``templates`` with all its ways."""
    templates = commands.add_parser(
        "templates", parents=[common], help="list, show, add, edit, retire, restore, export, suggest templates",
        description="The plans that sessions are made from. Files are TOML, as 'templates export' writes them.",
    )  # fmt: skip
    ways = templates.add_subparsers(metavar=WAYS, dest="way", required=True, parser_class=Parser)

    def way(name: str, told: str, *, which: bool = True) -> Parser:
        made = ways.add_parser(name, parents=[common], help=told)
        if which:
            made.add_argument("template", metavar="TEMPLATE", help=_WHICH)
        made.add_argument("--json", action="store_true", help="JSON, in ASCII")
        return made

    every = way("list", "list templates with their uses and success", which=False)
    every.add_argument("--all", action="store_true", help="retired ones too")
    show = way("show", "show one template whole: plan, proposed length, versions")
    show.add_argument("--version", type=at_least_one, dest="number", metavar="N", help="an older version of it")
    new = way("add", "add a template from a TOML file", which=False)
    new.add_argument("file", metavar="FILE", help="a file, or - for what comes in by the pipe")
    edit = way("edit", "give a template a new version; sessions made before keep theirs")
    edit.add_argument("file", nargs="?", metavar="FILE", help="the whole template as TOML, or - for the pipe")
    edit.add_argument("--name", metavar="TEXT")
    edit.add_argument("--kind", choices=KINDS)
    edit.add_argument("--minutes", type=at_least_one, metavar="N")
    edit.add_argument("--difficulty", choices=DIFFICULTIES)
    edit.add_argument("--title", metavar="TEXT", help="what the titles of its sessions begin with")
    edit.add_argument("--description", metavar="TEXT")
    edit.add_argument("--capacity", type=not_negative, metavar="N", help="seats; 0 for no limit")
    edit.add_argument("--tag", action="append", metavar="TAG", help="once for each; it replaces all of them")
    for name, told in (
        ("retire", "retire a template: nothing new is made from it"),
        ("restore", "bring a retired template back"),
    ):
        way(name, told).add_argument("--reason", default="", metavar="TEXT", help="kept in the audit trail")
    export = way("export", "write templates as TOML, or all that are named as JSON Lines", which=False)
    export.add_argument("templates", nargs="*", metavar="TEMPLATE", help=f"{_WHICH}; all without one, as JSON Lines")
    export.add_argument("--format", choices=("toml", "jsonl"), help="toml for one, jsonl for several, unless told")
    export.add_argument("-o", "--output", metavar="FILE", help="write into this file, readable by you alone")
    suggest = way("suggest", "rank the templates for what you are about to do, and say why", which=False)
    suggest.add_argument("text", nargs="*", metavar="TEXT", help="the title so far, such as: fix crash in parser")
    suggest.add_argument("--kind", choices=KINDS)
    suggest.add_argument("--difficulty", choices=DIFFICULTIES)
    suggest.add_argument("--tag", action="append", metavar="TAG", help="once for each")
    suggest.add_argument("--limit", type=at_least_one, metavar="N", help="no more than N")
    templates.set_defaults(run="templates:run")


def add_to_create(create: Parser) -> None:
    """Add what ``do create`` takes from a template."""
    create.add_argument(
        "--template", metavar="TEMPLATE",
        help="begin with plan, kind, length, tags and text of a template: bug-fix, or bug-fix@2 for its version 2",
    )  # fmt: skip
    create.add_argument(
        "--without", action="append", default=[], metavar="GOAL", help="leave a goal of the template out, by its key"
    )
