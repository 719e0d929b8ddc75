"""Showing a few facts that are needed elsewhere: a link, a phone number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Button, Static

from sessiontui.tui.dialogs.dialog import Dialog, Field, button, words


class Facts(Dialog[bool]):
    """Shows named facts; ``copies`` is what its *Copy* button hands to the clipboard again.

    ``lasts`` is after how many seconds it goes by itself, 0 for never.
    """

    AUTO_FOCUS = "#keep"

    def __init__(
        self, title: str, facts: Sequence[tuple[str, str]], *, hint: str = "", copies: str = "", lasts: float = 0
    ) -> None:
        super().__init__(title)
        self._facts = tuple(facts)
        self._hint = hint
        self._copies = copies
        self._lasts = lasts

    def body(self) -> ComposeResult:
        """Yield the facts."""
        with VerticalScroll(classes="details", can_focus=False):
            for name, fact in self._facts:
                yield Field(name, Static(words(fact), classes="fact", markup=False))
        if self._hint:
            yield Static(words(self._hint), classes="hint", markup=False)

    def buttons(self) -> Iterable[Button]:
        """Yield close and copy."""
        if self._copies:
            yield button("Copy" if self._lasts else "Copy again", "copy")
        yield button("Close", "keep", primary=True)

    def on_mount(self) -> None:
        """Put the focus on *Close*."""
        self.query_one("#keep", Button).focus()
        if self._lasts:
            self.set_timer(self._lasts, self._go)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Copy; the frame leaves."""
        if event.button.id == "copy":
            event.stop()
            self.app.copy_to_clipboard(self._copies)

    def _go(self) -> None:
        """Take the facts from the screen, unless something has been opened over them."""
        if self.is_attached and self.app.screen is self:
            self.dismiss(None)
