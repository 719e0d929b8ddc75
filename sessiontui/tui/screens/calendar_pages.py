"""Which days the calendar shows: it asks for them, follows what is committed, and keeps the cursor on its session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from sessiontui.domain.errors import BadInput, SessiontuiError
from sessiontui.domain.timetable import shifted
from sessiontui.tui.background import in_background
from sessiontui.tui.feed import Heard
from sessiontui.tui.present import calendar_cursor as cursors
from sessiontui.tui.present.calendar_cursor import Cursor
from sessiontui.tui.present.calendar_layout import WORKING
from sessiontui.tui.present.calendar_month import WEEK as DAYS_OF_WEEK
from sessiontui.tui.present.failures import sentence
from sessiontui.tui.screens.calendar_view import DAY, MONTH, WEEK, CalendarView

if TYPE_CHECKING:
    from sessiontui.tui.port import Port
    from sessiontui.tui.present.look import Look

EACH: Final = 150
"""Sessions of one day that are drawn; their lanes are full long before, and the day says how many more there are."""

PAUSE: Final = 1.0
"""Seconds between two pages while commits come in numbers."""

_SHOWS: Final = (WEEK, MONTH, DAY)

_DAYS_HINT: Final = "today · tomorrow · fri · 14 may · 2026-05-14 · +2w"


class CalendarPages(CalendarView):
    """Pages of weeks, months and days; it follows the feed of the desk and looks for nothing by itself."""

    def __init__(self, port: Port, look: Look, *, follow: Callable[[Heard], None]) -> None:
        super().__init__(port, look)
        self._follow = follow
        self._resting: Timer | None = None
        self._behind = False
        self._asking = False
        self._again = False
        self._opened = False

    def on_mount(self) -> None:
        """Hear of every commit, as the desk does."""
        self._follow(self._heard)

    def on_screen_resume(self) -> None:
        """Ask anew when the screen is shown, with the filter of the desk."""
        self.filter.put(self.console.desk.feed.question.query)
        self.refresh_soon()

    def refresh_soon(self) -> None:
        """Ask for what is shown anew."""
        if self._asking:
            self._again = True
        elif self.is_current:
            self._asking = True
            in_background(self, self._answer, group="calendar")

    # Asking

    def _heard(self, ids: frozenset[int] | None) -> None:
        """Ask anew after a commit, at most once a second, and once a minute for what time has changed."""
        if not self.is_current or self.page is None:
            return
        if ids is not None and not ids:
            if self.port.as_of is None and self.page.taken_at.minute != self.port.clock().minute:
                self.refresh_soon()
            return
        if self._resting is not None:
            self._behind = True
            return
        self._resting = self.set_timer(PAUSE, self._rested)
        self.refresh_soon()

    def _rested(self) -> None:
        self._resting = None
        if self._behind:
            self._behind = False
            self._heard(None)

    async def _answer(self) -> None:
        """Ask until nothing else was wanted meanwhile."""
        try:
            while True:
                self._again = False
                await self._ask()
                if not self._again:
                    return
        finally:
            self._asking = False

    async def _ask(self) -> None:
        from sessiontui.services.calendars import timetable

        port = self.port
        if not self._opened and self.page is None:
            remembered = port.recall("calendar.view")
            self.view = remembered if remembered in _SHOWS else WEEK
        number = self.number
        try:
            page = await timetable.page(
                port.context,
                self.console.desk.feed.question.query,
                first=self.first,
                number=number,
                each=0 if self.view == MONTH else EACH,
                zone=port.zone,
                now=port.clock(),
                by=port.actor,
                as_of=port.as_of,
            )
        except SessiontuiError as error:
            await port.note(error)
            self._failed = sentence(error)
        else:
            self._failed, self.page = "", page
            self._settle()
        self.draw()

    def _settle(self) -> None:
        """Put the cursor back on its session, or where the calendar opens."""
        drawn = self.plan()
        if drawn is None or self.view == MONTH:
            return
        lost = self.cursor is not None and self.cursor.session_id is not None
        if self.cursor is None or not self._opened:
            at = self.cursor
            self.cursor = cursors.opening(drawn, self.now) if at is None else cursors.settled(at, drawn)
            self._opened = True
            self.remove_class("-empty")
            self.call_after_refresh(self._scroll_to_work)
            return
        before, self.cursor = self.cursor, cursors.settled(self.cursor, drawn)
        if lost and self.cursor.session_id is None and self.lifted is None:
            self.console.tell(f"session #{before.session_id} is not on these days any more")

    # Going about

    def _put_back(self, cursor: Cursor | None = None) -> None:
        """Put a session back that is being moved; where none can be moved there is nothing to do."""

    def _scroll_to_work(self) -> None:
        """Let the hours at which people work be seen first, and the cursor in any case."""
        drawn = self.plan()
        if drawn is not None and self.view != MONTH:
            self.grid.show(self._days)
            self.grid.scroll_rows(next(at for at, mark in enumerate(drawn.axis) if mark.minute >= WORKING[0]))
            self._reveal(around=False)

    def _put(self, cursor: Cursor) -> None:
        self.cursor = cursor
        if self.lifted is not None:
            self._put_back(cursor)
        self.draw()
        self._reveal(around=False)

    def _reveal(self, *, around: bool) -> None:
        """Scroll so far that the cursor is seen, its session whole where that is possible."""
        drawn = self.plan()
        if drawn is None or self.cursor is None or self.view == MONTH:
            return
        day, row = drawn.day_at(self.cursor.at), drawn.row_at(self.cursor.at)
        if day is None or row is None:
            return
        boxes = [box for box in drawn.boxes[day] if box.line is not None and box.line.id == self.cursor.session_id]
        first, last = (boxes[0].span.top, boxes[0].span.bottom) if boxes else (row, row + 1)
        if around:
            self.grid.scroll_rows(first - self.grid.height_of_rows // 2)
        self.grid.reveal(first, last)

    def _moved(self, at: datetime, by: int) -> datetime:
        return shifted(at, at, days=by, zone=self.port.zone)[0]

    def _go_page(self, by: int, at: datetime) -> None:
        """Show the next stretch of days, with the cursor at an instant of it."""
        first = self.page.days[0].date if self.page is not None else self.first
        self._show_day(first + timedelta(days=by * self.number), at)

    def _go_day(self, by: int) -> None:
        day, before = (self._day or self.today) + timedelta(days=by), self._day or self.today
        if (day.year, day.month) == (before.year, before.month):
            self._day = day
            self.draw()
        else:
            self._show_day(day)

    def _show_day(self, day: date, at: datetime | None = None) -> None:
        """Show a day, where there can be one."""
        from sessiontui.services.calendars.timetable import MOST_DAYS, is_shown

        if not is_shown(day - timedelta(days=DAYS_OF_WEEK), MOST_DAYS):
            self.console.tell(f"there are no sessions in the year {day.year}", severity="warning")
            return
        self._put_back()
        self._day = day
        if at is not None:
            self.cursor = Cursor(at)
        self.refresh_soon()

    async def _goto(self) -> None:
        from sessiontui.tui.dialogs.ask import Ask
        from sessiontui.tui.dialogs.wall_clock import read_day

        today = self.today

        def wrong(text: str) -> str:
            try:
                read_day(text, today=today)
            except BadInput as error:
                return f"{error.detail}: {error.hint}"
            return ""

        answer = await self.console.push_screen_wait(
            Ask("Show which day?", label="Day", value="today", hint=_DAYS_HINT, yes="Show", validate=wrong)
        )  # fmt: skip
        if answer is None:
            return
        day = read_day(answer, today=today)
        self._opened = self.view == MONTH
        at = self.now if day == today else self._morning(day)
        self._show_day(day, at)

    def _morning(self, day: date) -> datetime:
        from sessiontui.domain.timetable import days_of

        rows = days_of(day, 1, self.port.zone)[0].rows
        return next(row.since for row in rows if row.mark.minute >= WORKING[0])
