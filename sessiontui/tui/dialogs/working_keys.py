"""The last line of the screen while a dialog is open: the keys that work now, not those of the screen below it.

What it shows comes from the bindings themselves: one that has a description is shown where it would be taken. Only
what the toolkit's own widgets do with a key has to be said here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, OptionList, TextArea

from sessiontui.tui.present.hints import Hint
from sessiontui.tui.widgets.key_line import KeyLine

_SPELLED: Final = {"↑↓": "up/down", "←→": "left/right"}
"""Keys that are drawn, as a terminal without such signs writes them."""


class WorkingKeys(KeyLine):
    """The keys of the dialog that it stands in; ``enter`` and ``leave`` say what those two do where the focus is."""

    DEFAULT_CSS = """
    WorkingKeys { dock: bottom; width: 100%; color: $foreground; }
    """

    def __init__(self, *, enter: Callable[[], str], leave: Callable[[], str] = lambda: "back") -> None:
        super().__init__()
        self._enter = enter
        self._leave = leave

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)
        self._follow(self.screen)

    def on_key_line_pressed(self, event: KeyLine.Pressed) -> None:
        """Press the key that was clicked."""
        event.stop()
        self.app.simulate_key(event.command)

    def _follow(self, screen: Screen[object]) -> None:
        self.show(tuple(self._hints_of(screen)))

    def _hints_of(self, screen: Screen[object]) -> Iterator[Hint]:
        """Yield what works, what answers first and the way out last: in a short line the middle gives way."""
        plain = bool(getattr(getattr(self.app, "port", None), "ascii", False))
        entered = self._enter()
        if entered:
            yield Hint("enter", entered, "enter")
        shown = {key: one.binding for key, one in screen.active_bindings.items() if one.enabled and one.binding.show}
        for key, binding in shown.items():
            if key != "escape" and binding.description:
                drawn = binding.key_display
                sign = (_SPELLED.get(drawn, drawn) if plain else drawn) if drawn else key
                yield Hint(sign, binding.description, "" if drawn else key)
        walked = _walked(screen.focused)
        if walked:
            yield Hint(_SPELLED["↑↓"] if plain else "↑↓", walked, "")
        if "tab" not in shown and len(screen.focus_chain) > 1 and not all(map(_is_button, screen.focus_chain)):
            yield Hint("tab", "next field", "tab")
        yield Hint("esc", self._leave(), "escape")


def _is_button(widget: Widget) -> bool:
    return isinstance(widget, Button)


def _walked(focused: Widget | None) -> str:
    """Return what the arrows do in one of the toolkit's widgets."""
    if isinstance(focused, OptionList):
        return "choose"
    if focused is None or isinstance(focused, TextArea):
        return ""
    return "scroll" if focused.allow_vertical_scroll else ""
