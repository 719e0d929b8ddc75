"""Writing: one connection and one thread per process, every transaction ``BEGIN IMMEDIATE``, one at a time.

Turns are taken in the order in which they were asked for, by transactions and batches of events alike, so that
neither starves the other.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import TracebackType
from typing import Final, Generic, Protocol, TypeVar

from sessiontui.store.checkpoints import Checkpoints
from sessiontui.store.connecting import begin, connect_for_writing, end, explained, is_begun_on
from sessiontui.store.reader import Row, Value
from sessiontui.store.scribe import Scribe

PATIENCE: Final = (0.1, 0.3, 0.9)
"""Longest waits, in seconds, before a busy database is asked again; each try itself waits ``busy_timeout``."""

_T = TypeVar("_T")


class Statements(Protocol):
    """Where a transaction sends its statements."""

    async def fetch(self, sql: str, parameters: Sequence[Value]) -> list[Row]:
        """Return the rows of a query."""
        ...

    async def run(self, sql: str, parameters: Sequence[Value]) -> tuple[int, int]:
        """Run one statement and return how many rows it changed, and the id of the last one it inserted."""
        ...

    async def run_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run one statement for each of the rows."""
        ...

    async def breathe(self) -> None:
        """Let others have the event loop for a moment, in the middle of much work."""
        ...

    async def apart(self, work: Callable[[Direct], Coroutine[None, None, None]]) -> None:
        """Do a work of many statements that awaits nothing but them, where it keeps nobody waiting."""
        ...


class Direct:
    """Statements that are answered at once, on the event loop itself.

    A hop to another thread costs more than most of them, and a thread that runs Python beside a busy loop waits for
    the interpreter at every statement. ``writes`` counts what was sent to change something.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.cursor().execute
        self._execute_many = connection.cursor().executemany
        self.writes = 0

    async def fetch(self, sql: str, parameters: Sequence[Value]) -> list[Row]:
        """Return the rows of a query."""
        return self._execute(sql, parameters).fetchall()

    async def run(self, sql: str, parameters: Sequence[Value]) -> tuple[int, int]:
        """Run one statement and return how many rows it changed, and the id of the last one it inserted."""
        self.writes += 1
        done = self._execute(sql, parameters)
        return done.rowcount, done.lastrowid or 0

    async def run_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run one statement for each of the rows."""
        self.writes += 1
        self._execute_many(sql, rows)

    async def breathe(self) -> None:
        """Let others have the event loop for a moment."""
        await asyncio.sleep(0)

    async def apart(self, work: Callable[[Direct], Coroutine[None, None, None]]) -> None:
        """Do a work of many statements here as well: whoever chose this way is not waited for."""
        await work(self)


