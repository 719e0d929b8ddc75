"""The terminal from the first page until the toolkit takes it over: it is left as it was found, whatever happens.

What is typed meanwhile stays with the terminal, which shows none of it, and is read by the toolkit later on.
"""

from __future__ import annotations

import os
import signal
import sys
import termios
import tty
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Final, TypeAlias

from sessiontui.runtime.signals import ENDING

ENTER: Final = "\x1b[?1049h\x1b[?25l"
"""The alternate screen, without a cursor."""

LEAVE: Final = (
    "\x1b[0m\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?2004l\x1b[?1004l\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h"
)
"""The way back, also from all that the toolkit may have begun to switch on."""

Attributes: TypeAlias = "list[int | list[bytes | int]]"
"""How a terminal treats what is typed, as ``termios`` has it."""


class FirstScreen:
    """A terminal with the first page on it, of ``size``; ``before`` is how it was found.

    ``cells`` writes the page once more for whoever takes over: cell by cell, in nothing but places, styles and text.
    It knows the terminal by its descriptors: once the toolkit runs, what is called the standard output is not it.
    """

    def __init__(self, before: Attributes, size: tuple[int, int], cells: Callable[[], str]) -> None:
        self.before = before
        self.size = size
        self.cells = cells
        self._keyboard, self._terminal = sys.stdin.fileno(), sys.stdout.fileno()
        self._is_mine = True
        self._handlers = {number: signal.signal(number, self._end) for number in ENDING}

    def hand_over(self) -> None:
        """Leave the terminal to the toolkit, which brings it back when it ends."""
        self._is_mine = False

    def leave(self) -> None:
        """Bring the terminal back unless the toolkit has it."""
        for number, handler in self._handlers.items():
            if signal.getsignal(number) == self._end:
                signal.signal(number, handler)
        if self._is_mine:
            self._is_mine = False
            self._restore()

    def _end(self, number: int, frame: FrameType | None) -> None:
        """Bring the terminal back whoever has it, and end of the signal."""
        del frame
        self._restore()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def _restore(self) -> None:
        _write(self._terminal, LEAVE)
        try:
            termios.tcsetattr(self._keyboard, termios.TCSANOW, self.before)
        except termios.error:  # the terminal is gone
            return


def is_sure(environ: Mapping[str, str]) -> bool:
    """Tell whether a terminal surely shows what is written: all colours, and a size that nothing gainsays."""
    return (
        environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}
        and not environ.get("NO_COLOR")
        and not any(name in environ for name in ("COLUMNS", "LINES"))
        and not any(name.startswith("TEXTUAL_") and name != "TEXTUAL_ANIMATIONS" for name in environ)
    )


def show(page: str, *, size: tuple[int, int], cells: Callable[[], str]) -> FirstScreen | None:
    """Put a page on the terminal and keep what is typed from being shown; ``None`` where it cannot be."""
    descriptor = sys.stdin.fileno()
    try:
        before = termios.tcgetattr(descriptor)
        raw = termios.tcgetattr(descriptor)
        raw[tty.LFLAG] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        raw[tty.IFLAG] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        raw[tty.CC][termios.VMIN] = 1
        raw[tty.CC][termios.VSUSP] = b"\0"
        screen = FirstScreen(before, size, cells)
        termios.tcsetattr(descriptor, termios.TCSANOW, raw)
    except (OSError, termios.error):
        return None
    _write(sys.stdout.fileno(), ENTER + page)
    return screen


def _write(terminal: int, text: str) -> None:
    data = text.encode(errors="replace")
    try:
        while data:
            data = data[os.write(terminal, data) :]
    except OSError:  # the terminal is gone: whoever reads next from it hears so
        return
