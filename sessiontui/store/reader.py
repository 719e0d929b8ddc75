"""Reading: plain rows over query-only connections, in two ways.

What may take long is a *look*: it has aiosqlite's thread for one turn, its statements see one committed state, it has
a deadline, and it is broken off when nobody waits for it any more. What costs microseconds is a *glance*, answered on
the event loop itself, because the way to a thread and back costs ten times as much.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from time import monotonic
from typing import Final, Protocol, TypeAlias, TypeVar, cast
from urllib.parse import quote

import aiosqlite

from sessiontui.domain.errors import Unavailable
from sessiontui.store.wording import PUBLIC_WORDS, stands_in_public

Value: TypeAlias = "str | int | float | bytes | None"
Row: TypeAlias = "tuple[Value, ...]"

READ_PRAGMAS: Final = (
    "PRAGMA query_only = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA cache_size = -8000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
)

GLANCE_PRAGMAS: Final = (
    "PRAGMA query_only = ON",
    "PRAGMA busy_timeout = 0",  # nobody waits on the event loop: what is busy is asked on the thread
    "PRAGMA cache_size = -1000",
    "PRAGMA trusted_schema = OFF",
)

INTERRUPT_EVERY: Final = 0.005
"""Seconds between attempts to break off a look."""

STEPS: Final = 1_000
"""Steps of a statement with a deadline between two looks at the time; one step in the index of words takes long."""

PREPARED: Final = 256
"""Statements that a connection keeps prepared."""

_T = TypeVar("_T")


class OutOfTime(Unavailable):
    """A question was given up when its seconds were over; ``rows`` are what it had found, perhaps save the last."""

    def __init__(self, deadline: float | None, rows: Sequence[Row] = ()) -> None:
        super().__init__(f"the question took longer than {deadline or 0:g} s", hint="narrow the filter")
        self.rows = list(rows)


class Fetch(Protocol):
    """Where questions are sent; the answer is a list of plain tuples."""

    async def __call__(
        self, sql: str, parameters: Sequence[Value] = (), *, deadline: float | None = None
    ) -> list[Row]:
        """Return the rows of a query; ``OutOfTime`` after ``deadline`` seconds."""
        ...


Reading: TypeAlias = "Callable[[Fetch], Coroutine[None, None, _T]]"
"""Many questions and what is made of their answers; it awaits nothing but its questions."""


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
        return self._address.endswith("&immutable=1")

    @classmethod
    async def open(cls, path: Path) -> Reader:
        """Open a database for reading; on a read-only file system as an unchanging snapshot."""
        file = f"file:{quote(str(path.absolute()))}?mode=ro"
        try:
            return cls(await _Connection.to(file), file)
        except sqlite3.Error:
            file += "&immutable=1"
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
            self._glances = _connect(self._address, GLANCE_PRAGMAS)
        return self._glances

    async def _hop(self, work: Callable[[_Look], _T], deadline: float | None) -> _T:
        try:
            async with asyncio.timeout(deadline), self._turn:
                if self._is_closed:
                    raise Unavailable("the database is closed")
                return await self._done(work)
        except TimeoutError:
            raise OutOfTime(deadline) from None
        except sqlite3.Error as error:
            raise Unavailable(f"reading failed: {error}") from error

    async def _done(self, work: Callable[[_Look], _T]) -> _T:
        raw = self._connection.raw
        look = _Look(raw)
        task = asyncio.ensure_future(self._connection.turn(lambda: work(look)))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            look.is_over = True
            while not task.done():  # again and again, because a statement that has not begun yet hears nothing
                raw.interrupt()
                await asyncio.wait([task], timeout=INTERRUPT_EVERY)
            if not task.cancelled():
                task.exception()
            raise


class _Connection(aiosqlite.Connection):
    """aiosqlite's connection, whose thread also does a whole look in one turn: each way there and back costs."""

    @classmethod
    async def to(cls, address: str) -> _Connection:
        """Connect for reading alone."""
        connection = cls(lambda: _connect(address, READ_PRAGMAS), PREPARED)
        await connection
        return connection

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection itself; off its thread it may only be interrupted."""
        return self._conn

    async def turn(self, work: Callable[[], _T]) -> _T:
        """Do work on the thread and return what it makes."""
        return cast("_T", await self._execute(work))  # type: ignore[no-untyped-call]


class _Look:
    """One turn on the reading thread; ``is_over`` is set by the event loop when nobody waits any more."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.is_over = False

    def answer(self, sql: str, parameters: Sequence[Value]) -> list[Row]:
        """Return the rows of one query."""
        return self._asked(sql, parameters).fetchall()

    def whole(self, reading: Reading[_T]) -> _T:
        """Return what is made of the answers inside one read transaction."""
        self._connection.execute("BEGIN")
        try:
            return _made(reading(self.fetch))
        finally:
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")

    async def fetch(self, sql: str, parameters: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        """Return the rows of one query of a reading, without ever waiting for the event loop."""
        if deadline is None:
            return self.answer(sql, parameters)
        if deadline <= 0:
            raise OutOfTime(deadline)
        limit = monotonic() + deadline
        self._connection.set_progress_handler(lambda: monotonic() > limit, STEPS)
        rows: list[Row] = []
        try:
            rows.extend(self._asked(sql, parameters))
        except sqlite3.OperationalError as error:
            if self.is_over or "interrupted" not in str(error):
                raise
            raise OutOfTime(deadline, rows) from None
        else:
            return rows
        finally:
            self._connection.set_progress_handler(None, 0)

    def _asked(self, sql: str, parameters: Sequence[Value]) -> sqlite3.Cursor:
        if self.is_over:
            raise sqlite3.OperationalError("interrupted")
        return self._connection.execute(sql, parameters)


def _made(reading: Coroutine[None, None, _T]) -> _T:
    """Run what never waits for anything but answers that are there at once."""
    try:
        reading.send(None)
    except StopIteration as answer:
        made: _T = answer.value
        return made
    reading.close()
    msg = "a reading awaits its own questions alone"
    raise RuntimeError(msg)


def _connect(address: str, pragmas: Sequence[str]) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, isolation_level=None, cached_statements=PREPARED)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema")
        for pragma in pragmas:
            connection.execute(pragma)
        connection.create_function(PUBLIC_WORDS, 4, stands_in_public, deterministic=True)
    except sqlite3.Error:
        connection.close()
        raise
    return connection
