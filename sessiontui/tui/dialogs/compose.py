"""Writing to people: whom it touches, whom it leaves out, and a few lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.types import CSSPathType
from textual.widgets import Button, Static

from sessiontui.domain.text import visible_block
from sessiontui.tui.dialogs.dialog import Dialog, Field, button, words
from sessiontui.tui.widgets.block import Block


class Compose(Dialog[str]):
    """Asks for a text to send; answers with it, empty only where it is not ``required``."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "compose.tcss"]
    AUTO_FOCUS = "#text"
    BINDINGS = [Binding("ctrl+s", "send", "send", priority=True)]  # noqa: RUF012 - declared so by the toolkit

    def __init__(
        self, question: str, details: Sequence[str], *, value: str = "", yes: str = "Send", required: bool = True
    ) -> None:
        super().__init__(question)
        self._details = tuple(details)
        self._value = visible_block(value)
        self._yes = yes
        self._required = required

    def body(self) -> ComposeResult:
        """Yield the list of people and the text."""
        with VerticalScroll(classes="details", can_focus=len(self._details) > 5):
            for detail in self._details:
                yield Static(words(detail), classes="text", markup=False)
        text = Block(self._value, id="text", classes="entry", compact=True)
        text.cursor_blink = False
        yield Field("Text", text, id="entry")
        optional = "" if self._required else "; the text may stay empty"
        yield Static(words(f"ctrl+s {self._yes.lower()}s{optional}"), classes="hint", markup=False)

    def buttons(self) -> Iterable[Button]:
        """Yield the safe answer and the act."""
        yield button(f"Do not {self._yes.lower()}", "keep")
        yield button(self._yes, "yes", primary=True)

    def on_mount(self) -> None:
        """Put the focus into the text."""
        self.query_one("#text", Block).focus()

    def action_send(self) -> None:
        """Answer with the text if there is one."""
        text = self.query_one("#text", Block).text.strip()
        if self._required and not text:
            self.field("entry").say(f"write what to {self._yes.lower()}")
            return
        self.dismiss(text)

    def on_text_area_changed(self) -> None:
        """Take back the error once it is mended."""
        self.field("entry").say("")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Send; the frame leaves."""
        if event.button.id == "yes":
            event.stop()
            self.action_send()
