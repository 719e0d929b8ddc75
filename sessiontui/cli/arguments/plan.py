"""What can be written after ``do goal``, ``do milestone``, ``do check`` and ``do blocker``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final, TypeAlias

from sessiontui.cli.parsing import Parser, at_least_one, not_negative

PHASES: Final = ("planning", "execution", "testing", "documentation")
RULES: Final = ("manual", "goals_done", "minutes_run", "attendance")
KINDS: Final = ("information", "clarification", "dependency", "technical", "people")
SEVERITIES: Final = ("critical", "major", "minor")

_Make: TypeAlias = "Callable[..., Parser]"
_SESSION: Final = "4711, #4711, source:id, or an outside id"
_PART: Final = "its number, as 'sessiontui show' tells it"


def add(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    """Add the four actions with their ways."""
    _add_goal(actions, common, make)
    _add_milestone(actions, common, make)
    _add_check(actions, common, make)
    _add_blocker(actions, common, make)


def _add_goal(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    ways = _ways(
        actions,
        common,
        "goal",
        "add, edit, move, finish, drop, link goals of a session",
        "add|edit|move|done|drop|reopen|remove|work|need",
    )
    new = make(ways, common, "add", "add a goal to a session")
    new.add_argument("id", metavar="SESSION", help=_SESSION)
    new.add_argument("title", metavar="TITLE")
    place = new.add_mutually_exclusive_group()
    place.add_argument("--under", type=at_least_one, metavar="GOAL", help="the goal it is a part of")
    place.add_argument("--after", type=at_least_one, metavar="GOAL", help="the goal it stands right behind")
    edit = _part(make, ways, common, "edit", "change a goal")
    edit.add_argument("--title", metavar="TEXT")
    edit.add_argument("--progress", type=not_negative, metavar="PERCENT", help="how far it is, 0 to 100")
    for way in (new, edit):
        way.add_argument("--criteria", metavar="TEXT", help="how one sees that it is done")
        way.add_argument("--weight", type=at_least_one, metavar="N", help="how much it counts beside its siblings")
    new.add_argument("--phase", choices=PHASES)
    edit.add_argument("--phase", choices=(*PHASES, "none"))
    move = _part(make, ways, common, "move", "move a goal: a step, or under another one")
    how = move.add_mutually_exclusive_group()
    how.add_argument("--step", choices=("up", "down", "in", "out"))
    how.add_argument("--under", type=at_least_one, metavar="GOAL", help="without it, to the root")
    move.add_argument("--place", type=at_least_one, metavar="N", help="which it becomes there; the last without it")
    _part(make, ways, common, "done", "finish a goal")
    _part(make, ways, common, "drop", "drop a goal with its parts: they count for nothing")
    _part(make, ways, common, "reopen", "take up a goal that was done or dropped")
    _part(make, ways, common, "remove", "take a goal out of the plan with its parts")
    work = _part(make, ways, common, "work", "say that one is at work on a goal from now on")
    work.add_argument("--stop", action="store_true", help="no longer")
    need = _part(make, ways, common, "need", "let a goal wait for another one")
    need.add_argument("needs", metavar="OTHER", help="the goal that is to be done before")
    need.add_argument("--no", action="store_true", help="it need not any more")


def _add_milestone(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    ways = _ways(actions, common, "milestone", "add, edit, reach or remove milestones", "add|edit|reach|remove")
    new = make(ways, common, "add", "add a milestone to a session")
    new.add_argument("id", metavar="SESSION", help=_SESSION)
    new.add_argument("title", metavar="TITLE")
    edit = _part(make, ways, common, "edit", "change a milestone")
    edit.add_argument("--title", metavar="TEXT")
    for way in (new, edit):
        way.add_argument("--rule", choices=RULES, help="what reaches it; by hand without one")
        way.add_argument("--threshold", type=not_negative, metavar="N", help="how many goals, minutes or people")
    reach = _part(make, ways, common, "reach", "say that a milestone by hand was reached")
    reach.add_argument("--no", action="store_true", help="it was not, after all")
    _part(make, ways, common, "remove", "take a milestone out of the plan")


def _add_check(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    ways = _ways(
        actions, common, "check", "add, tick, rename or remove items of a checklist", "add|tick|rename|remove"
    )
    new = make(ways, common, "add", "add an item to the checklist of a session")
    new.add_argument("id", metavar="SESSION", help=_SESSION)
    new.add_argument("title", metavar="TITLE")
    tick = _part(make, ways, common, "tick", "tick an item")
    tick.add_argument("--no", action="store_true", help="untick it")
    rename = _part(make, ways, common, "rename", "give an item another title")
    rename.add_argument("title", metavar="TITLE")
    _part(make, ways, common, "remove", "take an item off the checklist")


def _add_blocker(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    ways = _ways(
        actions, common, "blocker", "open, edit or resolve what blocks a session", "open|edit|resolve|reopen|remove"
    )
    new = make(ways, common, "open", "say what keeps a session from going on")
    new.add_argument("id", metavar="SESSION", help=_SESSION)
    new.add_argument("title", metavar="TITLE")
    new.add_argument("--goal", type=at_least_one, metavar="GOAL", help="the goal that it blocks")
    edit = _part(make, ways, common, "edit", "describe a blocker anew")
    edit.add_argument("--title", metavar="TEXT")
    for way in (new, edit):
        way.add_argument("--kind", choices=KINDS)
        way.add_argument("--severity", choices=SEVERITIES)
        way.add_argument("--detail", metavar="TEXT", help="what is known of it")
    _part(make, ways, common, "resolve", "say that it no longer blocks; --reason tells how")
    _part(make, ways, common, "reopen", "it blocks after all")
    _part(make, ways, common, "remove", "it was opened by mistake")


def _ways(
    actions: argparse._SubParsersAction[Parser], common: Parser, name: str, words: str, shown: str
) -> argparse._SubParsersAction[Parser]:
    action = actions.add_parser(name, parents=[common], help=words)
    return action.add_subparsers(metavar=shown, dest="way", required=True, parser_class=Parser)


def _part(make: _Make, ways: argparse._SubParsersAction[Parser], common: Parser, name: str, words: str) -> Parser:
    way = make(ways, common, name, words)
    way.add_argument("id", metavar="ID", help=_PART)
    return way
