"""Long calculations beside a screen: a few milliseconds of work, then a rest, on the event loop itself.

A thread would do no better: it holds the interpreter just as long, and nobody could break it off.
"""

from __future__ import annotations

import asyncio
from typing import Final, TypeVar

from sessiontui.domain.risk.steps import Steps

_T = TypeVar("_T")

WORK: Final = 0.002
"""Seconds of work in one go: a key that is pressed meanwhile waits no longer than for the terminal to draw."""

REST: Final = 0.02
"""Seconds of rest after that: a tenth of one processor goes into the work."""


class Slices:
    """One piece of work that rests whenever it is asked to pause and has worked for long enough."""

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._since = self._clock()

    async def pause(self) -> None:
        """Rest if it is time to."""
        if self._clock() - self._since >= WORK:
            await asyncio.sleep(REST)
            self._since = self._clock()

    async def finish(self, steps: Steps[_T]) -> _T:
        """Return the result of a calculation, resting between its steps."""
        while True:
            try:
                next(steps)
            except StopIteration as end:
                result: _T = end.value
                return result
            await self.pause()
