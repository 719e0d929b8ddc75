"""Events: what arrives by the thousand is written in batches, each event for itself, all in one commit.

There is no timer. While one batch is being committed the next one gathers, so that a lone event is written at once
and a storm fills batches by itself. One that fails leaves the others alone, and its error goes to whoever sent it; an
answer is given only once the commit has reached the disk. Most failures are found before anything is written; where
one was not, the batch is written again with a savepoint for each event.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import Unavailable
from sessiontui.domain.instants import from_ms
from sessiontui.domain.rules import Rules
from sessiontui.store.foresight import WORTH_IT, foresee
from sessiontui.store.haystack import settle_words
from sessiontui.store.ledger import Ledger
from sessiontui.store.tx import Tx
from sessiontui.store.writer import Direct, Writer

if TYPE_CHECKING:
    from sessiontui.store.signals import PresenceReport

_T = TypeVar("_T")

MOST: Final = 1_000
"""Events in one commit: enough that it costs each of them next to nothing, few enough that nobody waits long."""

Deed = Callable[[Tx], Coroutine[None, None, _T]]
"""What an event does inside its transaction; it awaits nothing else, for all others wait with it."""

WORDS_AFTER: Final = 0.2
"""Seconds between a newcomer and the wording of their session."""

WORDS_AT_ONCE: Final = 8
"""Sessions that are worded in one transaction: a few milliseconds, for events wait meanwhile."""

WORDS_REST: Final = 9
"""How many times longer than the wording the rest after it is, so that a storm leaves most of the time to events."""

BREATH: Final = 64
"""Events after which the event loop is let go for a moment: about two milliseconds."""


class _Kept:
    """Keeps what goes wrong inside a ``with`` for whoever asked, instead of letting it end the batch."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __enter__(self) -> _Kept:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        del kind, trace
        self.error = None if error is None or _ends_the_queue(error) else error
        return self.error is not None


@dataclass(slots=True, eq=False)
class _Event(Generic[_T]):
    """One event with what became of it."""

    deed: Deed[_T]
    by: Actor
    at: datetime
    answer: asyncio.Future[_T]
    signals: Sequence[PresenceReport] = ()
    key: str = ""
    result: list[_T] = field(default_factory=list)
    error: BaseException | None = None

    async def run(self, tx: Tx) -> None:
        """Do the deed and keep what comes of it."""
        self.result.clear()
        kept = _Kept()
        with kept:
            self.result.append(await self.deed(tx))
        self.error = kept.error

    def tell(self) -> None:
        """Give the answer to whoever still waits for it."""
        if self.answer.done():
            return
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result[0])


