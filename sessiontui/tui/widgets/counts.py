"""The strip of live counts: a click on one filters by it, a second click shows all again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from sessiontui.domain.vocabulary import Status
from sessiontui.tui.present.look import Look
from sessiontui.tui.present.status import counts
from sessiontui.tui.present.told import chosen_in as chosen_in

_STATUS_TERM: Final = re.compile(r"(?:^|(?<=\s))-?(?:status|view):\S*\s*")


def with_status(query: str, status: Status) -> str:
    """Return a query that asks for a status, or no longer does if it did; empty means that nothing is left.

    >>> with_status("view:now grief", Status.WAITING)
    'status:waiting grief'
    >>> with_status("status:waiting grief", Status.WAITING)
    'grief'
    """
    rest = _STATUS_TERM.sub("", query).strip()
    return rest if chosen_in(query) is status else f"status:{status.value} {rest}".strip()


class CountsStrip(Widget):
    """How many sessions there are in each status, over all rows."""

    DEFAULT_CSS = """
    CountsStrip { height: 1; padding: 0 1; text-wrap: nowrap; }
    """

    class Pressed(Message):
        """A count was clicked."""

        def __init__(self, status: Status) -> None:
            super().__init__()
            self.status = status

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._counts: Mapping[Status, int] = {}
        self._chosen: Status | None = None

    def show(self, by_status: Mapping[Status, int], chosen: Status | None) -> None:
        """Show these counts, one of them as the filter in force."""
        if self.take(by_status, chosen):
            self.refresh()

    def take(self, by_status: Mapping[Status, int], chosen: Status | None) -> bool:
        """Take these counts, and return whether the strip has to be painted for them."""
        if chosen == self._chosen and by_status == self._counts:
            return False
        self._counts, self._chosen = by_status, chosen
        return True

    def render(self) -> Content:
        """Return the counts that have room."""
        return Content("  ").join(content for _, content in self._cells())

    def on_click(self, event: events.Click) -> None:
        """Tell which count was clicked."""
        at = event.get_content_offset(self)
        left = 0
        for status, content in self._cells():
            if at is not None and left <= at.x < left + content.cell_length + 2:
                self.post_message(self.Pressed(status))
                return
            left += content.cell_length + 2

    def _cells(self) -> tuple[tuple[Status, Content], ...]:
        return counts(self._counts, self._look, self.content_size.width, self._chosen)
