"""The first page in a terminal: it comes before the toolkit, loses no key, and leaves the terminal as it was."""

from __future__ import annotations

import re
import signal
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.terminal.conftest import PATIENCE, built

if TYPE_CHECKING:
    from tests.terminal.conftest import Start, Terminal

pytestmark = pytest.mark.terminal

TOOLKIT = b"\x1b[?1000h"
"""What the toolkit's driver asks for as one of its first things."""

RESTORED = (b"\x1b[?1049l", b"\x1b[?25h")


def modes(terminal: Terminal) -> list[object]:
    """How the terminal treats what is typed, as far as a person would notice."""
    found = termios.tcgetattr(terminal.child.child_fd)
    return [*found[:4], found[6][termios.VSUSP], found[6][termios.VINTR]]


def first_bytes(terminal: Terminal) -> bytes:
    """Return what is written before the toolkit has the terminal."""
    terminal.until(lambda _: TOOLKIT in terminal.raw, "the toolkit")
    return terminal.raw.partition(TOOLKIT)[0]


def test_rows_are_seen_before_the_toolkit_is_there(start: Start, every_status: Path) -> None:
    terminal = start("--database", str(every_status), colours="truecolor")
    before = first_bytes(terminal)
    for region in (b"sessiontui", b"wait", b"health ?", b" active", b"view:now", b" of ", b"Session", b"Starts"):
        assert region in before
    for region in (b"Waiting", b"Active", b"Why: ", b"Next: ", b"Over", b"Schedule", b"People", b"filter"):
        assert region in before
    assert terminal.raw.count(b"\x1b[?1049h") == 1
    terminal.see("? help")
    terminal.press("q")
    assert terminal.ended() == 0
    assert all(code in terminal.raw for code in RESTORED)


@pytest.mark.parametrize("option", ["--no-diff", "--ascii"])
def test_options_hold_for_the_first_page_too(start: Start, every_status: Path, option: str) -> None:
    terminal = start("--database", str(every_status), option, colours="truecolor")
    before = first_bytes(terminal)
    assert (b"Waiting" in before) == (option == "--no-diff")
    terminal.see("? help", "Waiting")


@pytest.mark.parametrize("colours", ["", "16"])
def test_there_is_none_where_the_colours_are_not_known(start: Start, every_status: Path, colours: str) -> None:
    assert b"Waiting" not in first_bytes(start("--database", str(every_status), colours=colours))


def test_what_is_typed_before_anything_is_seen_arrives(start: Start, every_status: Path) -> None:
    terminal = start("--database", str(every_status), colours="truecolor")
    terminal.press("?")
    terminal.see("Help: keys and commands")
    assert terminal.screen.display[0].lstrip()[:1] != "?"


@pytest.mark.parametrize("after", [0.0, 0.1, 0.2, 0.35, 0.5])
def test_a_signal_at_any_time_leaves_the_terminal_as_it_was(start: Start, every_status: Path, after: float) -> None:
    terminal = start("--database", str(every_status), colours="truecolor")
    was = modes(terminal)
    end = time.monotonic() + after
    while b"\x1b[?1049h" not in terminal.raw:
        terminal.pump(0.01)
    while time.monotonic() < end:
        terminal.pump(0.01)
    terminal.child.kill(signal.SIGTERM)
    assert_left(terminal, was)


@pytest.mark.parametrize("after", [0.0, 0.02, 0.05])
@pytest.mark.parametrize(("number", "colours"), [(signal.SIGTERM, ""), (signal.SIGHUP, "truecolor")])
def test_a_signal_while_the_toolkit_takes_the_terminal_leaves_it_as_it_was(
    start: Start, every_status: Path, number: signal.Signals, colours: str, after: float
) -> None:
    terminal = start("--database", str(every_status), colours=colours)
    was = modes(terminal)
    first_bytes(terminal)
    end = time.monotonic() + after
    while time.monotonic() < end:
        terminal.pump(0.01)
    terminal.child.kill(number)
    assert_left(terminal, was)


@pytest.mark.parametrize("after", [0.0, 0.05])
def test_a_signal_while_the_console_closes_leaves_the_terminal_as_it_was(
    start: Start, every_status: Path, after: float
) -> None:
    terminal = start("--database", str(every_status), colours="truecolor")
    was = modes(terminal)
    terminal.see("? help")
    terminal.press("q")
    time.sleep(after)
    terminal.child.kill(signal.SIGTERM)
    assert_left(terminal, was)


def assert_left(terminal: Terminal, was: list[object]) -> None:
    """Wait for the end, and look whether the terminal was given back."""
    end = time.monotonic() + PATIENCE
    while terminal.pump(0.05):
        assert time.monotonic() < end, "it goes on"
    assert terminal.raw.rfind(b"\x1b[?1049l") > terminal.raw.rfind(b"\x1b[?1049h")
    assert terminal.raw.rfind(b"\x1b[?25h") > terminal.raw.rfind(b"\x1b[?25l")
    assert modes(terminal) == was


def test_hostile_titles_send_nothing_but_text(start: Start, tmp_path: Path) -> None:
    path = built(tmp_path, "hostile-titles")
    before = first_bytes(start("--database", str(path), colours="truecolor")).decode()
    rest = re.sub(r"\x1b\[(\?\d+[hl]|[\d;]*[HmK])|\r\n", "", before)
    assert rest.isprintable()
