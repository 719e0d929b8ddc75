"""Outbox and audit: every letter with what became of it and its whole text, and who did what, sealed in a chain."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.text import MAX_LINE
from sessiontui.tui.background import in_background
from sessiontui.tui.port import Port
from sessiontui.tui.present import letters as present
from sessiontui.tui.present.columns import Row
from sessiontui.tui.present.look import Look
from sessiontui.tui.screens.list_screen import ListScreen
from sessiontui.tui.screens.outbox_lists import ENTRIES, FILTERS, LETTERS, Lists
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.tab_line import TabLine
from sessiontui.tui.widgets.table import Table

EVERY: Final = 2.0
"""Seconds between two looks at the outbox while it is shown: as often as the worker sends."""


class OutboxScreen(ListScreen):
    """Two lists, one of letters and one of audit entries; what is under the cursor is shown whole."""

    CSS_PATH = "outbox.tcss"
    screen_name = "audit"
    narrow = 110
    rest = 0.2
    title_word = "Outbox and audit"
    AUTO_FOCUS = "#letters"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn", "Other list", show=False),
        Binding("right,l", "turn", "Other list", show=False),
        Binding("R", "resend", "Send again", show=False),
        Binding("V", "verify", "Verify", show=False),
        Binding("slash", "filter", "Filter", show=False),
        Binding("y", "open_session", "Show the session", show=False),
        Binding("escape", "back", "Back", show=False),
    ]

    def __init__(self, port: Port, look: Look, *, interval: bool = True) -> None:
        super().__init__(port, look)
        self.letters = Table(LETTERS, look, id_="letters")
        self.entries = Table(ENTRIES, look, id_="entries")
        self.lists = Lists()
        self._is_verifying = False
        self._follows = interval
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out tabs, filter, counts, the list and what is under its cursor."""
        yield self.top
        with Horizontal(id="head"):
            yield TabLine(id_="tabs")
            yield Sheet(id_="counts")
        with Horizontal(id="filter-line"):
            yield Static(Content("/"), id="slash")
            yield Input(id="filter", compact=True, max_length=MAX_LINE, placeholder=FILTERS[False])
        with Horizontal(id="both"):
            with Vertical(id="list"):
                yield self.letters
                yield self.entries
                yield Sheet(id_="picture")
            with VerticalScroll(id="whole", can_focus=True):
                yield Sheet(id_="text")
        yield self.keys

    def on_screen_resume(self) -> None:
        """Ask anew when the screen is shown, and go on while it is."""
        super().on_screen_resume()
        if self.lists.chain is None:
            self.action_verify()
        if self._follows and self._timer is None:
            self._timer = self.set_interval(EVERY, self.refresh_soon)
        elif self._timer is not None:
            self._timer.resume()

    def on_screen_suspend(self) -> None:
        """Ask nothing while nobody looks."""
        if self._timer is not None:
            self._timer.pause()

    def on_table_highlighted(self) -> None:
        """Show in full what is under the cursor."""
        self._draw_whole()
        self._draw_keys()

    def on_table_opened(self) -> None:
        """Go into the text, to scroll it."""
        self.query_one("#whole").focus()

    def on_tab_line_pressed(self, event: TabLine.Pressed) -> None:
        """Open the list that was clicked."""
        event.stop()
        if bool(event.place) is not self.lists.audit:
            self.action_turn()

    def focus_list(self) -> None:
        """Give the list the keys."""
        self._table.focus()

    def action_turn(self) -> None:
        """Open the other list."""
        self.lists.audit = not self.lists.audit
        self.lists.error = ""
        with self.prevent(Input.Changed):
            box = self.query_one("#filter", Input)
            box.value, box.placeholder = self.lists.filters[self.lists.audit], FILTERS[self.lists.audit]
        self.draw()
        self._table.focus()
        self.refresh_soon()

    def action_filter(self) -> None:
        """Put the cursor into the filter."""
        self.query_one("#filter", Input).focus()

    def action_back(self) -> None:
        """Leave the filter or the text, else go back to the desk."""
        if self.focused is not self._table:
            self._table.focus()
        else:
            self.console.go("desk")

    def action_verify(self) -> None:
        """Verify the whole trail."""
        if self._is_verifying:
            return
        self._is_verifying, self.lists.chain = True, None
        self._draw_counts()
        in_background(self, self._verify, group="chain")

    def action_open_session(self) -> None:
        """Show the session of what is under the cursor on the desk."""
        session_id = self.lists.session_of(letter=self.letters.cursor_key, entry=self.entries.cursor_key)
        if session_id is None:
            self.console.tell("this is about no session", severity="warning")
            return
        self.console.set_query(f"id:{session_id}")

    def action_resend(self) -> None:
        """Send the marked letters again, else the one under the cursor."""
        if why := self._why_not_resend:
            self.console.tell(why, severity="warning")
            return
        marked = [key for key in self.letters.marks if isinstance(key, int)]
        letter = self.lists.letter(self.letters.cursor_key)
        chosen = marked or ([letter.id] if letter is not None else [])
        if chosen:
            in_background(self, partial(self._resend, chosen), group="act")

    # Inside

    @property
    def _table(self) -> Table:
        return self.entries if self.lists.audit else self.letters

    @property
    def _why_not_resend(self) -> str:
        return self.lists.why_not_resend(self.port, self.letters.cursor_key, marked=bool(self.letters.marks))

    async def _verify(self) -> None:
        try:
            await self.lists.verify(self.port)
        except SessiontuiError as error:
            await self.port.note(error)
            self.console.tell(str(error), severity="error")
        finally:
            self._is_verifying = False
        self._draw_counts()

    async def _resend(self, letter_ids: list[int]) -> None:
        from sessiontui.services.delivery import outbox
        from sessiontui.tui.commands.command import report, said

        try:
            receipt = await outbox.resend(self.port.context, letter_ids, by=self.port.actor, at=self.port.clock())
        except SessiontuiError as error:
            self.console.tell(said(error), severity="error")
        else:
            report(self.console, receipt)
        self.refresh_soon()

    def apply_filter(self) -> None:
        """Show what the filter asks for."""
        text = self.query_one("#filter", Input).value.strip()
        if text != self.lists.filters[self.lists.audit]:
            self.lists.filters[self.lists.audit] = text
            self.refresh_soon()

    async def read(self) -> None:
        """Ask for the list that is open."""
        await self.lists.read(self.port)

    def draw(self) -> None:
        """Draw the list and what is under its cursor."""
        if not self.is_mounted:
            return
        now, look, lists = self.port.clock(), self.look, self.lists
        self.letters.display = not lists.audit and not lists.is_empty
        self.entries.display = lists.audit and not lists.is_empty
        self.query_one("#picture").display = lists.is_empty
        if lists.board is not None:
            self.letters.show([Row(one.id, present.letter_cells(one, now, look)) for one in lists.board.lines])
        self.entries.show([Row(one.id, present.audit_cells(one, now, look)) for one in lists.trail])
        pressing = "" if lists.board is None else str(present.sums(lists.board)["pressing"] or "")
        self.query_one("#tabs", TabLine).show(
            ((f"Outbox {pressing}".strip(), "Audit"), ("Outbox", "Audit")), int(lists.audit)
        )
        self._draw_counts()
        self.query_one("#picture", Sheet).show(lambda width: lists.picture(look))
        self._draw_whole()
        self._draw_keys()

    def _draw_counts(self) -> None:
        if not self.is_mounted:
            return
        look, board = self.look, self.lists.board
        if self.lists.audit:
            line = present.chain(self.lists.chain, self.lists.verified_at, look)
            self.query_one("#counts", Sheet).show(lambda width: line)
        else:
            self.query_one("#counts", Sheet).show(
                lambda width: Content("") if board is None else present.counts(board, look, width)
            )

    def _draw_whole(self) -> None:
        now, look, lists = self.port.clock(), self.look, self.lists
        letter, entry = lists.letter(self.letters.cursor_key), lists.entry(self.entries.cursor_key)
        self.query_one("#whole").display = not lists.is_empty
        self.query_one("#text", Sheet).show(
            lambda width: (
                present.audit_sheet(entry, now, look, width)
                if lists.audit
                else present.letter_sheet(letter, now, look, width)
            )
        )

    def _draw_keys(self) -> None:
        own = self.lists.hints(self.look, why_not_resend=self._why_not_resend)
        self.keys.show([*own, *self.hints_everywhere()])
