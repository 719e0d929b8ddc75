"""What can be written after ``projects``: their items, questions, blockers, visits, and what follows from them."""

from __future__ import annotations

import argparse
from typing import Final

from sessiontui.cli.parsing import Parser, at_least_one, instant

WAYS: Final = "list|show|summary|analytics|steps|blockers|add|edit|item|question|blocker|session|visit|export"

STATES: Final = ("decided", "exploring", "parked")
BLOCKS: Final = ("missing", "unclear", "depends")

_WHICH: Final = "a number, its word such as harbour-app, an outside id or its name"
_WHO: Final = "a number, an address, an outside id or an exact name; you without it"


def add(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    """Add ``projects`` with all its ways."""
    projects = commands.add_parser(
        "projects", parents=[common], help="what people work on: items, questions, visits, next steps, blockers",
        description="Projects with items (decided, exploring, parked), questions, visits, next steps and blockers.",
    )  # fmt: skip
    ways = projects.add_subparsers(metavar=WAYS, dest="way", required=True, parser_class=Parser)

    def way(name: str, told: str, *, which: bool = True) -> Parser:
        made = ways.add_parser(name, parents=[common], help=told)
        if which:
            made.add_argument("project", metavar="PROJECT", help=_WHICH)
        made.add_argument("--json", action="store_true", help="JSON, in ASCII")
        return made

    every = way("list", "list projects with their health, the newest activity first", which=False)
    every.add_argument("--all", action="store_true", help="those that were put away too")
    show = way("show", "show one project whole: items, questions, visits, sessions")
    summary = way("summary", "tell what somebody finds who comes back: decided since, next steps, blockers")
    kept = way("analytics", "tell what is kept of a person in a project, brought up to date")
    for made in (summary, kept):
        made.add_argument("--person", metavar="WHO", help=_WHO)
    steps = way("steps", "list the next steps, each with the fact behind it")
    standing = way("blockers", "list what stands in the way, by type, with its age")
    for made in (every, show, summary, steps, standing):
        made.add_argument("--at", type=instant, metavar="T", help="as it was then, such as 2026-05-04T14:05Z")
    new = way("add", "make a project", which=False)
    new.add_argument("name", metavar="NAME")
    edit = way("edit", "change a project, put it away or bring it back")
    edit.add_argument("--name", metavar="TEXT")
    for made in (new, edit):
        made.add_argument("--description", metavar="TEXT")
    put = edit.add_mutually_exclusive_group()
    put.add_argument("--archive", action="store_true", help="put it away: nothing in it changes any more")
    put.add_argument("--restore", action="store_true", help="bring it back")
    edit.add_argument("--reason", default="", metavar="TEXT", help="kept in the audit trail")
    _add_items(way("item", "list, add, move, edit or remove items"))
    _add_questions(way("question", "list, ask, answer or remove questions"))
    _add_blockers(way("blocker", "report what stands in the way, or settle it"))
    session = way("session", "put sessions into a project; with --out, take them out")
    session.add_argument("sessions", nargs="+", metavar="ID", help="4711, #4711, source:id, or an outside id")
    session.add_argument("--out", action="store_true", help="take them out of it")
    _add_visits(way("visit", "list visits, begin or end one, track activity"))
    export = way("export", "write projects with all that is in them as JSON Lines", which=False)
    export.add_argument("projects", nargs="*", metavar="PROJECT", help=f"{_WHICH}; all without one")
    export.add_argument("-o", "--output", metavar="FILE", help="write into this file, readable by you alone")
    projects.set_defaults(run="projects:run")


def _add_items(item: Parser) -> None:
    item.add_argument("act", nargs="?", default="list", choices=("list", "add", "move", "edit", "remove"))
    item.add_argument("text", nargs="*", metavar="TEXT|ITEM [STATE]", help="a title to add; else an item's number")
    item.add_argument("--state", choices=STATES, help="in which state it is added (exploring), or listed")
    item.add_argument("--title", metavar="TEXT")
    item.add_argument("--note", metavar="TEXT")
    item.add_argument("--session", metavar="ID", help="the session that decided it, or brought it up")
    item.add_argument("--reason", default="", metavar="TEXT", help="kept in the audit trail")


def _add_questions(question: Parser) -> None:
    question.add_argument("act", nargs="?", default="list", choices=("list", "ask", "answer", "remove"))
    question.add_argument(
        "text", nargs="*", metavar="TEXT|QUESTION [ANSWER]", help="what to ask; else a question's number"
    )
    question.add_argument("--item", type=at_least_one, metavar="ITEM", help="the item that it is about")
    question.add_argument("--all", action="store_true", help="list the answered ones too")


def _add_blockers(blocker: Parser) -> None:
    blocker.add_argument("act", choices=("report", "settle"))
    blocker.add_argument("text", nargs="+", metavar="TEXT|BLOCKER", help="what stands in the way; else its number")
    blocker.add_argument(
        "--type", choices=BLOCKS, default="missing", help="missing, unclear, or depends on something"
    )
    blocker.add_argument("--item", type=at_least_one, metavar="ITEM", help="the item that it is about")
    blocker.add_argument("--reason", default="", metavar="TEXT", help="kept in the audit trail")


def _add_visits(visit: Parser) -> None:
    visit.add_argument("act", nargs="?", default="list", choices=("list", "start", "end", "track"))
    visit.add_argument("text", nargs="*", metavar="TEXT", help="what to track: what was said or done")
    visit.add_argument("--person", metavar="WHO", help=_WHO)
    visit.add_argument("--kind", choices=("message", "edit", *BLOCKS), default="message", help="the kind of activity")
    visit.add_argument("--agent", metavar="NAME", default="", help="track what an agent did, not a person")
