"""The tasks of the asyncio client that send reports of activity, so that nobody waits for one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Final

from sessiontui.client.calls import Call
from sessiontui.client.errors import ClientError
from sessiontui.client.project_shapes import Activity, Tracked
from sessiontui.client.tracking import BATCH, ActivityCounts, ActivityQueue, delivered

SENDERS: Final = 4
"""Tasks that send reports."""


class TaskReporter:
    """Takes reports on the event loop; ``send`` makes a call, ``spawn`` begins a task that the client ends."""

    def __init__(
        self,
        queue: ActivityQueue,
        *,
        send: Callable[[Call[Tracked]], Awaitable[Tracked]],
        spawn: Callable[[Coroutine[object, object, object]], object],
    ) -> None:
        self._queue = queue
        self._send = send
        self._spawn = spawn
        self._filled = asyncio.Event()
        self._settled = asyncio.Event()
        self._senders = 0
        self._is_closed = False

    def put(self, activity: Activity) -> bool:
        """Take a report; return whether nothing had to be dropped for it. This neither waits nor fails."""
        fits = self._queue.put(activity)
        if self._is_closed:
            self._queue.give_up()
        self._filled.set()
        with suppress(RuntimeError):  # no loop runs here: ``drain`` sends what waits
            asyncio.get_running_loop()
            self._start()
        return fits

    def counts(self) -> ActivityCounts:
        """Return what became of the reports."""
        return self._queue.counts()

    async def drain(self, seconds: float) -> None:
        """Wait until every report is settled, at most so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self._is_drained():
                    self._start()
                    self._settled.clear()
                    await self._settled.wait()

    def close(self) -> None:
        """Give up what still waits, and take no more."""
        self._is_closed = True
        self._queue.give_up()

    def _start(self) -> None:
        while self._senders < SENDERS and self._queue.counts().waiting > self._senders * BATCH:
            self._senders += 1
            self._spawn(self._work())

    async def _work(self) -> None:
        while True:
            batch = self._queue.take()
            if not batch:
                self._filled.clear()
                await self._filled.wait()
                continue
            settled = {"failed": len(batch)}
            try:
                settled = await self._delivered(batch)
            finally:
                self._queue.settle(**settled)
                self._settled.set()

    async def _delivered(self, batch: list[Activity]) -> dict[str, int]:
        work = delivered(batch)
        try:
            call = next(work)
            while True:
                try:
                    answer = await self._send(call)
                except ClientError as error:
                    call = work.throw(error)
                else:
                    call = work.send(answer)
        except StopIteration as end:
            settled: dict[str, int] = end.value
            return settled

    def _is_drained(self) -> bool:
        counts = self._queue.counts()
        return not counts.waiting and not counts.under_way
