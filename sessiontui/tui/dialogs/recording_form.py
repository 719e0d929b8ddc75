"""Writing down a recording: its link, its title and how long it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Button, Input, Static

from sessiontui.domain.errors import BadInput
from sessiontui.domain.recordings import MAX_LINK, link_of
from sessiontui.domain.records import record
from sessiontui.tui.dialogs.dialog import Dialog, Field, Line, button, words

_LONGEST_MINUTES = 7 * 24 * 60  # as services.recordings keeps it, which loads the database


@record
class RecordingEntry:
    """What was typed; an empty ``link`` or ``title`` leaves it as it is, ``None`` says that the length is unknown."""

    link: str
    title: str
    length: timedelta | None


class RecordingForm(Dialog[RecordingEntry]):
    """Asks for link, title and length; a link that is kept already stays hidden, and stays if nothing is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", show=False, priority=True)]  # as enter does

    def __init__(
        self, question: str, *, title: str = "", length: timedelta | None = None, is_new: bool = True
    ) -> None:
        super().__init__(question)
        self._title = title
        self._length = "" if length is None else str(length // timedelta(minutes=1))
        self._is_new = is_new

    def body(self) -> ComposeResult:
        """Yield the three fields."""
        hint = "" if self._is_new else "leave it empty to keep the one there is"
        yield Field("Link", Line(id="link", placeholder=hint, limit=MAX_LINK), id="link-field")
        yield Field("Title", Line(self._title, id="title-text"), id="title-field")
        yield Field("Minutes", Line(self._length, id="minutes", limit=6), id="minutes-field")
        yield Static(words("Who may see it is asked next. Minutes may stay empty."), classes="hint", markup=False)

    def buttons(self) -> Iterable[Button]:
        """Yield back and next."""
        yield button("Back", "keep")
        yield button("Next", "yes", primary=True)

    def line_entered(self, line: Input) -> str:
        """Return what the enter key does in a line."""
        del line
        return "next"

    def on_mount(self) -> None:
        """Put the focus into the link."""
        self.query_one("#link", Input).focus()

    def on_input_submitted(self) -> None:
        """Go on."""
        self.action_save()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Go on; the frame leaves."""
        if event.button.id == "yes":
            event.stop()
            self.action_save()

    def action_save(self) -> None:
        """Answer if everything is as it should be; say beside the field what is not."""
        link, title, length = (
            self.query_one(f"#{place}", Input).value.strip() for place in ("link", "title-text", "minutes")
        )
        wrong = self._wrong_link(link), self._wrong_length(length)
        self.field("link-field").say(wrong[0])
        self.field("minutes-field").say(wrong[1])
        if not any(wrong):
            minutes = timedelta(minutes=int(length)) if length and int(length) else None
            self.dismiss(RecordingEntry(link, title, minutes))

    def _wrong_link(self, link: str) -> str:
        if not link:
            return "where does it lie? such as https://rec.example.org/p/7" if self._is_new else ""
        try:
            link_of(link)
        except BadInput as error:
            return error.hint
        return ""

    def _wrong_length(self, text: str) -> str:
        if not text or (text.isascii() and text.isdigit() and int(text) <= _LONGEST_MINUTES):
            return ""
        return "whole minutes, such as 58"
