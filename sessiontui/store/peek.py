"""A database that answers at once, in the thread that asks: for the first page, before there is an event loop."""

from __future__ import annotations

import sqlite3
from collections.abc import Coroutine, Sequence
from pathlib import Path
from time import monotonic
from typing import Final, TypeVar

from sessiontui.domain.errors import Unavailable
from sessiontui.domain.rules import Rules
from sessiontui.store import migrations
from sessiontui.store.engine import Database
from sessiontui.store.reader import (
    READ_PRAGMAS,
    STEPS,
    Look,
    Reading,
    Row,
    Value,
    address_of,
    connect_for_reading,
    made,
)

PATIENCE: Final = 0.25
"""Seconds after which a peek is given up: the way that waits for nobody takes over."""

_PRAGMAS: Final = (*READ_PRAGMAS, "PRAGMA busy_timeout = 50")

_T = TypeVar("_T")


class Peek(Database):
    """A database at the head that is only read, and answers before anything can be awaited."""

    def __init__(self, path: Path, *, rules: Rules) -> None:
        self.path = path
        self.rules = rules
        self.read_only = True
        self.snapshot = False
        self._events = None
        self._look_until = monotonic() + PATIENCE
        try:
            self._connection = connect_for_reading(address_of(path), _PRAGMAS)
        except sqlite3.Error as error:
            raise Unavailable(f"{path} cannot be read: {error}") from error
        if migrations.version_of(self._connection) != migrations.HEAD:
            self.end()
            raise Unavailable(f"{path} has another schema")
        self._connection.set_progress_handler(lambda: monotonic() > self._look_until, STEPS)

    def told(self, asking: Coroutine[None, None, _T]) -> _T:
        """Return what a question comes to that awaits this database alone; ``Unavailable`` where it takes long."""
        try:
            return made(asking)
        except sqlite3.Error as error:
            raise Unavailable(f"reading failed: {error}") from error

    async def fetch(self, sql: str, parameters: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        """Return the rows of a query."""
        del deadline
        return Look(self._connection).answer(sql, parameters)

    async def look(self, reading: Reading[_T], *, deadline: float | None = None) -> _T:
        """Return what is made of several answers that all see one committed state."""
        del deadline
        return Look(self._connection).whole(reading)

    async def glance(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a query."""
        return Look(self._connection).answer(sql, parameters)

    def end(self) -> None:
        """Close the connection."""
        self._connection.close()