class EventQueue:
    """The one queue of events of a process; it shares the writer's turns with transactions."""

    def __init__(self, writer: Writer, rules: Rules) -> None:
        self._writer = writer
        self._rules = rules
        self._waiting: deque[_Event[object]] = deque()
        self._taken: list[_Event[object]] = []
        self._pump: asyncio.Task[None] | None = None
        self._wording: asyncio.Task[None] | None = None

    async def submit(
        self, deed: Deed[_T], *, by: Actor, at: datetime, signals: Sequence[PresenceReport] = (), key: str = ""
    ) -> _T:
        """Write one event and return its answer once it is committed.

        ``signals`` and ``key`` say what the deed is going to ask about, so that a batch can ask for all at once.
        Whoever is cancelled while waiting gets no answer; the event is then written whole, or not at all.
        """
        event: _Event[_T] = _Event(deed, by, at, asyncio.get_running_loop().create_future(), signals, key)
        self._waiting.append(cast("_Event[object]", event))
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._write_all())
        return await event.answer

    async def drained(self) -> None:
        """Wait until everything that was sent has its answer, and can be found by its words."""
        while self._pump is not None and not self._pump.done():
            await asyncio.wait([self._pump])
        if self._wording is not None:
            self._wording.cancel()
            await asyncio.wait([self._wording])
            self._wording = None
            await self._settle_words()

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                await self._write(self._next)
        finally:  # whoever is left when the queue itself is ended does not wait for ever
            for event in (*self._taken, *self._waiting):
                event.answer.cancel()
            self._taken = []
            self._waiting.clear()

    def _next(self) -> list[_Event[object]]:
        """Return the events of the next batch, taken only when its turn has come; nobody waits for cancelled ones."""
        taken: list[_Event[object]] = []
        while self._waiting and len(taken) < MOST:
            event = self._waiting.popleft()
            if not event.answer.done():
                taken.append(event)
        self._taken = taken
        return taken

    def _is_worded(self, task: asyncio.Task[None]) -> None:
        if self._wording is task:
            self._wording = None

    async def _word(self) -> None:
        """Give newcomers' names to those who search, some time after the first: a storm does not pay for each.

        What is not worded when the process ends is worded by the worker.
        """
        await asyncio.sleep(WORDS_AFTER)
        await self._settle_words(rest=WORDS_REST)

    async def _settle_words(self, *, rest: int = 0) -> None:
        """Word every session that is owed it, and rest after some of them so many times as long as they took."""
        system, at, clock = Actor.system("presence"), from_ms(0), asyncio.get_running_loop().time
        with suppress(Unavailable):  # they stay owed
            left = WORDS_AT_ONCE
            while left:
                async with self._writer.batch() as connection:
                    began = clock()
                    tx = Tx(Direct(connection), by=system, at=at, rules=self._rules)
                    left = await settle_words(tx, WORDS_AT_ONCE)
                    took = clock() - began
                await asyncio.sleep(took * rest)

    async def _write(self, take: Callable[[], list[_Event[object]]]) -> None:
        """Write a batch; one that fails as a whole is taken apart, so that only the culprit goes without."""
        batch: list[_Event[object]] = []

        def tell() -> None:
            for event in batch:
                event.tell()

        kept = _Kept()
        with kept:
            async with self._writer.batch(then=tell) as connection:
                batch.extend(take())
                statements = Direct(connection)
                whole = await _write_plainly(statements, batch, self._rules)
                if whole is None:
                    await self._writer.again(connection)
                    whole = await _write_apart(connection, statements, batch, self._rules)
            if whole.words_due and self._wording is None:
                self._wording = asyncio.create_task(self._word())
                self._wording.add_done_callback(self._is_worded)
        error = kept.error
        if error is not None and not isinstance(error, Unavailable) and len(batch) > 1:
            for event in batch:
                await self._write(partial(list[_Event[object]], [event]))
            return
        for event in batch if batch or error is None else take():  # without a batch, the writing never began
            event.error = error or event.error
            event.tell()


def _ends_the_queue(error: BaseException) -> bool:
    """Return whether an error is meant for the queue itself, and not for the one whose deed raised it."""
    if isinstance(error, asyncio.CancelledError):
        task = asyncio.current_task()
        return task is not None and task.cancelling() > 0
    return isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit)


async def _write_plainly(statements: Direct, batch: Sequence[_Event[object]], rules: Rules) -> Ledger | None:
    """Write events one after the other; ``None`` as soon as one fails that has left something behind."""
    whole = Ledger()
    await _foresee(statements, batch, whole, rules)
    for place, event in enumerate(batch, 1):
        before = statements.writes, whole.debts
        await event.run(Tx(statements, by=event.by, at=event.at, rules=rules, ledger=whole))
        if event.error is not None and (statements.writes, whole.debts) != before:
            return None
        if place % BREATH == 0:
            await statements.breathe()
    await _settle(statements, batch, whole, rules)
    return whole


async def _foresee(statements: Direct, batch: Sequence[_Event[object]], whole: Ledger, rules: Rules) -> None:
    """Ask for all events at once what they are going to ask, where that is worth it."""
    signals = [signal for event in batch for signal in event.signals]
    if len(signals) >= WORTH_IT or len(batch) >= WORTH_IT:
        tx = Tx(statements, by=batch[0].by, at=batch[0].at, rules=rules, ledger=whole)
        whole.foresight = await foresee(tx, signals, [(event.by.id or 0, event.key) for event in batch if event.key])


async def _write_apart(
    connection: sqlite3.Connection, statements: Direct, batch: Sequence[_Event[object]], rules: Rules
) -> Ledger:
    """Write events one after the other, and undo whatever the failing ones have done."""
    whole = Ledger()
    for event in batch:
        page = whole.page()
        connection.execute("SAVEPOINT event")
        await event.run(Tx(statements, by=event.by, at=event.at, rules=rules, ledger=page))
        if event.error is None:
            whole.absorb(page)
        else:
            connection.execute("ROLLBACK TO event")
            whole.scenes.clear()  # some may have been read from what is now undone
        connection.execute("RELEASE event")
    await _settle(statements, batch, whole, rules)
    return whole


async def _settle(statements: Direct, batch: Sequence[_Event[object]], whole: Ledger, rules: Rules) -> None:
    """Settle what the events owe together."""
    if batch:
        last = max(batch, key=lambda event: event.at)
        await Tx(statements, by=last.by, at=last.at, rules=rules, ledger=whole).finish()
