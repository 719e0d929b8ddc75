"""Tab History: who did what to the session, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from sessiontui.tui.present.sheets import history
from sessiontui.tui.widgets.tabs.tab import DrawnTab, Shown

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionDetail


class HistoryTab(DrawnTab):
    """Draws the audit entries of the session."""

    def number(self, detail: SessionDetail) -> int:
        """Return how many entries there are."""
        return len(detail.history)

    def draw(self, shown: Shown, width: int) -> Content:
        """Return the entries, newest first."""
        if shown.detail is None:
            return shown.loading
        return history(shown.detail.history, shown.detail.taken_at, shown.look, width)
