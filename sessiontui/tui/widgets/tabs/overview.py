"""Tab Overview: what matters of a session at a glance."""

from __future__ import annotations

from textual.content import Content

from sessiontui.tui.present.sheets import known_overview, overview
from sessiontui.tui.widgets.tabs.tab import DrawnTab, Shown


class OverviewTab(DrawnTab):
    """Draws the facts of the detail, or of the row while that is on its way."""

    def draw(self, shown: Shown, width: int) -> Content:
        """Return the facts."""
        if shown.detail is not None:
            return overview(shown.detail, shown.look, width)
        if shown.at is not None:
            return known_overview(shown.line, shown.at, shown.look, width)
        return shown.loading
