"""The story of one work session by the keys of the console; ``tests/cli/test_work_story.py`` does the same by ``do``.

Parts of other rooms (goals, blockers, comments, files, scores) have their place between *resume* and *extend*.
"""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.terminal.conftest import PATIENCE, PROGRAM

if TYPE_CHECKING:
    from tests.terminal.conftest import Start, Terminal

pytestmark = pytest.mark.terminal

TAB, ENTER, CTRL_S = "\t", "\r", "\x13"


@pytest.fixture
def desk(start: Start) -> Terminal:
    terminal = start()
    terminal.see("There are no sessions yet", "superadmin", "health")
    return terminal


def said(terminal: Terminal, *arguments: str) -> dict[str, Any]:
    """Return what a command answers as JSON, on the database of the console."""
    done = subprocess.run(
        [str(PROGRAM), *arguments, "--json"],
        env=terminal.environment,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def command(terminal: Terminal, line: str) -> None:
    """Type a line into the command bar."""
    terminal.press(":")
    terminal.press(line)
    terminal.press(ENTER)


def test_a_work_session_lives_by_keys(desk: Terminal) -> None:
    desk.press("n")
    desk.see("New session")
    desk.press("Parser again")
    desk.see("Parser again")
    desk.press(TAB)  # the kind
    desk.press(ENTER)
    desk.see("Coaching")
    desk.press("W")
    desk.press(ENTER)
    desk.press(TAB)
    desk.press("now")
    desk.press(CTRL_S)
    desk.see("Created Parser again")
    (line,) = [one for one in said(desk, "list", "Parser again")["sessions"] if one["title"] == "Parser again"]
    session = str(line["id"])
    assert line["kind"] == "work"

    desk.press("S")
    desk.see("Started Parser again")
    desk.press("P")
    desk.see("Paused Parser again")
    desk.press("P")
    desk.see("Resumed Parser again")
    # Here the plan, the talk and the files of the session have their place.
    desk.press("E")
    desk.see("Extend Parser again")
    desk.press("30")
    desk.press(ENTER)
    desk.see("Extended Parser again by 30 min")
    desk.press("C")
    desk.see("Complete")
    desk.press(TAB)
    desk.press(ENTER)
    desk.see("Completed Parser again")
    # Here the scores of the session have their place.
    command(desk, "reopen")
    desk.see("Reopened Parser again")
    desk.press("z")
    desk.see("Undid: reopened Parser again")
    command(desk, "archive")
    desk.see("Archived Parser again")
    assert said(desk, "show", session)["archived_at"]
    desk.press("q")
    assert desk.ended() == 0
