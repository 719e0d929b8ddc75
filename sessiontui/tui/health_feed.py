"""The feed of the health: it asks every few seconds, and whenever something happened that bears on it.

What is asked here is a plain task, and its pace that of the beat on which all others wake: it is done hundreds of
times an hour, in a console that mostly has nothing else to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sessiontui.domain.beats import until_beat
from sessiontui.tui.present.failures import describe

if TYPE_CHECKING:
    from sessiontui.services.pictures import Health
    from sessiontui.tui.port import Port

EVERY: Final = 5.0
"""Seconds between two looks; where only the score is seen every other one is left out."""


class HealthFeed:
    """Tells ``taken`` of the health, or ``failed`` why not; ``is_brief`` says that only the score is seen."""

    def __init__(
        self,
        port: Port,
        *,
        taken: Callable[[Health], object],
        failed: Callable[[str], object],
        is_brief: Callable[[], bool],
    ) -> None:
        self._port = port
        self._taken = taken
        self._failed = failed
        self._is_brief = is_brief
        self._was_left_out = False
        self._asking: asyncio.Task[None] | None = None
        self._next: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Ask every few seconds from now on."""
        loop = asyncio.get_running_loop()
        self._next = loop.call_later(until_beat(loop.time(), EVERY), self._go_on)

    def ask(self) -> None:
        """Ask unless an answer is under way."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.get_running_loop().create_task(self._take(), name="health")

    def look(self) -> None:
        """Ask, unless it is enough to do so the next time."""
        self._was_left_out = self._is_brief() and not self._was_left_out
        if not self._was_left_out:
            self.ask()

    def end(self) -> None:
        """Ask no more."""
        for one in (self._next, self._asking):
            if one is not None:
                one.cancel()

    def _go_on(self) -> None:
        self.begin()
        self.look()

    async def _take(self) -> None:
        try:
            health = await self._port.health()
        except Exception as error:  # noqa: BLE001 - part of the feed's frontier: the top line must not end the console
            said, _ = describe(error)
            self._failed(said)
        else:
            self._taken(health)
