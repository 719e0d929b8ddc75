"""The footer: the keys that help here; one that cannot be used is dimmed and says why when it is pressed."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from sessiontui.tui.present.hints import Hint, hint_cells


class KeyLine(Widget):
    """Keys with their labels in one line, which can be clicked."""

    DEFAULT_CSS = """
    KeyLine { height: 1; padding: 0 1; background: $panel; text-wrap: nowrap; }
    """

    class Pressed(Message):
        """A key was clicked instead of pressed."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def __init__(self) -> None:
        super().__init__()
        self._hints: tuple[Hint, ...] = ()

    def show(self, hints: Sequence[Hint]) -> None:
        """Show these keys."""
        if tuple(hints) != self._hints:
            self._hints = tuple(hints)
            self.refresh()

    def render(self) -> Content:
        """Return the keys that have room."""
        return Content("  ").join(cell for _, cell in hint_cells(self._hints, self.content_size.width))

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        at = event.get_content_offset(self)
        left = 0
        for hint, cell in hint_cells(self._hints, self.content_size.width):
            if at is not None and left <= at.x < left + cell.cell_length:
                self.post_message(self.Pressed(hint.command))
                return
            left += cell.cell_length + 2
