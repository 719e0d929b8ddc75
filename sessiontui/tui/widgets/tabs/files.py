"""Tab Files: every version of every file and the links of a session, as a list with a cursor, and one in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from sessiontui.domain.files.rules import size_words
from sessiontui.tui.present.columns import Row
from sessiontui.tui.present.files import COLUMNS, file_cells, file_said, link_cells, link_said, total
from sessiontui.tui.present.look import MUTED, Look
from sessiontui.tui.present.talk import keys_line
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.table import Table
from sessiontui.tui.widgets.tabs.tab import OwnTab, Shown, TabBody

if TYPE_CHECKING:
    from sessiontui.services.files.shown import FileLine, Files, LinkRow
    from sessiontui.services.pictures import SessionDetail

_KEYS: Final = ("w attach", "enter open", "ctrl+l link", "del remove")

_LINK: Final = "link-"
"""What the keys of links begin with among those of files."""


class FilesTab(OwnTab):
    """The files and links."""

    def number(self, detail: SessionDetail) -> int:
        """Return how many there are, older versions not counted."""
        return 0 if detail.files is None else detail.files.number

    def body(self, look: Look) -> TabBody:
        """Return the list."""
        return FilesBody(look)


class FilesBody(TabBody):
    """The list, and below it what the cursor is on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "want('attach')", show=False),
        Binding("ctrl+l", "want('add_link')", show=False),
        Binding("delete,backspace", "remove", show=False),
    ]

    DEFAULT_CSS = """
    FilesBody > Table { height: 1fr; min-height: 4; }
    FilesBody > #file-said { height: auto; max-height: 9; padding: 0 1; }
    FilesBody > #tab-keys { height: 1; padding: 0 1; }
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown: Shown | None = None

    def compose(self) -> ComposeResult:
        """Lay out list, what is under the cursor, and keys."""
        yield Table(COLUMNS, self._look, id_="files")
        yield Sheet(id_="file-said")
        yield Sheet(id_="tab-keys")

    def show(self, shown: Shown | None) -> None:
        """Show the files of a session."""
        self._shown = shown
        files, look = self._files, self._look
        rows: list[Row] = []
        if files is not None and shown is not None and shown.detail is not None:
            now = shown.detail.taken_at
            rows = [Row(one.id, file_cells(one, now, look)) for one in files.files]
            rows += [Row(f"{_LINK}{one.id}", link_cells(one, now, look)) for one in files.links]
        self.query_one("#files", Table).show(rows)
        self._draw_said()
        self._draw_hint()

    def take_keys(self) -> None:
        """Give the focus to the list."""
        self.query_one("#files", Table).focus()

    @property
    def chosen(self) -> FileLine | None:
        """The version under the cursor."""
        key = self.query_one("#files", Table).cursor_key
        return None if self._files is None else next((one for one in self._files.files if one.id == key), None)

    @property
    def chosen_link(self) -> LinkRow | None:
        """The link under the cursor."""
        key = self.query_one("#files", Table).cursor_key
        links = () if self._files is None else self._files.links
        return next((one for one in links if f"{_LINK}{one.id}" == key), None)

    def action_want(self, command: str) -> None:
        """Ask for a command."""
        self.post_message(self.Wanted(command))

    def action_remove(self) -> None:
        """Take away what is under the cursor."""
        self.post_message(self.Wanted("detach" if self.chosen_link is None else "remove_link"))

    def on_table_opened(self, event: Table.Opened) -> None:
        """Open what enter was pressed on."""
        event.stop()
        self.post_message(self.Wanted("open_file" if self.chosen_link is None else "copy_listed_link"))

    def on_table_highlighted(self, event: Table.Highlighted) -> None:
        """Show in full what is under the cursor."""
        self._draw_said()

    @property
    def _files(self) -> Files | None:
        return None if self._shown is None or self._shown.detail is None else self._shown.detail.files

    def _draw_hint(self) -> None:
        files, look = self._files, self._look
        parts: list[str] = []
        if files is not None and not files.hidden:
            parts += _KEYS if files.may_change else ("enter open",)
            if files.files:
                parts.append(total(len(files.files), size_words(files.size)))
        self.query_one("#tab-keys", Sheet).show(lambda width: keys_line(parts, look, width))

    def _draw_said(self) -> None:
        said, look, files = self.query_one("#file-said", Sheet), self._look, self._files
        one, link = self.chosen, self.chosen_link
        detail = None if self._shown is None else self._shown.detail
        if detail is None:
            said.show(lambda width: Content(""))
        elif one is not None:
            said.show(lambda width: file_said(one, detail.taken_at, look, width))
        elif link is not None:
            said.show(lambda width: link_said(link, detail.taken_at, look, width))
        elif files is not None and files.hidden:
            said.show(lambda width: Content.styled("You may not see the files of this session.", MUTED))
        else:
            said.show(lambda width: Content.styled("No file was attached yet.", MUTED))