class Writer:
    """The one connection of this process that writes, opened by the first who needs it."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._scribe = Scribe("writer")
        self._checkpoints = Checkpoints(self._path)
        self._turn = asyncio.Lock()
        self._connection: sqlite3.Connection | None = None
        self._patience_ms = 0
        """How long a try waits for a busy database, on the writing thread; on the event loop none ever waits."""
        self._commits = 0
        """Commits of this process that others may have to look at."""

    def news(self) -> tuple[int, int] | None:
        """Return what stays the same while nothing was committed here or elsewhere, save in hushed transactions.

        ``None`` where that cannot be told now, because somebody has the turn or nothing was written yet.
        """
        if self._connection is None or self._turn.locked():
            return None
        try:
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        except sqlite3.OperationalError:
            return None
        return version, self._commits

    def transaction(self) -> AbstractAsyncContextManager[Statements]:
        """Yield where to send statements of one immediate transaction, which commits whole or leaves nothing."""
        return _Whole(self, lambda connection: _Hopping(self._scribe, connection))

    def brief(self, *, hushed: bool = False) -> AbstractAsyncContextManager[Statements]:
        """Yield where to send a handful of small statements of one transaction, run on the event loop itself.

        What is ``hushed`` is no news to anybody in this process.
        """
        return _Whole(self, Direct, hushed=hushed)

    def batch(self, *, then: Callable[[], None] | None = None) -> AbstractAsyncContextManager[sqlite3.Connection]:
        """Yield the connection inside one immediate transaction, for many small statements on the event loop.

        Only what may take long leaves the loop: waiting for another process, and the commit with its disk. ``then``
        is called as soon as that has succeeded, before the next turn is anybody's.
        """
        return _Whole(self, _itself, then=then)

    async def again(self, connection: sqlite3.Connection) -> None:
        """Take back what a batch has written so far, and let it begin anew in the same turn."""
        connection.execute("ROLLBACK")
        await self._begin(connection)

    async def enter(self) -> sqlite3.Connection:
        """Wait for the turn and begin a transaction; where that fails the turn is the next one's."""
        await self._turn.acquire()
        is_begun = False
        try:
            connection = await self._opened()
            try:
                await self._begin(connection)
                is_begun = True
            finally:
                if not is_begun:
                    await self._scribe.do(end, connection, "ROLLBACK")
        except sqlite3.Error as error:
            raise explained(error) from error
        finally:
            if not is_begun:
                self._turn.release()
        return connection

    async def leave(self, connection: sqlite3.Connection, *, then: Callable[[], None] | None, hushed: bool) -> None:
        """Commit and give the turn away; what cannot be committed is rolled back."""
        is_over = False
        try:
            try:
                await self._scribe.do(end, connection, "COMMIT", then=then)
                self._commits += not hushed
                is_over = True
            finally:
                if not is_over:  # handed over before anything can break off the waiting for it
                    await self._scribe.do(end, connection, "ROLLBACK")
        except sqlite3.Error as error:
            raise explained(error) from error
        finally:
            self._turn.release()

    async def leave_nothing(self, connection: sqlite3.Connection) -> None:
        """Roll back and give the turn away."""
        try:
            await self._scribe.do(end, connection, "ROLLBACK")
        except sqlite3.Error as error:
            raise explained(error) from error
        finally:
            self._turn.release()

    async def slim(self) -> None:
        """Let go of the pages of the file that transactions have left in memory, once nobody has the turn."""
        async with self._turn:
            if self._connection is not None:
                await self._scribe.do(self._connection.execute, "PRAGMA shrink_memory")

    async def close(self, *, before: Callable[[], Awaitable[None]] | None = None) -> None:
        """Close the connection, once whoever has the turn is done and what is to be closed before it is."""
        try:
            async with self._turn:
                try:
                    if before is not None:
                        await before()
                finally:
                    connection, self._connection = self._connection, None
                    await self._checkpoints.close()
                    if connection is not None:
                        await self._scribe.do(connection.close)
        finally:
            self._scribe.close()

    async def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            connection, self._patience_ms = await self._scribe.do(connect_for_writing, self._path)
            self._connection = connection
            return connection
        return self._connection

    async def _begin(self, connection: sqlite3.Connection) -> None:
        """Take the write lock; another process that hogs the file is given a few chances to let go."""
        await self._checkpoints.follow(connection, self._scribe)
        if is_begun_on(connection):
            return
        for wait in PATIENCE:
            if await self._scribe.do(is_begun_on, connection, self._patience_ms):
                return
            await asyncio.sleep(wait * random.random())  # noqa: S311 - spreads those who wait, keeps no secret
        await self._scribe.do(begin, connection, self._patience_ms)


class _Whole(Generic[_T]):
    """One transaction as a context, which commits at its end, or rolls back if anything goes wrong inside.

    It is a class because every move of the clock passes here: a generator costs several times as much.
    """

    __slots__ = ("_connection", "_hushed", "_made", "_then", "_writer")

    def __init__(
        self,
        writer: Writer,
        made: Callable[[sqlite3.Connection], _T],
        *,
        hushed: bool = False,
        then: Callable[[], None] | None = None,
    ) -> None:
        self._writer = writer
        self._made = made
        self._hushed = hushed
        self._then = then

    async def __aenter__(self) -> _T:
        self._connection = await self._writer.enter()
        return self._made(self._connection)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del kind, trace
        if error is None:
            await self._writer.leave(self._connection, then=self._then, hushed=self._hushed)
            return
        await self._writer.leave_nothing(self._connection)
        if isinstance(error, sqlite3.Error) and (told := explained(error)) is not error:
            raise told from error


def _itself(connection: sqlite3.Connection) -> sqlite3.Connection:
    return connection


class _Hopping:
    """Statements of a transaction that lives on the event loop: each one is a hop to the writing thread."""

    def __init__(self, scribe: Scribe, connection: sqlite3.Connection) -> None:
        self._scribe = scribe
        self._connection = connection

    async def fetch(self, sql: str, parameters: Sequence[Value]) -> list[Row]:
        return await self._scribe.do(lambda: self._connection.execute(sql, parameters).fetchall())

    async def run(self, sql: str, parameters: Sequence[Value]) -> tuple[int, int]:
        def work() -> tuple[int, int]:
            done = self._connection.execute(sql, parameters)
            return done.rowcount, done.lastrowid or 0

        return await self._scribe.do(work)

    async def run_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        await self._scribe.do(lambda: self._connection.executemany(sql, rows))

    async def breathe(self) -> None:
        pass  # every statement lets others have it

    async def apart(self, work: Callable[[Direct], Coroutine[None, None, None]]) -> None:
        await self._scribe.do(lambda: _drive(work(Direct(self._connection))))


def _drive(work: Coroutine[None, None, None]) -> None:
    """Do a work to its end, on a thread without an event loop: nothing that it awaits ever waits."""
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    msg = "what is done apart awaits nothing but its statements"
    raise RuntimeError(msg)
