"""What can be written after ``do`` about where sessions meet."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final, TypeAlias

from sessiontui.cli.parsing import Parser

_Make: TypeAlias = "Callable[..., Parser]"

MAKERS: Final = ("zoom", "bbb", "jitsi")
"""The platforms on which rooms can be made."""

PLAIN: Final = {
    "use-backup": "let sessions meet at their spare link, or in a room on the backup platform; everybody is told",
    "send-backup-link": "send everybody who plans with a session its spare link",
    "reveal": "show the passcode of a session; that you saw it is written down",
}
"""The actions that take nothing but a reason."""


def add(actions: argparse._SubParsersAction[Parser], common: Parser, make: _Make) -> None:
    """Add every action on the places of sessions."""

    def sessions(name: str, told: str, *, number: str = "+") -> Parser:
        action = make(actions, common, name, told)
        action.add_argument("ids", nargs=number, metavar="ID", help="4711, #4711, source:id, or an outside id")
        return action

    for name, told in PLAIN.items():
        sessions(name, told)
    room = sessions("room", "have rooms made for sessions on a meeting platform")
    room.add_argument("--platform", choices=MAKERS, help="the usual one without it")
    backup = sessions("backup", "name the link to fall back on where a session's own does not work")
    backup.add_argument("--link", required=True, metavar="ADDRESS", help="an empty one takes it away")
    invite = sessions("invite", "hand out the link by which one person enters a session")
    invite.add_argument("--person", required=True, metavar="WHO")
    check = make(
        actions, common, "check-platform", "look at the links of sessions now; without any: try each platform"
    )
    check.add_argument("ids", nargs="*", metavar="ID", help="4711, #4711, source:id, or an outside id")
