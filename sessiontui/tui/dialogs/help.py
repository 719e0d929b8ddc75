"""Help: every command with its keys and what it does, searchable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.types import CSSPathType
from textual.widgets import Button, Input, Static

from sessiontui.domain.records import record
from sessiontui.domain.text import visible
from sessiontui.tui.dialogs.dialog import Dialog, Line, button


@record
class HelpRow:
    """One command as help shows it; ``reason`` says why it is impossible now, or is empty."""

    group: str
    keys: str
    title: str
    text: str
    word: str
    reason: str = ""


class Help(Dialog[bool]):
    """Lists commands by group; typing narrows the list down."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "help.tcss"]
    BINDINGS = [  # noqa: RUF012 - declared so by the toolkit
        Binding(key, f"scroll_help('{key}')", show=False, priority=True)
        for key in ("down", "up", "pagedown", "pageup")
    ]

    def __init__(self, rows: Sequence[HelpRow]) -> None:
        super().__init__("Help: keys and commands")
        self._rows = tuple(rows)

    def body(self) -> ComposeResult:
        """Yield filter and list."""
        yield Line(id="filter", placeholder="search: a key, a word")
        with VerticalScroll(id="list", can_focus=False):
            yield Static("", id="rows", markup=False)

    def buttons(self) -> Iterable[Button]:
        """Yield close."""
        yield button("Close", "keep", primary=True)

    def on_mount(self) -> None:
        """Show everything."""
        self.query_one("#filter", Input).focus()
        self._fill("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list down."""
        self._fill(event.value)

    def on_resize(self) -> None:
        """Lay the rows out for the new width."""
        self._fill(self.query_one("#filter", Input).value)

    def action_scroll_help(self, key: str) -> None:
        """Scroll the list while the focus stays in the filter."""
        area = self.query_one("#list", VerticalScroll)
        steps = {
            "down": area.scroll_down,
            "up": area.scroll_up,
            "pagedown": area.scroll_page_down,
            "pageup": area.scroll_page_up,
        }
        steps[key](animate=False)

    def _fill(self, text: str) -> None:
        rows = [row for row in self._rows if _holds(row, text)]
        shown = _table(rows, narrow=self.size.width < 80) if rows else Text("nothing fits")
        self.query_one("#rows", Static).update(shown)


def _holds(row: HelpRow, text: str) -> bool:
    if text.strip() and text.strip() in row.keys.split():
        return True
    hay = f"{row.group} {row.title} {row.text} {row.word}".casefold()
    return all(word in hay for word in text.casefold().split())


def _table(rows: Sequence[HelpRow], *, narrow: bool) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=9)
    if not narrow:
        table.add_column(width=20)
    table.add_column(ratio=1)
    for group, members in groupby(rows, key=lambda row: row.group):
        if table.row_count:
            table.add_row()
        table.add_row(Text(visible(group).upper(), style="bold"))
        for row in members:
            title = Text(visible(row.title), style="bold")
            text = Text(visible(row.text))
            if row.reason:
                text.append(f"\nnow impossible: {visible(row.reason)}", style="italic")
            if narrow:
                table.add_row(Text(visible(row.keys)), Text("\n").join((title, text)))
            else:
                table.add_row(Text(visible(row.keys)), title, text)
    return table
