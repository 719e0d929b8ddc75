"""Two have changed one field: both versions side by side, and what it is to be."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.types import CSSPathType
from textual.widgets import Button, Static

from sessiontui.domain.records import record
from sessiontui.domain.text import MAX_BLOCK, visible_block
from sessiontui.tui.dialogs.dialog import Dialog, button, words
from sessiontui.tui.widgets.block import Block


class Way(StrEnum):
    """Whose version a field gets."""

    MINE = "mine"
    THEIRS = "theirs"
    TOGETHER = "together"


@record
class Decision:
    """What a field is to be; ``text`` is set where both were put together by hand."""

    way: Way
    text: str = ""


class Differing(Dialog[Decision]):
    """Shows one's own version of a field and that of somebody else; answers with a ``Decision``, or nothing.

    ``together`` is what the two come to, to be edited; ``None`` where a field is no text.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "differing.tcss"]
    AUTO_FOCUS = "#keep"

    def __init__(self, title: str, *, who: str, mine: str, theirs: str, together: str | None) -> None:
        super().__init__(title)
        self._who = who
        self._mine = mine
        self._theirs = theirs
        self._together = together

    def body(self) -> ComposeResult:
        """Yield both versions side by side, and the two together where that can be."""
        yield Static(words(self._who), classes="text", markup=False)
        with Horizontal(id="versions"):
            for name, place, text in (("Yours", "mine-text", self._mine), ("Theirs", "theirs-text", self._theirs)):
                with Vertical(classes="version"):
                    yield Static(Content.styled(name, "bold"), classes="version-name", markup=False)
                    with VerticalScroll(classes="version-text", can_focus="\n" in text):
                        yield Static(Content(visible_block(text) or "nothing"), id=place, markup=False)
        if self._together is not None:
            yield Static("Together: change it here as you like", classes="text", markup=False)
            block = Block(visible_block(self._together)[:MAX_BLOCK], id="together-text", compact=True)
            block.cursor_blink = False
            yield block

    def buttons(self) -> Iterable[Button]:
        """Yield back, and the ways to decide."""
        yield button("Back (esc)", "keep")
        yield button("Keep mine", "mine")
        yield button("Take theirs", "theirs")
        if self._together is not None:
            yield button("Both together", "together")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer; the frame leaves."""
        if event.button.id in set(Way):
            event.stop()
            way = Way(str(event.button.id))
            self.dismiss(Decision(way, self.query_one(Block).text if way is Way.TOGETHER else ""))
