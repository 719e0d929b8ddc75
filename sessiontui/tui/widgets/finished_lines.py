"""Lines as they are seen: a widget that keeps them whole need not have them dressed again.

The toolkit keeps the lines of a widget by where they stand. Scrolled by one, a table of forty lines is forty new ones
to it, each of which is dressed in borders it has not and goes through every filter. Here a line that comes again is
the very same object.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Protocol, cast

from rich.segment import Segment
from rich.style import Style
from textual._styles_cache import StylesCache
from textual.geometry import Region
from textual.strip import Strip

if TYPE_CHECKING:
    from textual.widget import Widget

_SIDES: Final = ("top", "right", "bottom", "left")

_DRESS: Final = (
    *(f"{around}_{side}" for around in ("border", "outline") for side in _SIDES),
    "padding",
    "hatch",
    "tint",
    "opacity",
    "text_opacity",
)
"""Styles that surround the lines of a widget, or change them."""


class KeepsLines(Protocol):
    """A widget that keeps its lines, each through all filters and as wide as what it scrolls."""

    def lines(self, numbers: Iterable[int]) -> list[Strip]:
        """Return some lines; those that look as before are the very same."""
        ...


class FinishedLines(StylesCache):
    """Takes the place of what the toolkit keeps for a widget that keeps its lines itself."""

    def render_widget(self, widget: Widget, crop: Region) -> list[Strip]:
        """Return lines as they go to the terminal; the toolkit dresses them where there is anything to put on."""
        lines = self.some(widget, crop.line_range)
        if lines is None:
            return super().render_widget(widget, crop)
        width, colour = widget.size.width, widget.background_colors[1]
        beneath_bar = [Segment(" ", Style.from_color(None, colour.rich_color))]
        for line_filter in widget.get_line_filters():
            beneath_bar = line_filter.apply(beneath_bar, colour)
        lines = [line.adjust_cell_length(width, beneath_bar[0].style) for line in lines]
        return [line.crop(crop.x, crop.right) for line in lines] if crop.column_span != (0, width) else lines

    def some(self, widget: Widget, numbers: Iterable[int]) -> list[Strip] | None:
        """Return some lines as they go to the terminal, from the left end of the widget to its scroll bar.

        ``None`` where the toolkit has to dress them.
        """
        if widget.styles.has_any_rules(*_DRESS) or widget.opacity != 1 or widget.size != widget.region.size:
            return None
        return cast("KeepsLines", widget).lines(numbers)
