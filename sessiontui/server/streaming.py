"""Changes as they happen: one look at the change log for all who listen, told as server-sent events.

Each event has the number of the change log as its id. Who comes back with the last one they had is told what they
missed; where that is more than one could care for, they are told to read anew.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import Unavailable
from sessiontui.services import boards
from sessiontui.services.exporting import session_row

if TYPE_CHECKING:
    from sessiontui.domain.access import Actor
    from sessiontui.server.serving import Serving

LOOK_EVERY: Final = 0.5
"""Seconds between two looks at whether anything was committed."""

KEEP_ALIVE: Final = 15.0
"""Seconds after which a silent stream says that it is still there."""

MOST: Final = 200
"""Sessions that are told one by one; beyond that a listener reads anew."""


async def _always() -> bool:
    return True


class Changes:
    """Who listens to the changes of one server."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._moved = asyncio.Condition()
        self._pulse: asyncio.Task[None] | None = None
        self._listeners = 0
        self._head = 0

    async def listen(
        self, since: int | None, *, by: Actor, lives: Callable[[], Awaitable[bool]] = _always
    ) -> AsyncIterator[bytes]:
        """Yield what has changed of the sessions that somebody may see, from a number of the change log on.

        Without one it begins now. It ends when the server stops, or the login of the listener no longer ``lives``.
        """
        self._listeners += 1
        try:
            await self._wake()
            last = self._head if since is None else since
            yield _event("hello", last, {"sequence": last})
            while not self._serving.stopping.is_set() and await lives():
                told, last = await self._told(last, by=by)
                for part in told:
                    yield part
                if not await self._next(last):
                    yield b": still here\n\n"
        finally:
            self._listeners -= 1

    @property
    def listeners(self) -> int:
        """How many listen."""
        return self._listeners

    async def stop(self) -> None:
        """Let everybody go."""
        if self._pulse is not None:
            self._pulse.cancel()
            with suppress(asyncio.CancelledError):
                await self._pulse
        async with self._moved:
            self._moved.notify_all()

    async def _told(self, since: int, *, by: Actor) -> tuple[list[bytes], int]:
        context = self._serving.context
        head, ids = await boards.changed(context, since)
        if ids is None or len(ids) > MOST:
            return [_event("reset", head, {"sequence": head})], head
        if not ids:
            return [], max(head, since)
        lines = await boards.lines(context, ids, now=self._serving.clock(), by=by)
        there = [_event("session", head, {**session_row(line), "version": line.version}) for line in lines]
        return there, head

    async def _next(self, last: int) -> bool:
        """Wait until something is committed after a number, or the stream has been silent for long."""
        async with self._moved:
            try:
                await asyncio.wait_for(
                    self._moved.wait_for(lambda: self._head > last or self._serving.stopping.is_set()), KEEP_ALIVE
                )
            except TimeoutError:
                return False
        return True

    async def _wake(self) -> None:
        """Begin to look, for the first who listens."""
        with suppress(Unavailable):
            self._head, _ = await boards.changed(self._serving.context, self._head)
        if self._pulse is None or self._pulse.done():
            self._pulse = asyncio.create_task(self._look())

    async def _look(self) -> None:
        """Look whether anything was committed, for as long as somebody listens."""
        pulse = -1
        while self._listeners and not self._serving.stopping.is_set():
            with suppress(Unavailable):
                latest = await boards.pulse(self._serving.context)
                if latest != pulse:
                    pulse = latest
                    self._head, _ = await boards.changed(self._serving.context, self._head)
                    async with self._moved:
                        self._moved.notify_all()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._serving.stopping.wait(), LOOK_EVERY)
        async with self._moved:
            self._moved.notify_all()


def _event(name: str, number: int, value: dict[str, object]) -> bytes:
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(value)}\n\n".encode()
