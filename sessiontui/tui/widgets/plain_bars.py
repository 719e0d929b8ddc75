"""Scroll bars for terminals that show ASCII alone: whole cells, told apart by their ground."""

from __future__ import annotations

from typing import ClassVar

from textual.scrollbar import ScrollBarRender
from textual.widget import Widget

from sessiontui.tui.present.look import Look


class PlainBars(ScrollBarRender):
    """Bars without the blocks that stand for parts of a cell."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


def plain_bars(widget: Widget, look: Look) -> None:
    """Give a widget such bars where the look asks for ASCII."""
    if look.ascii:
        widget.vertical_scrollbar.renderer = PlainBars  # type: ignore[misc] # the toolkit reads it from the bar
        widget.horizontal_scrollbar.renderer = PlainBars  # type: ignore[misc] # the toolkit reads it from the bar
