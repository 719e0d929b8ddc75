"""What the console tells people: gathered for a moment into few toasts, and kept when these are gone."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from sessiontui.domain.text import MAX_LINE, visible

if TYPE_CHECKING:
    from textual.app import App

    from sessiontui.tui.commands.scene import Severity

GATHERED: Final = 0.1
"""Seconds in which what is told is gathered into few toasts: ten thousand would freeze the screen."""

MOST: Final = 3
"""Most toasts of one gathering; more become a count."""

REMEMBERED: Final = 200
"""What was told and is kept after its toast is gone."""


class Toasts:
    """The toasts of one application; ``told`` are the last sentences."""

    def __init__(self, app: App[None]) -> None:
        self.told: deque[str] = deque(maxlen=REMEMBERED)
        self._app = app
        self._telling: list[tuple[str, Severity]] = []

    def tell(self, sentence: str, *, severity: Severity, more: str = "") -> None:
        """Show a sentence soon and keep it; ``more`` is the product's own word behind it."""
        sentence = visible(sentence[:MAX_LINE]) + more
        self.told.append(sentence)
        if not self._telling:
            self._app.set_timer(GATHERED, self._show)
        self._telling.append((sentence, severity))

    def tell_once(self, sentence: str, *, severity: Severity) -> None:
        """Show a sentence unless it was the last one."""
        if not self.told or self.told[-1] != visible(sentence):
            self.tell(sentence, severity=severity)

    def _show(self) -> None:
        telling, self._telling = self._telling, []
        shown = list(dict.fromkeys(telling))
        if len(shown) > MOST:
            worst: Severity = "information"
            for severity in ("warning", "error"):
                if any(told == severity for _, told in shown):
                    worst = severity
            last = shown[-1][0]
            shown = [(f"{len(telling)} messages, the last: {last}", worst)]
        for sentence, severity in shown:
            self._app.notify(sentence, severity=severity, markup=False)
