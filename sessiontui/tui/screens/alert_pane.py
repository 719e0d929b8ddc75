"""The pane of the alerts: what is known of the one under the cursor, why it is there, and what helps next."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from sessiontui.services.pictures import AlertGroup, AlertLine
from sessiontui.tui.present import alerts as present
from sessiontui.tui.present.hints import Hint, next_line
from sessiontui.tui.present.look import Look
from sessiontui.tui.present.severity import severity_cell
from sessiontui.tui.widgets.plain_bars import plain_bars
from sessiontui.tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessiontui.services.alerts.boards import AlertDetail


class AlertPane(Vertical):
    """Heading, keys and facts of one alert, or of a group of them."""

    def __init__(self, look: Look) -> None:
        super().__init__(id="pane")
        self._look = look

    def compose(self) -> ComposeResult:
        """Lay out the heading, what helps next, and the facts, which scroll."""
        yield Sheet(id_="heading")
        yield Sheet(id_="next")
        with VerticalScroll(id="body", can_focus=False):
            yield Sheet(id_="facts")

    def on_mount(self) -> None:
        """Draw the scroll bar in the signs of the console."""
        plain_bars(self.query_one("#body"), self._look)

    def show_entry(self, entry: AlertLine | AlertGroup | None, detail: AlertDetail | None, now: datetime) -> None:
        """Show one row of the table; without ``detail`` as long as that is asked for."""
        look = self._look
        heading, facts = self.query_one("#heading", Sheet), self.query_one("#facts", Sheet)
        self.set_class(entry is None, "-nothing")
        if entry is None:
            heading.show(lambda width: Content(""))
            facts.show(lambda width: Content(""))
        elif isinstance(entry, AlertGroup):
            group = entry
            heading.show(lambda width: Content.assemble(severity_cell(group.severity, look), f"  {group.rule.words}"))
            facts.show(lambda width: present.group_body(group, now, look, width))
        else:
            line, earlier = entry, () if detail is None else detail.earlier
            heading.show(lambda width: present.heading(line, now, look, width))
            facts.show(lambda width: present.body(line, earlier, now, look, width))

    def show_next(self, helping: Sequence[Hint] | None) -> None:
        """Show the keys that help; ``None`` while it is still asked which."""
        self.query_one("#next", Sheet).show(lambda width: next_line(helping, self._look, width))
