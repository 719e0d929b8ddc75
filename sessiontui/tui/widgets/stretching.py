"""How a view over many lines takes another height: the toolkit would lay out the whole screen for it."""

from __future__ import annotations

from typing import Final

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget

_STEPS: Final = 8
"""Places in one cell at which the end of a scroll bar's thumb can stand."""


def stretch(view: ScrollView, size: Size) -> None:
    """Let a view have another size of all its lines; others move only where its scroll bar comes or goes."""
    height = view.scrollable_content_region.height
    stays = view.show_vertical_scrollbar and size.height > height and size.width == view.virtual_size.width
    if not stays or not view.is_mounted:
        view.virtual_size = size
    elif size != view.virtual_size:
        view.set_reactive(Widget.virtual_size, size)
        bar = view.vertical_scrollbar
        if abs(size.height - bar.window_virtual_size) * height * _STEPS > bar.window_virtual_size:
            bar.window_virtual_size = size.height  # else the thumb would look the same
        view.scroll_y = view.validate_scroll_y(view.scroll_y)
