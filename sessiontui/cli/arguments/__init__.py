"""What can be written on the command line. It imports argparse alone: a wrong word should cost no time.

Every command names the function that runs it as ``module:function``; it is imported once it is called for.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Final

from sessiontui import __version__
from sessiontui.cli.parsing import Parser, at_least_one, instant, zone

ROLES: Final = ("participant", "viewer", "mentor", "admin", "superadmin")
NOUNS: Final = (
    "sessions", "requests", "presence", "attendance", "recordings", "talk", "plans", "learning", "calendar", "audit",
    "analytics",
)  # fmt: skip
FORMATS: Final = ("ics", "bbb", "calendly", "calcom", "jsonl", "teams", "meet", "zoom", "csv")

_NEGATED: Final = re.compile(r"-[A-Za-z_]+:|-\"|-'|-\d+[wdhms]")
"""How a negated term of a query begins, or a time before now, which look like options."""

_COMMON: Final = (
    ("--database", {"metavar": "PATH|URL", "help": "the database (also SESSIONTUI_DATABASE)"}),
    ("--config", {"metavar": "FILE", "help": "a settings file, read after the system's and your own"}),
    ("--read-only", {"action": "store_true", "help": "open the database for reading alone; nothing is written"}),
    ("--ascii", {"action": "store_true", "help": "signs in ASCII alone"}),
    ("--zone", {"type": zone, "metavar": "ZONE", "help": "display times in this zone, such as Europe/Madrid"}),
    ("--no-diff", {"action": "store_true", "help": "console: draw without the frame differ"}),
)
"""The options for all, before or after the command."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what was asked for; wrong usage ends the program with 2 and a sentence on stderr."""
    shown = [f" {word}" if _NEGATED.match(word) else word for word in arguments]
    asked = _asked(shown)
    top = parser(asked)
    if asked and not top.knows(asked):
        top = parser()  # to say which there are
    options = top.parse_args(shown)
    if options.command is None:  # where there are commands and none is named, theirs is the default
        options.command = "console"
    _place_in_time(top, options)
    for name, default in (("database", None), ("config", None), ("zone", None)):
        setattr(options, name, getattr(options, name, default))
    for name in ("read_only", "ascii", "no_diff", "json"):
        setattr(options, name, getattr(options, name, False))
    return options


def parser(asked: Sequence[str] | None = ()) -> Parser:
    """Return the parser of the whole command line; of those commands alone, or of none: to make all takes a while."""
    common = Parser(add_help=False)
    for name, how in _COMMON:
        common.add_argument(name, default=argparse.SUPPRESS, **how)
    top = Parser(
        prog="sessiontui",
        description="The control room of a platform where people meet in sessions.",
        epilog="Without a command it opens the console. 'sessiontui COMMAND --help' tells more about each.",
        parents=[common],
    )
    top.add_argument("--version", action="version", version=f"sessiontui {__version__}")
    top.add_argument(
        "--at", dest="of_all", type=instant, metavar="T", help="open the console then, such as 2026-05-04T14:05Z"
    )
    top.set_defaults(run="console:run", command="console")
    if asked is not None:
        top.asked = asked
        _add_commands(top, common)
    return top


def _add_commands(top: Parser, common: Parser) -> None:
    from sessiontui.cli.arguments import alerts as arguments_alerts
    from sessiontui.cli.arguments import do as arguments_do
    from sessiontui.cli.arguments import logins as arguments_logins
    from sessiontui.cli.arguments import mail as arguments_mail
    from sessiontui.cli.arguments import projects as arguments_projects
    from sessiontui.cli.arguments import series as arguments_series
    from sessiontui.cli.arguments import serving as arguments_serving
    from sessiontui.cli.arguments import simulate as arguments_simulate
    from sessiontui.cli.arguments import stats as arguments_stats
    from sessiontui.cli.arguments import templates as arguments_templates
    from sessiontui.cli.arguments import views as arguments_views

    commands = top.add_subparsers(title="commands", metavar="COMMAND", dest="command", parser_class=Parser)
    _add_demo(commands, common)
    _add_import(commands, common)
    _add_export(commands, common)
    _add_list(commands, common)
    _add_show(commands, common)
    arguments_alerts.add(commands, common)
    arguments_do.add(commands, common)
    arguments_stats.add(commands, common)
    _add_people(commands, common)
    arguments_mail.add(commands, common)
    arguments_series.add(commands, common)
    arguments_templates.add(commands, common)
    arguments_projects.add(commands, common)
    arguments_views.add(commands, common)
    arguments_logins.add(commands, common)
    _add_worker(commands, common)
    arguments_serving.add(commands, common)
    arguments_simulate.add(commands, common)
    _add_health(commands, common)
    _add_db(commands, common)
    _add_doctor(commands, common)


