"""A line of tabs without decoration: the one that is open stands out."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from sessiontui.tui.present.frame import tab_words, tabs_in
from sessiontui.tui.present.look import content


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
        """Show these tabs, one of them open, in the first of the wordings that has room."""
        wanted = tuple(tuple(labels) for labels in wordings)
        if (wanted, opened) != (self._wordings, self._open):
            self._wordings, self._open = wanted, opened
            self.refresh()

    def render(self) -> Content:
        """Return the tabs, closer together and in fewer words where room is short."""
        return content(tab_words(self._shown, self._open))

    def on_click(self, event: events.Click) -> None:
        """Tell which tab was clicked."""
        at = event.get_content_offset(self)
        left = 0
        for place, label in enumerate(self._shown):
            if at is not None and left <= at.x < left + len(label):
                self.post_message(self.Pressed(place))
                return
            left += len(label) + self._gap

    @property
    def _shown(self) -> tuple[str, ...]:
        """The labels, with a cell on either side where all of them have room for it."""
        return tabs_in(self._wordings, self.content_size.width)

    @property
    def _gap(self) -> int:
        return 0 if self._shown and self._shown[0].startswith(" ") else 1
