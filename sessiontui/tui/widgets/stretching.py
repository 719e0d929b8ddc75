"""How a view over many lines takes another height: the toolkit would lay out the whole screen for it."""

from __future__ import annotations

from math import ceil
from typing import Final

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.widget import Widget

_STEPS: Final = 8
"""Places in one cell at which the end of a scroll bar's thumb can stand."""


def scroll_on(view: ScrollView, before: float, now: float) -> None:
    """Paint a view that was scrolled, and its scroll bar where the thumb has come to stand elsewhere."""
    if view.show_vertical_scrollbar:
        bar = view.vertical_scrollbar
        if _thumb(bar, before) == _thumb(bar, now):
            bar.set_reactive(ScrollBar.position, bar.validate_position(now))
        else:
            bar.position = now
    if round(before) != round(now):
        view.refresh(view.size.region)


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


def _thumb(bar: ScrollBar, position: float) -> int:
    """Return at which step of its bar a thumb stands, as the toolkit draws it."""
    height, virtual, window = bar.size.height, ceil(bar.window_virtual_size), ceil(bar.window_size)
    if not height or not 0 < window < virtual:
        return 0
    thumb = max(1, window * height / virtual)
    return int((height - thumb) * bar.validate_position(position) / (virtual - window) * _STEPS)
