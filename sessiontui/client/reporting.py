"""The threads of the plain client that send reports of activity, so that nobody waits for one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from sessiontui.client.calls import Call
from sessiontui.client.errors import ClientError
from sessiontui.client.project_shapes import Activity, Tracked
from sessiontui.client.tracking import ActivityCounts, ActivityQueue, delivered

SENDERS: Final = 4
"""Threads that send reports; each begins with one of the first reports."""


class Reporter:
    """Takes reports from any thread; ``send`` makes a call and raises ``ClientError`` where it fails."""

    def __init__(self, queue: ActivityQueue, *, send: Callable[[Call[Tracked]], Tracked]) -> None:
        self._queue = queue
        self._send = send
        lock = threading.Lock()
        self._filled = threading.Condition(lock)
        self._settled = threading.Condition(lock)
        self._threads: list[threading.Thread] = []
        self._is_closed = False

    def put(self, activity: Activity) -> bool:
        """Take a report; return whether nothing had to be dropped for it. This neither waits nor fails."""
        with self._filled:
            fits = self._queue.put(activity)
            if self._is_closed:
                self._queue.give_up()
            elif len(self._threads) < SENDERS:
                thread = threading.Thread(target=self._work, name="sessiontui-reports", daemon=True)
                with suppress(RuntimeError):  # no thread to be had: those that there are send it
                    thread.start()
                    self._threads.append(thread)
            self._filled.notify()
        return fits

    def counts(self) -> ActivityCounts:
        """Return what became of the reports."""
        with self._filled:
            return self._queue.counts()

    def drain(self, seconds: float) -> None:
        """Wait until every report is settled, at most so long."""
        with self._settled:
            self._settled.wait_for(self._is_drained, timeout=max(seconds, 0.0))

    def close(self) -> None:
        """Give up what still waits, and take no more."""
        with self._filled:
            self._is_closed = True
            self._queue.give_up()
            self._filled.notify_all()

    def join(self, seconds: float) -> None:
        """Wait for the threads to end, each at most so long."""
        for thread in self._threads:
            thread.join(timeout=seconds)

    def _work(self) -> None:
        while True:
            with self._filled:
                self._filled.wait_for(lambda: self._is_closed or self._queue.counts().waiting > 0)
                batch = self._queue.take()
            if not batch:
                return
            settled = self._delivered(batch)
            with self._settled:
                self._queue.settle(**settled)
                self._settled.notify_all()

    def _delivered(self, batch: list[Activity]) -> dict[str, int]:
        work = delivered(batch)
        try:
            call = next(work)
            while True:
                try:
                    answer = self._send(call)
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
