"""What can be written after ``clients``, ``logins`` and ``jobs``."""

from __future__ import annotations

import argparse
from typing import Final

from sessiontui.cli.parsing import Parser, at_least_one, instant

CLIENT_WAYS: Final = "list|show|add|edit|rotate|revoke"
LOGIN_WAYS: Final = "list|show|revoke|refresh|unlock"
JOB_WAYS: Final = "list|run|pause|resume"

_ROLES: Final = ("participant", "viewer", "mentor", "admin", "superadmin")
_WHICH: Final = "its name or its number"
_QUERY: Final = "such as: ana state:expiring score:<40 client:portal age:>2h seen:>10m is:stuck"


def add(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    """Add ``clients``, ``logins`` and ``jobs`` with all their ways."""
    _add_clients(commands, common)
    _add_logins(commands, common)
    _add_jobs(commands, common)


def _add_clients(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    clients = commands.add_parser(
        "clients", parents=[common], help="list, show, add, edit, rotate, revoke programs that call the HTTP API",
        description="Programs that sign in with a key. A key is shown once; only its digest is kept.",
    )  # fmt: skip
    ways = clients.add_subparsers(metavar=CLIENT_WAYS, dest="way", required=True, parser_class=Parser)

    def way(name: str, told: str) -> Parser:
        made = ways.add_parser(name, parents=[common], help=told)
        made.add_argument("--json", action="store_true", help="JSON, in ASCII")
        return made

    way("list", "list clients with their scopes and live logins")
    show = way("show", "show one client with its logins")
    new = way("add", "make a client known and show its key, this once")
    new.add_argument("name", metavar="NAME")
    new.add_argument("--scope", required=True, metavar="SCOPES", help="read,write,events,metrics,admin")
    new.add_argument("--role", choices=_ROLES, default="admin", help="what its own person may do (default: admin)")
    new.add_argument("--as", dest="person", metavar="WHO", help="act as this person instead of one of its own")
    edit = way("edit", "give a client other scopes or another public key")
    edit.add_argument("--scope", metavar="SCOPES")
    for one in (new, edit):
        one.add_argument(
            "--public-key", metavar="FILE", help="a JWK with which it may sign for people; - takes it away"
        )
    rotate = way("rotate", "give a client a new key and show it, this once; its logins stay")
    rotate.add_argument("--overlap", metavar="TIME", help="how long the key before still holds, such as 1h")
    revoke = way("revoke", "let a client do nothing any more: its keys are dead, its logins end")
    revoke.add_argument("--reason", default="", metavar="TEXT", help="kept in the audit trail")
    for one in (show, edit, rotate, revoke):
        one.add_argument("name", metavar="CLIENT", help=_WHICH)
    for one in (rotate, revoke):
        one.add_argument("--yes", action="store_true", help="do not ask")
    clients.set_defaults(run="clients:run")


def _add_logins(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    logins = commands.add_parser(
        "logins", parents=[common], help="list, show, revoke, refresh, unlock logins",
        description="Who is signed in, from which device, and how each login fares, the worst first.",
    )  # fmt: skip
    ways = logins.add_subparsers(metavar=LOGIN_WAYS, dest="way", required=True, parser_class=Parser)
    every = ways.add_parser("list", parents=[common], help="list logins")
    every.add_argument("query", nargs="*", metavar="QUERY", help=_QUERY)
    every.add_argument("--limit", type=at_least_one, metavar="N")
    show = ways.add_parser("show", parents=[common], help="show one login")
    show.add_argument("login", type=at_least_one, metavar="ID")
    revoke = ways.add_parser("revoke", parents=[common], help="end logins: their next call is refused")
    refresh = ways.add_parser("refresh", parents=[common], help="let clients of logins refresh at their next call")
    for way in (revoke, refresh):
        way.add_argument("logins", nargs="*", type=at_least_one, metavar="ID")
        way.add_argument("--matching", metavar="QUERY", help=_QUERY)
        way.add_argument("--reason", default="", metavar="TEXT", help="kept in the audit trail")
        way.add_argument("--own", action="store_true", help="your own logins too; they stay otherwise")
        way.add_argument("--dry-run", action="store_true", help="show whom it would touch and change nothing")
        way.add_argument("--yes", action="store_true", help="do not ask")
    revoke.add_argument("--person", metavar="WHO", help="all of this person")
    revoke.add_argument("--client", metavar="CLIENT", help="all of this client")
    revoke.add_argument("--before", type=instant, metavar="T", help="those opened before an instant")
    revoke.add_argument("--all", action="store_true", dest="everyone", help="every login there is")
    unlock = ways.add_parser("unlock", parents=[common], help="let somebody sign in again after failed tries")
    unlock.add_argument("person", metavar="WHO", help="a number, an address, an outside id or an exact name")
    for way in (every, show, revoke, refresh, unlock):
        way.add_argument("--json", action="store_true", help="JSON, in ASCII")
    logins.set_defaults(run="logins:run")


def _add_jobs(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    jobs = commands.add_parser(
        "jobs", parents=[common], help="list, run, pause, resume the jobs of the worker",
        description="What the worker does and how each job fares. The worker that leads hears of a wish in a second.",
    )  # fmt: skip
    ways = jobs.add_subparsers(metavar=JOB_WAYS, dest="way", required=True, parser_class=Parser)
    every = ways.add_parser("list", parents=[common], help="list jobs")
    now = ways.add_parser("run", parents=[common], help="run a job now, even a paused one")
    now.add_argument("job", metavar="JOB")
    pause = ways.add_parser("pause", parents=[common], help="keep a job from running, or all")
    resume = ways.add_parser("resume", parents=[common], help="let a job run again, or all")
    for way in (pause, resume):
        way.add_argument("job", nargs="?", metavar="JOB")
        way.add_argument("--all", action="store_true", help="every job there is")
    pause.add_argument("--yes", action="store_true", help="do not ask")
    for way in (every, now, pause, resume):
        way.add_argument("--json", action="store_true", help="JSON, in ASCII")
    jobs.set_defaults(run="jobs:run")
