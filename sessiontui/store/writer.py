"""Writing: one connection and one thread per process, every transaction ``BEGIN IMMEDIATE``, one at a time.

Turns are taken in the order in which they were asked for, by transactions and batches of events alike, so that
neither starves the other.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final, Protocol, TypeVar

from sessiontui.domain.errors import SessiontuiError, Unavailable
from sessiontui.store.checkpoints import Checkpoints
from sessiontui.store.reader import Row, Value
from sessiontui.store.scribe import Scribe

WRITE_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL loses acknowledged rows when the power fails
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA cache_size = -8000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA wal_autocheckpoint = 8000",  # in a commit only where ``checkpoints`` does not keep up beside it
    "PRAGMA trusted_schema = OFF",
)

PATIENCE: Final = (0.1, 0.3, 0.9)
"""Longest waits, in seconds, before a busy database is asked again; each try itself waits ``busy_timeout``."""

PREPARED: Final = 512
"""Statements that the connection keeps prepared."""

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

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Statements]:
        """Yield where to send statements of one immediate transaction, which commits whole or leaves nothing."""
        async with self._whole() as connection:
            yield _Hopping(self._scribe, connection)

    @asynccontextmanager
    async def brief(self, *, hushed: bool = False) -> AsyncIterator[Statements]:
        """Yield where to send a handful of small statements of one transaction, run on the event loop itself.

        What is ``hushed`` is no news to anybody in this process.
        """
        async with self._whole(hushed=hushed) as connection:
            yield Direct(connection)

    def batch(self, *, then: Callable[[], None] | None = None) -> AbstractAsyncContextManager[sqlite3.Connection]:
        """Yield the connection inside one immediate transaction, for many small statements on the event loop.

        Only what may take long leaves the loop: waiting for another process, and the commit with its disk. ``then``
        is called as soon as that has succeeded, before the next turn is anybody's.
        """
        return self._whole(then=then)

    async def again(self, connection: sqlite3.Connection) -> None:
        """Take back what a batch has written so far, and let it begin anew in the same turn."""
        connection.execute("ROLLBACK")
        await self._begin(connection)

    @asynccontextmanager
    async def _whole(
        self, *, hushed: bool = False, then: Callable[[], None] | None = None
    ) -> AsyncIterator[sqlite3.Connection]:
        async with self._turn:
            try:
                connection, is_over = await self._opened(), False
                try:
                    await self._begin(connection)
                    yield connection
                    await self._scribe.do(_end, connection, "COMMIT", then=then)
                    self._commits += not hushed
                    is_over = True
                finally:
                    if not is_over:  # handed over before anything can break off the waiting for it
                        await self._scribe.do(_end, connection, "ROLLBACK")
            except sqlite3.Error as error:
                raise explained(error) from error

    async def close(self) -> None:
        """Close the connection, once whoever has the turn is done."""
        async with self._turn:
            connection, self._connection = self._connection, None
            await self._checkpoints.close()
            if connection is not None:
                await self._scribe.do(connection.close)
        self._scribe.close()

    async def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            connection, self._patience_ms = await self._scribe.do(_connect, self._path)
            self._connection = connection
            return connection
        return self._connection

    async def _begin(self, connection: sqlite3.Connection) -> None:
        """Take the write lock; another process that hogs the file is given a few chances to let go."""
        await self._checkpoints.follow(connection, self._scribe)
        if _is_begun(connection):
            return
        for wait in PATIENCE:
            if await self._scribe.do(_is_begun, connection, self._patience_ms):
                return
            await asyncio.sleep(wait * random.random())  # noqa: S311 - spreads those who wait, keeps no secret
        await self._scribe.do(_begin, connection, self._patience_ms)


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


def _connect(path: Path) -> tuple[sqlite3.Connection, int]:
    """Return the connection, which waits for nobody from now on, and how many ms it may where nobody minds."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=PREPARED, check_same_thread=False)
    try:
        for pragma in WRITE_PRAGMAS:
            connection.execute(pragma)
        (patience_ms,) = connection.execute("PRAGMA busy_timeout").fetchone()
        connection.execute("PRAGMA busy_timeout = 0")
    except sqlite3.Error:
        connection.close()
        raise
    return connection, patience_ms


def _end(connection: sqlite3.Connection, how: str) -> None:
    """Commit or roll back, unless the transaction has ended: by this very call before, or by a full disk."""
    if connection.in_transaction:
        connection.execute(how)


def _is_begun(connection: sqlite3.Connection, patience_ms: int = 0) -> bool:
    """Begin, and return whether nobody had the lock, or kept it for so long."""
    try:
        _begin(connection, patience_ms)
    except sqlite3.OperationalError as error:
        if not _is_busy(error):
            raise
        return False
    return True


def _begin(connection: sqlite3.Connection, patience_ms: int) -> None:
    if not patience_ms:
        connection.execute("BEGIN IMMEDIATE")
        return
    connection.execute(f"PRAGMA busy_timeout = {patience_ms:d}")
    try:
        connection.execute("BEGIN IMMEDIATE")
    finally:
        connection.execute("PRAGMA busy_timeout = 0")


def _is_busy(error: sqlite3.Error) -> bool:
    return "locked" in str(error) or "busy" in str(error)


def explained(error: sqlite3.Error) -> SessiontuiError | sqlite3.Error:
    """Turn what a database in trouble says into what a person can act on; a programming error stays itself."""
    text = str(error)
    if "full" in text:
        return Unavailable("the disk is full", hint="free some space; writing goes on by itself")
    if _is_busy(error):
        return Unavailable("the database is busy", hint="try again in a moment")
    if "readonly" in text:
        return Unavailable("the database cannot be written", hint="check the rights of file and folder")
    if isinstance(error, sqlite3.DatabaseError) and "malformed" in text:
        return Unavailable("the database is damaged", hint="run 'sessiontui db check'")
    return error
