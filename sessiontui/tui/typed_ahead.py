"""Decides when a key is given to the console: one at a time, and never to what its writer could not mean.

The toolkit hands a key to the widget that has the focus when the key *arrives*; that widget's bindings act only
once the key has gone up through all of its parents. Keys that arrive in one burst – a fast hand, a slow line, a
paste – would so go to a field that the first of them was to leave, or past a dialog that it was to open, where a
letter of a name may be the key that approves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

PATIENCE: Final = 1.0
"""Seconds for a place to type into to be there, or for a key to be done; then the next goes where it always does."""

LOST: Final = 0.2
"""Seconds after which is looked whether the widget that got a key went away with it; else it is still at it."""

NEVER_HELD: Final = "ctrl+c"

Give = Callable[[events.Event], Awaitable[None]]


@runtime_checkable
class Prompt(Protocol):
    """A screen that paints the answer to a key without waiting for the next tick."""

    def answer_at_once(self) -> None:
        """Hear that a key is done, behind which no other waits; what it changed is still to be painted."""
        ...


class Through(events.Event, bubble=True, verbose=True):
    """Goes behind a key through the same widgets; where it arrives, the key is done. Without one, it says: look."""

    def __init__(self, key: events.Key | None = None) -> None:
        super().__init__()
        self.key = key


class TypedAhead:
    """Holds the keys of an application back, in their order, until the one before them is done."""

    def __init__(self, app: App[None], *, held: bool = False) -> None:
        """Take the keys of ``app``; ``held`` ones wait from the beginning until the first ``release``."""
        self._app = app
        self._waiting: deque[events.Key] = deque()
        self._under_way: events.Key | None = None
        self._last: Through | None = None
        """What goes behind all that the application's own bindings have begun; then nothing else tells of the end."""
        self._held = held
        self._patience: Timer | None = None
        self._loss: Timer | None = None

    @property
    def is_open(self) -> bool:
        """Whether the next key would be given at once."""
        return self._under_way is None and not self._held

    @property
    def is_at_rest(self) -> bool:
        """Whether every key has been done."""
        return self.is_open and not self._waiting

    async def take(self, event: events.Event, give: Give) -> None:
        """Give an event of the application to what handles it, keys in their turn."""
        if isinstance(event, events.Key) and not event.is_forwarded and event.key != NEVER_HELD:
            self._waiting.append(event)
        else:
            await give(event)
            if isinstance(event, events.Key) and event is self._under_way:
                self._end_behind(event)  # a binding may have moved the focus, which the toolkit does in its turn
            elif isinstance(event, Through) and event.key is self._under_way and self._last in (None, event):
                self._done()
        await self._give_next(give)

    def hold(self) -> None:
        """Let keys wait for a place to type into that is on its way, for as long as patience lasts."""
        self._held = True
        self._stop(self._patience)
        self._patience = self._app.set_timer(PATIENCE, self.release)

    def release(self) -> None:
        """Give the keys that wait: what they are meant for is there."""
        if self._held:
            self._held = False
            self._stop(self._patience)
            self._app.post_message(Through())

    async def _give_next(self, give: Give) -> None:
        while self._waiting and self.is_open:
            self._under_way = key = self._waiting.popleft()
            target = self._app.focused or self._app.screen  # as the toolkit chooses it
            await give(key)
            if not (key.is_forwarded and target.post_message(Through(key))):
                self._end_behind(key)  # a binding took it before any widget
            elif self._under_way is key:
                self._look_after(key, target, left=PATIENCE)

    def _end_behind(self, key: events.Key) -> None:
        self._last = Through(key)
        if not self._app.post_message(self._last):
            self._done()

    def _done(self) -> None:
        self._under_way = self._last = None
        self._stop(self._loss)
        if not self._waiting and isinstance(self._app.screen, Prompt):
            self._app.screen.answer_at_once()

    def _look_after(self, key: events.Key, target: Widget | Screen[object], *, left: float) -> None:
        self._loss = self._app.set_timer(LOST, lambda: self._look_for(key, target, left=left - LOST))

    def _look_for(self, key: events.Key, target: Widget | Screen[object], *, left: float) -> None:
        """Count a key as done whose widget is gone; where it is there, a busy machine has not come to it yet."""
        if self._under_way is not key:
            return
        if left > 0 and target.is_running and target.screen in self._app.screen_stack:
            self._look_after(key, target, left=left)
        else:
            self._under_way = self._last = None
            self._app.post_message(Through())

    @staticmethod
    def _stop(timer: Timer | None) -> None:
        if timer is not None:
            timer.stop()
