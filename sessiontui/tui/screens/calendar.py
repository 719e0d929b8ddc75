"""The calendar: sessions by day in the admin's zone; keys and mouse go between them, make them and move them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.text import visible
from sessiontui.domain.timetable import shifted
from sessiontui.tui.background import for_a_key
from sessiontui.tui.opening import HOME
from sessiontui.tui.present import calendar_cursor as cursors
from sessiontui.tui.present.calendar_cursor import Cursor
from sessiontui.tui.present.calendar_month import WEEK as DAYS_OF_WEEK
from sessiontui.tui.present.calendar_month import month_columns, week_heights
from sessiontui.tui.screens.calendar_pages import CalendarPages
from sessiontui.tui.screens.calendar_view import DAY, MONTH, STEPS, WEEK
from sessiontui.tui.widgets.calendar_grid import CalendarGrid
from sessiontui.tui.widgets.counts import CountsStrip, with_status
from sessiontui.tui.widgets.filter_bar import FilterBar

if TYPE_CHECKING:
    pass

MOVE_STEP: Final = timedelta(minutes=15)
"""By how much a session moves with one key."""


class CalendarScreen(CalendarPages):
    """Weeks, months and days; it follows the feed of the desk and asks nothing by itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("up,k", "step(-1)", "Before", show=False),
        Binding("down,j", "step(1)", "Next", show=False),
        Binding("left,h", "turn(-1)", "Day before", show=False),
        Binding("right,l", "turn(1)", "Next day", show=False),
        Binding("comma,ctrl+up", "row(-1)", "Earlier", show=False),
        Binding("full_stop,ctrl+down", "row(1)", "Later", show=False),
        Binding("left_square_bracket,pageup", "page(-1)", "Page before", show=False),
        Binding("right_square_bracket,pagedown", "page(1)", "Next page", show=False),
        Binding("home", "edge(False)", "First", show=False),
        Binding("end,G", "edge(True)", "Last", show=False),
        Binding("g", "goto", "Today or a date", show=False),
        Binding("w", "show('week')", "Week", show=False),
        Binding("m", "show('month')", "Month", show=False),
        Binding("d", "show('day')", "Day", show=False),
        Binding("plus", "zoom(-1)", "Finer", show=False),
        Binding("underscore", "zoom(1)", "Coarser", show=False),
        Binding("shift+up", "shift(-1)", "Earlier", show=False),
        Binding("shift+down", "shift(1)", "Later", show=False),
        Binding("shift+left", "shift_day(-1)", "Day before", show=False),
        Binding("shift+right", "shift_day(1)", "Next day", show=False),
        Binding("enter", "open", "Open", show=False),
        Binding("space", "mark", "Mark", show=False),
        Binding("slash", "filter", "Filter", show=False),
    ]

    # Keys

    def action_back(self) -> None:
        """Leave one layer: the filter's line, a move that was begun, the filter, the screen."""
        if self.filter.has_focus_within:
            self._leave_filter()
        elif self.lifted is not None:
            self._put_back()
        elif self.view == DAY:
            self.action_show(WEEK)
        else:
            self.console.go("desk")

    def action_step(self, by: int) -> None:
        """Go to the next session of the day, or the one before; in a month a week on."""
        if self.view == MONTH:
            self._go_day(by * DAYS_OF_WEEK)
            return
        drawn = self.plan()
        if drawn is not None and self.cursor is not None:
            self._put(cursors.stepped(self.cursor, drawn, by))

    def action_row(self, by: int) -> None:
        """Go on by a row, whatever stands there."""
        drawn = self.plan()
        if self.view != MONTH and drawn is not None and self.cursor is not None:
            self._put(cursors.rowed(self.cursor, drawn, by))

    def action_turn(self, by: int) -> None:
        """Go to the same time of the next day, or the one before; beyond the page the next one comes."""
        if self.view == MONTH:
            self._go_day(by)
            return
        drawn = self.plan()
        if drawn is None or self.cursor is None:
            return
        turned = cursors.turned(self.cursor, drawn, by)
        if turned is not None:
            self._put(turned)
        else:
            self._go_page(by, self._moved(self.cursor.at, by))

    def action_page(self, by: int) -> None:
        """Show the next week, month or day, or the one before."""
        if self.view == MONTH:
            month = (self._day or self.today).replace(day=15) + timedelta(days=30 * by)
            self._show_day(month.replace(day=1))
            return
        at = self.now if self.cursor is None else self.cursor.at
        self._go_page(by, self._moved(at, by * self.number))

    def action_edge(self, last: bool) -> None:
        """Go to the first or the last session of the day."""
        drawn = self.plan()
        if self.view == MONTH or drawn is None or self.cursor is None:
            return
        lines = drawn.on(drawn.day_at(self.cursor.at) or 0)
        if lines:
            self._put(cursors.on_line(lines[-1 if last else 0], drawn))

    def action_goto(self) -> None:
        """Ask for a date; today stands there already."""
        for_a_key(self, self._goto, group="goto")

    def action_show(self, view: str) -> None:
        """Show a week, a month or a day."""
        if view == self.view or self.lifted is not None:
            return
        if self.view != MONTH and self.cursor is not None:
            self._day = self.cursor.at.astimezone(self.port.zone).date()
        elif self.view == MONTH and self._day is not None:
            at = self.instant
            self.cursor = None if at is None else Cursor(at)
            self._opened = False
        self.view = view
        self.port.remember("calendar.view", view)
        self.refresh_soon()

    def action_zoom(self, by: int) -> None:
        """Make the rows finer or coarser."""
        place = STEPS.index(self.step) + by
        if self.view != MONTH and 0 <= place < len(STEPS):
            self._step = STEPS[place]
            self._reveal(around=True)
            self.draw()

    def action_shift(self, by: int) -> None:
        """Move the session under the cursor by a quarter of an hour; nothing is written before it is confirmed."""
        self._lift(lambda line: (line.starts_at + by * MOVE_STEP, line.ends_at + by * MOVE_STEP))

    def action_shift_day(self, by: int) -> None:
        """Move it to the same time of the next day, or the one before."""
        self._lift(lambda line: shifted(line.starts_at, line.ends_at, days=by, zone=self.port.zone))

    def action_open(self) -> None:
        """Set down what is being moved; open a day of the month, a session on the desk, or make a new one."""
        if self.lifted is not None:
            for_a_key(self, self._set_down, group="command")
        elif self.view == MONTH:
            self.action_show(DAY)
        elif self.line is not None:
            self.console.set_query(f"id:{self.line.id}")
        else:
            self.console.action_command("new")

    def action_mark(self) -> None:
        """Mark the session under the cursor for the desk, whose keys act on all that are marked, or unmark it."""
        line = self.line
        if line is None:
            self.console.tell("no session is under the cursor: go to one to mark it", severity="warning")
            return
        number = self.console.desk.mark(line)
        left = f"{number} marked: 1 shows the desk, whose keys act on them" if number else "none is marked any more"
        self.console.tell(f"{visible(line.title)}: {left}")

    def action_filter(self) -> None:
        """Go to the filter's line, which calendar and desk share."""
        self.add_class("-filtering")
        self.filter.focus_input()
        self.draw_keys()

    # What the widgets say

    def on_filter_bar_asked(self, event: FilterBar.Asked) -> None:
        """Show what the filter holds, here and on the desk."""
        event.stop()
        self._filter_by(event.query)

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        """Give the keys back to the days."""
        event.stop()
        self._leave_filter()

    def on_counts_strip_pressed(self, event: CountsStrip.Pressed) -> None:
        """Filter by the status; a second press shows all again."""
        event.stop()
        self._filter_by(with_status(self.console.desk.feed.question.query, event.status))

    def on_calendar_grid_pressed(self, event: CalendarGrid.Pressed) -> None:
        """Go to the session, the time or the day that was clicked; twice opens it."""
        event.stop()
        if self.view == MONTH:
            self._press_month(event)
        else:
            self._press_days(event)
        if event.chain > 1 and event.row is not None and self.lifted is None:
            self.action_open()

    def _press_days(self, event: CalendarGrid.Pressed) -> None:
        drawn = self.plan()
        if drawn is None or self.lifted is not None:
            return
        for day, (left, wide) in enumerate(drawn.columns):
            if not left - 1 <= event.x < left + wide or not drawn.days[day].rows:
                continue
            if event.row is None:
                if event.chain > 1:
                    self._put(Cursor(drawn.nearest(day, 0).since))
                    self.action_show(DAY)
                return
            box = drawn.box_at(day, event.row, max(0, event.x - left), wide)
            if box is None:
                self._put(Cursor(drawn.nearest(day, event.row).since))
            elif box.line is not None:
                self._put(Cursor(max(box.line.starts_at, drawn.days[day].since), box.line.id))
            else:
                self._put(cursors.on_line(min(box.hidden, key=lambda line: line.rank), drawn))

    def _press_month(self, event: CalendarGrid.Pressed) -> None:
        page = self.page
        if page is None or event.row is None:
            return
        weeks = len(page.days) // DAYS_OF_WEEK
        week = next(
            place
            for place, (top, high) in enumerate(week_heights(self.grid.size.height - 1, weeks))
            if top <= event.row < top + high
        )
        for place, (left, wide) in enumerate(month_columns(self.grid.size.width)):
            if left - 1 <= event.x < left + wide:
                self._day = page.days[week * DAYS_OF_WEEK + place].date
        self.draw()

    # Moving sessions

    def _lift(self, window: Callable[..., tuple[datetime, datetime]]) -> None:
        """Take the session under the cursor along, if it may be rescheduled."""
        stored = self.line
        command = next((one for one in self.console.registry if one.id == "reschedule"), None)
        if stored is None or command is None or self.view == MONTH:
            self.console.tell("no session is under the cursor: go to one to move it", severity="warning")
            return
        reason = command.why_not(self.scene())
        if reason:
            self.console.tell(visible(f"Move: {reason}"), severity="warning")
            return
        line = self.lifted or stored
        starts_at, ends_at = window(line)
        drawn = self.plan()
        if drawn is None or drawn.day_at(starts_at) is None:
            self.console.tell("that is beyond these days: D moves it anywhere", severity="warning")
            return
        self.lifted = replace(line, starts_at=starts_at, ends_at=ends_at)
        self.cursor = Cursor(starts_at, line.id)
        if (starts_at, ends_at) == (stored.starts_at, stored.ends_at):
            self.lifted = None
        self.draw()
        self._reveal(around=False)

    def _put_back(self, cursor: Cursor | None = None) -> None:
        stored, lifted = self.line, self.lifted
        self.lifted = None
        if lifted is None:
            return
        if cursor is None and stored is not None:
            self.cursor = Cursor(stored.starts_at, stored.id)
        self.console.tell(f"{visible(lifted.title)} stays where it was")
        self.draw()

    async def _set_down(self) -> None:
        """Ask whether the session is to move, and move it as rescheduling does."""
        from sessiontui.tui.commands.command import said
        from sessiontui.tui.commands.replacing import replace_session

        stored, lifted = self.line, self.lifted
        if stored is None or lifted is None:
            return
        try:
            moved = await replace_session(
                self.console, self.scene(), stored, starts_at=lifted.starts_at, ends_at=lifted.ends_at
            )
        except SessiontuiError as error:
            self.console.tell(said(error), severity="error")
            moved = False
        if moved:
            self.lifted = None
        self.refresh_soon()

    # The filter

    def _filter_by(self, query: str) -> None:
        self.filter.put(query)
        self.console.desk.set_query(query or HOME)
        self.refresh_soon()

    def _leave_filter(self) -> None:
        self.remove_class("-filtering")
        self.grid.focus()
        self.draw_keys()
