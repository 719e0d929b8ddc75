"""Activity is followed without anybody waiting for it: acknowledged at once, written in the background in batches.

What is acknowledged is counted as done, refused or dropped sooner or later, so that the numbers add up:
``accepted = done + refused + lost + waiting``; what finds the queue full is never accepted, and counted as dropped,
what was sent again under the same key is counted as repeated.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import SessiontuiError
from sessiontui.services.visits.recording import Ping, record
from sessiontui.services.visits.telling_apart import KnownKeys

if TYPE_CHECKING:
    from sessiontui.domain.access import Actor
    from sessiontui.services.context import Context

MOST: Final = 20_000
"""Activities that may wait: twenty seconds of a thousand a second, in some megabytes."""

AT_ONCE: Final = 1_000
"""Activities that are written in one transaction."""

EVERY: Final = 0.25
"""Seconds in which activities are gathered into one transaction."""

TRIES: Final = 6
"""How often a batch is tried while the database cannot be used; then it is lost, and counted as such."""

_FIRST_REST: Final = 0.2
_LONGEST_REST: Final = 5.0

RENEW_EVERY: Final = timedelta(seconds=5)
"""How old what is kept of the people of a project may be while activities pour in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of activities: ``accepted`` is the sum of the four after it; the last two were never accepted."""

    accepted: int
    done: int
    refused: int
    lost: int
    waiting: int
    dropped: int
    repeated: int


class Tracker:
    """A bounded queue of activities before one database, and the task that empties it."""

    def __init__(
        self, context: Context, clock: Callable[[], datetime], *, most: int = MOST, every: float = EVERY
    ) -> None:
        self._context = context
        self._clock = clock
        self._most = most
        self._every = every
        self._queue: deque[tuple[Actor, Ping]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._is_closing = asyncio.Event()
        self._accepted = self._done = self._refused = self._lost = self._dropped = self._untold = 0
        self._keys = KnownKeys()
        self._repeated = 0
        self._renewed: dict[int, datetime] = {}
        self._owed: set[int] = set()

    def track(self, ping: Ping, *, by: Actor) -> bool:
        """Take an activity in, without waiting; whether there was room for it. It never raises."""
        if len(self._queue) >= self._most or self._is_closing.is_set():
            self._dropped += 1
            self._untold += 1
            return False
        if not self._keys.take(ping, by=by):
            self._repeated += 1
            return True
        self._queue.append((by, ping))
        self._accepted += 1
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._empty())
        return True

    @property
    def counts(self) -> Counts:
        """What became of all activities so far."""
        gone = self._done + self._refused + self._lost
        return Counts(
            accepted=self._accepted,
            done=self._done,
            refused=self._refused,
            lost=self._lost,
            waiting=self._accepted - gone,
            dropped=self._dropped,
            repeated=self._repeated,
        )

    async def drained(self) -> None:
        """Wait until all that was accepted is written, refused or lost."""
        while self._task is not None and not self._task.done():
            await asyncio.shield(self._task)

    async def close(self) -> None:
        """Take nothing more in, and write what waits."""
        self._is_closing.set()
        await self.drained()

    async def _empty(self) -> None:
        while self._queue or self._owed or self._untold:
            await self._gather()
            batch = [self._queue.popleft() for _ in range(min(AT_ONCE, len(self._queue)))]
            now = self._clock()
            if batch or self._untold or any(self._is_due(project_id, now) for project_id in self._owed):
                await self._write(batch)

    async def _gather(self) -> None:
        """Let more come together, unless there is enough or all must be written now."""
        if len(self._queue) < AT_ONCE and not self._is_closing.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_closing.wait(), self._every)

    async def _write(self, batch: Sequence[tuple[Actor, Ping]]) -> None:
        rest, untold = _FIRST_REST, self._untold
        for tried in range(1, TRIES + 1):
            now = self._clock()
            due = {one for one in self._owed if self._is_due(one, now)}
            try:
                outcome = await record(
                    self._context, batch, at=now, dropped=untold, due=due, fresh=self._is_fresh(now), known=self._keys
                )
            except SessiontuiError:
                if tried == TRIES or (self._is_closing.is_set() and tried > 1):
                    self._lost += len(batch)
                    self._untold += len(batch)  # told as soon as the database can be used again
                    if not batch:
                        self._owed.clear()
                        self._untold = 0
                    return
                await asyncio.sleep(rest)
                rest = min(rest * 2, _LONGEST_REST)
            else:
                self._done += outcome.done
                self._refused += outcome.refused
                self._repeated += outcome.repeated  # they were taken in before it could be told
                self._accepted -= outcome.repeated
                self._untold -= untold
                self._renewed |= dict.fromkeys(outcome.renewed, now)
                self._owed = (self._owed | outcome.owed) - outcome.renewed
                return

    def _is_due(self, project_id: int, now: datetime) -> bool:
        last = self._renewed.get(project_id)
        return self._is_closing.is_set() or last is None or now - last >= RENEW_EVERY

    def _is_fresh(self, now: datetime) -> Callable[[int], bool]:
        return lambda project_id: not self._is_due(project_id, now)
