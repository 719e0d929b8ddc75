"""Tab Requests: who asked to join, as a list with a cursor, and in full what the one under it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.content import Content

from sessiontui.tui.present.columns import Column, Row
from sessiontui.tui.present.look import MUTED, Look
from sessiontui.tui.present.sheets import request_cells, request_said
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.table import Table
from sessiontui.tui.widgets.tabs.tab import OwnTab, Shown, TabBody

if TYPE_CHECKING:
    from sessiontui.services.pictures import RequestLine, SessionDetail

COLUMNS: Final = (
    Column("state", "State", 11),
    Column("person", "Person", 10, flex=3),
    Column("asked", "Asked", 9, from_width=58, tinted=False),
    Column("decided", "Decided", 15, flex=2, from_width=42, tinted=False),
    Column("message", "Message", 12, flex=4, from_width=70),
)


class RequestsTab(OwnTab):
    """The list of requests; its number stays where room is short, for it asks for a decision."""

    pressing = True

    def number(self, detail: SessionDetail) -> int:
        """Return how many have asked."""
        return len(detail.requests)

    def body(self, look: Look) -> TabBody:
        """Return the list."""
        return RequestsBody(look)


class RequestsBody(TabBody):
    """The list, and below it the whole message of the request under the cursor."""

    DEFAULT_CSS = """
    RequestsBody > Table { height: 1fr; }
    RequestsBody > #said { max-height: 8; padding: 0 1; }
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown: Shown | None = None

    def compose(self) -> ComposeResult:
        """Lay out list and message."""
        yield Table(COLUMNS, self._look, id_="requests")
        yield Sheet(id_="said")

    def show(self, shown: Shown | None) -> None:
        """Show the requests of a session."""
        self._shown = shown
        detail = None if shown is None else shown.detail
        rows = (
            ()
            if detail is None
            else [Row(request.id, request_cells(request, detail.taken_at, self._look)) for request in detail.requests]
        )
        self.query_one("#requests", Table).show(rows)
        self._draw_said()

    def take_keys(self) -> None:
        """Give the focus to the list."""
        self.query_one("#requests", Table).focus()

    @property
    def chosen(self) -> RequestLine | None:
        """The request under the cursor, while the list has the keys."""
        return self._under_cursor if self.query_one("#requests", Table).has_focus else None

    def on_table_highlighted(self, event: Table.Highlighted) -> None:
        """Show in full what the request under the cursor says; the screen hears of it too."""
        self._draw_said()

    @property
    def _under_cursor(self) -> RequestLine | None:
        detail = None if self._shown is None else self._shown.detail
        if detail is None:
            return None
        key = self.query_one("#requests", Table).cursor_key
        return next((line for line in detail.requests if line.id == key), None)

    def _draw_said(self) -> None:
        said, look, request = self.query_one("#said", Sheet), self._look, self._under_cursor
        if request is None or self._shown is None or self._shown.detail is None:
            said.show(lambda width: Content.styled("Nobody has asked to join.", MUTED))
            return
        taken_at = self._shown.detail.taken_at
        said.show(lambda width: request_said(request, taken_at, look, width))
