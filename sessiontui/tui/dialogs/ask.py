"""Asking for one line of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.app import ComposeResult
from textual.widgets import Button, Input, Static

from sessiontui.domain.text import MAX_LINE
from sessiontui.tui.dialogs.dialog import Dialog, Field, Line, button, said_by, words


class Ask(Dialog[str]):
    """Asks for one line; ``validate`` answers what is wrong with it, or an empty string."""

    def __init__(
        self,
        question: str,
        *,
        label: str = "Text",
        value: str = "",
        hint: str = "",
        yes: str = "OK",
        limit: int = MAX_LINE,
        validate: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__(question)
        self._label = label
        self._value = value
        self._hint = hint
        self._yes = yes
        self._limit = limit
        self._validate = validate

    def body(self) -> ComposeResult:
        """Yield the input with its hint."""
        yield Field(self._label, Line(self._value, id="text", limit=self._limit), id="entry")
        if self._hint:
            yield Static(words(self._hint), classes="hint", markup=False)

    def buttons(self) -> Iterable[Button]:
        """Yield back and done."""
        yield button("Back", "keep")
        yield button(self._yes, "yes", primary=True)

    def line_entered(self, line: Input) -> str:
        """Return what the enter key does in a line."""
        del line
        return said_by(self.query_one("#yes", Button))

    def on_mount(self) -> None:
        """Put the focus into the input."""
        self.query_one("#text", Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judge while typing, but do not scold an empty field."""
        self.field("entry").say(self._wrong(event.value) if event.value else "")

    def on_input_submitted(self) -> None:
        """Answer with the text."""
        self._answer()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer; the frame leaves."""
        if event.button.id == "yes":
            event.stop()
            self._answer()

    def _answer(self) -> None:
        text = self.query_one("#text", Input).value.strip()
        wrong = self._wrong(text)
        self.field("entry").say(wrong)
        if not wrong:
            self.dismiss(text)

    def _wrong(self, text: str) -> str:
        return "" if self._validate is None else self._validate(text)
