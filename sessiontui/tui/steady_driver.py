"""Textual's driver for POSIX terminals, made to outlive its terminal and to know when that cannot keep up.

Textual hands its output to a thread over a queue with few places. When the terminal is closed the thread dies of the
error, and whoever puts the next text into the full queue would wait for ever. It writes to the error output, which
people send to files; this driver writes to the standard output, which the console has found to be a terminal. And
Textual looks ten times a second whether a key was pressed, where this driver waits for one.
"""

from __future__ import annotations

import os
import select
import sys
from codecs import getincrementaldecoder
from collections.abc import Callable
from queue import Full
from threading import Event
from typing import TYPE_CHECKING, ClassVar, Final, Protocol, TextIO, cast

from textual._parser import ParseError
from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App

LOOK_EVERY: Final = 0.1
"""Seconds between two looks whether the thread still takes what is written."""

FAREWELL: Final = 1.0
"""Most seconds that closing waits for the last text to be written."""


ALTERNATE: Final = "\x1b[?1049h"
"""What asks for the alternate screen."""

MOST: Final = 4096
"""Bytes that are taken of the keyboard's at once."""


class Outlet:
    """The terminal as the writing thread sees it; ``emptied`` is called whenever it has taken everything."""

    def __init__(self, terminal: TextIO, emptied: Callable[[], None]) -> None:
        self._terminal = terminal
        self._emptied = emptied

    def write(self, text: str) -> None:
        """Write a text; a slow terminal makes this wait."""
        self._terminal.write(text)

    def flush(self) -> None:
        """Wait until the terminal has taken everything."""
        self._terminal.flush()
        self._emptied()

    def fileno(self) -> int:
        """Return the descriptor of the terminal."""
        return self._terminal.fileno()


class FirstPage(Protocol):
    """A page on the terminal from before there was a driver."""

    before: list[int | list[bytes | int]]
    """How the terminal was found."""

    size: tuple[int, int]
    """Columns and rows of the page."""

    def cells(self) -> str:
        """Return the page once more, written in nothing but places, styles and text."""
        ...

    def hand_over(self) -> None:
        """Hear that the driver has the terminal, and brings it back when it ends."""
        ...


class WakingEvent(Event):
    """An event that also ends a wait for the keyboard: while it is set, ``descriptor`` has something to read."""

    def __init__(self) -> None:
        super().__init__()
        self.descriptor, self._end = os.pipe()

    def set(self) -> None:
        """Set the event."""
        if not self.is_set():
            os.write(self._end, b"!")
        super().set()

    def clear(self) -> None:
        """Clear the event."""
        if self.is_set():
            os.read(self.descriptor, 1)
        super().clear()


class SteadyDriver(LinuxDriver):
    """Writes as long as somebody takes it, and never waits for a terminal that is gone."""

    first: ClassVar[FirstPage | None] = None
    """The first page, where there is one on the terminal already."""

    def __init__(
        self, app: App[object], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._is_entered = False
        terminal = Outlet(cast("TextIO", sys.__stdout__), self._emptied)
        self.exit_event = WakingEvent()
        self._file = terminal  # type: ignore[assignment] # as much of a file as the writing thread uses

    def start_application_mode(self) -> None:
        """Take the terminal; a first page that is on it stays until it is painted over."""
        first, type(self).first = self.first, None  # after a pause the terminal is taken as it is found then
        self._is_entered = first is not None
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._is_entered = False
        if first is not None:
            self.attrs_before = first.before
            first.hand_over()

    def write(self, data: str) -> None:
        """Queue a text for the terminal; it is dropped if nobody writes any more."""
        self._send(data)

    def close(self) -> None:
        """Let the last text be written, if there is still somewhere to write it."""
        self._send(None)
        if self._writer_thread is not None:
            self._writer_thread.join(FAREWELL)

    def run_input_thread(self) -> None:
        """Read keys and the mouse until the driver stops; when the terminal is gone the application ends."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        poll = select.poll()
        poll.register(self.fileno, select.POLLIN)
        poll.register(cast("WakingEvent", self.exit_event).descriptor, select.POLLIN)
        try:
            while not self.exit_event.is_set():
                ready = dict(poll.poll(_wait(parser)))
                if self.fileno in ready:
                    typed = self._read()
                    if not typed:
                        self._loop.call_soon_threadsafe(self._app.exit)
                        return
                    for message in parser.feed(decode(typed)):
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
        except (EOFError, ParseError):
            self._loop.call_soon_threadsafe(self._app.exit)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, MOST)
        except OSError:  # the other end of the terminal was closed
            return b""

    def _emptied(self) -> None:
        """Hear that the terminal has taken everything; the writing thread calls this."""

    def _send(self, data: str | None) -> None:
        if data == ALTERNATE and self._is_entered:
            return  # some terminals would clear it
        thread = self._writer_thread
        while thread is not None and thread.is_alive():
            try:
                thread._queue.put(data, timeout=LOOK_EVERY)  # noqa: SLF001 - it offers no way to give up
            except Full:
                continue
            return


def _wait(parser: XTermParser) -> float | None:
    """Return the milliseconds after which an escape that nothing follows is a key of its own."""
    at = parser._timeout_time  # noqa: SLF001 - Textual asks for it ten times a second instead
    return None if at is None else max(0.0, at - get_time()) * 1000 + 1
