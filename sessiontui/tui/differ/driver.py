"""Textual's driver for POSIX terminals, with the differ before its output.

A terminal that cannot keep up gets the newest frame when it is ready, not all those between: as long as the writing
thread has something to write, frames are held, and what they come to is written when it is done.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.color import ColorSystem
from textual import events
from textual.message import Message

from sessiontui.tui.differ.differ import Differ
from sessiontui.tui.differ.strips import Part
from sessiontui.tui.differ.terminal import Terminal
from sessiontui.tui.steady_driver import SteadyDriver

if TYPE_CHECKING:
    from textual.app import App


class DiffingDriver(SteadyDriver):
    """Writes only what the terminal does not show yet."""

    terminal = Terminal()
    """What is known of the terminal."""

    def __init__(
        self, app: App[object], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        self._differ = Differ(self.terminal)
        self._held = False
        super().__init__(app, debug=debug, mouse=mouse, size=size)

    def start_application_mode(self) -> None:
        """Take the terminal; of a first page that is on it only what differs is painted over."""
        first = self.first
        super().start_application_mode()
        if first is not None and self._get_terminal_size() == first.size:
            width, height = first.size
            self._differ.know(first.cells(), width=width, height=height)

    def write(self, data: str) -> None:
        """Write what is left of the data; both the loop and the input thread call this, the latter only for modes."""
        width, height = self._app.size
        self._put(self._differ.feed(data, width=width, height=height, caret=self._types, hold=self._holds()))

    def paint(self, parts: Iterable[Part], cursor: tuple[int, int]) -> bool:
        """Write what the terminal lacks of a frame of strips; false where it has to be written as text.

        ``cursor`` is the row and the column at which the cursor is left.
        """
        width, height = self._app.size
        colours = self._app.console._color_system or ColorSystem.TRUECOLOR  # noqa: SLF001 - as strips render
        written = self._differ.paint(
            parts, cursor, colours=colours, width=width, height=height, caret=self._types, hold=self._holds()
        )
        if written is not None:
            self._put(written)
        return written is not None

    def reletter(self, y: int, x: int, text: str, cursor: tuple[int, int]) -> bool:
        """Write a text over one of the same length and style; false where it has to be painted as a strip."""
        if self._outlet.is_behind:
            return False
        width, height = self._app.size
        written = self._differ.reletter(y, x, text, cursor, width=width, height=height, caret=self._types)
        if written is not None:
            self._put(written)
        return written is not None

    def _holds(self) -> bool:
        """Tell whether a frame has to wait for the thread that writes, and note that one does."""
        self._held = True  # first, so that a thread that ends right now sees it or is seen to be done
        self._held = hold = self._outlet.is_behind
        return hold

    def process_message(self, message: Message) -> None:
        """Paint everything again when the terminal gets the focus back, or changes its size; runs in a thread."""
        if isinstance(message, events.Resize | events.AppFocus):
            self._differ.doubt()
        super().process_message(message)
        if isinstance(message, events.AppFocus):
            self._loop.call_soon_threadsafe(self._repaint)

    def resume_application_mode(self) -> None:
        """Take the terminal back and paint everything again."""
        super().resume_application_mode()
        self._loop.call_soon_threadsafe(self._repaint)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return the size; Textual asks on every signal of a change, after which nothing on the screen is sure."""
        self._differ.doubt()
        size: tuple[int, int] = super()._get_terminal_size()
        return size

    @property
    def _types(self) -> bool:
        """Whether somebody types where the cursor stands; an input method shows its words there."""
        stack = self._app.screen_stack
        return bool(stack) and hasattr(stack[-1].focused, "cursor_screen_offset")

    def _put(self, written: str) -> None:
        if written:
            super().write(written)

    def _emptied(self) -> None:
        if self._held:
            self._loop.call_soon_threadsafe(self._catch_up)

    def _catch_up(self) -> None:
        self._held = False
        self._put(self._differ.catch_up(caret=self._types))

    def _repaint(self) -> None:
        self._put(self._differ.repaint())


def diffing(terminal: Terminal) -> type[DiffingDriver]:
    """Return the driver for a terminal of which that much is known."""
    return type("DiffingDriver", (DiffingDriver,), {"terminal": terminal})
