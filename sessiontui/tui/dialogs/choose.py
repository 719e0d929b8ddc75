"""Choosing one of a few, with a filter while typing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option as Row

from sessiontui.tui.dialogs.dialog import Dialog, Line, button, words

_WIDEST = 24  # cells of the titles, so that the notes stand under each other; a longer title moves its own note


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose; ``note`` stands beside it."""

    value: str
    title: str
    note: str = ""


class Choose(Dialog[str]):
    """Asks for one of several options; answers with its value."""

    BINDINGS = [  # noqa: RUF012 - declared so by the toolkit
        Binding("down", "move('cursor_down')", show=False, priority=True),
        Binding("up", "move('cursor_up')", show=False, priority=True),
    ]

    def __init__(self, title: str, options: Sequence[Option], *, current: str = "", hint: str = "") -> None:
        super().__init__(title)
        self._hint = hint
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

    def buttons(self) -> Iterable[Button]:
        """Yield back and choose."""
        yield button("Back", "keep")
        yield button("Choose", "yes", primary=True)

    def on_mount(self) -> None:
        """Fill the list, with the current one under the cursor."""
        self.query_one("#filter", Input).focus()
        self._fill("")

    def action_move(self, action: str) -> None:
        """Move the cursor of the list while the focus stays in the filter."""
        getattr(self.query_one(OptionList), f"action_{action}")()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list down."""
        self._fill(event.value)

    def on_input_submitted(self) -> None:
        """Answer with the option under the cursor."""
        self._answer()

    def on_option_list_option_selected(self) -> None:
        """Answer with the option that was clicked."""
        self._answer()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer; the frame leaves."""
        if event.button.id == "yes":
            event.stop()
            self._answer()

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
        now = words("now  ", "italic") if option.value == self._current else Content("")
        return Content("").join([title, Content(gap), now, words(option.note, "dim")])

    def _answer(self) -> None:
        at = self.query_one(OptionList).highlighted
        if at is not None and at < len(self._shown):
            self.dismiss(self._shown[at].value)
