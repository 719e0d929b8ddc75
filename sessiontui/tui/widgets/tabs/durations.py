"""Tab Durations: scheduled, actual and together, as bars and numbers."""

from __future__ import annotations

from textual.content import Content

from sessiontui.tui.present.bars import durations
from sessiontui.tui.widgets.tabs.tab import DrawnTab, Shown


class DurationsTab(DrawnTab):
    """Draws the durations, of which the row alone tells all."""

    def draw(self, shown: Shown, width: int) -> Content:
        """Return the bars."""
        return durations(shown.line if shown.detail is None else shown.detail.line, shown.look, width)