def _asked(words: Sequence[str]) -> tuple[str, ...] | None:
    """Return the words that surely name commands, before any option of theirs; ``None`` where surely none is named.

    >>> _asked(["--ascii", "do", "--zone", "UTC", "cancel", "4711", "--yes"]), _asked(["--help"]), _asked(["--ascii"])
    (('do', 'cancel', '4711'), (), None)
    >>> _asked(["--zone=UTC", "--at=2026-05-04T14:05Z", "list"]), _asked(["--zone=UTC"]), _asked(["--zone"])
    (('list',), None, ())
    """
    takes_value = {name for name, how in _COMMON if "action" not in how}
    flags = {name for name, how in _COMMON if "action" in how}
    found: list[str] = []
    rest = iter(words)
    for word in rest:
        name, has_value, _ = word.partition("=")
        if name in takes_value or (name == "--at" and not found):
            if not has_value and next(rest, "-").startswith("-"):
                return ()
        elif word not in flags:
            if word.startswith("-"):
                return tuple(found)
            found.append(word)
    return tuple(found) or None


def _place_in_time(top: Parser, options: argparse.Namespace) -> None:
    """Let an instant that stands before a command count for it; without a command it is the console's."""
    at = vars(options).pop("of_all")
    if options.command == "console":
        options.at = at
    elif at is not None and not hasattr(options, "at"):
        top.error(f"--at says nothing to '{options.command}'")
    elif at is not None and options.at is None:
        options.at = at


