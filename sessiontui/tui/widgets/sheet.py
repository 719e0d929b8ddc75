"""A sheet: content that is drawn for the width it has."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget


class Sheet(Widget):
    """Draws what a function of the width returns; as high as that is."""

    DEFAULT_CSS = """
    Sheet { height: auto; }
    """

    def __init__(self, *, id_: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id_, classes=classes)
        self._draw: Callable[[int], Content] = lambda width: Content("")
        self._shown: tuple[int, Content] | None = None
        self._is_awaited = False
        """Whether it has asked for a place and was given none: hidden, it is drawn when it is shown."""

    def show(self, draw: Callable[[int], Content]) -> None:
        """Draw this from now on; nothing is painted again if it looks the same."""
        self._draw = draw
        if self._shown is None:
            if not self._is_awaited:
                self._is_awaited = True
                self.refresh(layout=True)
            return
        width, before = self._shown
        after = _wrapped(draw(width), width)
        if (after.plain, after.spans) == (before.plain, before.spans):
            return
        self._shown = (width, after)
        self.refresh(layout=after.plain.count("\n") != before.plain.count("\n"))

    @property
    def content_drawn(self) -> Content:
        """What is drawn at the width it has."""
        return self._at(self.content_size.width)

    def render(self) -> Content:
        """Return what is drawn at the width it has."""
        return self._at(self.content_size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the drawing takes at a width."""
        return self._at(width).plain.count("\n") + 1

    def _at(self, width: int) -> Content:
        if width <= 0:
            return Content("")
        if self._shown is None or self._shown[0] != width:
            self._shown = (width, _wrapped(self._draw(width), width))
        return self._shown[1]


def _wrapped(content: Content, width: int) -> Content:
    """Return content none of whose lines is wider than ``width``, so that its height is its number of lines."""
    lines = content.split("\n", allow_blank=True)
    if all(line.cell_length <= width for line in lines):
        return content
    return Content("\n").join(part for line in lines for part in line.wrap(width) or [line])
