"""Reading: one query-only connection, plain rows, and a deadline after which a query is interrupted."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import quote

import aiosqlite

from sessiontui.domain.errors import Unavailable

Value: TypeAlias = "str | int | float | bytes | None"
Row: TypeAlias = "tuple[Value, ...]"

READ_PRAGMAS: Final = (
    "PRAGMA query_only = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA cache_size = -8000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
)

INTERRUPT_EVERY: Final = 0.005
"""Seconds between attempts to break off a question."""


class Reader:
    """A query-only connection; every answer is a list of plain tuples."""

    def __init__(self, connection: aiosqlite.Connection, *, snapshot: bool) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()
        self.snapshot = snapshot
        """Whether the file system is read-only, so that changes by others cannot be seen."""

    @classmethod
    async def open(cls, path: Path) -> Reader:
        """Open a database for reading; on a read-only file system as an unchanging snapshot."""
        address = quote(str(path.absolute()))
        for mode, snapshot in (("mode=ro", False), ("mode=ro&immutable=1", True)):
            connection = await aiosqlite.connect(
                f"file:{address}?{mode}", uri=True, isolation_level=None, cached_statements=256
            )
            try:
                await connection.execute_fetchall("SELECT count(*) FROM sqlite_schema")
                for pragma in READ_PRAGMAS:
                    await connection.execute_fetchall(pragma)
            except sqlite3.Error as error:
                await connection.close()
                if snapshot:
                    raise Unavailable(f"{path} cannot be read: {error}") from error
                continue
            return cls(connection, snapshot=snapshot)
        raise AssertionError

    async def fetch(self, sql: str, parameters: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        """Return the rows of a query; after ``deadline`` seconds it is interrupted and ``Unavailable`` raised.

        The seconds include the wait for questions before it, which are not broken off.
        """
        try:
            async with asyncio.timeout(deadline), self._turn:
                return await self._answer(sql, parameters)
        except TimeoutError:
            raise Unavailable(f"the question took longer than {deadline:g} s", hint="narrow the filter") from None
        except sqlite3.Error as error:
            raise Unavailable(f"reading failed: {error}") from error

    async def _answer(self, sql: str, parameters: Sequence[Value]) -> list[Row]:
        task = asyncio.ensure_future(self._connection.execute_fetchall(sql, parameters))
        try:
            return [tuple(row) for row in await asyncio.shield(task)]
        except asyncio.CancelledError:
            await self._stop(task)
            raise

    async def _stop(self, task: asyncio.Task[Iterable[sqlite3.Row]]) -> None:
        """Break off the question that runs; again and again, because one that has not begun yet hears nothing."""
        while not task.done():
            await self._connection.interrupt()
            await asyncio.wait([task], timeout=INTERRUPT_EVERY)
        if not task.cancelled():
            task.exception()

    async def version(self) -> int:
        """Return a number that changes whenever another connection has committed."""
        rows = await self.fetch("PRAGMA data_version")
        return int(str(rows[0][0]))

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()
