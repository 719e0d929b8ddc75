"""How the feed rests between two looks: until the next tenth of a second, or, while nobody writes, the next second.

Waking costs more than looking. So a console that has looked and found nothing sleeps until the second is over, and is
woken by the first write to the database. A write is heard of before its commit can be seen; that is why the looks go
on until it is, and once more after a commit that changed what is shown: another may be on its way behind it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from sessiontui.domain.beats import until_beat

if TYPE_CHECKING:
    from sessiontui.services.boards import Stir
    from sessiontui.tui.port import Reads

SECOND: Final = 1.0
"""Seconds between two looks at what time has changed, and the least ones between two windows under steady commits."""

AFTER: Final = 1
"""Looks that follow one which found something."""

PATIENCE: Final = 10
"""Looks for a commit that was heard of; what is not seen by then was rolled back."""


class Rest:
    """The pauses of one feed; ``interval`` is that between two looks while somebody writes."""

    def __init__(self, reads: Reads, interval: float) -> None:
        self._interval = interval
        self._stir: Stir | None = reads.stirring(self._wake)
        self._pulse: int | None = None
        self._left = AFTER
        """How many looks are to be made before it is worth to listen instead."""
        self._was_heard = False
        """Whether anything was written just before the last look."""
        self._sleep: asyncio.Future[bool] | None = None

    async def until_beat(self, pulse: int | None, *, busy: bool) -> None:
        """Sleep until it is time to look again.

        ``pulse`` is what the last look found, ``busy`` that it changed what is shown, or that more is due.
        """
        moved, self._pulse = pulse != self._pulse, pulse
        if busy:
            self._left = AFTER
        elif self._was_heard:
            self._left = 0 if moved else self._left or PATIENCE
        is_awaited = self._left > 0
        if is_awaited or self._stir is None or not self._stir.listen() or await self._is_woken():
            await asyncio.sleep(until_beat(asyncio.get_running_loop().time(), self._interval))
        heard = self._stir is not None and self._stir.forget()
        self._left = max(0, self._left - 1)
        self._was_heard = heard or (self._was_heard and self._left > 0)

    async def until_second(self) -> None:
        """Sleep until the second is over, whoever writes."""
        self._left = AFTER
        await asyncio.sleep(until_beat(asyncio.get_running_loop().time(), SECOND))

    def close(self) -> None:
        """Listen no more."""
        if self._stir is not None:
            self._stir.close()

    async def _is_woken(self) -> bool:
        """Sleep until the second is over or somebody writes, and return whether somebody did."""
        loop = asyncio.get_running_loop()
        self._sleep = sleep = loop.create_future()
        timer = loop.call_later(until_beat(loop.time(), SECOND), _end, sleep)
        try:
            is_woken: bool = await sleep
        finally:
            timer.cancel()
            self._sleep = None
        return is_woken

    def _wake(self) -> None:
        if self._sleep is not None and not self._sleep.done():
            self._sleep.set_result(True)


def _end(sleep: asyncio.Future[bool]) -> None:
    if not sleep.done():
        sleep.set_result(False)
