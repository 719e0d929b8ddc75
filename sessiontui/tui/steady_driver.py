"""Textual's driver for POSIX terminals, made to outlive its terminal and to know when that cannot keep up.

Textual hands its output to a thread over a queue with few places. When the terminal is closed the thread dies of the
error, and whoever puts the next text into the full queue would wait for ever. It writes to the error output, which
people send to files; this driver writes to the standard output, which the console has found to be a terminal. And
Textual looks ten times a second whether a key was pressed, where this driver waits for one. What the terminal takes
at once is written where it was drawn: a hop to the thread that writes costs more than the writing.
"""

from __future__ import annotations

import os
import select
import sys
from codecs import getincrementaldecoder
from collections.abc import Callable
from queue import Full
from threading import Event, Lock
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
    """The terminal as it is written to: at once as far as it takes it, and for the rest by a thread that waits."""

    def __init__(self, terminal: TextIO, emptied: Callable[[], None] = lambda: None) -> None:
        self._terminal = terminal
        self._emptied = emptied
        self._ready: int | None = None
        """The terminal once more, opened so that nobody has to wait for it."""
        self._written = 0
        self._taken = 0
        self.handed = 0
        """How many texts were handed to the thread; whoever hands it one counts."""

    @property
    def is_behind(self) -> bool:
        """Whether the thread has anything left to write."""
        return self.handed != self._taken

    def open(self) -> None:
        """Begin anew, and find out whether the terminal can be written to without waiting.

        It is opened once more for that: the open one is shared with others, who may want to wait.
        """
        self.handed = self._written = self._taken = 0
        try:
            shared = self._terminal.fileno()
            own = os.open(os.ttyname(shared), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        except (AttributeError, OSError):  # no terminal, or one that belongs to somebody else
            return
        if os.path.sameopenfile(own, shared):
            self._ready = own
        else:  # a namespace in which that name is another's
            os.close(own)

    def close(self) -> None:
        """Write nothing at once any more."""
        if self._ready is not None:
            os.close(self._ready)
            self._ready = None

    def at_once(self, text: str) -> str | bytes:
        """Write as much as the terminal takes without waiting, and return the rest: nothing, mostly."""
        if self._ready is None:
            return text
        encoded = text.encode(self._terminal.encoding, self._terminal.errors or "strict")
        try:
            return encoded[os.write(self._ready, encoded) :]
        except OSError:  # it is full, or gone: the thread finds out which
            return encoded

    def write(self, text: str | bytes) -> None:
        """Write a text, or the rest of one; a slow terminal makes this wait."""
        if isinstance(text, bytes):
            self._terminal.flush()
            self._terminal.buffer.write(text)
        else:
            self._terminal.write(text)
        self._written += 1

    def flush(self) -> None:
        """Wait until the terminal has taken everything."""
        written = self._written
        self._terminal.flush()
        self._taken = written
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
        self._outlet = Outlet(cast("TextIO", sys.__stdout__), self._emptied)
        self._turn = Lock()
        """Held by whoever writes: the loop, or the thread that reads keys when it sets a mode."""
        self.exit_event = WakingEvent()
        self._file = self._outlet  # type: ignore[assignment] # as much of a file as the writing thread uses

    def start_application_mode(self) -> None:
        """Take the terminal; a first page that is on it stays until it is painted over."""
        first, type(self).first = self.first, None  # after a pause the terminal is taken as it is found then
        self._is_entered = first is not None
        self._outlet.open()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._is_entered = False
        if first is not None:
            self.attrs_before = first.before
            first.hand_over()

    def write(self, data: str) -> None:
        """Write a text to the terminal, or queue it; it is dropped if nobody writes any more."""
        self._send(data)

    def close(self) -> None:
        """Let the last text be written, if there is still somewhere to write it."""
        self._send(None)
        if self._writer_thread is not None:
            self._writer_thread.join(FAREWELL)
        self._outlet.close()

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
                    messages = parser.feed(decode(typed))
                else:  # what a busy machine has not read yet may go on with an escape, however late it is
                    messages = parser.tick()
                for message in messages:
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
        with self._turn:
            rest = data if data is None or self._outlet.is_behind else self._outlet.at_once(data)
            if rest or rest is None:
                self._hand(rest)

    def _hand(self, data: str | bytes | None) -> None:
        """Let the thread write, which may have to wait; nothing ends it."""
        thread = self._writer_thread
        counted = data is not None
        self._outlet.handed += counted  # first: the thread may be done before the next line
        while thread is not None and thread.is_alive():
            try:
                thread._queue.put(data, timeout=LOOK_EVERY)  # type: ignore[arg-type] # noqa: SLF001 - no way to give up
            except Full:
                continue
            return
        self._outlet.handed -= counted


def _wait(parser: XTermParser) -> float | None:
    """Return the milliseconds after which an escape that nothing follows is a key of its own."""
    at = parser._timeout_time  # noqa: SLF001 - Textual asks for it ten times a second instead
    return None if at is None else max(0.0, at - get_time()) * 1000 + 1
