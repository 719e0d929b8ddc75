"""What belongs to a session, and how its rows read under the ids that hold after a delivery."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

CHILDREN: Final = (
    "attendee", "join_request", "request_change", "session_change", "presence_signal", "engagement",
)  # fmt: skip
"""What belongs to sessions and is written by imports, in the order in which rows refer to each other; then stays."""

TABLES: Final = ("person", "outside_id", "series", "session", *CHILDREN)

_OF: Final = {"request_change": "request_id IN (SELECT id FROM join_request WHERE session_id IN ({}))"}
"""How rows belong to sessions where it is not by ``session_id``."""

_REFERS: Final = {
    "person_id": "person",
    "author_id": "person",
    "mentor_id": "person",
    "base_mentor_id": "person",
    "by_id": "person",
    "series_id": "series",
    "parted_from": "series",
    "session_id": "session",
    "attendee_id": "attendee",
    "request_id": "join_request",
}
"""What the numbers in a column are the ids of."""

STATED: Final = "import:p"
"""How the keys of stays begin that files state of known people; the number of the person follows."""


def belongs(table: str, sessions: str) -> str:
    """Return the test of whether a row belongs to one of the sessions that a query finds."""
    return _OF.get(table, "session_id IN ({})").format(sessions)


def beside(there: sqlite3.Connection) -> list[str]:
    """Return the other tables in which something is kept of a session: the rules may look into them."""
    own = {*CHILDREN, "presence", "change_log", "words_due", "settling_due"}
    names = [str(row[0]) for row in there.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return [name for name in names if name not in own and "session_id" in columns_of(there, name)]


def columns_of(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns of a table as statements name them."""
    return [
        f'"{row[1]}"' if row[1] == "key" else str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")
    ]


def insertion(table: str, columns: Sequence[str], how: str = "") -> str:
    """Return the statement that inserts a row with these columns."""
    return f"INSERT {how}INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def renumbered(table: str, column: str, moved: Mapping[str, tuple[int, int]]) -> str:
    """Return the expression of a column under the ids that hold after the delivery."""
    if table == "presence_signal" and column == '"key"' and moved["person"][1]:
        base, by = moved["person"]  # the key of a stay that a file states names the person
        told = f"\"key\" LIKE '{STATED}' || person_id || ':%' AND person_id > {base:d}"
        rest = f"substr(\"key\", length('{STATED}' || person_id) + 1)"
        return f"CASE WHEN {told} THEN '{STATED}' || (person_id + {by:d}) || {rest} ELSE \"key\" END"
    of = table if column == "id" else _REFERS.get(column, "")
    base, by = moved.get(of, (0, 0))
    return f"{column} + {by:d} * ({column} > {base:d})" if by else column
