"""Checkpoints: what was committed to the log is brought into the file itself, beside the writer.

SQLite would do so in the commit that makes the log long, and whoever waits for that commit would wait for the whole
of it. Here a connection of its own moves the long part while commits go on. The short rest, which was committed
meanwhile, is moved between two transactions; from then on the log is written from its beginning again.
"""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Final

from sessiontui.store.scribe import Scribe

PAGES: Final = 2_000
"""About how many pages the log has when it is moved: that takes some ms beside the writer, and the rest few."""

FEWEST: Final = 500
"""Changed rows after which it is moved at the earliest: a log that a reader holds is not looked at all the time."""

WORTH_IT: Final = 500
"""Pages in the log from which on it is begun anew: of fewer, the disk is asked less often later."""


class Checkpoints:
    """The checkpoints of one writer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._scribe = Scribe("checkpoints")
        self._connection: sqlite3.Connection | None = None
        self._moving: asyncio.Future[int] | None = None
        self._changes = 0
        """Rows that the writer had changed when the log was moved last."""
        self._after = FEWEST * 2
        """Further rows after which it is moved again: each makes many pages where it is committed alone."""

    async def follow(self, connection: sqlite3.Connection, scribe: Scribe) -> None:
        """Do what is due before the writer's next transaction, on its ``connection`` by its ``scribe``."""
        if self._moving is not None:
            if self._moving.done():
                pages, self._moving = self._moving.result(), None
                if pages >= WORTH_IT:
                    await scribe.do(_moved, connection)
                if pages:
                    self._after = max(FEWEST, self._after * PAGES // pages)
        elif connection.total_changes - self._changes >= self._after:
            self._after, self._changes = connection.total_changes - self._changes, connection.total_changes
            self._moving = self._scribe.do(self._move)

    async def close(self) -> None:
        """Close the connection, once nothing is being moved any more; the last to close a file moves the rest."""
        if self._connection is not None or self._moving is not None:
            await self._scribe.do(self._leave)
        self._scribe.close()

    def _move(self) -> int:
        if self._connection is None:
            try:
                self._connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
                self._connection.execute("PRAGMA synchronous = FULL")
            except sqlite3.Error:
                return 0
        return _moved(self._connection)

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _moved(connection: sqlite3.Connection) -> int:
    """Move as many pages of the log as nobody has to wait for, and return how many it has; 0 in any trouble.

    The log is whole without it: whoever writes next meets what is wrong with the file, and tells of it.
    """
    try:
        _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    except sqlite3.Error:
        return 0
    return int(pages)
