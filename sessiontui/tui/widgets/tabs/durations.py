"""Tab Durations: scheduled, actual and together, as bars and numbers, and how the session went."""

from __future__ import annotations

from textual.content import Content

from sessiontui.tui.present.bars import durations
from sessiontui.tui.present.went import below
from sessiontui.tui.widgets.tabs.tab import DrawnTab, Shown


class DurationsTab(DrawnTab):
    """Draws the durations, of which the row alone tells all; the scores below need the detail."""

    def draw(self, shown: Shown, width: int) -> Content:
        """Return the bars, and what is known of how it went."""
        if shown.detail is None:
            return durations(shown.line, shown.look, width)
        bars = durations(shown.detail.line, shown.look, width)
        return Content("\n").join([bars, below(shown.detail.went, shown.look, width)])
