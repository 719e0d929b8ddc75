"""The story of one work session by the keys of the console; ``tests/cli/test_work_story.py`` does the same by ``do``.

It begins with a template and goes through plan, pause, talk and files to the scores.
"""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.terminal.conftest import PATIENCE, PROGRAM

if TYPE_CHECKING:
    from pathlib import Path

    from tests.terminal.conftest import Start, Terminal

pytestmark = pytest.mark.terminal

TAB, ENTER, ESC, CTRL_S, CTRL_T = "\t", "\r", "\x1b", "\x13", "\x14"


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


def test_a_work_session_lives_by_keys(desk: Terminal, tmp_path: Path) -> None:
    said(desk, "people", "add", "Bo Lind", "--role", "admin", "--email", "bo@example.org")
    session = create(desk)
    desk.press("S")
    desk.see("Started Fix: parser")
    plan(desk, session)
    talk(desk, session)
    attach(desk, session, tmp_path)
    out(desk)
    desk.press("P")
    desk.see("Resumed Fix: parser")
    desk.press("E")
    desk.see("Extend Fix: parser")
    desk.press("30")
    desk.press(ENTER)
    desk.see("Extended Fix: parser by 30 min")
    desk.press("C")
    desk.see("Complete")
    desk.press(TAB)
    desk.press(ENTER)
    desk.see("Completed Fix: parser")
    desk.press("l")
    desk.see("History")
    desk.press("l")
    desk.see("Scores", "Durations tells why")
    shown = said(desk, "show", session)
    assert {"productivity", "efficiency", "quality"} <= set(shown["scores"])
    assert (shown["control"], shown["plan"]["goals_done"], len(shown["pauses"])) == ("completed", 2, 1)
    assert shown["pauses"][0]["to"], "the pause is over"
    command(desk, "reopen")
    desk.see("Reopened Fix: parser")
    desk.press("z")
    desk.see("Undid: reopened Fix: parser")
    command(desk, "archive")
    desk.see("Archived Fix: parser")
    assert said(desk, "show", session)["archived_at"]
    desk.press("q")
    assert desk.ended() == 0


def out(desk: Terminal) -> None:
    """Leave the pane; what follows an escape at once would be taken for one key with it."""
    desk.press(ESC)
    desk.lose("esc back")


def create(desk: Terminal) -> str:
    """Make a session from the template *Bug Fix*, and return its number."""
    desk.press("n")
    desk.see("New session", "ctrl+t")
    desk.press(CTRL_T)
    desk.see("Begin with a template", "Research & Exploration")
    desk.press("bug")
    desk.see("100 Bug Fix")
    desk.press(ENTER)
    desk.see("Bug Fix, version 1", "Mend it")
    desk.press("parser")
    desk.see("Fix: parser")
    desk.press(TAB)  # the kind
    desk.press(TAB)
    desk.press("now")
    desk.press(CTRL_S)
    desk.see("Created Fix: parser from the template Bug Fix, version 1")
    (line,) = said(desk, "list")["sessions"]
    assert (line["kind"], line["template"], line["template_version"]) == ("work", "bug-fix", 1)
    return str(line["id"])


def plan(desk: Terminal, session: str) -> None:
    """Finish two goals, tick a check, block, pause and unblock by the keys of the tab Plan."""
    desk.press(ENTER)
    for _ in range(4):
        desk.press("l")
    desk.see("0 of 7 goals done", "The fault can be shown")
    desk.press(" ")
    desk.see("1 of 7 goals done", "✓ The fault can be shown")
    desk.press("j ")
    desk.see("2 of 7 goals done")
    desk.press("jj ")
    desk.see("Refused: Write a test that fails")
    desk.press("b")
    desk.see("What blocks?")
    desk.press("No access to the logs")
    desk.press(ENTER)
    desk.see("What sort is it?")
    desk.press(ENTER)
    desk.see("Opened the major blocker", "! No access to the logs")
    out(desk)
    desk.press("P")
    desk.see("Paused Fix: parser", "Blocked")
    desk.press(ENTER)
    desk.see("esc back")
    desk.press("g")
    desk.press(" ")
    desk.see("How was it resolved?")
    desk.press("asked for it")
    desk.press(ENTER)
    desk.lose("! No access to the logs")
    told = said(desk, "show", session)["plan"]
    assert [goal["state"] for goal in told["goals"]][:3] == ["done", "done", "open"]
    assert [one["resolution"] for one in told["blockers"]] == ["asked for it"]
    assert told["milestones"][0]["reached_at"]


def talk(desk: Terminal, session: str) -> None:
    """Write a comment that names somebody, the name completed by tab."""
    desk.press("l")
    desk.see("Nothing was said yet")
    desk.press("w")
    desk.see("New comment")
    desk.press("Found it, @bo")
    desk.see("tab: Bo Lind")
    desk.press(TAB)
    desk.see("@Bo Lind")
    desk.press("please look")
    desk.press(CTRL_S)
    desk.see("1 told by mail")
    (comment,) = said(desk, "show", session)["comments"]
    assert comment["text"] == "Found it, @Bo Lind please look"


def attach(desk: Terminal, session: str, folder: Path) -> None:
    """Attach a file."""
    (folder / "trace.txt").write_text("Traceback", encoding="utf-8")
    desk.press("l")
    desk.see("No file was attached yet")
    desk.press("w")
    desk.see("Attach a file to Fix: parser")
    desk.press(str(folder / "trace.txt"))
    desk.press(ENTER)
    desk.see("#1        trace.txt", "9 bytes, version 1")
    (file,) = said(desk, "show", session)["files"]
    assert (file["name"], file["version"]) == ("trace.txt", 1)
