"""Tab Presence: a line per person on a shared time axis, and what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from sessiontui.tui.present.attendance import attendance
from sessiontui.tui.present.timeline import timeline
from sessiontui.tui.widgets.tabs.tab import DrawnTab, Shown

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionDetail


class PresenceTab(DrawnTab):
    """Draws the time axis and the attendance."""

    def number(self, detail: SessionDetail) -> int:
        """Return how many people were there."""
        return len(detail.presence)

    def draw(self, shown: Shown, width: int) -> Content:
        """Return axis and attendance."""
        if shown.detail is None:
            return shown.loading
        seen, judged = timeline(shown.detail, shown.look, width), attendance(shown.detail, shown.look, width)
        return Content("\n\n").join([seen, judged]) if judged else seen
