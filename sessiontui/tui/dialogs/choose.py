"""Choosing one of a few, with a filter while typing."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option as Row

from sessiontui.domain.records import record
from sessiontui.tui.dialogs.dialog import Line, words
from sessiontui.tui.dialogs.pick_list import PickList

_WIDEST = 24  # cells of the titles, so that the notes stand under each other; a longer title moves its own note


@record
class Option:
    """One thing to choose; ``note`` stands beside it."""

    value: str
    title: str
    note: str = ""


class Choose(PickList[str]):
    """Asks for one of several options; answers with its value.

    The cursor begins at the ``current`` one, and ``mark`` beside it says what it is.
    """

    def __init__(
        self, title: str, options: Sequence[Option], *, current: str = "", mark: str = "now", hint: str = ""
    ) -> None:
        super().__init__(title)
        self._hint = hint
        self._mark = f"{mark}  " if mark else ""
        self._width = min(max((len(option.title) for option in options), default=0), _WIDEST)
        self._options = tuple(options)
        self._current = current
        self._shown: tuple[Option, ...] = ()

    def body(self) -> ComposeResult:
        """Yield filter and list."""
        yield Line(id="filter", placeholder="type to narrow down")
        yield OptionList(id="options", classes="below-filter", markup=False)
        if self._hint:
            yield Static(words(self._hint), classes="hint below-list", markup=False)

    def on_mount(self) -> None:
        """Fill the list, with the current one under the cursor."""
        self.query_one("#filter", Input).focus()
        self._fill("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list down."""
        self._fill(event.value)

    def answer(self) -> None:
        """Answer with the option under the cursor."""
        at = self.query_one(OptionList).highlighted
        if at is not None and at < len(self._shown):
            self.dismiss(self._shown[at].value)

    def _fill(self, text: str) -> None:
        needle = text.casefold().split()
        self._shown = tuple(
            option
            for option in self._options
            if all(word in f"{option.value} {option.title} {option.note}".casefold() for word in needle)
        )
        rows = self.query_one(OptionList)
        rows.clear_options()
        rows.add_options([Row(self._row(option)) for option in self._shown] or [Row("nothing fits", disabled=True)])
        values = [option.value for option in self._shown]
        if values:
            rows.highlighted = values.index(self._current) if self._current in values else 0

    def _row(self, option: Option) -> Content:
        title = words(option.title, "bold")
        gap = " " * max(2, self._width + 2 - title.cell_length)
        mark = words(self._mark, "italic") if option.value == self._current else Content("")
        return Content("").join([title, Content(gap), mark, words(option.note, "dim")])
