"""Projects: a list with their health, and beside it one of them whole, tab by tab, its items as three lists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.visits.words import ItemState
from sessiontui.tui.port import Port
from sessiontui.tui.present import projects as present
from sessiontui.tui.present.columns import Row
from sessiontui.tui.present.failures import sentence
from sessiontui.tui.present.look import BAD, MUTED, Look, outside
from sessiontui.tui.screens.list_screen import ListScreen
from sessiontui.tui.screens.project_tabs import COLUMNS, ITEMS, SHORT, TABS, counted, hints, told
from sessiontui.tui.widgets.item_lists import ItemLists
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.tab_line import TabLine
from sessiontui.tui.widgets.table import Table

if TYPE_CHECKING:
    from sessiontui.services.projects.listing import ProjectBoard, ProjectLine, ProjectPage
    from sessiontui.tui.commands.scene import Scene

EVERY: Final = 5.0
"""Seconds between two looks while the screen is shown: who is at work changes by itself."""


class ProjectsScreen(ListScreen):
    """The list of projects, and one of them whole."""

    CSS_PATH = "projects.tcss"
    screen_name = "projects"
    narrow = 110
    title_word = "Projects"
    AUTO_FOCUS = "#projects"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn(-1)", "Tab before", show=False),
        Binding("right,l", "turn(1)", "Next tab", show=False),
        Binding("n", "command('project_add')", "Add project", show=False),
        Binding("e", "edit", "Edit", show=False),
        Binding("i", "command('item_add')", "Add item", show=False),
        Binding("m", "command('item_move')", "Move item", show=False),
        Binding("x", "command('item_remove')", "Remove item", show=False),
        Binding("u", "command('question_ask')", "Ask", show=False),
        Binding("a", "command('question_answer')", "Answer", show=False),
        Binding("b", "command('blocker_report')", "Report blocker", show=False),
        Binding("B", "command('blocker_settle')", "Settle blocker", show=False),
        Binding("S", "command('visit')", "Visit", show=False),
        Binding("R", "command('project_archive')", "Put away", show=False),
        Binding("w", "command('project_export')", "Export", show=False),
        Binding("y", "sessions", "Its sessions", show=False),
        Binding("escape", "back", "Back", show=False),
    ]

    def __init__(self, port: Port, look: Look, *, interval: float | None = EVERY) -> None:
        super().__init__(port, look)
        self.projects = Table(COLUMNS, look, id_="projects")
        self.items = ItemLists(look, id_="items")
        self._interval = interval
        self._board: ProjectBoard | None = None
        self._page: ProjectPage | None = None
        self._shown: int | None = None
        """Whose items are in the lists."""
        self._tab = 0
        self._archived = False
        self._error = ""

    def compose(self) -> ComposeResult:
        """Lay out the list and the project beside it."""
        yield self.top
        yield Sheet(id_="counts")
        with Horizontal(id="both"):
            with Vertical(id="list"):
                yield self.projects
                yield Sheet(id_="picture")
            with Vertical(id="pane"):
                yield Sheet(id_="what")
                yield TabLine(id_="tabs")
                with VerticalScroll(id="whole", can_focus=True):
                    yield self.items
                    yield Sheet(id_="sheet")
        yield self.keys

    def on_mount(self) -> None:
        """Draw the picture of loading, and look again now and then."""
        super().on_mount()
        if self._interval is not None:
            self.set_interval(self._interval, self.refresh_soon)

    def scene(self) -> Scene:
        """Return what a command may look at: the project under the cursor, and the item where items are shown."""
        return replace(
            super().scene(),
            project=self._line,
            item=self.items.item if self._tab == ITEMS and self._is_whole else None,
        )

    def on_table_highlighted(self) -> None:
        """Ask for the project that the cursor came to, once it rests."""
        self.after_rest(self.refresh_soon)
        self._draw_page()
        self._draw_keys()

    def on_table_opened(self) -> None:
        """Go into the project."""
        self.add_class("-open")
        self._focus_pane()
        self._draw_keys()

    def on_tab_line_pressed(self, event: TabLine.Pressed) -> None:
        """Open the tab that was clicked."""
        event.stop()
        self._show_tab(event.place)

    def on_item_lists_highlighted(self, event: ItemLists.Highlighted) -> None:
        """Show the item under the cursor in full."""
        event.stop()
        self._draw_page()
        self._draw_keys()

    def on_item_lists_move_wanted(self, event: ItemLists.MoveWanted) -> None:
        """Move the item to the list beside."""
        event.stop()
        self.console.action_command("item_move", str(event.state))

    def on_item_lists_left(self, event: ItemLists.Left) -> None:
        """Go to the tab beside."""
        event.stop()
        self.action_turn(event.by)

    def action_edit(self) -> None:
        """Edit the item under the cursor where items are shown, else the project."""
        self.console.action_command("item_edit" if self.scene().item is not None else "project_edit")

    def action_turn(self, by: int) -> None:
        """Open the tab beside the open one."""
        self._show_tab((self._tab + by) % len(TABS))

    def action_sessions(self) -> None:
        """Show the sessions of the project on the desk."""
        line = self._line
        if line is None:
            self.console.tell("no project is selected", severity="warning")
            return
        self.console.set_query(f"project:{line.slug}")

    def action_back(self) -> None:
        """Leave the project, else go back to the desk."""
        if self.has_class("-open") or self.focused is not self.projects:
            self.remove_class("-open")
            self.projects.focus()
            self._draw_keys()
        else:
            self.console.go("desk")

    # Inside

    @property
    def _line(self) -> ProjectLine | None:
        lines = () if self._board is None else self._board.lines
        return next((line for line in lines if line.id == self.projects.cursor_key), None)

    @property
    def _is_whole(self) -> bool:
        """Whether what is shown beside the list is the project under the cursor."""
        return self._page is not None and self._page.line.id == self.projects.cursor_key

    def _show_tab(self, place: int) -> None:
        is_inside = self.focused is not self.projects
        self._tab = place
        self.set_class(place == ITEMS, "-items")
        self.query_one("#whole", VerticalScroll).scroll_home(animate=False)
        if is_inside:
            self._focus_pane()
        self._draw_page()
        self._draw_keys()

    def _focus_pane(self) -> None:
        if self._tab == ITEMS:
            self.items.focus()
        else:
            self.query_one("#whole").focus()

    async def read(self) -> None:
        """Ask for the list and for the project under the cursor."""
        port = self.port
        try:
            self._board = await _board(port)
            self._error = ""
            self._draw_list()
            line = self._line
            if line is not None:
                self._page = await _page(port, line.id)
        except SessiontuiError as error:
            await port.note(error)
            self._error = sentence(error)

    def draw(self) -> None:
        """Draw the list and what is under its cursor."""
        if not self.is_mounted:
            return
        is_empty = bool(self._error) or self._board is None or not self._board.lines
        self.projects.display = not is_empty
        self.query_one("#picture").display = is_empty
        if self._error:
            said = Content.styled(self._error, BAD)
        elif self._board is None:
            said = Content.styled(f"reading the projects{self.look.ellipsis}", MUTED)
        else:
            there = "There is no project yet. n adds the first one."
            said = Content.styled(there if self.port.as_of is None else "There was no project then.", MUTED)
        self.query_one("#picture", Sheet).show(lambda width: said)
        word = "" if self._board is None else present.counts(self._board.lines, self.look)
        self.query_one("#counts", Sheet).show(lambda width: Content.styled(word, MUTED))
        self._draw_page()
        self._draw_keys()

    def _draw_list(self) -> None:
        board = self._board
        if board is None or not self.is_mounted:
            return
        rows = [Row(line.id, present.project_cells(line, board.taken_at, self.look)) for line in board.lines]
        self.projects.show(rows, offset=0, total=len(rows))

    def _draw_page(self) -> None:
        if not self.is_mounted:
            return
        look, line, page = self.look, self._line, self._page if self._is_whole else None
        pane, what, sheet = self.query_one("#pane"), self.query_one("#what", Sheet), self.query_one("#sheet", Sheet)
        pane.border_title = "" if line is None else Content.assemble(" ", outside(line.name), " ")
        numbers = ("",) * len(TABS) if page is None else counted(page)
        named = tuple(f"{name} {n}".strip() for name, n in zip(TABS, numbers, strict=True))
        short = tuple(f"{name} {n}".strip() for name, n in zip(SHORT, numbers, strict=True))
        self.query_one("#tabs", TabLine).show((named, short, SHORT), self._tab)
        now = self.port.clock() if self._board is None else self._board.taken_at
        if line is None:
            what.show(lambda width: Content(""))
            sheet.show(lambda width: Content(""))
            return
        summary = None if page is None else page.summary
        what.show(lambda width: present.heading(line, summary, now, look, width))
        if page is None:
            sheet.show(lambda width: Content.styled(f"reading{look.ellipsis}", MUTED))
            return
        self.items.show({state: page.in_state(state) for state in ItemState}, anew=self._shown != page.line.id)
        self._shown = page.line.id
        tab, item = self._tab, self.items.item
        sheet.show(lambda width: told(page, tab, item, look, width))

    def _draw_keys(self) -> None:
        own = hints(self.scene(), self.console.registry, is_open=self.has_class("-open"))
        self.keys.show([*own, *self.hints_everywhere()])


async def _board(port: Port) -> ProjectBoard:
    """Ask for the list as it is, or as it was where the console shows the past."""
    from sessiontui.services.projects import listing, past

    if port.as_of is not None:
        return await past.board(port.context, by=port.actor, at=port.as_of)
    return await listing.board(port.context, by=port.actor, now=port.clock(), archived=True)


async def _page(port: Port, project_id: int) -> ProjectPage:
    from sessiontui.services.projects import listing, past

    if port.as_of is not None:
        return await past.page(port.context, project_id, by=port.actor, at=port.as_of)
    return await listing.page(port.context, project_id, by=port.actor, now=port.clock())
