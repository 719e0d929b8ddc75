"""What can be written after ``do``: every intervention with the options that it takes."""

from __future__ import annotations

import argparse
from typing import Final

from sessiontui.cli.arguments import alerts as arguments_alerts
from sessiontui.cli.arguments import identify as arguments_identify
from sessiontui.cli.arguments import places as arguments_places
from sessiontui.cli.arguments import plan as arguments_plan
from sessiontui.cli.arguments import prove as arguments_prove
from sessiontui.cli.arguments import reach as arguments_reach
from sessiontui.cli.arguments import recording as arguments_recording
from sessiontui.cli.arguments import talk as arguments_talk
from sessiontui.cli.arguments import templates as arguments_templates
from sessiontui.cli.arguments import timing as arguments_timing
from sessiontui.cli.parsing import Parser, at_least_one, field_of, instant, not_negative

KINDS: Final = ("conversation", "mentoring", "coaching", "work")
PRIORITIES: Final = ("low", "normal", "high", "urgent")

MOVES: Final = {
    "publish": "publish drafts",
    "start": "start sessions now",
    "pause": "pause sessions",
    "resume": "go on with paused sessions",
    "complete": "complete sessions: they count as ended from now on",
    "cancel": "cancel sessions; with people inside, or more than ten, it asks for the title or the number",
    "reopen": "open completed or cancelled sessions again while their window has not ended",
    "archive": "put ended or cancelled sessions away",
    "restore": "bring archived sessions back",
}
"""The moves that take nothing but a reason."""

VERDICTS: Final = ("present", "late", "partial", "absent", "excused", "auto")

PRESENCE: Final = {
    "join": "record that a person came in",
    "heartbeat": "record that a person is still there",
    "leave": "record that a person left",
}


