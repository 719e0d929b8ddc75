"""The calendar's body: a head that stays and rows that scroll; only those are painted that look otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

WHEEL: Final = 3
"""Rows of one turn of the wheel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is to be drawn: lines that stay on top, and so many rows below, each drawn when it is seen."""

    head: tuple[Content, ...]
    rows: int
    row: Callable[[int], Content]


class CalendarGrid(Widget, can_focus=True):
    """Draws the picture that a function of width and height returns, from a row on."""

    class Pressed(Message):
        """A cell was clicked: of a row, counted from the first, or of the head (row ``None``)."""

        def __init__(self, row: int | None, x: int, chain: int) -> None:
            super().__init__()
            self.row, self.x, self.chain = row, x, chain

    def __init__(self, *, id_: str) -> None:
        super().__init__(id=id_)
        self._draw: Callable[[int, int], Picture] | None = None
        self._picture: Picture | None = None
        self._top = 0
        self._lines: list[Content] = []
        self._strips: dict[int, Strip] = {}
        self._styles: dict[str, Style] = {}

    @property
    def height_of_rows(self) -> int:
        """How many rows are seen at once."""
        return max(1, self.size.height - (0 if self._picture is None else len(self._picture.head)))

    @property
    def top(self) -> int:
        """The first row that is seen."""
        return self._top

    def show(self, draw: Callable[[int, int], Picture]) -> None:
        """Draw this from now on."""
        self._draw = draw
        self._redraw()

    def scroll_rows(self, top: int) -> None:
        """Let this row be the first that is seen, as far as there are rows."""
        rows = 0 if self._picture is None else self._picture.rows
        self._top = max(0, min(top, rows - self.height_of_rows))
        self._redraw()

    def reveal(self, first: int, last: int) -> None:
        """Scroll by as little as shows rows ``[first, last)``; of too many the first."""
        height = self.height_of_rows
        if first < self._top or last - first >= height:
            self.scroll_rows(first)
        elif last > self._top + height:
            self.scroll_rows(last - height)

    def render_line(self, y: int) -> Strip:
        """Return one painted line."""
        strip = self._strips.get(y)
        if strip is None:
            base, width = self.visual_style, self.size.width
            content = self._lines[y] if y < len(self._lines) else Content("")
            parts = content.render(base, end="", parse_style=self._style)
            line = Strip([Segment(text, style.rich_style) for text, style in parts])
            strip = self._strips[y] = line.adjust_cell_length(width, base.rich_style)
        return strip

    def notify_style_update(self) -> None:
        """Forget what was painted in other colours."""
        super().notify_style_update()
        self._styles.clear()
        self._strips.clear()

    def on_resize(self) -> None:
        """Draw for the room there is now."""
        self._lines = []
        self.scroll_rows(self._top)

    def on_click(self, event: events.Click) -> None:
        """Tell which cell was clicked."""
        event.stop()
        at, head = event.get_content_offset(self), 0 if self._picture is None else len(self._picture.head)
        if at is not None and self._picture is not None:
            row = None if at.y < head else min(at.y - head + self._top, self._picture.rows - 1)
            self.post_message(self.Pressed(row, at.x, event.chain))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """See later rows."""
        event.stop()
        self.scroll_rows(self._top + WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """See earlier rows."""
        event.stop()
        self.scroll_rows(self._top - WHEEL)

    def _redraw(self) -> None:
        width, height = self.size
        if self._draw is None or width <= 0 or height <= 0:
            return
        self._picture = picture = self._draw(width, height)
        self._top = max(0, min(self._top, picture.rows - self.height_of_rows))
        rows = range(self._top, min(picture.rows, self._top + self.height_of_rows))
        lines = [*picture.head, *(picture.row(place) for place in rows)][:height]
        before, self._lines = self._lines, lines
        if len(before) != len(lines):
            self._strips.clear()
            self.refresh()
            return
        changed = [
            y for y, (old, new) in enumerate(zip(before, lines, strict=True))
            if old.plain != new.plain or old.spans != new.spans
        ]  # fmt: skip
        for y in changed:
            self._strips.pop(y, None)
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def _style(self, text: str | Style) -> Style:
        if isinstance(text, Style):
            return text
        style = self._styles.get(text)
        if style is None:
            style = self._styles[text] = self.app.stylesheet.parse_style(text)
        return style
