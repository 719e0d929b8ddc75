"""The workshop itself: the copy, made table by table, and who may use it when."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar, cast

from sessiontui.store.haystack import REBUILD_WORDS
from sessiontui.store.reader import Value, connect_to_read
from sessiontui.store.workshop.delivering import STATE, Delivered, Delivery
from sessiontui.store.workshop.parts import CHILDREN, TABLES, belongs, beside, columns_of, insertion
from sessiontui.store.workshop.wanted import Wanted, touched
from sessiontui.store.writer import Direct

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

_T = TypeVar("_T")

LET_GO: Final = 5.0
"""Seconds; a thread that was told to stop does so at its next row. Closing under it would end the process."""


class Unsuited(Exception):
    """The import writes what a workshop does not deliver."""


class Workshop:
    """One private copy; it may be made and used in any one thread at a time."""

    def __init__(self, path: Path, wanted: Wanted) -> None:
        self._busy = threading.Lock()
        self._here = sqlite3.connect("", isolation_level=None, cached_statements=512, check_same_thread=False)
        try:
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -64000", "trusted_schema = OFF"):
                self._here.execute(f"PRAGMA {pragma}")
            self._here.execute("BEGIN")
            with closing(connect_to_read(path)) as there:
                there.execute("BEGIN")
                self._copy(there, wanted)
        except BaseException:
            self._here.close()
            raise

    def statements(self, breathe: Callable[[], None]) -> Direct:
        """Return where a transaction in the workshop sends its statements; ``breathe`` is called again and again."""
        return _Here(self._here, breathe)

    def require_suited(self) -> None:
        """Raise ``Unsuited`` where anything but people, sessions and what belongs to them was written so far."""
        for table, count in self._others.items():
            if _first(self._here, f"SELECT count(*) FROM {table}") != count:
                raise Unsuited(table)

    def at_work(self, work: Callable[[], _T]) -> _T:
        """Do work on the copy in the thread of the caller; ``close`` waits for its end."""
        with self._busy:
            return work()

    def close(self) -> None:
        """Let the copy vanish, unless a thread does not let go of it: then it vanishes with the process."""
        if self._busy.acquire(timeout=LET_GO):
            self._here.close()
            self._busy.release()

    async def deliver(self, tx: Tx, renamed: Iterable[int]) -> Delivered:
        """Move what was done here over, inside a transaction; ``Overtaken`` where that would undo what others did.

        ``renamed`` are the people whose names are new to the sessions that were not copied.
        """
        return await Delivery(self._here, tx, base=self._base, states=self._states).run(renamed)

    def _copy(self, there: sqlite3.Connection, wanted: Wanted) -> None:
        for (sql,) in there.execute(_SCHEMA):
            self._here.execute(sql)
        self._base = {table: _first(there, f"SELECT coalesce(max(id), 0) FROM {table}") for table in TABLES}
        for table in ("person", "outside_id", "series", "source_seen", "template", "template_version"):
            self._take(there, table, "1", ())
        self._take(there, "audit_entry", "subject = 'person' AND subject_id IS NOT NULL", ())
        for table in ("person", "series"):
            self._here.execute(f"CREATE TEMP TABLE {table}_was AS SELECT id, version FROM {table}")
        ids = json.dumps(sorted({*touched(there, wanted), self._base["session"]}))
        self._take(there, "session", "id IN (SELECT value FROM json_each(?))", (ids,))
        some = "SELECT value FROM json_each(?)"
        for table in (*CHILDREN, "presence"):
            self._take(there, table, belongs(table, some), (ids,))
        for table in beside(there):
            self._take(there, table, f"session_id IN ({some})", (ids,))
        self._take(there, "goal_need", f"goal_id IN (SELECT id FROM goal WHERE session_id IN ({some}))", (ids,))
        self._here.execute(REBUILD_WORDS)
        for table in CHILDREN:
            self._keep_last(there, table, ids)
        tables = [str(row[0]) for row in self._here.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        others = {name for name in tables if "words" not in name} - {*TABLES, "presence", "source_seen"}
        self._others = {table: _first(self._here, f"SELECT count(*) FROM {table}") for table in sorted(others)}
        self._states = {row[0]: row for row in there.execute(STATE, (ids,))}

    def _keep_last(self, there: sqlite3.Connection, table: str, ids: str) -> None:
        """Take the last row of a table as nobody's, so that the next free id here is the one that is free there."""
        last = self._base[table]
        self._take(there, table, "id = ?", (last,), "OR IGNORE ")
        key = "request_id" if table == "request_change" else "session_id"
        self._here.execute(
            f"UPDATE {table} SET {key} = -1 WHERE id = ? AND NOT {belongs(table, 'SELECT value FROM json_each(?)')}",
            (last, ids),
        )

    def _take(
        self, there: sqlite3.Connection, table: str, test: str, values: tuple[Value, ...], how: str = ""
    ) -> None:
        columns = columns_of(there, table)
        rows = there.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {test}", values)
        self._here.executemany(insertion(table, columns, how), rows)


_SCHEMA: Final = (
    "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'session_words\\_%' ESCAPE '\\'"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND type != 'trigger' ORDER BY type = 'index', rowid"
)
"""Tables before their indexes; the tables behind the index of words are made with it. Nothing is tallied here."""


class _Here(Direct):
    """Statements in the workshop."""

    def __init__(self, connection: sqlite3.Connection, breathe: Callable[[], None]) -> None:
        super().__init__(connection)
        self._breathe = breathe

    async def breathe(self) -> None:
        """Tell that some work is done."""
        self._breathe()


def _first(connection: sqlite3.Connection, sql: str) -> int:
    return cast("int", connection.execute(sql).fetchone()[0])
