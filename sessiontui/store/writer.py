"""Writing: one connection per process, every transaction ``BEGIN IMMEDIATE``, one at a time."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from sessiontui.domain.errors import SessiontuiError, Unavailable

WRITE_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL loses acknowledged rows when the power fails
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA cache_size = -8000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA trusted_schema = OFF",
)

PATIENCE: Final = (0.1, 0.3, 0.9)
"""Longest waits, in seconds, before a busy database is asked again; each try itself waits ``busy_timeout``."""


class Writer:
    """The one connection of this process that writes."""

    def __init__(self, path: Path) -> None:
        self._engine = create_async_engine(f"sqlite+aiosqlite:///{path.absolute()}", pool_size=1, max_overflow=0)
        self._turn = asyncio.Lock()
        event.listen(self._engine.sync_engine, "connect", _set_up)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection inside one immediate transaction; it commits at the end, or leaves nothing behind."""
        async with self._turn:
            try:
                async with self._engine.begin() as connection:
                    await _begin(connection)
                    yield connection
            except DBAPIError as error:
                raise _explain(error) from error

    async def close(self) -> None:
        """Close the connection."""
        await self._engine.dispose()


def _set_up(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    del record
    connection.isolation_level = None  # transactions are begun by ``_begin`` alone
    cursor = connection.cursor()
    for pragma in WRITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


async def _begin(connection: AsyncConnection) -> None:
    """Take the write lock; another process that hogs the file is given a few chances to let go."""
    for wait in PATIENCE:
        try:
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        except DBAPIError as error:
            if not _is_busy(error):
                raise
        else:
            return
        await asyncio.sleep(wait * random.random())  # noqa: S311 - spreads those who wait, keeps no secret
    await connection.exec_driver_sql("BEGIN IMMEDIATE")


def _is_busy(error: DBAPIError) -> bool:
    return "locked" in str(error.orig) or "busy" in str(error.orig)


def _explain(error: DBAPIError) -> SessiontuiError | DBAPIError:
    """Turn what a database in trouble says into what a person can act on; a programming error stays itself."""
    text = str(error.orig)
    if "full" in text:
        return Unavailable("the disk is full", hint="free some space; writing goes on by itself")
    if _is_busy(error):
        return Unavailable("the database is busy", hint="try again in a moment")
    if "readonly" in text:
        return Unavailable("the database cannot be written", hint="check the rights of file and folder")
    if isinstance(error.orig, sqlite3.OperationalError | sqlite3.DatabaseError) and "malformed" in text:
        return Unavailable("the database is damaged", hint="run 'sessiontui db check'")
    return error
