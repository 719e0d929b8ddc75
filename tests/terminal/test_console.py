"""The installed console in a terminal: it opens, obeys its keys, and leaves the terminal as it was."""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.terminal.conftest import Start, Terminal

pytestmark = pytest.mark.terminal

ESC = "\x1b"
CLEAR = "\x15"
DOWN, UP = "j", "k"

RESTORED = (b"\x1b[?1049l", b"\x1b[?25h")
"""What brings the shell's screen and its cursor back."""


@pytest.fixture
def desk(start: Start, every_status: Path, tmp_path: Path) -> Terminal:
    terminal = start("--database", str(shutil.copy(every_status, tmp_path)))
    terminal.see("Waiting", "Active", "? help")
    return terminal


def cursor_line(terminal: Terminal) -> int:
    """Return the line that the table's cursor stands on: the one with the bar."""
    for number, line in enumerate(terminal.screen.display):
        if "▌" in line:
            return number
    return -1


def type_filter(terminal: Terminal, query: str) -> None:
    """Put a query in the place of the one that is there, and apply it."""
    terminal.press("/")
    terminal.see("enter apply")
    terminal.press(CLEAR)
    terminal.lose("view:now")
    terminal.press(query)
    terminal.see(f"/ {query}")
    terminal.press("\r")


def test_the_demo_opens_and_q_ends_it(start: Start) -> None:
    demo = start("demo", "every-status")
    demo.see("Waiting", "Active", "? help")
    demo.press("q")
    assert demo.ended() == 0
    assert all(code in demo.raw for code in RESTORED)


def test_the_cursor_goes_down_and_up(desk: Terminal) -> None:
    desk.until(lambda text: "▌" in text, "the cursor")
    first = cursor_line(desk)
    desk.press(DOWN)
    desk.until(lambda text: cursor_line(desk) == first + 1, "the cursor one line below")
    desk.press(UP)
    desk.until(lambda text: cursor_line(desk) == first, "the cursor back")


def test_the_filter_narrows_and_escape_leaves_it(desk: Terminal) -> None:
    type_filter(desk, "status:paused")
    desk.until(lambda text: "Paused" in text and "! Waiting" not in text, "paused sessions alone")


def test_a_wrong_filter_says_so_and_keeps_the_rows(desk: Terminal) -> None:
    type_filter(desk, "statsu:x")
    desk.see("statsu", "Waiting")


def test_enter_goes_in_and_escape_out(desk: Terminal) -> None:
    desk.press("\r")
    desk.see("Why", "Over", "Requ", "Plan")
    desk.press(ESC)
    desk.see("Waiting")


def test_help_shows_the_keys_and_escape_closes_it(desk: Terminal) -> None:
    desk.press("?")
    desk.see("Help: keys and commands", "Approves the request under the cursor")
    desk.press("resch")
    desk.see("Help: keys and commands", "Gives a session a new start and end")
    desk.press(ESC)
    desk.lose("Help: keys and commands")


def test_the_command_bar_runs_a_command(desk: Terminal) -> None:
    desk.press(":")
    desk.press("quit\r")
    assert desk.ended() == 0


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (60, 20), (200, 60)])
def test_it_follows_the_size_of_the_terminal(desk: Terminal, columns: int, rows: int) -> None:
    desk.resize(columns, rows)
    desk.until(lambda text: "Waiting" in text and len(text.splitlines()) == rows, "the desk in another size")
    desk.press("q")
    assert desk.ended() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT])
def test_a_signal_ends_it_with_the_terminal_restored(desk: Terminal, number: signal.Signals) -> None:
    desk.child.kill(number)
    assert desk.ended() == 0
    assert all(code in desk.raw for code in RESTORED)


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_dumb_terminal_is_refused_with_what_to_do(start: Start, term: str) -> None:
    terminal = start("demo", term=term)
    assert terminal.ended() == 1
    assert b"list --watch" in terminal.raw
    assert b"\x1b" not in terminal.raw


def test_hostile_titles_do_nothing_but_stand_there(start: Start) -> None:
    terminal = start("demo", "hostile-titles")
    terminal.see("Waiting", "? help")
    assert b"\x1b]52" not in terminal.raw
    assert b"\x1b[2J\x1b[H\x1b[31m" not in terminal.raw
    terminal.press("q")
    assert terminal.ended() == 0


def test_ascii_keeps_the_signs_plain(start: Start) -> None:
    terminal = start("demo", "every-status", "--ascii")
    text = terminal.see("* Active", "! Waiting")
    assert not set(text) & set("●◔◌≡○‖✓◑✕")


def test_the_own_database_opens_empty(start: Start) -> None:
    terminal = start()
    terminal.see("? help")
    terminal.press("q")
    assert terminal.ended() == 0


def test_watching_prints_lines_until_it_is_stopped(start: Start) -> None:
    terminal = start("list", "--watch")
    terminal.see("0 sessions; changes follow until Ctrl+C")
    terminal.child.sendintr()
    assert terminal.ended() == 0
    assert b"Traceback" not in terminal.raw
