"""For which dialog keys wait that are typed before it is there: one that a command opens, or a dialog over itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from textual.app import App
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.screen import Screen

    from sessiontui.tui.typed_ahead import TypedAhead


class WaitingKeys:
    """Holds the gate of the keys of an application shut until what they are meant for has the focus."""

    def __init__(self, app: App[None], gate: TypedAhead) -> None:
        self._app = app
        self._gate = gate
        self._covered: Screen[object] | None = None
        """What was in front when keys began to wait: a focus that moves in there is not what they wait for."""
        self._commands = 0
        self._holds = 0
        self._answer = 0
        """The last hold behind an answer: it is that of whichever command waited for it."""

    def hold(self) -> int:
        """Let what is typed from now on wait for a dialog that is on its way; returns what names this hold."""
        self._covered = self._app.screen
        self._gate.hold()
        self._holds += 1
        return self._holds

    def release(self, only: int | None = None) -> None:
        """Give what was typed ahead: nothing is on its way any more; ``only`` where nothing was held since."""
        if only is None or only == self._holds:
            self._covered = None
            self._gate.release()

    def answered(self, answer: object) -> None:
        """Hold behind the answer of a dialog where a command waits for it: it may open another, which goes first."""
        if answer is not None and self._commands:
            self._answer = self.hold()
        else:
            self.release()

    @contextmanager
    def command(self, hold: int) -> Iterator[None]:
        """Count a command as under way; once it is over, nothing that keys were held for is on its way any more.

        ``hold`` is what names the hold at its beginning. Those of a command that has begun meanwhile are not its own.
        """
        self._commands += 1
        try:
            yield
        finally:
            self._commands -= 1
            if self._holds in (hold, self._answer):
                self.release()

    def note_focus(self, widget: Widget) -> None:
        """Give what was typed ahead where the focus has reached the dialog, or the line, that it is meant for."""
        from textual.widgets import Input  # the first frame has none

        in_front = self._app.screen
        is_meant = in_front is not self._covered if in_front.is_modal else isinstance(widget, Input)
        if is_meant:
            self.release()


class NoKeysWait:
    """Holds nothing back: what stands for the waiting keys in a bare application, as tests have it."""

    def hold(self) -> int:
        """Let what is typed from now on go where it goes."""
        return 0

    def release(self, only: int | None = None) -> None:
        """Give nothing: nothing waits."""

    def answered(self, answer: object) -> None:
        """Hold nothing behind an answer."""

    def command(self, hold: int) -> AbstractContextManager[None]:
        """Count nothing."""
        del hold
        return nullcontext()


def waiting_keys(app: App[object]) -> WaitingKeys | NoKeysWait:
    """Return the waiting keys of the console; a bare application holds none back."""
    keys = getattr(app, "waiting", None)
    return keys if isinstance(keys, WaitingKeys) else NoKeysWait()
