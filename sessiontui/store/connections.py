"""Reading: plain rows over query-only connections, in two ways.

What may take long is a *look*: it has aiosqlite's thread for one turn, its statements see one committed state, it has
a deadline, and it is broken off when nobody waits for it any more. What costs microseconds is a *glance*, answered on
the event loop itself, because the way to a thread and back costs ten times as much.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar, cast

import aiosqlite

from sessiontui.domain.errors import Unavailable
from sessiontui.store.reader import (
    GLANCE_PRAGMAS,
    PREPARED,
    READ_PRAGMAS,
    SNAPSHOT,
    Look,
    OutOfTime,
    Reading,
    Row,
    Value,
    address_of,
    connect_for_reading,
)

INTERRUPT_EVERY: Final = 0.005
"""Seconds between attempts to break off a look."""

_T = TypeVar("_T")


class Reader:
    """The query-only connections of a process; a look has the whole connection, so looks take turns."""

    def __init__(self, connection: _Connection, address: str) -> None:
        self._connection = connection
        self._address = address
        self._turn = asyncio.Lock()
        self._glances: sqlite3.Connection | None = None
        self._seen = 0
        self._is_closed = False

    @property
    def snapshot(self) -> bool:
        """Whether the file system is read-only, so that changes by others cannot be seen."""
        return self._address.endswith(SNAPSHOT)

    @classmethod
    async def open(cls, path: Path) -> Reader:
        """Open a database for reading; on a read-only file system as an unchanging snapshot."""
        file = address_of(path)
        try:
            return cls(await _Connection.to(file), file)
        except sqlite3.Error:
            file += SNAPSHOT
        try:
            return cls(await _Connection.to(file), file)
        except sqlite3.Error as error:
            raise Unavailable(f"{path} cannot be read: {error}") from error

    async def fetch(self, sql: str, parameters: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        """Return the rows of a query; after ``deadline`` seconds it is interrupted and ``Unavailable`` raised.

        The seconds include the wait for looks before it, which are not broken off.
        """
        return await self._hop(lambda look: look.answer(sql, parameters), deadline)

    async def look(self, reading: Reading[_T], *, deadline: float | None = None) -> _T:
        """Return what is made of several answers, all of one committed state; the deadline is that of all."""
        return await self._hop(lambda look: look.whole(reading), deadline)

    def glance(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a query that costs microseconds, at once; ``sqlite3.Error`` if the file is busy."""
        return self._glancing().execute(sql, parameters).fetchall()

    def peek(self, reading: Reading[_T]) -> _T:
        """Return what is made of a few such answers, all of one committed state; raises as ``glance`` does."""
        return Look(self._glancing()).whole(reading)

    def version(self) -> int:
        """Return a number that changes whenever another connection has committed; the last one while it is busy."""
        try:
            self._seen = self._glancing().execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.OperationalError:
            return self._seen
        return self._seen

    async def close(self) -> None:
        """Close the connections, once the look that has the turn is done; a second time does nothing."""
        async with self._turn:
            if self._is_closed:
                return
            self._is_closed = True
            if self._glances is not None:
                self._glances.close()
                self._glances = None
            await self._connection.close()

    def _glancing(self) -> sqlite3.Connection:
        if self._is_closed:
            raise Unavailable("the database is closed")
        if self._glances is None:
            self._glances = connect_for_reading(self._address, GLANCE_PRAGMAS)
        return self._glances

    async def _hop(self, work: Callable[[Look], _T], deadline: float | None) -> _T:
        try:
            async with asyncio.timeout(deadline), self._turn:
                if self._is_closed:
                    raise Unavailable("the database is closed")
                return await self._done(work)
        except TimeoutError:
            raise OutOfTime(deadline) from None
        except sqlite3.Error as error:
            raise Unavailable(f"reading failed: {error}") from error

    async def _done(self, work: Callable[[Look], _T]) -> _T:
        raw = self._connection.raw
        look = Look(raw)
        task = asyncio.ensure_future(self._connection.turn(lambda: work(look)))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            look.is_over = True
            # shielded: who is cancelled once more, as everything is when a program ends, leaves nothing running
            await asyncio.shield(asyncio.ensure_future(_break_off(task, raw)))
            raise


async def _break_off(task: asyncio.Task[object], raw: sqlite3.Connection) -> None:
    """End a look that nobody waits for any more, and hear what it came to, so that nobody complains of that."""
    while not task.done():  # again and again, because a statement that has not begun yet hears nothing
        raw.interrupt()
        await asyncio.wait([task], timeout=INTERRUPT_EVERY)
    if not task.cancelled():
        task.exception()


class _Connection(aiosqlite.Connection):
    """aiosqlite's connection, whose thread also does a whole look in one turn: each way there and back costs."""

    @classmethod
    async def to(cls, address: str) -> _Connection:
        """Connect for reading alone."""
        connection = cls(lambda: connect_for_reading(address, READ_PRAGMAS), PREPARED)
        await connection
        return connection

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection itself; off its thread it may only be interrupted."""
        return self._conn

    async def turn(self, work: Callable[[], _T]) -> _T:
        """Do work on the thread and return what it makes."""
        return cast("_T", await self._execute(work))  # type: ignore[no-untyped-call]
