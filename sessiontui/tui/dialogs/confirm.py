"""Asking before an act: the safe answer has the focus, and a grave act wants a word typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Button, Input, Static

from sessiontui.domain.records import record
from sessiontui.domain.text import MAX_BLOCK, visible
from sessiontui.tui.dialogs.dialog import Dialog, Field, Line, button, said_by, words


class Reason(StrEnum):
    """Whether a dialog asks why."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@record
class Confirmation:
    """The act was confirmed, with the reason that was typed; ``other`` if by the third button."""

    reason: str = ""
    other: bool = False


class Confirm(Dialog[Confirmation]):
    """Asks whether to go on, with everything that will be touched; answers with a ``Confirmation`` or nothing."""

    AUTO_FOCUS = "#keep"  # from the first key on: two quick presses of enter must not go past it

    def __init__(
        self,
        question: str,
        details: Sequence[str] = (),
        *,
        yes: str,
        keep: str = "Keep",
        danger: bool = False,
        reason: Reason = Reason.NONE,
        other: str = "",
        asks: str = "Reason",
    ) -> None:
        super().__init__(question, danger=danger)
        self._asks = asks
        self._other = other
        self._details = tuple(details)
        self._yes = yes
        self._keep = keep
        self._reason = reason

    def body(self) -> ComposeResult:
        """Yield the list of what will be touched and the reason."""
        if self._details:
            # Only a list too long to be seen at once takes part in the order of the tab key.
            with VerticalScroll(classes="details", can_focus=len(self._details) > 5):
                for detail in self._details:
                    yield Static(words(detail), classes="text", markup=False)
        if self._reason is not Reason.NONE:
            optional = "optional" if self._reason is Reason.OPTIONAL else "why: the people concerned are told"
            yield Field(self._asks, Line(id="reason", placeholder=optional, limit=MAX_BLOCK), id="why")

    def buttons(self) -> Iterable[Button]:
        """Yield *Keep*, a third way if there is one, and the act."""
        yield button(self._keep, "keep")
        if self._other:
            yield button(self._other, "other")
        yield button(self._yes, "yes", danger=self._danger, primary=not self._danger)

    def line_entered(self, line: Input) -> str:
        """Return what the enter key does in a line."""
        del line
        return "go on"

    def on_mount(self) -> None:
        """Put the focus on the safe answer."""
        self.query_one("#keep", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Confirm; the frame leaves."""
        if event.button.id == "yes":
            event.stop()
            self.confirm()
        elif event.button.id == "other":
            event.stop()
            self.dismiss(Confirmation(other=True))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go from the reason to the buttons: a line end typed in a text is no confirmation."""
        event.stop()
        self.query_one("#yes", Button).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take back the error of a field that is being mended."""
        for field in event.input.ancestors:
            if isinstance(field, Field):
                field.say("")

    def confirm(self) -> None:
        """Answer yes if nothing is missing."""
        reason = ""
        if self._reason is not Reason.NONE:
            box = self.query_one("#reason", Input)
            reason = box.value.strip()
            if self._reason is Reason.REQUIRED and not reason:
                self.field("why").say("say why: it stands in the history, and the people concerned are told")
                box.focus()
                return
        self.dismiss(Confirmation(reason))


class TypedConfirm(Confirm):
    """Asks for a word to be typed before a grave act: the title of the session, or how many there are."""

    def __init__(
        self,
        question: str,
        details: Sequence[str] = (),
        *,
        expected: str,
        yes: str,
        keep: str = "Keep",
        reason: Reason = Reason.NONE,
    ) -> None:
        super().__init__(question, details, yes=yes, keep=keep, danger=True, reason=reason)
        self._expected = visible(expected)

    def body(self) -> ComposeResult:
        """Yield the list, the reason and the word to type."""
        yield from super().body()
        yield Static(words(f"To go on, type:  {self._expected}"), classes="text", markup=False)
        yield Field("Type it", Line(id="typed"), id="proof")

    def line_entered(self, line: Input) -> str:
        """Return what the enter key does: the typed word is proof enough."""
        return said_by(self.query_one("#yes", Button)) if line.id == "typed" else super().line_entered(line)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Confirm from the typed word, which is proof enough; from the reason go on to it."""
        event.stop()
        event.prevent_default()  # the toolkit would call the handler of the class above as well
        if event.input.id == "typed":
            self.confirm()
        else:
            self.query_one("#typed", Input).focus()

    def confirm(self) -> None:
        """Answer yes if the typed word is the expected one; otherwise say what is missing."""
        box = self.query_one("#typed", Input)
        if _folded(box.value) != _folded(self._expected):
            said = f"that is not “{self._expected}”" if box.value.strip() else f"type {self._expected} here to go on"
            self.field("proof").say(said)
            box.focus()
            return
        super().confirm()


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", visible(text)).split())
