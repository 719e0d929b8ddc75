"""What can be written after ``do comment``, ``attach``, ``detach``, ``open-file``, ``link`` and ``collaborator``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final, TypeAlias

from sessiontui.cli.parsing import Parser

ROLES: Final = ("owner", "collaborator", "viewer")

_SESSION: Final = "4711, #4711, source:id, or an outside id"
_SHOWN: Final = "its number, as 'sessiontui show' tells it"

_Make: TypeAlias = "Callable[..., Parser]"


def add(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    """Add the actions on what is said in a session, its files and links, and who works on it."""
    _add_comment(actions, common, make)
    attach = make(actions, common, "attach", "attach a file to a session; the same name again is its next version")
    attach.add_argument("id", metavar="SESSION", help=_SESSION)
    attach.add_argument("file", metavar="FILE", help="a path, or '-' for what is piped in")
    attach.add_argument("--name", metavar="NAME", help="what it is called; like the file without it")
    detach = make(actions, common, "detach", "take a version of a file away; its bytes stay for a while")
    detach.add_argument("id", metavar="FILE", help=_SHOWN)
    detach.add_argument("--all-versions", action="store_true", help="every version of it")
    opened = make(actions, common, "open-file", "write a version of a file to a path; that is written down")
    opened.add_argument("id", metavar="FILE", help=_SHOWN)
    opened.add_argument("--to", default=".", metavar="PATH", help="a new file, or a folder (default: this one)")
    _add_link(actions, common, make)
    _add_collaborator(actions, common, make)


def _add_comment(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    comment = actions.add_parser(
        "comment", parents=[common], help="write, answer, edit or delete comments in sessions",
        description="Comments in sessions. @Name in one tells that person, if they may read it.",
    )  # fmt: skip
    ways = comment.add_subparsers(metavar="add|edit|delete", dest="way", required=True, parser_class=Parser)
    new = make(ways, common, "add", "write a comment in a session")
    new.add_argument("id", metavar="SESSION", help=_SESSION)
    new.add_argument("--answer", metavar="COMMENT", help="the number of the comment that it answers")
    edit = make(ways, common, "edit", "write your own comment anew; what it said is kept")
    delete = make(ways, common, "delete", "delete a comment; it keeps its place")
    for way in (edit, delete):
        way.add_argument("id", metavar="COMMENT", help=_SHOWN)
    for way in (new, edit):
        way.add_argument("text", metavar="TEXT", help="what it says, or '-' for what is piped in")


def _add_link(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    link = actions.add_parser(
        "link", parents=[common], help="add or remove links of sessions", description="Pages that belong to sessions."
    )
    ways = link.add_subparsers(metavar="add|remove", dest="way", required=True, parser_class=Parser)
    new = make(ways, common, "add", "add a link to a session")
    new.add_argument("id", metavar="SESSION", help=_SESSION)
    new.add_argument("link", metavar="ADDRESS", help="such as https://wiki.example.org/grief")
    new.add_argument("--title", default="", metavar="TEXT", help="what it is called; its host without it")
    make(ways, common, "remove", "remove a link").add_argument("id", metavar="LINK", help=_SHOWN)


def _add_collaborator(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    collaborator = actions.add_parser(
        "collaborator", parents=[common], help="say who works on a session, beside its author and mentor",
        description="Who works on a session: an owner does what the author may, a collaborator changes everything "
        "but who works on it, a viewer reads all of it. They are told by letter.",
    )  # fmt: skip
    ways = collaborator.add_subparsers(metavar="set|remove", dest="way", required=True, parser_class=Parser)
    for name, told in (
        ("set", "invite somebody, or change their role"),
        ("remove", "let somebody go, or go yourself"),
    ):
        way = make(ways, common, name, told)
        way.add_argument("id", metavar="SESSION", help=_SESSION)
        way.add_argument("--person", required=True, metavar="WHO")
        if name == "set":
            way.add_argument("--role", choices=ROLES, default="collaborator", help="(default: collaborator)")
