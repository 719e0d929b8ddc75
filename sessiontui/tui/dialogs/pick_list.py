"""A list that narrows down while one types: the focus stays in the filter, the arrows move the cursor below it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Button, Input, OptionList

from sessiontui.tui.dialogs.dialog import Answer, Dialog, button


class PickList(Dialog[Answer]):
    """Asks for one entry of a list. Subclasses give ``body``, fill the list, and answer with what was picked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('cursor_down')", "choose", key_display="↑↓", priority=True),
        Binding("up", "move('cursor_up')", show=False, priority=True),
    ]

    def buttons(self) -> Iterable[Button]:
        """Yield back and choose."""
        yield button("Back", "keep")
        yield button("Choose", "yes", primary=True)

    def line_entered(self, line: Input) -> str:
        """Return what the enter key does in a line."""
        del line
        return "take it"

    def answer(self) -> None:
        """Answer with the entry under the cursor, if there is one."""
        raise NotImplementedError

    def action_move(self, action: str) -> None:
        """Move the cursor of the list while the focus stays in the filter."""
        getattr(self.query_one(OptionList), f"action_{action}")()

    def on_input_submitted(self) -> None:
        """Answer with the entry under the cursor."""
        self.answer()

    def on_option_list_option_selected(self) -> None:
        """Answer with the entry that was clicked."""
        self.answer()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer; the frame leaves."""
        if event.button.id == "yes":
            event.stop()
            self.answer()
