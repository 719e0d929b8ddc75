"""The desk: every session, what goes wrong on top, why each is where it is, and the keys that help."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from sessiontui.domain.errors import BadInput
from sessiontui.domain.text import visible
from sessiontui.tui.feed import (
    BoardFailed,
    BoardTaken,
    DetailFailed,
    DetailFeed,
    DetailTaken,
    Feed,
    LinesTaken,
    QueryRefused,
)
from sessiontui.tui.port import Port, Reads
from sessiontui.tui.present import pictures
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.present.line import COLUMN_KEYS, COLUMNS, ORDERS, order_of, row
from sessiontui.tui.present.look import Look
from sessiontui.tui.present.sheets import aged
from sessiontui.tui.present.times import starts
from sessiontui.tui.screens.console_screen import ConsoleScreen
from sessiontui.tui.screens.shown import Shown
from sessiontui.tui.widgets.counts import CountsStrip, chosen_in, with_status
from sessiontui.tui.widgets.detail import DetailPane, Tab
from sessiontui.tui.widgets.filter_bar import FilterBar
from sessiontui.tui.widgets.table import Table
from sessiontui.tui.widgets.top_line import Freshness

if TYPE_CHECKING:
    from sessiontui.services.pictures import Board, SessionDetail, SessionLine
    from sessiontui.tui.commands.scene import Scene

HOME: Final = "view:now"
"""The query on which the desk opens the first time, and to which it goes back."""

WIDE: Final = 100
"""From this width on table and detail stand side by side."""

REST: Final = 0.12
"""Seconds that the cursor rests on a session before its detail is read."""

URGENCY: Final = "urgency"

_MOST_KEYS: Final = 16
"""Keys that are offered; how many are shown is a matter of width."""

_PANE_LEAST: Final = 36
_LIST_LEAST: Final = 44


class DeskScreen(ConsoleScreen):
    """Table and detail of the sessions that a query holds."""

    CSS_PATH = "desk.tcss"
    screen_name = "desk"
    title_word = "Sessions"
    AUTO_FOCUS = "#sessions"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "out", "Out", show=False),
        Binding("left,h", "turn(-1)", "Previous tab", show=False),
        Binding("right,l", "turn(1)", "Next tab", show=False),
    ]

    def __init__(self, port: Port, reads: Reads, look: Look, *, interval: float | None) -> None:
        super().__init__(port, look)
        self.feed = Feed(self, port, reads, in_view=self._in_view, interval=interval)
        self.details = DetailFeed(self, port, reads)
        self.strip = CountsStrip(look)
        self.filter = FilterBar(look, self._check)
        self.table = Table(COLUMNS, look, id_="sessions")
        self.pane = DetailPane(look, id_="detail")
        self.shown = Shown()
        self._held = False
        self._detail: SessionDetail | None = None
        self._rest: Timer | None = None
        self._pane_width = 0

    def compose(self) -> ComposeResult:
        """Lay out top line, counts, filter, table, detail and keys."""
        yield self.top
        yield self.strip
        yield self.filter
        yield Static(id="banner", markup=False)
        with Horizontal(id="main"):
            with Vertical(id="list"):
                yield self.table
                yield Static(pictures.loading(self.look), id="picture")
            yield self.pane
        yield self.keys

    def on_mount(self) -> None:
        """Draw the picture of loading, on what is known before anything was asked."""
        self._draw_list_title()
        self.add_class("-no-rows")
        self.filter.put(HOME)

    def begin(self) -> None:
        """Ask for the first rows, in the view that was left the last time."""
        recall = self.port.recall
        query, order, pane = recall("desk.query") or HOME, recall("desk.order") or "", recall("desk.pane") or ""
        try:
            self._check(query)
        except BadInput:  # the language of an older version
            query = HOME
        self._show_columns(tuple((recall("desk.columns") or "").split()))
        self._pane_width = int(pane) if pane.isdecimal() else 0
        order = order if order in ORDERS else URGENCY
        self.table.sorted_by(ORDERS[order][0], upwards=ORDERS[order][1])
        self.filter.put(query)
        self.feed.ask_later(query=query, order=order)
        self.set_class(self.port.read_only, "-read-only")
        self._size_pane()
        self._draw_list_title()
        self._draw_top()
        self.feed.start()

    def on_unmount(self) -> None:
        """Ask no more."""
        self.feed.stop()

    def on_resize(self, event: events.Resize) -> None:
        """Put table and detail side by side, or one in place of the other."""
        self.set_class(event.size.width < WIDE, "-narrow")
        self._size_pane()
        self.draw_keys()

    # What commands look at and ask for

    def scene(self) -> Scene:
        """Return what a command may look at at this instant."""
        from sessiontui.tui.commands.scene import Scene  # no key has a command before they are loaded

        line = self._line
        detail = self._detail if self._detail is not None and line and self._detail.line.id == line.id else None
        return Scene(
            board=self.shown.board or self.feed.last,
            line=line,
            detail=detail,
            marked=self.shown.marked,
            request=self.pane.request,
            actor=self.port.actor,
            read_only=self.port.read_only,
            as_of=self.port.as_of,
            screen=self.screen_name,
            keys=self.keys_of_commands,
            query=self.feed.question.query,
            order=self.feed.question.order,
            columns=self.columns,
        )

    def refresh_soon(self) -> None:
        """Ask for a new board and detail, also while the display is held: the admin has just done something."""
        self.feed.refresh()
        if self._line is not None:
            self.details.ask(self._line.id)

    def set_query(self, query: str) -> None:
        """Show the sessions that a query holds."""
        try:
            self._check(query)
        except BadInput as error:
            self.console.tell(f"{error.title}: {error.detail}", severity="warning")
            return
        self.filter.put(query)
        self._ask_query(query)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that were chosen; empty where none were, and all that have room are shown."""
        hidden = self.table.hidden
        return tuple(key for key in COLUMN_KEYS if key not in hidden) if hidden else ()

    def choose_columns(self, columns: tuple[str, ...]) -> None:
        """Show these columns as far as there is room; none means all."""
        self._show_columns(columns)
        self.port.remember("desk.columns", " ".join(columns))

    def sort(self, order: str = "") -> None:
        """Sort the table, without an order by the next one."""
        orders = list(ORDERS)
        now = self.feed.question.order
        order = order if order in ORDERS else orders[(orders.index(now) + 1) % len(orders)]
        self.table.sorted_by(ORDERS[order][0], upwards=ORDERS[order][1])
        self.feed.ask(order=order)
        self.port.remember("desk.order", order)
        self._draw_list_title()

    def toggle_hold(self) -> None:
        """Stop or resume the display."""
        self._held = not self._held
        self._draw_top()
        if not self._held:
            self.feed.refresh()
        self.console.tell("held: p lets it go on" if self._held else "live again")

    def open_detail(self) -> None:
        """Go into the session under the cursor."""
        if self._line is None:
            return
        self.add_class("-opened")
        self.draw_keys()
        self.call_after_refresh(self.pane.focus_body)

    def resize_pane(self, delta: int) -> None:
        """Make the detail pane wider by so many columns, or narrower."""
        if self.size.width < WIDE:
            return
        self._pane_width = (self._pane_width or self.pane.outer_size.width) + delta
        self._size_pane()
        self.port.remember("desk.pane", str(self._pane_width))

    def action_out(self) -> None:
        """Leave one layer: the detail, the marks, the filter."""
        if self.pane.has_focus_within or self.has_class("-opened"):
            self.remove_class("-opened")
            self.call_after_refresh(self.table.focus)
            self.draw_keys()
        elif self.table.marks:
            self.table.mark_only(frozenset())
        elif self.feed.question.query != HOME:
            self.set_query(HOME)

    def action_turn(self, by: int) -> None:
        """Open the tab beside the open one."""
        self.pane.action_turn(by)

    # What the feed says

    def on_board_taken(self, event: BoardTaken) -> None:
        """Show a new board, unless the display is held."""
        event.stop()
        board = self.shown.board
        if self._held and board is not None and event.board.query == board.query:
            return
        anew = self.shown.take(event.board, event.offset)
        self._draw_board(event.board, anew=anew)
        self.console.complete()
        if self._line is not None and self._rest is None:
            self.details.ask(self._line.id)

    def on_lines_taken(self, event: LinesTaken) -> None:
        """Show some of the rows as they are now, unless the display is held."""
        event.stop()
        if self._held:
            return
        was_stale = self.shown.stale is not None
        before = self._line
        now, look = event.board.taken_at, self.look
        moved = [line for line in event.lines if self._looks_new(line, now)]
        self.shown.put(event.board, event.lines)
        self.table.put([row(line, now, look) for line in moved])
        if was_stale:
            self.remove_class("-stale")
        if self._line != before:
            self._draw_line()
            if self._line is not None and self._rest is None:
                self.details.ask(self._line.id)
        else:
            self._draw_top()

    def on_board_failed(self, event: BoardFailed) -> None:
        """Keep the last board, dimmed, with its age, the error and what to do."""
        event.stop()
        self.shown.stale = event.stale
        self._draw_stale()
        self.console.complete()

    def on_query_refused(self, event: QueryRefused) -> None:
        """Point at what is wrong with the query; the board stays."""
        event.stop()
        from sessiontui.domain.query import QueryError

        if isinstance(event.error, QueryError):
            self.filter.refuse(event.error)
        else:
            self.console.tell(f"{event.error.title}: {event.error.detail}", severity="warning")

    def on_detail_taken(self, event: DetailTaken) -> None:
        """Show the detail if the cursor is still on its session."""
        event.stop()
        self._detail = event.detail
        if self._line is not None and event.detail.line.id == self._line.id:
            self.pane.show(event.detail.line, event.detail)
            self.draw_keys()

    def on_detail_failed(self, event: DetailFailed) -> None:
        """Say in the pane why there is no detail."""
        event.stop()
        if self._line is not None and event.session_id == self._line.id:
            self.pane.show(self._line, None, error=event.error)

    # What the widgets say

    def on_table_highlighted(self, event: Table.Highlighted) -> None:
        """Show the row at once, and its detail once the cursor rests."""
        event.stop()
        if event.table is not self.table:
            self.draw_keys()
            return
        self._draw_line()
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        if event.key is not None:
            self._rest = self.set_timer(REST, self._rested)

    def on_table_cursor_lost(self, event: Table.CursorLost) -> None:
        """Say that the session under the cursor left the list."""
        event.stop()
        lost = self.shown.former(event.lost)
        if event.table is self.table and lost is not None:
            now = self.shown.line(event.key)
            there = f", the cursor is on {visible(now.title)}" if now is not None else ""
            self.console.tell(f"{visible(lost.title)} left this list{there}")

    def on_table_opened(self, event: Table.Opened) -> None:
        """Go into the session, or decide nothing on a request."""
        event.stop()
        if event.table is self.table:
            self.open_detail()

    def on_table_header_pressed(self, event: Table.HeaderPressed) -> None:
        """Sort by the column, where there is an order for it."""
        event.stop()
        order = order_of(event.column, self.feed.question.order)
        if event.table is self.table and order:
            self.sort(order)

    def on_table_marks_changed(self, event: Table.MarksChanged) -> None:
        """Keep the marked sessions, also those that scroll out of the window."""
        event.stop()
        if event.table is self.table:
            self.shown.mark_only(event.marks)
            self._draw_list_title()
            self.draw_keys()

    def on_table_window_wanted(self, event: Table.WindowWanted) -> None:
        """Ask for the rows that come into view."""
        event.stop()
        if event.table is self.table:
            self.feed.ask(offset=event.offset, limit=event.limit)

    def on_counts_strip_pressed(self, event: CountsStrip.Pressed) -> None:
        """Filter by the status; a second press shows all again."""
        event.stop()
        self.set_query(with_status(self.feed.question.query, event.status) or HOME)

    def on_filter_bar_asked(self, event: FilterBar.Asked) -> None:
        """Show what the filter holds."""
        event.stop()
        self._ask_query(event.query)

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        """Give the keys back to the table."""
        event.stop()
        self.table.focus()

    def on_detail_pane_turned(self, event: DetailPane.Turned) -> None:
        """Offer the keys of the new tab."""
        event.stop()
        self.draw_keys()

    def on_descendant_focus(self) -> None:
        """Offer the keys of where the focus went."""
        self.draw_keys()

    # Drawing

    @property
    def _line(self) -> SessionLine | None:
        return self.shown.line(self.table.cursor_key)

    def _looks_new(self, line: SessionLine, now: datetime) -> bool:
        """Tell whether a row has to be drawn again: its session changed, or the time until its start did."""
        board = self.shown.board
        return (
            board is None
            or self.shown.line(line.id) != line
            or starts(line, now, self.look).plain != starts(line, board.taken_at, self.look).plain
        )

    def _in_view(self) -> tuple[int, ...]:
        return tuple(key for key in self.table.in_view if isinstance(key, int))

    def _rested(self) -> None:
        self._rest = None
        if self._line is not None:
            self.details.ask(self._line.id)

    def _draw_board(self, board: Board, *, anew: bool) -> None:
        now = board.as_of or board.taken_at
        self.remove_class("-stale")
        self.set_class(not board.lines, "-no-rows")
        if not board.lines:
            home = board.query in (HOME, "")
            self.query_one("#picture", Static).update(pictures.empty(board, self.look, home=home))
        rows = [row(line, now, self.look) for line in board.lines]
        self.table.show(rows, offset=self.shown.offset, total=board.matched, anew=anew)
        self.strip.show(board.counts, chosen_in(board.query))
        self.filter.matched(board.matched, board.total, exact=board.matched_exact)
        self._draw_list_title()
        self._draw_line()
        self._draw_top()

    def _draw_stale(self) -> None:
        stale = self.shown.stale
        if stale is None:
            return
        if self.shown.board is None:
            self.query_one("#picture", Static).update(pictures.failed(stale.error, stale.hint, self.look))
        else:
            self.add_class("-stale")
            words = aged(stale.error, stale.hint, stale.last.taken_at, self.port.clock(), self.look)
            self.query_one("#banner", Static).update(words)
        self._draw_top()

    def _draw_line(self) -> None:
        line = self._line
        detail = self._detail if self._detail is not None and line and self._detail.line.id == line.id else None
        self.pane.show(line, detail)
        self._draw_top()
        self.draw_keys()

    def _draw_top(self) -> None:
        line, board = self._line, self.shown.board
        taken_at = None if board is None else board.as_of or board.taken_at
        self.top.show(
            selected="" if line is None else visible(line.title),
            freshness=Freshness(taken_at=taken_at, held=self._held, failed=self.shown.stale is not None),
        )

    def _draw_list_title(self) -> None:
        marked = len(self.shown.marked)
        title = " Sessions" + (f", {marked} marked" if marked else "")
        order = self.feed.question.order
        if order != URGENCY:
            title += f", by {order}"
        self.query_one("#list").border_title = Content(f"{title} ")

    def draw_keys(self) -> None:
        """Offer the keys that help where the admin is; there are none before the commands are loaded."""
        if not self.is_mounted or not self.console.registry:
            return
        from sessiontui.tui.commands import footer_for

        hints = footer_for(self.scene(), most=_MOST_KEYS)
        self.pane.show_next(hints)
        if self.filter.has_focus_within:
            hints = (Hint("enter", "apply", ""), Hint("tab", "complete", ""), Hint("esc", "back", ""))
        elif self.pane.has_focus_within or self.has_class("-opened"):
            inside = [Hint("esc", "back", ""), Hint(self.look.of("←→", "h l"), "tabs", "")]
            hints = (*inside, *(hint for hint in hints if hint.command not in ("open", "mark")))
        self.keys.show(hints)

    def _size_pane(self) -> None:
        width = self.size.width
        if width < WIDE or not self._pane_width:
            self.pane.styles.width = None
            return
        most = max(_PANE_LEAST, width - _LIST_LEAST)
        self._pane_width = min(max(self._pane_width, _PANE_LEAST), most)
        self.pane.styles.width = self._pane_width

    def _show_columns(self, columns: tuple[str, ...]) -> None:
        wanted = [key for key in columns if key in COLUMN_KEYS]
        self.table.hide(frozenset(COLUMN_KEYS) - frozenset(wanted) if wanted else frozenset())

    def _ask_query(self, query: str) -> None:
        self.feed.ask(query=query)
        if not query.startswith("id:"):  # one session is looked up and done with
            self.port.remember("desk.query", query)

    def _check(self, query: str) -> None:
        from sessiontui.domain.query import parse  # the language of queries is not needed for the first frame

        parse(query, now=self.port.as_of or self.port.clock(), zone=self.port.zone)


__all__ = ["HOME", "WIDE", "DeskScreen", "Tab"]
