"""A line of tabs without decoration: the one that is open stands out."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from sessiontui.tui.present.look import content
from sessiontui.tui.present.tab_row import TabRow, row_of


class TabLine(Widget):
    """Names of tabs, one of them open; a click opens another."""

    DEFAULT_CSS = """
    TabLine { height: 1; text-wrap: nowrap; }
    """

    class Pressed(Message):
        """A tab was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, *, id_: str | None = None) -> None:
        super().__init__(id=id_)
        self._wordings: tuple[tuple[str, ...], ...] = ()
        self._open = 0

    def show(self, wordings: Sequence[Sequence[str]], opened: int) -> None:
        """Show these tabs, one of them open, in the first of the wordings that has room, or as many as have."""
        wanted = tuple(tuple(labels) for labels in wordings)
        if (wanted, opened) != (self._wordings, self._open):
            self._wordings, self._open = wanted, opened
            self.refresh()

    def render(self) -> Content:
        """Return the tabs, closer together and in fewer words where room is short."""
        return content(self._row.words(self._open))

    def on_click(self, event: events.Click) -> None:
        """Tell which tab was clicked."""
        at = event.get_content_offset(self)
        place = None if at is None else self._row.place_at(at.x)
        if place is not None:
            self.post_message(self.Pressed(place))

    @property
    def _row(self) -> TabRow:
        return row_of(self._wordings, self._open, self.content_size.width)
