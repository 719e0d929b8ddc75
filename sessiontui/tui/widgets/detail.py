"""The detail pane: what one session is, why, and what is known of its requests, presence, durations and past."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message

from sessiontui.domain.vocabulary import Status
from sessiontui.tui.present.attendance import attendance
from sessiontui.tui.present.bars import durations
from sessiontui.tui.present.columns import Column, Row
from sessiontui.tui.present.hints import Hint, next_line
from sessiontui.tui.present.look import BAD, MUTED, Look, outside
from sessiontui.tui.present.sheets import heading, history, overview, request_cells, request_said
from sessiontui.tui.present.timeline import timeline
from sessiontui.tui.widgets.plain_bars import plain_bars
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.tab_line import TabLine
from sessiontui.tui.widgets.table import Table

if TYPE_CHECKING:
    from sessiontui.services.pictures import RequestLine, SessionDetail, SessionLine


class Tab(StrEnum):
    """The tabs, in their order."""

    OVERVIEW = "Overview"
    REQUESTS = "Requests"
    PRESENCE = "Presence"
    DURATIONS = "Durations"
    HISTORY = "History"


TABS: Final = tuple(Tab)

REQUEST_COLUMNS: Final = (
    Column("state", "State", 11),
    Column("person", "Person", 10, flex=3),
    Column("asked", "Asked", 9, from_width=58, tinted=False),
    Column("decided", "Decided", 15, flex=2, from_width=42, tinted=False),
    Column("message", "Message", 12, flex=4, from_width=70),
)

_STAGES: Final = {
    Status.HAS_REQUESTS: 1,
    Status.APPROVED: 2,
    Status.UPCOMING: 3,
    Status.WAITING: 4,
    Status.ACTIVE: 4,
    Status.PAUSED: 4,
    Status.ENDED_COMPLETE: 5,
    Status.ENDED_EARLY: 5,
    Status.ENDED_NO_SHOW: 5,
}
"""The stage that a status alone tells, until the detail is there."""


class DetailPane(Vertical):
    """Shows a line at once and its detail when that arrives."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn(-1)", "Previous tab", show=False),
        Binding("right,l", "turn(1)", "Next tab", show=False),
    ]

    DEFAULT_CSS = """
    DetailPane > #heading { padding: 0 1; }
    DetailPane > #tabs { margin: 0 1; }
    DetailPane > VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    DetailPane > Table { height: 1fr; display: none; }
    DetailPane > #next { height: auto; max-height: 2; padding: 0 1; }
    DetailPane > #said { display: none; max-height: 8; padding: 0 1; }
    DetailPane.-requests > #said { display: block; }
    DetailPane.-requests > VerticalScroll { display: none; }
    DetailPane.-requests > Table { display: block; }
    """

    class Turned(Message):
        """Another tab was opened."""

    def __init__(self, look: Look, *, id_: str | None = None) -> None:
        super().__init__(id=id_)
        self._look = look
        self._tab = 0
        self._line: SessionLine | None = None
        self._detail: SessionDetail | None = None
        self._error = ""
        self._hints: tuple[Hint, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out heading, tabs, body and the next keys."""
        yield Sheet(id_="heading")
        yield Sheet(id_="next")
        yield TabLine(id_="tabs")
        with VerticalScroll(id="body"):
            yield Sheet(id_="sheet")
        yield Table(REQUEST_COLUMNS, self._look, id_="requests")
        yield Sheet(id_="said")

    def on_mount(self) -> None:
        """Draw the picture of nothing selected."""
        plain_bars(self.query_one("#body"), self._look)
        self._draw()

    @property
    def tab(self) -> Tab:
        """The open tab."""
        return TABS[self._tab]

    @property
    def session_id(self) -> int | None:
        """The session that is shown."""
        return None if self._line is None else self._line.id

    @property
    def detail(self) -> SessionDetail | None:
        """The detail that is shown."""
        return self._detail

    @property
    def request(self) -> RequestLine | None:
        """The request under the cursor, while the list of requests has the keys."""
        table = self.query_one("#requests", Table)
        if self.tab is not Tab.REQUESTS or not table.has_focus or self._detail is None:
            return None
        return next((line for line in self._detail.requests if line.id == table.cursor_key), None)

    def show(self, line: SessionLine | None, detail: SessionDetail | None, *, error: str = "") -> None:
        """Show a session; without its detail, what its row tells."""
        moved = (self._line and self._line.id) != (line and line.id)
        self._line, self._detail, self._error = line, detail, error
        if moved:
            self.query_one("#body", VerticalScroll).scroll_home(animate=False)
        self._draw()

    def show_next(self, hints: Sequence[Hint]) -> None:
        """Show which keys help."""
        self._hints = tuple(hints)
        self._draw_next()

    def open_tab(self, tab: Tab) -> None:
        """Open a tab."""
        if tab is not self.tab:
            had_focus = self.has_focus_within
            self._tab = TABS.index(tab)
            self.set_class(tab is Tab.REQUESTS, "-requests")
            self._draw()
            if had_focus:
                self.focus_body()
            self.post_message(self.Turned())

    def focus_body(self) -> None:
        """Give the keys to what the open tab shows."""
        place = "#requests" if self.tab is Tab.REQUESTS else "#body"
        self.query_one(place).focus()

    def action_turn(self, by: int) -> None:
        """Open the tab beside the open one."""
        self.open_tab(TABS[(self._tab + by) % len(TABS)])

    def on_tab_line_pressed(self, event: TabLine.Pressed) -> None:
        """Open the tab that was clicked."""
        event.stop()
        self.open_tab(TABS[event.place])

    def _draw(self) -> None:
        line, detail, look = self._line, self._detail, self._look
        if line is None:
            self.border_title = ""
        else:
            self.border_title = Content.assemble(" ", outside(line.title), f" #{line.id} ")
        self.query_one("#heading", Sheet).show(self._draw_heading)
        self.query_one("#tabs", TabLine).show(self._wordings(), self._tab)
        self.query_one("#tabs").display = line is not None
        self.query_one("#sheet", Sheet).show(self._draw_body)
        if detail is not None:
            rows = [Row(request.id, request_cells(request, detail.taken_at, look)) for request in detail.requests]
            self.query_one("#requests", Table).show(rows)
        else:
            self.query_one("#requests", Table).show(())
        self._draw_said()
        self._draw_next()

    def on_table_highlighted(self, event: Table.Highlighted) -> None:
        """Show in full what the request under the cursor says; the screen hears of it too."""
        self._draw_said()

    def _draw_said(self) -> None:
        detail, look = self._detail, self._look
        key = self.query_one("#requests", Table).cursor_key
        requests = () if detail is None else detail.requests
        request = next((request for request in requests if request.id == key), None)
        said = self.query_one("#said", Sheet)
        if request is None or detail is None:
            said.show(lambda width: Content.styled("Nobody has asked to join.", MUTED))
            return
        taken_at = detail.taken_at
        said.show(lambda width: request_said(request, taken_at, look, width))

    def _draw_next(self) -> None:
        look, hints = self._look, self._hints
        shown = self._line is not None
        self.query_one("#next").display = shown
        if shown:
            self.query_one("#next", Sheet).show(lambda width: next_line(hints, look, width))

    def _wordings(self) -> tuple[list[str], ...]:
        """Return the names of the tabs with their numbers, and what may stand for them where room is short."""
        names = [tab.value for tab in TABS]
        short = [name[:4] for name in names]
        if self._detail is None:
            return names, short
        numbers = [0, len(self._detail.requests), len(self._detail.presence), 0, len(self._detail.history)]
        asked = [0, numbers[1], 0, 0, 0]
        return _numbered(names, numbers), _numbered(names, asked), _numbered(short, numbers), short

    def _draw_heading(self, width: int) -> Content:
        if self._line is None:
            return Content.styled("No session is selected.", MUTED)
        stage = self._detail.stage if self._detail is not None else _stage(self._line)
        return heading(self._line, stage, self._look, width)

    def _draw_body(self, width: int) -> Content:
        detail, look = self._detail, self._look
        if self._error:
            return outside(self._error, BAD)
        if self._line is None:
            return Content("")
        if self.tab is Tab.DURATIONS:
            return durations(self._line if detail is None else detail.line, look, width)
        if detail is None:
            return Content.styled(f"loading{look.ellipsis}", MUTED)
        if self.tab is Tab.OVERVIEW:
            return overview(detail, look, width)
        if self.tab is Tab.PRESENCE:
            seen, judged = timeline(detail, look, width), attendance(detail, look, width)
            return Content("\n\n").join([seen, judged]) if judged else seen
        return history(detail.history, detail.taken_at, look, width)


def _numbered(names: list[str], numbers: list[int]) -> list[str]:
    return [f"{name} {number}" if number else name for name, number in zip(names, numbers, strict=True)]


def _stage(line: SessionLine) -> int:
    """Return the stage that a row alone tells; a cancelled session stopped where it was."""
    if line.status is not Status.CANCELLED:
        return _STAGES.get(line.status, 0)
    if line.final_end is not None and line.final_end >= line.starts_at:
        return 4
    return 2 if line.approved else 1 if line.pending else 0
