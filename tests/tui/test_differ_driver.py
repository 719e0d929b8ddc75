"""The driver in a pseudo-terminal: it paints everything again when the screen cannot be trusted."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator

import pytest

from tests.tui.test_differ import Emulator

pexpect = pytest.importorskip("pexpect")

PROGRAM = """
import sys
from textual.app import App
from textual.widgets import Static
from sessiontui.tui.differ import Terminal
from sessiontui.tui.differ.driver import diffing

class Small(App):
    pressed = 0
    def compose(self):
        yield Static("first line")
        yield Static("pressed 0", id="count")
    def on_key(self, event):
        if event.key == "q":
            self.exit()
        self.pressed += 1
        self.query_one("#count").update(f"pressed {self.pressed}")

Small(driver_class=diffing(Terminal())).run()
"""


class Window:
    """An emulator with the program in it."""

    def __init__(self) -> None:
        environment = {"TERM": "xterm-256color", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        self.child = pexpect.spawn(
            sys.executable, ["-c", PROGRAM], env=environment, dimensions=(6, 30), encoding="utf-8", timeout=20
        )
        self.emulator = Emulator(30, 6)

    def until(self, *texts: str) -> str:
        """Show what comes until all of the texts are seen; return what was written meanwhile."""
        written, end = "", time.monotonic() + 60
        while not all(any(text in line for line in self.emulator.screen.display) for text in texts):
            assert time.monotonic() < end, self.emulator.screen.display
            written += self.more()
        return written

    def more(self) -> str:
        try:
            written: str = self.child.read_nonblocking(65536, timeout=0.2)
        except pexpect.TIMEOUT:
            return ""
        self.emulator.feed(written)
        return written

    def rest(self) -> None:
        """Show what comes until nothing does."""
        while self.more():
            pass

    def garble(self) -> None:
        self.emulator.feed("\x1b[2J\x1b[1;1Hgarbage")


@pytest.fixture
def window() -> Iterator[Window]:
    window = Window()
    window.until("first line", "pressed 0")
    window.rest()
    yield window
    window.child.close(force=True)


def test_a_key_writes_what_it_changes(window: Window) -> None:
    window.child.send("a")
    written = window.until("pressed 1")
    assert "first line" not in written
    assert "pressed" not in written


def test_focus_regained_paints_everything(window: Window) -> None:
    window.garble()
    window.child.send("\x1b[O\x1b[I")
    window.until("first line", "pressed 0")


def test_another_size_paints_everything(window: Window) -> None:
    window.garble()
    window.emulator.resize(25, 5)
    window.child.setwinsize(5, 25)
    window.until("first line", "pressed 0")
    assert not any("garbage" in line for line in window.emulator.screen.display)


def test_a_stopped_program_paints_everything_when_it_goes_on(window: Window) -> None:
    window.child.kill(signal.SIGTSTP)
    time.sleep(0.5)
    window.rest()
    window.garble()
    window.child.kill(signal.SIGCONT)
    window.until("first line", "pressed 0")


def test_the_terminal_is_left_as_it_was(window: Window) -> None:
    window.child.send("q")
    written = window.child.read()
    assert "\x1b[?1049l" in written
    assert "first line" not in written[written.index("\x1b[?1049l") :]