def add(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    """Add ``do`` with all its actions."""
    do = commands.add_parser(
        "do", parents=[common], help="every intervention, by the same code as the keys",
        description="Intervene. What cannot be taken back with a key asks first, and takes --yes where nobody can "
        "be asked. IDs are 4711, #4711, source:id, or outside ids.",
    )  # fmt: skip
    actions = do.add_subparsers(metavar="ACTION", dest="action", required=True, parser_class=Parser)
    for name, told in MOVES.items():
        _sessions(_action(actions, common, name, told))
    _add_windows(actions, common)
    _add_requests(actions, common)
    _add_presence(actions, common)
    _add_attendance(actions, common)
    _add_writing(actions, common)
    arguments_reach.add(actions, common, _action)
    arguments_places.add(actions, common, _action)
    arguments_alerts.add_acts(actions, common, _action)
    arguments_identify.add(actions, common, _action)
    arguments_prove.add(actions, common, _action)
    arguments_recording.add(actions, common, _action)
    arguments_plan.add(actions, common, _action)
    arguments_talk.add(actions, common, _action)
    arguments_timing.add(actions, common, _action)
    undo = _action(actions, common, "undo", "take back your last act, or the one of an audit entry")
    undo.add_argument("entry", nargs="?", type=at_least_one, metavar="ENTRY", help="the number of the audit entry")
    do.set_defaults(run="do:run")


def _add_windows(actions: argparse._SubParsersAction[Parser], common: Parser) -> None:
    extend = _sessions(_action(actions, common, "extend", "let sessions end later"))
    later = extend.add_mutually_exclusive_group(required=True)
    later.add_argument("--until", type=instant, metavar="T", help="the new end, such as 2026-05-04T15:30Z")
    later.add_argument("--by-minutes", type=at_least_one, metavar="N", help="so many minutes past the present end")
    reschedule = _sessions(_action(actions, common, "reschedule", "give sessions a new window"))
    reschedule.add_argument("--starts", type=instant, required=True, metavar="T", help="the new start")
    reschedule.add_argument("--ends", type=instant, metavar="T", help="the new end; without it the length stays")
    for name, told in (("reassign", "give sessions another mentor"), ("assign", "give sessions a mentor")):
        mentor = _sessions(_action(actions, common, name, told))
        mentor.add_argument(
            "--mentor", metavar="WHO", help="a person, or 'none'; without it: who is free, and how busy each is"
        )


def _add_requests(actions: argparse._SubParsersAction[Parser], common: Parser) -> None:
    for name in ("approve", "reject"):
        decide = _action(actions, common, name, f"{name} requests")
        decide.add_argument("ids", nargs="+", metavar="ID", help="requests; with --all-pending or --person: sessions")
        whose = decide.add_mutually_exclusive_group()
        whose.add_argument("--all-pending", action="store_true", help="all pending requests of these sessions")
        whose.add_argument("--person", metavar="WHO", help="the request of this person in these sessions")
        decide.add_argument(
            "--revise", choices=("approved", "rejected"), help="change a decision that was made, knowing what it was"
        )
    withdraw = _action(actions, common, "withdraw", "take requests back for those who asked")
    withdraw.add_argument("ids", nargs="+", metavar="ID", help="requests; with --person: sessions")
    withdraw.add_argument("--person", metavar="WHO", help="the request of this person in these sessions")
    _sessions(_action(actions, common, "promote", "give a free seat to the first in the waiting list of sessions"))
    ask = _sessions(_action(actions, common, "ask", "ask to take part, for a person"))
    ask.add_argument("--person", required=True, metavar="WHO")
    ask.add_argument("--message", default="", metavar="TEXT")


def _add_presence(actions: argparse._SubParsersAction[Parser], common: Parser) -> None:
    for name, told in PRESENCE.items():
        signal = _sessions(_action(actions, common, name, told))
        signal.add_argument("--person", required=True, metavar="WHO")
        signal.add_argument("--at", type=instant, metavar="T", help="when it was; now without it")


def _add_attendance(actions: argparse._SubParsersAction[Parser], common: Parser) -> None:
    mark = _sessions(_action(actions, common, "attendance", "set the attendance of a person by hand"))
    mark.add_argument("--person", required=True, metavar="WHO")
    mark.add_argument(
        "--set", required=True, choices=VERDICTS, dest="verdict", help="the verdict; auto: what presence tells"
    )


def _add_writing(actions: argparse._SubParsersAction[Parser], common: Parser) -> None:
    edit = _sessions(_action(actions, common, "edit", "change what is written about sessions"))
    edit.add_argument("--title")
    edit.add_argument(
        "--expected", type=at_least_one, metavar="VERSION",
        help="the version that you looked at, from 'show ID --json': what others changed since goes together with "
        "it, or is told field by field",
    )  # fmt: skip
    create = _action(actions, common, "create", "make a session, as a draft unless --publish is given")
    create.add_argument("title", nargs="?", default="", metavar="TITLE")
    create.add_argument("--title", dest="called", metavar="TITLE", help="the same, as an option")
    create.add_argument("--starts", type=instant, required=True, metavar="T")
    length = create.add_mutually_exclusive_group()
    length.add_argument("--ends", type=instant, metavar="T")
    length.add_argument("--minutes", type=at_least_one, metavar="N", help="its length (else the template's, or 60)")
    arguments_templates.add_to_create(create)
    create.add_argument("--author", metavar="WHO", help="you without it")
    create.add_argument("--mentor", metavar="WHO")
    create.add_argument("--platform", metavar="NAME", help="where it meets; without a link, a room is made there")
    create.add_argument("--publish", action="store_true", help="publish it at once")
    for way in (edit, create):
        way.add_argument("--kind", choices=KINDS)
        way.add_argument("--capacity", type=not_negative, metavar="N", help="seats; 0 for no limit")
        way.add_argument("--priority", choices=PRIORITIES)
        way.add_argument("--tag", action="append", metavar="TAG", help="once for each; an edit replaces all of them")
        way.add_argument("--description", metavar="TEXT")
        way.add_argument("--link", metavar="ADDRESS", help="where people meet")
        way.add_argument(
            "--field", action="append", type=field_of, metavar="NAME=VALUE", help="a free field, once for each"
        )


def _action(actions: argparse._SubParsersAction[Parser], common: Parser, name: str, told: str) -> Parser:
    action = actions.add_parser(name, parents=[common], help=told)
    action.add_argument("--reason", default="", metavar="TEXT", help="kept in the audit trail")
    action.add_argument("--yes", action="store_true", help="do not ask, and agree to double bookings")
    action.add_argument("--json", action="store_true", help="what was done as JSON, in ASCII")
    return action


def _sessions(action: Parser) -> Parser:
    action.add_argument("ids", nargs="+", metavar="ID", help="4711, #4711, source:id, or an outside id")
    return action
