"""The desk: every session, what goes wrong on top, why each is where it is, and the keys that help."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from sessiontui.domain.errors import BadInput
from sessiontui.domain.text import visible
from sessiontui.tui.background import for_a_key
from sessiontui.tui.detail_feed import DetailFailed, DetailTaken
from sessiontui.tui.feed import (
    BoardFailed,
    BoardTaken,
    LinesTaken,
    QueryRefused,
)
from sessiontui.tui.opening import HOME, WIDE
from sessiontui.tui.present.line import ORDERS, order_of
from sessiontui.tui.screens.alike import has_counts_of
from sessiontui.tui.screens.desk_past import TravellingDesk
from sessiontui.tui.widgets.counts import CountsStrip, with_status
from sessiontui.tui.widgets.detail import DetailPane, Tab
from sessiontui.tui.widgets.filter_bar import FilterBar
from sessiontui.tui.widgets.table import Table
from sessiontui.tui.widgets.tabs.plan import PlanBody

if TYPE_CHECKING:
    from sessiontui.services.pictures import Board, SessionLine

REST: Final = 0.12
"""Seconds that the cursor rests on a session before its detail is read and drawn."""

LATE: Final = 0.1
"""Seconds that a detail may take before what is known of the session without it is drawn."""


GUARD: Final = 0.4
"""Seconds after the session under the cursor left in which no key acts on its neighbour: a hand needs as long."""


class DeskScreen(TravellingDesk):
    """Table and detail of the sessions that a query holds."""

    screen_name = "desk"
    title_word = "Sessions"
    AUTO_FOCUS = "#sessions"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "out", "Out", show=False),
        Binding("left,h", "turn(-1)", "Previous tab", show=False),
        Binding("right,l", "turn(1)", "Next tab", show=False),
    ]

    def begin(self) -> None:
        """Ask for the first rows, in the view that was left the last time."""
        if self._early is None:
            self._take_view()
        self.set_class(self.port.read_only, "-read-only")
        self._size_pane()
        self._draw_list_title()
        if self.port.as_of is not None:
            self.time_bar.open(self.port.as_of, now=self.port.clock())
        self._draw_top()
        self.feed.start()

    def on_unmount(self) -> None:
        """Ask no more."""
        self.feed.stop()

    # What commands look at and ask for

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
        was_seen = self._sees_pane
        self.add_class("-opened")
        if not was_seen:
            self._draw_line()
            self.details.keep_up(self._line.id)
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
        """Leave one layer: the detail, the marks, the past, the filter."""
        if self.pane.has_focus_within or self.has_class("-opened"):
            self.remove_class("-opened")
            self.call_after_refresh(self.table.focus)
            self.draw_keys()
        elif self.table.marks:
            self.table.mark_only(frozenset())
        elif self.time_bar.is_open:
            self.leave_past()
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
        if self.is_of_another_time(event.board):
            return
        if self._held and board is not None and event.board.query == board.query:
            return
        anew = self.shown.take(event.board, event.offset)
        self._draw_board(event.board, anew=anew)
        self.console.show_alerts(event.board.alerts)
        self.tell_difference(board, event.board)
        self.console.complete()
        if self._line is not None and self._rest is None:
            self.details.keep_up(self._line.id, seen=self._sees_pane)

    def on_lines_taken(self, event: LinesTaken) -> None:
        """Show some of the rows as they are now, unless the display is held or the past is shown."""
        event.stop()
        if self._held or self.port.as_of is not None:
            return
        was_stale = self.shown.stale is not None
        before = self._line
        self.shown.put(event.board, event.lines)
        self._renew_rows(event.board, event.lines)
        self._draw_numbers(event.board)
        if was_stale:
            self.remove_class("-stale")
        if self._line != before:
            self._draw_line()
            if self._line is not None and self._rest is None:
                self._keep_detail(self._line)
        else:
            self._draw_top()

    def quiet_second(self, board: Board) -> None:
        """Let the minutes, the clock and the counts go on."""
        if self._held or self.port.as_of is not None:
            return
        if self.shown.stale is not None:
            self.remove_class("-stale")
        before = self.shown.board
        self.shown.put(board, ())
        if self._renewed is not self._in_view() or self.table.points or not self.rows.last(board.taken_at):
            self._renew_rows(board, ())
        if before is None or not has_counts_of(before, board):
            self._draw_numbers(board)
        else:
            self._draw_clock()

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
        if self.port.as_of not in (None, event.detail.taken_at):
            return  # the bar has gone on since it was asked for
        self._detail = event.detail
        if self._known_detail is not None:
            self._draw_line()
            self.draw_keys()

    def on_detail_failed(self, event: DetailFailed) -> None:
        """Say in the pane why there is no detail."""
        event.stop()
        if self._line is not None and event.session_id == self._line.id:
            self.pane.show(self._line, None, error=event.error)

    # What the widgets say

    def on_table_highlighted(self, event: Table.Highlighted) -> None:
        """Show what there is to tell of the session once the cursor rests on it."""
        event.stop()
        if event.table is not self.table:
            self.draw_keys()
            return
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        if self._told is None:
            self._draw_line()
        self._rest = self.set_timer(REST, self._rested)

    def on_table_cursor_lost(self, event: Table.CursorLost) -> None:
        """Say that the session under the cursor left the list."""
        event.stop()
        lost = self.shown.former(event.lost)
        if event.table is self.table and lost is not None:
            now = self.shown.line(event.key)
            self._guard(visible(lost.title))
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

    def mark(self, line: SessionLine) -> int:
        """Mark a session that another screen shows, or unmark it, and return how many are marked."""
        keys = self.shown.turn_mark(line)
        self.table.mark_only(keys)
        return len(keys)

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

    def on_plan_body_wanted(self, event: PlanBody.Wanted) -> None:
        """Do what a key of the tab Plan asks for."""
        from sessiontui.tui.commands.planning import act_on_plan  # with its dialogs, which no first frame needs

        event.stop()
        for_a_key(self, partial(act_on_plan, self.console, self.scene(), event.act, event.key), group="command")

    def on_descendant_focus(self) -> None:
        """Offer the keys of where the focus went."""
        self.draw_keys()

    def _keep_detail(self, line: SessionLine) -> None:
        """Ask anew for the detail of a session that changed; what nobody sees may wait."""
        if self._sees_pane:
            self.details.ask(line.id)
        else:
            self.details.keep_up(line.id, seen=False)

    def _renew_rows(self, board: Board, lines: tuple[SessionLine, ...]) -> None:
        """Draw the rows anew that were read again, and those in view that tell a time."""
        self._renewed = self._in_view()
        seen = (self.shown.line(key) for key in self._renewed)
        told = [*lines, *(line for line in seen if line is not None)]
        self.table.put(self.rows.renewed(told, board.taken_at))

    def _guard(self, title: str) -> None:
        """Let no key act for a moment: it may have been meant for the session that left."""
        self._slipped = title or "the session"
        self.set_timer(GUARD, self._unguard)

    def _unguard(self) -> None:
        self._slipped = ""

    def _rested(self) -> None:
        self._rest = None
        if self._line is None:
            self._draw_line()
            return
        self.details.ask(self._line.id)
        self.set_timer(LATE, self._draw_if_late)

    def _draw_if_late(self) -> None:
        if (self._told and self._told.id) != (self._line and self._line.id):
            self._draw_line()

    def _ask_query(self, query: str) -> None:
        self.feed.ask(query=query)
        if not query.startswith("id:"):  # one session is looked up and done with
            self.port.remember("desk.query", query)


__all__ = ["HOME", "WIDE", "DeskScreen", "Tab"]
