"""Templates: a list with what became of their sessions, and beside it what a session made from one begins with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.phrases import count
from sessiontui.tui.port import Port
from sessiontui.tui.present import templates as present
from sessiontui.tui.present.columns import Column, Row
from sessiontui.tui.present.failures import sentence
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.present.look import BAD, MUTED, Look, outside
from sessiontui.tui.screens.acting import Acting
from sessiontui.tui.screens.list_screen import ListScreen
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.table import Table

if TYPE_CHECKING:
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


class TemplatesScreen(ListScreen):
    """The list of templates, and one of them whole."""

    CSS_PATH = "templates.tcss"
    screen_name = "templates"
    narrow = 100
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

    def scene(self) -> Scene:
        """Return what a command may look at: the template under the cursor."""
        return replace(super().scene(), template=self._line)

    def on_table_highlighted(self) -> None:
        """Ask for the template that the cursor came to, once it rests."""
        self.after_rest(self.refresh_soon)
        self._draw_page()
        self._draw_keys()

    def on_table_opened(self) -> None:
        """Make a session from it."""
        self.action_command("template_use")

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

    async def read(self) -> None:
        """Ask for the list and for the template under the cursor."""
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
            await port.note(error)
            self._error = sentence(error)

    def draw(self) -> None:
        """Draw the list and what is under its cursor."""
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
        acting = Acting(self.scene(), self.console.registry)
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
