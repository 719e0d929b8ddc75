"""People: a list that is filtered and sorted, and whoever is under its cursor whole, tab by tab."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.text import MAX_LINE
from sessiontui.tui.port import Port
from sessiontui.tui.present import persons as present
from sessiontui.tui.present.columns import Row
from sessiontui.tui.present.failures import sentence
from sessiontui.tui.present.look import MUTED, Look, outside
from sessiontui.tui.screens import people_tabs as tabs
from sessiontui.tui.screens.list_screen import ListScreen
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.tab_line import TabLine
from sessiontui.tui.widgets.table import Table

if TYPE_CHECKING:
    from sessiontui.services.people.listing import PeopleBoard
    from sessiontui.services.people.page import PersonPage
    from sessiontui.services.pictures import PersonLine
    from sessiontui.tui.commands.scene import Scene

WINDOW: Final = 80
"""Rows that are asked for at once."""


class PeopleScreen(ListScreen):
    """The list of people, and one of them whole."""

    CSS_PATH = "people.tcss"
    screen_name = "people"
    narrow = 110
    rest = 0.2
    title_word = "People"
    AUTO_FOCUS = "#people"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn(-1)", "Tab before", show=False),
        Binding("right,l", "turn(1)", "Next tab", show=False),
        Binding("slash", "filter", "Filter", show=False),
        Binding("o", "sort", "Sort", show=False),
        Binding("y", "their_sessions", "Their sessions", show=False),
        Binding("n", "command('person_add')", "Add", show=False),
        Binding("e", "command('person_edit')", "Edit", show=False),
        Binding("N", "command('person_note')", "Note", show=False),
        Binding("M", "command('person_merge')", "Merge", show=False),
        Binding("w", "command('person_export')", "Export", show=False),
        Binding("X", "command('person_erase')", "Erase", show=False),
        Binding("x", "on_logins('logins_end')", "End logins", show=False),
        Binding("R", "on_logins('logins_refresh')", "Force refresh", show=False),
        Binding("u", "on_logins('login_unlock')", "Unlock", show=False),
        Binding("escape", "back", "Back", show=False),
    ]

    def __init__(self, port: Port, look: Look) -> None:
        super().__init__(port, look)
        self.people = Table(tabs.COLUMNS, look, id_="people")
        self._board: PeopleBoard | None = None
        self._page: PersonPage | None = None
        self._tab = 0
        self._query = ""
        self._order = "name"
        self._offset = 0
        self._error = ""
        self._wanted: int | None = None
        """Whom to show as soon as they can be read, though they may not stand in the list."""

    def compose(self) -> ComposeResult:
        """Lay out the filter, the list, and the person beside it."""
        yield self.top
        with Horizontal(id="head"):
            yield Static(Content("/"), id="slash")
            yield Input(id="filter", compact=True, max_length=MAX_LINE, placeholder="ana role:mentor -has:phone")
            yield Sheet(id_="counts")
        with Horizontal(id="both"):
            with Vertical(id="list"):
                yield self.people
                yield Sheet(id_="picture")
            with Vertical(id="pane"):
                yield Sheet(id_="who")
                yield TabLine(id_="tabs")
                with VerticalScroll(id="whole", can_focus=True):
                    yield Sheet(id_="sheet")
        yield self.keys

    def scene(self) -> Scene:
        """Return what a command may look at: whoever is under the cursor or shown whole, their logins where seen."""
        known = self._page.logins if self._is_on_logins and self._page is not None else None
        return replace(super().scene(), person=self._person, logins=known or ())

    def open_person(self, person_id: int, *, tab: str = tabs.TABS[0]) -> None:
        """Show one person whole, wherever they stand in the list."""
        self._wanted = person_id
        self._tab = tabs.TABS.index(tab)
        self._page = None
        self._open()
        if self.is_mounted:
            self.refresh_soon()

    def on_table_highlighted(self) -> None:
        """Ask for whoever the cursor came to, once it rests."""
        self.after_rest(self.refresh_soon)
        self._draw_person()
        self._draw_keys()

    def on_table_opened(self) -> None:
        """Go into the person."""
        self._open()

    def on_table_window_wanted(self, event: Table.WindowWanted) -> None:
        """Ask for the rows that come into view."""
        event.stop()
        self._offset = event.offset
        self.refresh_soon()

    def on_table_header_pressed(self, event: Table.HeaderPressed) -> None:
        """Sort by the column that was clicked, where the list can be."""
        event.stop()
        order = next((name for name, column in tabs.SORTED_BY.items() if column == event.column), "")
        if order:
            self._sort(order)

    def on_tab_line_pressed(self, event: TabLine.Pressed) -> None:
        """Open the tab that was clicked."""
        event.stop()
        self._tab = event.place
        self._draw_person()
        self._draw_keys()

    def focus_list(self) -> None:
        """Give the list the keys."""
        self.people.focus()

    def action_turn(self, by: int) -> None:
        """Open the tab beside the open one."""
        places = self._places
        at = places.index(self._tab) if self._tab in places else 0
        self._tab = places[(at + by) % len(places)]
        self.query_one("#whole", VerticalScroll).scroll_home(animate=False)
        self._draw_person()
        self._draw_keys()

    def action_filter(self) -> None:
        """Put the cursor into the filter."""
        self._close()
        self.query_one("#filter", Input).focus()

    def action_sort(self) -> None:
        """Take the next order."""
        orders = tuple(tabs.SORTED_BY)
        self._sort(orders[(orders.index(self._order) + 1) % len(orders)])

    def action_on_logins(self, command: str) -> None:
        """Run a command on the logins of the person, where they are seen."""
        if self._is_on_logins:
            self.console.action_command(command)
        else:
            self.console.tell("their logins are on the tab Logins: right goes there", severity="warning")

    def action_their_sessions(self) -> None:
        """Show the sessions of the person on the desk."""
        person = self._person
        if person is None:
            self.console.tell("no person is selected", severity="warning")
            return
        is_mentor = self._page is not None and any(part.mentors for part in self._page.parts)
        self.console.set_query(f"{'mentor' if is_mentor else 'person'}:#{person.id}")

    def action_back(self) -> None:
        """Leave the person or the filter, else go back to the desk."""
        if self.has_class("-open"):
            self._close()
        elif self.focused is not self.people:
            self.people.focus()
        else:
            self.console.go("desk")

    # Inside

    @property
    def _person(self) -> PersonLine | None:
        shown = self._shown_id
        if self._page is not None and self._page.person.id == shown:
            return self._page.person
        lines = () if self._board is None else self._board.lines
        return next((line.person for line in lines if line.person.id == shown), None)

    @property
    def _shown_id(self) -> int | None:
        key = self.people.cursor_key
        return self._wanted if self._wanted is not None else key if isinstance(key, int) else None

    @property
    def _is_on_logins(self) -> bool:
        """Whether the logins of whoever is under the cursor are what is seen of them."""
        is_seen = self._tab == tabs.LOGINS and (self.has_class("-open") or not self.has_class("-narrow"))
        return is_seen and self._page is not None and self._page.person.id == self._shown_id

    @property
    def _places(self) -> tuple[int, ...]:
        """The tabs that there are for this person."""
        is_mentor = self._page is not None and self._page.mentor is not None
        return tuple(range(len(tabs.TABS) - (0 if is_mentor else 1)))

    def _open(self) -> None:
        self.add_class("-open")
        if self.is_mounted:
            self.query_one("#whole").focus()
            self._draw_keys()

    def _close(self) -> None:
        self.remove_class("-open")
        if self._wanted is not None and self.people.jump(self._wanted):
            pass
        self._wanted = None
        self.people.focus()
        self.refresh_soon()
        self._draw_person()
        self._draw_keys()

    def _sort(self, order: str) -> None:
        self._order, self._offset = order, 0
        self.console.tell(f"sorted by {order}")
        self.refresh_soon()

    def apply_filter(self) -> None:
        """Show what the filter asks for."""
        text = self.query_one("#filter", Input).value.strip()
        if text != self._query:
            self._query, self._offset = text, 0
            self.refresh_soon()

    async def read(self) -> None:
        """Ask for the list and for the person."""
        from sessiontui.services.people import listing, page

        port, now = self.port, self.port.clock()
        asked = (self._query, self._order)
        try:
            board = await listing.board(
                port.context,
                self._query,
                by=port.actor,
                now=now,
                order=self._order,
                limit=WINDOW,
                offset=self._offset,
            )
            anew = self._board is None or (self._board.query, self._board.order) != asked
            self._board, self._error = board, ""
            self._draw_list(anew=anew)
            shown = self._shown_id
            if shown is not None:
                found = await page.page(port.context, shown, by=port.actor, now=now)
                if self._shown_id == shown:
                    self._page = found
        except SessiontuiError as error:
            await port.note(error)
            if self._wanted is not None:
                self._wanted = None
                self.remove_class("-open")
                self.console.tell(sentence(error), severity="warning")
            else:
                self._error = sentence(error)

    def draw(self) -> None:
        """Draw the list and what is under its cursor."""
        if not self.is_mounted:
            return
        is_empty = bool(self._error) or self._board is None or not self._board.lines
        self.people.display = not is_empty
        self.query_one("#picture").display = is_empty
        said = tabs.in_place_of_list(self._board, self._error, self._query, self.look)
        self.query_one("#picture", Sheet).show(lambda width: said)
        word = tabs.counted_list(self._board, is_past=self.port.as_of is not None)
        self.query_one("#counts", Sheet).styles.width = len(word) or 1
        self.query_one("#counts", Sheet).show(lambda width: Content.styled(word, MUTED))
        self._draw_person()
        self._draw_keys()

    def _draw_list(self, *, anew: bool) -> None:
        board = self._board
        if board is None or not self.is_mounted:
            return
        rows = [Row(line.person.id, present.person_cells(line, board.taken_at, self.look)) for line in board.lines]
        self.people.show(rows, offset=board.offset, total=board.matched, anew=anew)
        self.people.sorted_by(tabs.SORTED_BY[board.order], upwards=board.order in ("name", "role"))

    def _draw_person(self) -> None:
        if not self.is_mounted:
            return
        look, person = self.look, self._person
        page = self._page if self._page is not None and person is not None and self._page.person == person else None
        pane = self.query_one("#pane")
        pane.border_title = "" if person is None else Content.assemble(" ", outside(person.name), " ")
        if self._tab not in self._places and page is not None:
            self._tab = 0
        self.query_one("#tabs").display = page is not None
        if page is None:
            word = "no person is selected" if person is None else f"reading{look.ellipsis}"
            self.query_one("#who", Sheet).show(lambda width: Content.styled(word, MUTED))
            self.query_one("#sheet", Sheet).show(lambda width: Content(""))
            return
        places = self._places
        numbers = tabs.counted(page)
        self.query_one("#tabs", TabLine).show(
            (
                [f"{tabs.TABS[place]} {numbers[place]}".strip() for place in places],
                [tabs.TABS[place] for place in places],
                [tabs.SHORT[place] for place in places],
            ),
            self._tab,
        )
        self.query_one("#who", Sheet).show(lambda width: present.heading(page, look, width))
        tab = self._tab
        self.query_one("#sheet", Sheet).show(lambda width: tabs.sheet(page, tab, look, width))

    def _draw_keys(self) -> None:
        own = tabs.hints(
            self.scene(),
            self.console.registry,
            self.look,
            is_open=self.has_class("-open"),
            on_logins=self._is_on_logins,
            order=self._order,
        )
        self.keys.show([*own, *self.hints_everywhere()])
