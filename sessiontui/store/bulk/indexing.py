"""The index of words, made beside the database while its other indexes are built, and put into it whole."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Final

GATHERED: Final = 64 << 20
"""Bytes of places that are gathered before they are written: the more, the fewer times they are merged."""

_MADE_AS: Final = "SELECT sql FROM desk.sqlite_schema WHERE name = 'session_words'"

_OF_SESSIONS: Final = re.compile(r"content\s*=\s*'session',\s*content_rowid\s*=\s*'id'")

_PARTS: Final = ("session_words_data", "session_words_idx")
"""The tables in which the index stands; what else there is of it says how it is made."""


def index_beside(connection: sqlite3.Connection, path: Path) -> None:
    """Make the index of words of the database at a path in another one, empty so far; the first is only read."""
    connection.execute("ATTACH ? AS desk", (str(path),))
    made_as = str(connection.execute(_MADE_AS).fetchone()[0])
    connection.execute("BEGIN")
    connection.execute(_OF_SESSIONS.sub("content = ''", made_as))
    connection.execute("INSERT INTO session_words (session_words, rank) VALUES ('hashsize', ?)", (GATHERED,))
    connection.execute("INSERT INTO session_words (rowid, haystack) SELECT id, haystack FROM desk.session")
    connection.execute("COMMIT")


def take_index(connection: sqlite3.Connection, beside: Path) -> None:
    """Put the index of words that was made beside in the place of the one that is there.

    The connection must not have asked the old one yet: it would remember where that stood.
    """
    connection.execute("ATTACH ? AS beside", (str(beside),))
    connection.execute("BEGIN IMMEDIATE")
    for part in _PARTS:
        connection.execute(f"DELETE FROM main.{part}")
        connection.execute(f"INSERT INTO main.{part} SELECT * FROM beside.{part}")
    connection.execute("COMMIT")
    connection.execute("DETACH beside")