def _add_demo(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    demo = commands.add_parser("demo", parents=[common], help="open the console on a throw-away living world")
    demo.add_argument(
        "world",
        nargs="?",
        default="living",
        metavar="WORLD",
        help="a named world; a wrong name tells which there are (default: living)",
    )
    demo.add_argument("--speed", type=at_least_one, default=1, metavar="N", help="how many times faster time passes")
    demo.add_argument("--sessions", type=at_least_one, metavar="N", help="about how many sessions the world has")
    demo.add_argument("--build-only", action="store_true", help="make the world and end without opening the console")
    demo.add_argument("--through-http", action="store_true", help="let its people act through the HTTP API")
    demo.set_defaults(run="demo:run")


def _add_import(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    take = commands.add_parser(
        "import", parents=[common], help="take in files that other tools exported",
        description="Take in files: iCalendar; Zoom, Microsoft Teams and Google Meet reports; BigBlueButton "
        "dashboards and recordings; Calendly and Cal.com bookings; own CSV, JSON Lines. Each is known by its "
        "content. The same file twice changes nothing. --zone is that of times that carry none.",
    )  # fmt: skip
    take.add_argument("files", nargs="+", metavar="FILE", help="a file, or - for what comes in by the pipe")
    take.add_argument("--format", choices=FORMATS, help="what the files are, if their content does not tell")
    take.add_argument("--session", metavar="ID", help="the session that attendance belongs to")
    take.add_argument("--day-first", action="store_true", default=None, help="3/4/2026 is in April")
    take.add_argument(
        "--month-first", action="store_false", dest="day_first", default=None, help="3/4/2026 is in March"
    )
    take.add_argument("--dry-run", action="store_true", help="show what would happen and change nothing")
    _add_json(take)
    take.set_defaults(run="importing:run")


def _add_export(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    give = commands.add_parser(
        "export", parents=[common], help="write sessions, their people, the audit trail or the analytics",
        description="Write rows as CSV, JSON or JSON Lines, a calendar as iCalendar, to stdout or into a file. "
        "--since, --until and --by are for analytics, which count archived sessions too.",
    )  # fmt: skip
    give.add_argument("noun", choices=NOUNS)
    give.add_argument("query", nargs="*", metavar="QUERY", help="which sessions; everything not archived without one")
    give.add_argument(
        "--format", choices=("csv", "json", "jsonl", "ics"), help="csv, for a calendar ics, unless told"
    )
    give.add_argument("--person", metavar="WHO", help="a calendar of what somebody wrote, holds or is approved for")
    give.add_argument("--at", type=instant, metavar="T", help="as it was at that instant")
    give.add_argument("-o", "--output", metavar="FILE", help="write into this file, readable by you alone")
    from sessiontui.cli.arguments import stats as arguments_stats

    arguments_stats.add_period(give)
    give.set_defaults(run="exporting:run")


def _add_list(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    listing = commands.add_parser(
        "list", parents=[common], help="list sessions, what goes wrong on top",
        description="List sessions, what goes wrong on top. Without a query: all that are not archived. "
        "--watch prints changes as lines until Ctrl+C, for screen readers and pipes.",
    )  # fmt: skip
    listing.add_argument("query", nargs="*", metavar="QUERY", help='such as: status:waiting mentor:"Dr Lee"')
    listing.add_argument("--at", type=instant, metavar="T", help="as it was then, such as 2026-05-04T14:05Z")
    listing.add_argument("--limit", type=at_least_one, metavar="N", help="no more than N sessions")
    shape = listing.add_mutually_exclusive_group()
    _add_json(shape)
    shape.add_argument("--csv", action="store_true", help="comma-separated values")
    listing.add_argument("--watch", action="store_true", help="print changes as lines until Ctrl+C")
    listing.set_defaults(run="listing:run")


def _add_show(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    show = commands.add_parser("show", parents=[common], help="show one session whole")
    show.add_argument("id", metavar="ID", help="4711, #4711, source:id, or an outside id")
    show.add_argument("--at", type=instant, metavar="T", help="as it was at that instant")
    _add_json(show)
    show.set_defaults(run="showing:run")


def _add_people(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    from sessiontui.cli.arguments import mail as arguments_mail
    from sessiontui.cli.arguments import people as arguments_people

    people = commands.add_parser(
        "people", parents=[common], help="list, show, add, edit, merge, note, export, erase people, give passwords"
    )
    ways = people.add_subparsers(
        metavar=f"list|show|add|edit|{arguments_people.WAYS}", dest="way", required=True, parser_class=Parser
    )
    everyone = ways.add_parser("list", parents=[common], help="list people")
    everyone.add_argument("text", nargs="*", metavar="TEXT", help="how names or addresses begin")
    everyone.add_argument("--role", choices=ROLES)
    everyone.add_argument("--limit", type=at_least_one, metavar="N")
    _add_json(everyone)
    one = ways.add_parser("show", parents=[common], help="show one person")
    one.add_argument("person", metavar="WHO", help="a number, an address, an outside id or an exact name")
    _add_json(one)
    add = ways.add_parser("add", parents=[common], help="make a person known")
    add.add_argument("name", metavar="NAME")
    edit = ways.add_parser("edit", parents=[common], help="change what is known of a person")
    edit.add_argument("person", metavar="WHO", help="a number, an address, an outside id or an exact name")
    edit.add_argument("--name")
    arguments_mail.add_wishes(edit)
    for way in (add, edit):
        way.add_argument("--email")
        way.add_argument("--phone")
        way.add_argument("--role", choices=ROLES)
        way.add_argument("--home-zone", metavar="ZONE", help="the zone the person lives in, such as Europe/Madrid")
        way.add_argument("--os-user", metavar="NAME", help="their login name on this host; it lets them in")
        _add_json(way)
    arguments_people.add(ways, common)
    people.set_defaults(run="people:run")


def _add_worker(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    worker = commands.add_parser(
        "worker", parents=[common], help="run the worker without a screen",
        description="Move sessions through their life until SIGTERM or Ctrl+C. One worker leads; others stand by.",
    )  # fmt: skip
    worker.set_defaults(run="worker:run")


def _add_health(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    health = commands.add_parser(
        "health", parents=[common], help="tell how the installation is",
        description="Tell how the installation is, from 0 to 100. It exits with 1 when a part is below 20.",
    )  # fmt: skip
    _add_json(health)
    health.set_defaults(run="health:run")


def _add_db(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    database = commands.add_parser("db", parents=[common], help="check, upgrade, back up, restore, rebuild, new keys")
    ways = database.add_subparsers(
        metavar="check|upgrade|backup|restore|rebuild|rotate-key", dest="way", required=True, parser_class=Parser
    )
    check = ways.add_parser("check", parents=[common], help="look for damage; exits with 1 when there is any")
    _add_json(check)
    ways.add_parser("upgrade", parents=[common], help="bring the database to this program's schema")
    backup = ways.add_parser("backup", parents=[common], help="write a verified copy while others work")
    restore = ways.add_parser("restore", parents=[common], help="put a backup in the database's place")
    for way, word in ((backup, "written"), (restore, "read")):
        way.add_argument("file", metavar="FILE", help=f"where the copy is {word}")
        way.add_argument("--yes", action="store_true", help="do not ask")
    ways.add_parser("rebuild", parents=[common], help="derive every row and count anew from the facts")
    ways.add_parser("rotate-key", parents=[common], help="seal passcodes and other secrets with a new key")
    database.set_defaults(run="database:run")


def _add_doctor(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    doctor = commands.add_parser(
        "doctor", parents=[common], help="tell what is wrong and what to do",
        description="Tell paths, versions, terminal, database and worker: what is wrong and what to do. With an ID: "
        "why this session is not shown or not counted, why nobody seems to have come, why people were not written "
        "to, or why its link fails.",
    )  # fmt: skip
    doctor.add_argument("id", nargs="?", metavar="ID", help="4711, #4711, source:id, or an outside id")
    _add_json(doctor)
    doctor.set_defaults(run="doctor:run")


def _add_json(to: argparse._ActionsContainer) -> None:
    to.add_argument("--json", action="store_true", help="JSON, in ASCII")
