"""Help: every command with its keys and what it does, searchable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.types import CSSPathType
from textual.widgets import Button, Input

from sessiontui.tui.dialogs.dialog import Dialog, Line, button
from sessiontui.tui.present.manual import HelpRow, manual
from sessiontui.tui.widgets.lines import Lines


class Help(Dialog[bool]):
    """Lists commands by group; typing narrows the list down."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "help.tcss"]
    BINDINGS = [  # noqa: RUF012 - declared so by the toolkit
        Binding(key, f"scroll_help('{key}')", word, key_display=drawn, show=bool(word), priority=True)
        for key, word, drawn in (
            ("down", "scroll", "↑↓"),
            ("up", "", None),
            ("pagedown", "next page", None),
            ("pageup", "", None),
        )
    ]

    def __init__(self, rows: Sequence[HelpRow]) -> None:
        super().__init__("Help: keys and commands")
        self._rows = tuple(rows)

    def body(self) -> ComposeResult:
        """Yield filter and list."""
        yield Line(id="filter", placeholder="search: a key, a word")
        yield Lines(id_="list")

    def buttons(self) -> Iterable[Button]:
        """Yield close."""
        yield button("Close", "keep", primary=True)

    def on_mount(self) -> None:
        """Put the focus into the filter; what is shown is drawn for the width, once that is known."""
        self.query_one("#filter", Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list down."""
        self._fill(event.value)

    def on_resize(self) -> None:
        """Draw the rows for the new width, once the list has its own."""
        self.call_after_refresh(lambda: self._fill(self.query_one("#filter", Input).value))

    def action_scroll_help(self, key: str) -> None:
        """Scroll the list while the focus stays in the filter."""
        area = self.query_one(Lines)
        steps = {
            "down": area.scroll_down,
            "up": area.scroll_up,
            "pagedown": area.scroll_page_down,
            "pageup": area.scroll_page_up,
        }
        steps[key](animate=False)

    def _fill(self, text: str) -> None:
        rows, area = [row for row in self._rows if _holds(row, text)], self.query_one(Lines)
        area.show(manual(rows, area.scrollable_content_region.width) or [Content("nothing fits")])


def _holds(row: HelpRow, text: str) -> bool:
    if text.strip() and text.strip() in row.keys.split():
        return True
    hay = f"{row.group} {row.title} {row.text} {row.word}".casefold()
    return all(word in hay for word in text.casefold().split())
