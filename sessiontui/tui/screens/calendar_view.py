"""How the calendar looks: its widgets, and what is drawn in them of the page and the cursor."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from sessiontui.domain.access import Action, may
from sessiontui.domain.text import visible
from sessiontui.tui.present import calendar_days as days
from sessiontui.tui.present import calendar_month as months
from sessiontui.tui.present import calendar_words as words
from sessiontui.tui.present.calendar_cursor import Cursor, line_of
from sessiontui.tui.present.calendar_layout import WORKING, Layout, layout
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.present.look import BAD, MUTED, Look
from sessiontui.tui.screens.console_screen import ConsoleScreen
from sessiontui.tui.widgets.calendar_grid import CalendarGrid, Picture
from sessiontui.tui.widgets.counts import CountsStrip, chosen_in
from sessiontui.tui.widgets.filter_bar import FilterBar
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.top_line import Freshness

if TYPE_CHECKING:
    from sessiontui.services.calendars.timetable import CalendarPage
    from sessiontui.services.pictures import SessionLine
    from sessiontui.tui.commands.scene import Scene
    from sessiontui.tui.port import Port

WEEK, MONTH, DAY = "week", "month", "day"

STEPS: Final = (15, 30, 60)
"""Minutes of a row, from the finest."""

_HIGH: Final = 22
"""Rows from which on half hours have room; below, hours."""

_SEVEN: Final = 100
"""Cells from which on a week has seven days beside each other."""

_THREE: Final = 52
"""Cells from which on three days stand beside each other."""


class CalendarView(ConsoleScreen):
    """Days side by side, or a month; it hears nothing and decides nothing."""

    CSS_PATH = "calendar.tcss"
    screen_name = "calendar"
    title_word = "Calendar"
    AUTO_FOCUS = "#grid"

    def __init__(self, port: Port, look: Look) -> None:
        super().__init__(port, look)
        self.grid = CalendarGrid(id_="grid")
        self.strip = CountsStrip(look)
        self.filter = FilterBar(look, self._check)
        self.view = WEEK
        self.page: CalendarPage | None = None
        self.cursor: Cursor | None = None
        self.lifted: SessionLine | None = None
        """The session that is being moved, where it is to go."""
        self._day: date | None = None
        """The day under the cursor of the month, and where a page that is asked for has its cursor."""
        self._step = 0
        self._failed = ""

    def compose(self) -> ComposeResult:
        """Lay out the days, what stands under the cursor, and the keys."""
        yield self.top
        yield Sheet(id_="period")
        yield self.strip
        yield self.filter
        yield self.grid
        yield Static(id="picture", markup=False)
        yield Sheet(id_="told")
        yield self.keys

    def on_mount(self) -> None:
        """Draw the picture of loading."""
        self.add_class("-empty")
        self._picture(f"Reading the calendar{self.look.ellipsis}", MUTED)

    def on_resize(self, event: events.Resize) -> None:
        """Show as many days as there is room for."""
        del event
        if self.page is not None and len(self.page.days) != self.number:
            self.refresh_soon()
        self.call_after_refresh(self.draw)

    @property
    def number(self) -> int:
        """How many days are shown."""
        if self.view == MONTH:
            return months.days_shown(self.today if self._day is None else self._day)
        width = self.size.width
        return 1 if self.view == DAY or width < _THREE else 7 if width >= _SEVEN else 3

    @property
    def now(self) -> datetime:
        """The instant that counts as the present: the one that is shown."""
        return self.port.as_of or self.port.clock()

    @property
    def today(self) -> date:
        """The day of that instant."""
        return self.now.astimezone(self.port.zone).date()

    @property
    def step(self) -> int:
        """Minutes of a row: as chosen, else as fine as there is room for."""
        return self._step or (30 if self.size.height - 8 >= _HIGH else 60)

    @property
    def line(self) -> SessionLine | None:
        """The session under the cursor, as it is stored."""
        if self.cursor is None or self.page is None or self.view == MONTH:
            return None
        return line_of(self.cursor, self.page.lines)

    def plan(self) -> Layout | None:
        """Return where everything stands; what is being moved stands where it is to go."""
        page = self.page
        if page is None:
            return None
        lifted = self.lifted
        if lifted is not None:
            kept = [
                replace(day, lines=tuple(line for line in day.lines if line.id != lifted.id)) for day in page.days
            ]
            kept[0] = replace(kept[0], lines=(*kept[0].lines, lifted))
            carried = tuple(line for line in page.carried if line.id != lifted.id)
            page = replace(page, days=tuple(kept), carried=carried)
        keep = None if self.cursor is None else self.cursor.session_id
        return layout(page, step=self.step, width=self.size.width, keep=keep)

    def scene(self) -> Scene:
        """Return what a command may look at: the session under the cursor, or free time where one can be made."""
        from sessiontui.services.pictures import EMPTY_BOARD, Board
        from sessiontui.tui.commands.scene import Scene

        page = self.page
        return Scene(
            board=EMPTY_BOARD if page is None else Board(taken_at=page.taken_at, lines=page.lines),
            line=self.line,
            actor=self.port.actor,
            read_only=self.port.read_only,
            as_of=self.port.as_of,
            screen=self.screen_name,
            query="" if page is None else page.query,
            keys=self.keys_of_commands,
            at=self.instant,
        )

    @property
    def instant(self) -> datetime | None:
        """The instant under the cursor, for a session to be made there; on a day of the month its morning."""
        if self.view == MONTH:
            if self._day is None:
                return None
            from sessiontui.domain.timetable import days_of

            hours = days_of(self._day, 1, self.port.zone)[0].rows
            return next(row.since for row in hours if row.mark.minute >= WORKING[0])
        return None if self.cursor is None else self.cursor.at

    # Drawing

    def draw(self) -> None:
        """Draw everything anew; only what looks other than before is painted."""
        if not self.is_mounted:
            return
        page = self.page
        self.set_class(bool(self._failed) and page is not None, "-stale")
        if page is None:
            if self._failed:
                self._picture(self._failed, BAD)
            self._draw_top()
            return
        self.remove_class("-empty")
        self.strip.show(page.counts, chosen_in(page.query))
        self.filter.matched(sum(page.counts.values()), sum(page.counts.values()))
        self._draw_top()
        if self.view == MONTH:
            self.grid.show(self._month)
        else:
            self.grid.show(self._days)
        self._draw_told()
        self.draw_keys()

    def draw_keys(self) -> None:
        """Offer the keys that help here."""
        if not self.console.registry:
            return
        commands = {command.id: command for command in self.console.registry}
        scene, look = self.scene(), self.look

        def hint(key: str, label: str, command: str, reason: str = "") -> Hint:
            found = commands.get(command)
            return Hint(key, label, command, reason or ("" if found is None else found.why_not(scene)))

        if self.filter.has_focus_within:
            self.keys.show([Hint("enter", "apply", ""), Hint("tab", "complete", ""), Hint("esc", "back", "")])
            return
        if self.lifted is not None:
            self.keys.show([
                Hint("enter", "move it there", ""), Hint("esc", "put it back", ""),
                Hint(look.of("⇧↑↓", "shift+up/down"), "15 min", ""),
                Hint(look.of("⇧←→", "shift+left/right"), "a day", ""),
            ])  # fmt: skip
            return
        move = hint(look.of("⇧arrows", "shift+arrows"), "move", "reschedule")
        hints = [Hint("enter", "open day" if self.view == MONTH else "open", "")]
        if self.view != MONTH and self.line is None:
            hints.clear()
        if self.line is not None:
            hints += [replace(move, command=""), hint("D", "reschedule", "reschedule")]
        hints += [hint("n", "new here", "new"), Hint("[ ]", _PAGES[self.view], ""), Hint("g", "today, date", "")]
        hints += [Hint(key, name, "") for key, name in words.VIEWS if name != self.view]
        hints += [Hint("/", "filter", ""), Hint("z", "undo", "undo")]
        self.keys.show([*hints, *self.hints_everywhere(with_quit=False)])

    def _draw_top(self) -> None:
        page, line = self.page, self.line
        self.top.show(
            selected="" if line is None else visible(line.title),
            freshness=Freshness(taken_at=None if page is None else page.taken_at, failed=bool(self._failed)),
        )
        first = self.first if page is None else page.days[0].date
        number = self.number if page is None else len(page.days)
        month = (self._day or self.today) if self.view == MONTH else None
        said = words.period(first, number, month=month)
        self.query_one("#period", Sheet).show(
            lambda width: words.top(
                page, said, self.view, self.port.zone, self.look, width, failed=visible(self._failed)
            )
        )

    @property
    def first(self) -> date:
        """The first day that is to be shown."""
        day = self._day or self.today
        if self.view == MONTH:
            return months.first_of(day)
        return day - timedelta(days=day.weekday()) if self.number == months.WEEK else day

    def _draw_told(self) -> None:
        self.query_one("#told", Sheet).show(lambda width: Content("\n").join(self._told(width)))

    def _told(self, width: int) -> tuple[Content, Content]:
        page, look, now = self.page, self.look, self.now
        if page is None:
            return Content(""), Content("")
        if self.view == MONTH:
            return words.of_day(page, self._day or self.today, look, width)
        line = self.line
        if line is not None and self.lifted is not None:
            return words.moving(self.lifted, line, page, look, width)
        if line is not None:
            return words.selected(line, page, now, look, width)
        drawn = self.plan()
        if drawn is None or self.cursor is None:
            return Content(""), Content("")
        return words.free(self.cursor.at, drawn, now, look, width, self._no_new())

    def _no_new(self) -> str:
        if self.port.read_only:
            return "the console was opened for reading only"
        if self.port.as_of is not None:
            return "the past is read-only"
        return may(self.port.actor, Action.CREATE).reason

    def _days(self, width: int, height: int) -> Picture:
        del width, height
        drawn = self.plan()
        if drawn is None:
            return Picture(head=(), rows=0, row=lambda place: Content(""))
        cursor, look = self.cursor, self.look
        scenery = days.Scenery(cursor=cursor, now=self.now, lifted=None if self.lifted is None else self.lifted.id)
        return Picture(
            head=days.head(drawn, self.now, look, cursor=cursor),
            rows=len(drawn.axis),
            row=partial(_row, drawn, scenery, look),
        )

    def _month(self, width: int, height: int) -> Picture:
        page = self.page
        if page is None:
            return Picture(head=(), rows=0, row=lambda place: Content(""))
        chosen = self._day or self.today
        lines = months.month_lines(page, chosen, chosen, self.today, self.look, width, height - 1)
        return Picture(head=(months.month_head(self.look, width),), rows=len(lines), row=lines.__getitem__)

    def _picture(self, text: str, style: str) -> None:
        self.query_one("#picture", Static).update(Content.styled(visible(text), style))

    def _check(self, query: str) -> None:
        from sessiontui.domain.query import parse

        parse(query, now=self.now, zone=self.port.zone)


_PAGES: Final = {WEEK: "earlier, later", MONTH: "month", DAY: "day"}


def _row(drawn: Layout, scenery: days.Scenery, look: Look, place: int) -> Content:
    return days.line(drawn, place, scenery, look)
