"""Templates: a list with what became of their sessions, and beside it what a session made from one begins with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.phrases import count
from sessiontui.tui.feed import describe
from sessiontui.tui.port import Port
from sessiontui.tui.present import templates as present
from sessiontui.tui.present.columns import Column, Row
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.present.look import BAD, MUTED, Look, outside
from sessiontui.tui.screens.console_screen import ConsoleScreen
from sessiontui.tui.widgets.plain_bars import plain_bars
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.table import Table
from sessiontui.tui.widgets.top_line import Freshness

if TYPE_CHECKING:
    from sessiontui.services.pictures import Health
    from sessiontui.services.templates.listing import TemplateBoard, TemplateLine, TemplatePage
    from sessiontui.tui.commands.scene import Scene

COLUMNS: Final = (
    Column("name", "Template", 16, flex=3),
    Column("kind", "Kind", 12, from_width=66),
    Column("minutes", "Length", 7, from_width=30),
    Column("uses", "Uses", 5, right=True),
    Column("success", "Success", 11, from_width=36),
    Column("difficulty", "Effort", 7, from_width=74),
    Column("version", "Version", 7),
    Column("used", "Used", 9, from_width=80, tinted=False),
    Column("goals", "Goals", 5, from_width=90, right=True),
    Column("tags", "Tags", 14, flex=2, from_width=100),
    Column("slug", "Word", 20, from_width=124),
)

NARROW: Final = 100
"""Below this width the preview stands under the list, instead of beside it."""

REST: Final = 0.12
"""Seconds of rest after which the template that the cursor came to is asked for."""


class TemplatesScreen(ConsoleScreen):
    """The list of templates, and one of them whole."""

    CSS_PATH = "templates.tcss"
    screen_name = "templates"
    title_word = "Templates"
    AUTO_FOCUS = "#templates"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "command('template_add')", "New", show=False),
        Binding("e", "command('template_edit')", "Edit", show=False),
        Binding("d", "command('template_duplicate')", "Duplicate", show=False),
        Binding("R", "command('template_retire')", "Retire", show=False),
        Binding("x", "command('template_export')", "Export", show=False),
        Binding("y", "sessions", "Its sessions", show=False),
        Binding("right,l", "into", "Into the preview", show=False),
        Binding("escape,left,h", "back", "Back", show=False),
    ]

    def __init__(self, port: Port, look: Look) -> None:
        super().__init__(port, look)
        self.templates = Table(COLUMNS, look, id_="templates")
        self._board: TemplateBoard | None = None
        self._page: TemplatePage | None = None
        self._error = ""
        self._is_taking = self._is_wanted = False
        self._resting: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the list and the preview beside it."""
        yield self.top
        yield Sheet(id_="counts")
        with Horizontal(id="both"):
            with Vertical(id="list"):
                yield self.templates
                yield Sheet(id_="picture")
            with Vertical(id="pane"):
                yield Sheet(id_="what")
                with VerticalScroll(id="whole", can_focus=True):
                    yield Sheet(id_="sheet")
        yield self.keys

    def on_mount(self) -> None:
        """Draw the picture of loading."""
        plain_bars(self.query_one("#whole"), self.look)
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Put the preview under the list where there is no room beside it."""
        self.set_class(event.size.width < NARROW, "-narrow")

    def on_screen_resume(self) -> None:
        """Ask anew when the screen is shown."""
        self.refresh_soon()
        self.console.ask_health()

    def scene(self) -> Scene:
        """Return what a command may look at: the template under the cursor."""
        return replace(super().scene(), template=self._line)

    def show_health(self, health: Health) -> None:
        """Show the health in the top line."""
        self.top.show(health=health, freshness=Freshness(taken_at=health.taken_at))

    def refresh_soon(self) -> None:
        """Ask anew for the list and for the template under the cursor."""
        if not self.is_current:
            return
        if self._is_taking:
            self._is_wanted = True
            return
        self._is_taking = True
        self.run_worker(self._take(), group="templates")

    def on_table_highlighted(self) -> None:
        """Ask for the template that the cursor came to, once it rests."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self.refresh_soon)
        self._draw_page()
        self._draw_keys()

    def on_table_opened(self) -> None:
        """Make a session from it."""
        self.action_command("template_use")

    def action_command(self, name: str) -> None:
        """Run a command on the template."""
        self.console.action_command(name)

    def action_sessions(self) -> None:
        """Show the sessions made from it on the desk."""
        line = self._line
        if line is None:
            self.console.tell("no template is selected", severity="warning")
            return
        self.console.set_query(f"template:{line.slug}")

    def action_into(self) -> None:
        """Give the preview the keys that scroll."""
        self.query_one("#whole").focus()

    def action_back(self) -> None:
        """Leave the preview, else go back to the desk."""
        if self.focused is not self.templates:
            self.templates.focus()
        else:
            self.console.go("desk")

    # Inside

    @property
    def _line(self) -> TemplateLine | None:
        lines = () if self._board is None else self._board.lines
        return next((line for line in lines if line.slug == self.templates.cursor_key), None)

    async def _take(self) -> None:
        try:
            while True:
                self._is_wanted = False
                await self._read()
                if not self._is_wanted:
                    break
        finally:
            self._is_taking = False

    async def _read(self) -> None:
        from sessiontui.services.templates import listing

        port, now = self.port, self.port.clock()
        try:
            self._board = await listing.board(port.context, by=port.actor, now=now)
            self._error = ""
            self._draw_list()
            line = self._line
            if line is not None:
                self._page = await listing.page(port.context, line.slug, by=port.actor, now=now)
        except SessiontuiError as error:
            said, hint = describe(error)
            self._error = f"{said}. {hint}" if hint else said
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        is_empty = bool(self._error) or self._board is None
        self.templates.display = not is_empty
        self.query_one("#picture").display = is_empty
        if self._error:
            said = Content.styled(self._error, BAD)
        else:
            said = Content.styled(f"reading the templates{self.look.ellipsis}", MUTED)
        self.query_one("#picture", Sheet).show(lambda width: said)
        self._draw_counts()
        self._draw_page()
        self._draw_keys()

    def _draw_list(self) -> None:
        board = self._board
        if board is None or not self.is_mounted:
            return
        rows = [Row(line.slug, present.template_cells(line, board.taken_at, self.look)) for line in board.lines]
        self.templates.show(rows, offset=0, total=len(rows))

    def _draw_counts(self) -> None:
        board = self._board
        if board is None:
            self.query_one("#counts", Sheet).show(lambda width: Content(""))
            return
        retired = sum(line.retired_at is not None for line in board.lines)
        parts = [count(len(board.lines), "template")]
        parts += [f"{retired} retired"] if retired else []
        if board.has_figures:
            parts.append(count(sum(line.record.uses for line in board.lines), "session") + " made from them")
        word = self.look.dot.join(parts)
        self.query_one("#counts", Sheet).show(lambda width: Content.styled(word, MUTED))

    def _draw_page(self) -> None:
        if not self.is_mounted:
            return
        look, line, page = self.look, self._line, self._page
        pane = self.query_one("#pane")
        pane.border_title = "" if line is None else Content.assemble(" ", outside(line.template.name), " ")
        if line is None:
            self.query_one("#what", Sheet).show(lambda width: Content(""))
            self.query_one("#sheet", Sheet).show(lambda width: Content(""))
            return
        self.query_one("#what", Sheet).show(lambda width: present.heading(line, look, width))
        if page is None or page.line.slug != line.slug:
            self.query_one("#sheet", Sheet).show(lambda width: Content.styled(f"reading{look.ellipsis}", MUTED))
            return
        now = self.port.clock() if self._board is None else self._board.taken_at
        self.query_one("#sheet", Sheet).show(lambda width: present.preview(page, now, look, width))

    def _draw_keys(self) -> None:
        console, scene = self.console, self.scene()
        commands = {command.id: command for command in console.registry}

        def acting(key: str, name: str) -> Hint:
            command = commands.get(name)
            label = "" if command is None else command.label(scene)
            return Hint(key, label, name, "" if command is None else command.why_not(scene))

        self.keys.show(
            [
                acting("enter", "template_use"),
                acting("n", "template_add"),
                acting("e", "template_edit"),
                acting("d", "template_duplicate"),
                acting("R", "template_retire"),
                acting("x", "template_export"),
                Hint("y", "sessions", ""),
                Hint(self.look.of("→", "right"), "scroll plan", ""),
                Hint("1", "desk", "desk"),
                *self.hints_everywhere(),
            ]
        )
