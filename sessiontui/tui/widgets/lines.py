"""Many lines of which those in sight are drawn: a long text costs no more than what is seen of it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip


class Lines(ScrollView, can_focus=False):
    """Shows lines that fit its width, and scrolls through them."""

    def __init__(self, *, id_: str | None = None) -> None:
        super().__init__(id=id_)
        self._lines: tuple[Content, ...] = ()

    def show(self, lines: Sequence[Content]) -> None:
        """Show these lines from the first one on."""
        self._lines = tuple(lines)
        self.virtual_size = Size(0, len(self._lines))
        self.scroll_home(animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the line that stands ``y`` lines below the upper edge."""
        base, at = self.visual_style, y + self.scroll_offset.y
        line = self._lines[at] if at < len(self._lines) else Content("")
        return Strip(line.render_segments(base)).adjust_cell_length(self.size.width, base.rich_style)
