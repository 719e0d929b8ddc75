"""What can be asked of ``stats``. It imports argparse alone: a wrong word should cost no time."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Final

from sessiontui.cli.parsing import Parser, instant

SUBJECTS: Final = {
    "risk": "stats.risk:run",
    "attendance": "stats.attendance:run",
    "visits": "stats.visits:run",
    "work": "stats.worked:run",
    "learning": "stats.learned:run",
    "predict": "stats.predicted:run",
}
"""What ``stats`` tells beside the figures of the platform, with the function that does."""


DIMENSIONS: Final = ("kind", "mentor", "tag", "template", "series", "zone", "weekday", "hour", "week", "month")
"""By what figures can be told apart."""

PEOPLE: Final = ("person",)
"""By what work and learning can be told apart beside the template and the week."""


def add(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    """Add ``stats`` to the commands."""
    stats = commands.add_parser(
        "stats", parents=[common], help="figures of the platform, and what the no-show risk has learned",
        description="Tell the figures of all sessions, or of those that a filter means, archived ones included. "
        "'stats risk' tells what the no-show risk has learned from the past and how right it was, 'stats attendance' "
        "who came, how sessions went and how their mentors did, 'stats work' how work went and was scored, "
        "'stats visits PROJECT' how long visits to projects last and what they decide, "
        "'stats learning' what was learned and what goes with good outcomes, 'stats predict' how long sessions take. "
        "--zone is that of days and hours, and of times in FILE that carry none.",
    )  # fmt: skip
    stats.set_defaults(run="stats:run")
    add_subject(stats)
    add_period(stats, more=PEOPLE)
    stats.add_argument("--medians", action="store_true", help="with --by: how long answers and requests took, too")
    stats.add_argument("--at", type=instant, metavar="T", help="as it was then, such as 2026-05-04T14:05Z")
    stats.add_argument("--json", action="store_true", help="JSON, in ASCII")


def add_period(to: argparse._ActionsContainer, *, more: Sequence[str] = ()) -> None:
    """Add which sessions figures are about, and by what they are told apart."""
    to.add_argument("--since", metavar="T", help="sessions that start from then on: a day, an instant, or -30d")
    to.add_argument("--until", metavar="T", help="sessions that start before then")
    also = f"; work and learning by {', '.join(more)}, template, week" if more else ""
    to.add_argument(
        "--by",
        choices=(*DIMENSIONS, *more),
        metavar="DIM",
        help=f"tell them apart by {', '.join(DIMENSIONS)}{also}",
    )


def add_subject(stats: Parser) -> None:
    """Add what is told beside the figures of the platform, and its options."""
    stats.add_argument(
        "query", nargs="*", action=_Subject, metavar="QUERY",
        help="which sessions, such as kind:mentoring; or one of the words risk, attendance, work, visits, "
        "learning and predict, to be told of these",
    )  # fmt: skip
    risk = stats.add_argument_group("stats risk")
    risk.add_argument(
        "--evaluate", metavar="FILE", nargs="?", const="",
        help="a table of past bookings (who, booked at, starts at, came or not; - for what comes in by the pipe): "
        "learn on its earlier part, test on its later; without FILE, 'stats predict' does so with the own past",
    )  # fmt: skip
    risk.add_argument("--day-first", action="store_true", default=None, help="3/4/2026 is in April")
    risk.add_argument(
        "--month-first", action="store_false", dest="day_first", default=None, help="3/4/2026 is in March"
    )


class _Subject(argparse.Action):
    """Names the function that tells of the subject in place of the command's own."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        """Remember the subject and who tells of it."""
        setattr(namespace, self.dest, values)
        first = values[0] if values else None
        if isinstance(first, str) and first in SUBJECTS:
            namespace.run = SUBJECTS[first]
