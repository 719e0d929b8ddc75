"""The connection that writes: how it is opened, how its transactions begin and end, and what its errors say."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from sessiontui.domain.errors import SessiontuiError, Unavailable

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

PREPARED: Final = 512
"""Statements that the connection keeps prepared."""


def connect_for_writing(path: Path) -> tuple[sqlite3.Connection, int]:
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


def end(connection: sqlite3.Connection, how: str) -> None:
    """Commit or roll back, unless the transaction has ended: by this very call before, or by a full disk."""
    if connection.in_transaction:
        connection.execute(how)


def is_begun_on(connection: sqlite3.Connection, patience_ms: int = 0) -> bool:
    """Begin, and return whether nobody had the lock, or kept it for so long."""
    try:
        begin(connection, patience_ms)
    except sqlite3.OperationalError as error:
        if not _is_busy(error):
            raise
        return False
    return True


def begin(connection: sqlite3.Connection, patience_ms: int) -> None:
    """Begin; ``sqlite3.OperationalError`` where somebody has the lock, and keeps it for so long."""
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
