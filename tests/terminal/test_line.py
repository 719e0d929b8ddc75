"""The line to the terminal: errors sent to a file, a terminal that is slow, keys that come in pieces."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.terminal.conftest import Start, Terminal

pytestmark = pytest.mark.terminal

DEMO = ("demo", "every-status")


def test_the_console_draws_on_its_terminal_when_errors_go_to_a_file(start: Start, tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    terminal = start(*DEMO, errors=errors)
    terminal.see("? help", "Sessions")
    terminal.press("q")
    assert terminal.ended() == 0
    assert b"\x1b[" not in errors.read_bytes()


def rest(terminal: Terminal) -> None:
    """Take what comes until half a second brings no more than the clock."""
    while True:
        before, end = len(terminal.raw), time.monotonic() + 0.5
        while time.monotonic() < end:
            terminal.pump(0.05)
        if len(terminal.raw) - before < 100:
            return


def test_a_terminal_that_takes_nothing_gets_the_newest_frame_and_not_those_between(start: Start) -> None:
    terminal = start(*DEMO)
    terminal.see("? help")
    rest(terminal)
    before = len(terminal.raw)
    for _ in range(150):  # far more than the terminal's buffer holds, were each painted
        terminal.press("o")
        time.sleep(0.02)
    terminal.press("/")
    terminal.see("enter apply")
    assert len(terminal.raw) - before < 40_000


def test_an_escape_that_nothing_follows_is_a_key_and_one_that_goes_on_is_not(start: Start) -> None:
    terminal = start(*DEMO, variables={"ESCDELAY": "5000"})  # a slow line brings a key in parts
    terminal.see("? help")
    terminal.press("?")
    terminal.see("Close")
    terminal.press("\x1b")
    terminal.lose("Close")
    terminal.press("\x1b")
    time.sleep(0.3)  # three times what is waited otherwise
    terminal.press("[B")
    terminal.press("q")
    assert terminal.ended() == 0
