"""An application that closes in order, and in which what comes late is no mistake of the program.

While the toolkit takes widgets away, messages that were sent before are still handled, timers still run out, and what
was asked for is still answered. What then looks for a widget finds none; there is nobody either to show it to.
"""

from __future__ import annotations

from typing import Final

from textual.app import App, ScreenStackError
from textual.css.query import NoMatches
from textual.dom import NoScreen
from textual.message_pump import CallbackError
from textual.screen import Screen
from textual.widget import MountError
from textual.worker import WorkerFailed

_FOR_WANT_OF_WIDGETS: Final = (NoMatches, NoScreen, ScreenStackError, MountError)
"""What the toolkit raises where a widget, or a screen, is looked for that is not there."""


class ClosingApp(App[None]):
    """Asks for nothing more once it closes, and takes its screens away one after the other."""

    async def _shutdown(self) -> None:
        self.workers.cancel_all()
        await super()._shutdown()

    async def _close_all(self) -> None:
        """Take each screen apart from above; the widgets of those not shown the toolkit takes away in any order."""
        stacked = {screen for stack in self._screen_stacks.values() for screen in stack}
        for screen in self._installed_screens.values():
            if isinstance(screen, Screen) and screen.is_running and screen not in stacked:
                await self._prune(screen)
        await super()._close_all()

    def _handle_exception(self, error: Exception) -> None:
        """End after a mistake; that a widget is gone while the application closes is none."""
        if self._running or not isinstance(_cause_of(error), _FOR_WANT_OF_WIDGETS):
            super()._handle_exception(error)


def _cause_of(error: Exception) -> BaseException | None:
    """Return what was raised at first, where the toolkit tells of it as the error of a worker or a timer."""
    match error:
        case WorkerFailed():
            return error.error
        case CallbackError():
            return error.__context__
        case _:
            return error
