"""The detail pane: heading, next keys, the line of tabs, and the open one of ``widgets.tabs``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message

from sessiontui.tui.present.hints import Hint, next_line
from sessiontui.tui.present.look import BAD, MUTED, Look, content, outside
from sessiontui.tui.present.sheets import heading
from sessiontui.tui.present.sketch import stage_of, title_words
from sessiontui.tui.widgets.border_title import retitle
from sessiontui.tui.widgets.plain_bars import plain_bars
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.tab_line import TabLine
from sessiontui.tui.widgets.tabs import TABS, DrawnTab, OwnTab, Shown, TabBody, make_tabs
from sessiontui.tui.widgets.tabs import Tab as Tab
from sessiontui.tui.widgets.tabs.files import FilesBody
from sessiontui.tui.widgets.tabs.requests import RequestsBody
from sessiontui.tui.widgets.tabs.talk import TalkBody

if TYPE_CHECKING:
    from sessiontui.services.files.shown import FileLine, LinkRow
    from sessiontui.services.pictures import RequestLine, SessionDetail, SessionLine
    from sessiontui.services.talk.shown import CommentLine


class DetailPane(Vertical):
    """Shows a line at once and its detail when that arrives."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn(-1)", "Previous tab", show=False),
        Binding("right,l", "turn(1)", "Next tab", show=False),
    ]

    DEFAULT_CSS = """
    DetailPane > #heading { padding: 0 1; }
    DetailPane > #tabs { padding: 0 1; }
    DetailPane > VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    DetailPane > #next { height: auto; max-height: 2; padding: 0 1; }
    DetailPane > TabBody { height: 1fr; }
    """

    class Turned(Message):
        """Another tab was opened."""

    def __init__(self, look: Look, *, id_: str | None = None) -> None:
        super().__init__(id=id_)
        self._look = look
        self._tab = 0
        self._tabs = make_tabs()
        self._bodies: dict[Tab, TabBody] = {}
        self._line: SessionLine | None = None
        self._detail: SessionDetail | None = None
        self._at: datetime | None = None
        self._error = ""
        self._hints: tuple[Hint, ...] | None = None
        """None are known before the commands are loaded."""

    def compose(self) -> ComposeResult:
        """Lay out heading, tabs, body and the next keys."""
        yield Sheet(id_="heading")
        yield Sheet(id_="next")
        yield TabLine(id_="tabs")
        with VerticalScroll(id="body"):
            yield Sheet(id_="sheet")

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
    def line(self) -> SessionLine | None:
        """The session that is shown."""
        return self._line

    @property
    def detail(self) -> SessionDetail | None:
        """The detail that is shown."""
        return self._detail

    @property
    def request(self) -> RequestLine | None:
        """The request under the cursor, while the list of requests has the keys."""
        body = self._bodies.get(Tab.REQUESTS)
        return body.chosen if isinstance(body, RequestsBody) and self.tab is Tab.REQUESTS else None

    @property
    def comment(self) -> CommentLine | None:
        """The comment under the cursor of the open tab."""
        return self.body.chosen if isinstance(self.body, TalkBody) else None

    @property
    def file(self) -> FileLine | None:
        """The version of a file under the cursor of the open tab."""
        return self.body.chosen if isinstance(self.body, FilesBody) else None

    @property
    def link(self) -> LinkRow | None:
        """The link under the cursor of the open tab."""
        return self.body.chosen_link if isinstance(self.body, FilesBody) else None

    @property
    def body(self) -> TabBody | None:
        """The body of the open tab, for one that brings its own."""
        return self._bodies.get(self.tab)

    def show(
        self,
        line: SessionLine | None,
        detail: SessionDetail | None,
        *,
        at: datetime | None = None,
        error: str = "",
    ) -> None:
        """Show a session; without its detail, what its row tells ``at`` the instant of the board."""
        if not self.app.is_running:
            return  # the console closes: what is heard meanwhile has nowhere to be shown
        moved = (self._line and self._line.id) != (line and line.id)
        self._line, self._detail, self._at, self._error = line, detail, at, error
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
            self._turn_up()
            self._draw()
            if had_focus:
                self.call_after_refresh(self.focus_body)
            self.post_message(self.Turned())

    def focus_body(self) -> None:
        """Give the keys to what the open tab shows."""
        body = self.body
        if body is None:
            self.query_one("#body").focus()
        else:
            body.take_keys()

    def action_turn(self, by: int) -> None:
        """Open the tab beside the open one."""
        self.open_tab(TABS[(self._tab + by) % len(TABS)])

    def on_tab_line_pressed(self, event: TabLine.Pressed) -> None:
        """Open the tab that was clicked."""
        event.stop()
        self.open_tab(TABS[event.place])

    def _turn_up(self) -> None:
        """Let the open tab alone be seen; a body is made when it is seen for the first time."""
        tab = self._tabs[self.tab]
        if isinstance(tab, OwnTab) and self.tab not in self._bodies:
            self._bodies[self.tab] = tab.body(self._look)
            self.mount(self._bodies[self.tab])
        for name, body in self._bodies.items():
            body.display = name is self.tab
        self.query_one("#body").display = isinstance(tab, DrawnTab)

    def _draw(self) -> None:
        line = self._line
        retitle(self, "" if line is None else content(title_words(line)))
        self.query_one("#heading", Sheet).show(self._draw_heading)
        self.query_one("#tabs", TabLine).show(self._wordings(), self._tab)
        self.query_one("#tabs").display = line is not None
        self.query_one("#sheet", Sheet).show(self._draw_body)
        self._draw_own()
        self._draw_next()

    def _draw_own(self) -> None:
        body = self.body
        if body is None:
            return
        if body.is_mounted:
            body.show(self._shown)
        else:
            self.call_after_refresh(self._draw_own)

    @property
    def _shown(self) -> Shown | None:
        if self._line is None:
            return None
        return Shown(line=self._line, detail=self._detail, at=self._at, look=self._look)

    def _draw_next(self) -> None:
        look, hints = self._look, self._hints
        shown = self._line is not None
        self.query_one("#next").display = shown
        if shown:
            self.query_one("#next", Sheet).show(lambda width: next_line(hints, look, width))

    def _wordings(self) -> tuple[list[str], ...]:
        """Return the names of the tabs with their numbers, and what may stand for them where room is short."""
        names = [tab.value for tab in TABS]
        if self._detail is None:
            return (names,)
        numbers = [tab.number(self._detail) for tab in self._tabs.values()]
        asked = [tab.pressing * number for tab, number in zip(self._tabs.values(), numbers, strict=True)]
        return _numbered(names, numbers), _numbered(names, asked), names

    def _draw_heading(self, width: int) -> Content:
        if self._line is None:
            return Content.styled("No session is selected.", MUTED)
        stage = self._detail.stage if self._detail is not None else stage_of(self._line)
        return heading(self._line, stage, self._look, width)

    def _draw_body(self, width: int) -> Content:
        tab, shown = self._tabs[self.tab], self._shown
        if self._error:
            return outside(self._error, BAD)
        if shown is None or not isinstance(tab, DrawnTab):
            return Content("")
        return tab.draw(shown, width)


def _numbered(names: list[str], numbers: list[int]) -> list[str]:
    return [f"{name} {number}" if number else name for name, number in zip(names, numbers, strict=True)]
