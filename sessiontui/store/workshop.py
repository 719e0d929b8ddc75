"""A workshop: a private copy of what a large import touches, in which it is done before anybody else sees anything.

The people and the sessions that the files may be about are copied, with all that belongs to them, into a database
that has no name and vanishes with its connection. There the rules are applied, as long as it takes, and nobody waits.
The delivery is one short transaction: new rows move over under the next free ids, changed ones take the place of the
old. If a session or a person was changed meanwhile, ``Overtaken`` says so before anything is written, and the import
is done again on what is true now. Whoever is killed or cancelled before the delivery leaves nothing behind.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar, cast
from urllib.parse import quote

from sessiontui.store.following import OWE_SETTLING, derive_anew
from sessiontui.store.haystack import REBUILD_WORDS
from sessiontui.store.reader import Row, Value
from sessiontui.store.writer import Direct

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

_T = TypeVar("_T")

LET_GO: Final = 5.0
"""Seconds; a thread that was told to stop does so at its next row. Closing under it would end the process."""

FEW: Final = 200
"""New sessions that are derived in the delivery itself; more are derived again after it, in short transactions."""

_CHILDREN: Final = (
    "attendee", "join_request", "request_change", "session_change", "presence_signal", "engagement",
)  # fmt: skip
"""What belongs to sessions and is written by imports, in the order in which rows refer to each other; then stays."""

_TABLES: Final = ("person", "outside_id", "series", "session", *_CHILDREN)

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

_SAID: Final = (
    "title", "description", "kind", "priority", "tags", "fields", "link", "meeting_key", "meeting_id", "author_id",
    "platform", "created_at", "imported", "version", "series_id", "slot",
)  # fmt: skip
"""What an import changes in the row of a known session; the rest is derived."""

_STATE: Final = (
    "SELECT s.id, s.version, (SELECT max(id) FROM presence_signal WHERE session_id = s.id),"
    " (SELECT max(id) FROM session_change WHERE session_id = s.id),"
    " (SELECT sum(voided_by) FROM session_change WHERE session_id = s.id),"
    " (SELECT max(c.id) FROM join_request r JOIN request_change c ON c.request_id = r.id WHERE r.session_id = s.id),"
    " (SELECT count(*) FROM attendee WHERE session_id = s.id AND person_id IS NOT NULL)"
    " FROM session s WHERE s.id IN (SELECT value FROM json_each(?))"
)
"""What tells whether anybody has changed a session: whatever is written about one moves one of these."""


class Overtaken(Exception):
    """Somebody has changed what the workshop works on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which sessions an import may touch.

    They are told by outside id, their own or that of their series, by meeting, by overlapping windows in ms, or by
    number.
    """

    outside: frozenset[tuple[str, str]] = frozenset()
    series: frozenset[tuple[str, str]] = frozenset()
    meetings: frozenset[str] = frozenset()
    windows: frozenset[tuple[int, int]] = frozenset()
    ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a delivery brought: how the workshop's ids read now, and the new sessions that are to be settled."""

    moved: Mapping[str, tuple[int, int]]
    unsettled: tuple[int, ...]

    def session(self, session_id: int) -> int:
        """Return the id that a session of the workshop has now."""
        base, by = self.moved["session"]
        return session_id + by if session_id > base else session_id

    def person(self, person_id: int) -> int:
        """Return the id that a person of the workshop has now."""
        base, by = self.moved["person"]
        return person_id + by if person_id > base else person_id


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
            with closing(_opened(path)) as there:
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
        base = self._base["session"]
        known = self._numbers("SELECT DISTINCT session_id FROM change_log WHERE session_id <= ? ORDER BY 1", base)
        await self._require_untouched(tx, known)
        gone = set(known) - set(self._numbers("SELECT id FROM session"))
        known = [session_id for session_id in known if session_id not in gone]
        moved = {table: (self._base[table], await tx.last_id(table) - self._base[table]) for table in _TABLES}
        try:
            await self._deliver_people(tx, moved)
            await self._give(tx, "series", f"{_CHANGED_SERIES} OR id > {moved['series'][0]:d}", moved)
            for forgotten in sorted(gone):
                await tx.forget(forgotten)
            await self._deliver_sessions(tx, known, moved)
        except sqlite3.IntegrityError as error:
            raise Overtaken from error
        for person_id in renamed:
            for (session_id,) in await tx.fetch(_SESSIONS_OF, (person_id,)):
                tx.reword(cast("int", session_id))
        for session_id in known:
            tx.touch(session_id)
        fresh = self._numbers("SELECT id FROM session WHERE id > ? ORDER BY id", base)
        by = moved["session"][1]
        if len(fresh) <= FEW:
            await derive_anew(tx, [session_id + by for session_id in fresh])
            return Delivered(moved, ())
        await self._show(tx, by)
        return Delivered(moved, tuple(session_id + by for session_id in fresh))

    # -- copying in ---------------------------------------------------------------------------------------

    def _copy(self, there: sqlite3.Connection, wanted: Wanted) -> None:
        for (sql,) in there.execute(_SCHEMA):
            self._here.execute(sql)
        self._base = {table: _first(there, f"SELECT coalesce(max(id), 0) FROM {table}") for table in _TABLES}
        for table in ("person", "outside_id", "series", "source_seen"):
            self._take(there, table, "1", ())
        self._take(there, "audit_entry", "subject = 'person' AND subject_id IS NOT NULL", ())
        for table in ("person", "series"):
            self._here.execute(f"CREATE TEMP TABLE {table}_was AS SELECT id, version FROM {table}")
        ids = json.dumps(sorted({*_sessions(there, wanted), self._base["session"]}))
        self._take(there, "session", "id IN (SELECT value FROM json_each(?))", (ids,))
        some = "SELECT value FROM json_each(?)"
        for table in (*_CHILDREN, "presence"):
            self._take(there, table, _of(table, some), (ids,))
        for table in _beside(there):
            self._take(there, table, f"session_id IN ({some})", (ids,))
        self._here.execute(REBUILD_WORDS)
        for table in _CHILDREN:  # so that the next free id is the one that is free there
            self._take(there, table, "id = ?", (self._base[table],), "OR IGNORE ")
            nobody = "request_id = -1" if table in _OF else "session_id = -1"
            self._here.execute(
                f"UPDATE {table} SET {nobody} WHERE id = ? AND NOT {_of(table, some)}", (self._base[table], ids)
            )
        tables = [str(row[0]) for row in self._here.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        others = {name for name in tables if "words" not in name} - {*_TABLES, "presence", "source_seen"}
        self._others = {table: _first(self._here, f"SELECT count(*) FROM {table}") for table in sorted(others)}
        self._states = {row[0]: row for row in there.execute(_STATE, (ids,))}

    def _take(
        self, there: sqlite3.Connection, table: str, test: str, values: tuple[Value, ...], how: str = ""
    ) -> None:
        columns = _columns(there, table)
        rows = there.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {test}", values)
        self._here.executemany(_insertion(table, columns, how), rows)

    # -- delivering ---------------------------------------------------------------------------------------

    async def _require_untouched(self, tx: Tx, known: Sequence[int]) -> None:
        for row in await tx.fetch(_STATE, (json.dumps(list(known)),)):
            if self._states.get(row[0]) != row:
                raise Overtaken
        newcomers = await tx.fetch("SELECT name_key, email_key FROM person WHERE id > ?", (self._base["person"],))
        for name_key, email_key in newcomers:
            if self._here.execute(
                "SELECT 1 FROM person WHERE id > ? AND (name_key = ? OR (email_key = ? AND email_key != ''))",
                (self._base["person"], name_key, email_key),
            ).fetchone():
                raise Overtaken
        for table in ("person", "series"):
            changed = self._here.execute(
                f"SELECT p.id, w.version FROM {table} p JOIN {table}_was w ON w.id = p.id"
                " WHERE p.version != w.version"
            ).fetchall()
            for row_id, version in changed:
                if await tx.fetch(f"SELECT version FROM {table} WHERE id = ?", (row_id,)) != [(version,)]:
                    raise Overtaken

    async def _deliver_people(self, tx: Tx, moved: Mapping[str, tuple[int, int]]) -> None:
        changed = "id IN (SELECT p.id FROM person p JOIN person_was w ON w.id = p.id WHERE p.version != w.version)"
        await self._give(tx, "person", f"{changed} OR id > {moved['person'][0]:d}", moved)
        await self._give(tx, "outside_id", f"id > {moved['outside_id'][0]:d}", moved)

    async def _deliver_sessions(self, tx: Tx, known: Sequence[int], moved: Mapping[str, tuple[int, int]]) -> None:
        base = moved["session"][0]
        # Dates of a series may take each other's names: all give theirs up before any takes one.
        await tx.run_many(
            "UPDATE session SET slot = '~' || id WHERE id = ? AND series_id IS NOT NULL",
            [(session_id,) for session_id in known],
        )
        await self._give(tx, "session", f"id > {base:d}", moved)
        said = self._rows(
            "session", (*_SAID, "id"), "id IN (SELECT value FROM json_each(?))", moved, (json.dumps(known),)
        )
        await tx.run_many(f"UPDATE session SET {', '.join(f'{name} = ?' for name in _SAID)} WHERE id = ?", said)
        some = f"SELECT id FROM session WHERE id > {base:d} UNION ALL SELECT value FROM json_each(?)"
        for table in _CHILDREN:
            await self._give(tx, table, _of(table, some), moved, (json.dumps(known),))
        # Stays that were folded anew took over ids of stays that are not here, so they get new ones.
        await tx.run_many("DELETE FROM presence WHERE session_id = ?", [(session_id,) for session_id in known])
        columns = [column for column in _columns(self._here, "presence") if column != "id"]
        stays = self._rows("presence", columns, f"session_id IN ({some})", moved, (json.dumps(known),))
        await tx.run_many(_insertion("presence", columns), stays)

    async def _give(
        self,
        tx: Tx,
        table: str,
        test: str,
        moved: Mapping[str, tuple[int, int]],
        values: tuple[Value, ...] = (),
    ) -> None:
        """Insert rows that are new, under their new ids, and put changed ones in the place of the old."""
        columns = _columns(self._here, table)
        rest = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
        await tx.run_many(
            f"{_insertion(table, columns)} ON CONFLICT (id) DO UPDATE SET {rest}",
            self._rows(table, columns, test, moved, values),
        )

    def _rows(
        self,
        table: str,
        columns: Sequence[str],
        test: str,
        moved: Mapping[str, tuple[int, int]],
        values: tuple[Value, ...] = (),
    ) -> Iterator[Row]:
        shown = ", ".join(_renumbered(table, column, moved) for column in columns)
        return self._here.execute(f"SELECT {shown} FROM {table} WHERE {test} ORDER BY id", values)

    async def _show(self, tx: Tx, by: int) -> None:
        """Let many new sessions be seen as they were derived here; what hangs on that follows in small steps."""
        since = f"id > {self._base['session']:d}"
        await tx.run_many(
            "INSERT INTO session_words (rowid, haystack) VALUES (?, ?)",
            self._here.execute(f"SELECT id + ?, haystack FROM session WHERE {since}", (by,)),
        )
        await tx.run_many(
            _COUNT,
            self._here.execute(
                "SELECT status, count(*), sum(pending) FROM session"
                f" WHERE {since} AND archived_at IS NULL AND status != '' GROUP BY status"
            ),
        )
        await tx.run_many(
            "INSERT INTO change_log (session_id, at) VALUES (?, ?)",
            self._here.execute(f"SELECT id + ?, ? FROM session WHERE {since}", (by, tx.now)),
        )
        await tx.run_many(
            OWE_SETTLING,
            self._here.execute(f"SELECT id + ? FROM session WHERE {since}", (by,)),
        )

    def _numbers(self, sql: str, *values: Value) -> list[int]:
        return [row[0] for row in self._here.execute(sql, values)]


_DATES_OF: Final = (
    "SELECT s.id FROM session s JOIN series r ON r.id = s.series_id WHERE r.source = ?1"
    " AND (r.external_id = ?2 OR (r.external_id > ?2 || '/' AND r.external_id < ?2 || '0'))"
)
"""The dates of a series, and of those that went on from it with an id that begins with its own."""

_STRAYS_OF: Final = (
    "SELECT id FROM session WHERE source = ?1 AND series_id IS NULL"
    " AND (external_id = ?2 OR (external_id > ?2 || '/' AND external_id < ?2 || '0'))"
)
"""Sessions that are of a series and not yet with it."""

_CHANGED_SERIES: Final = (
    "id IN (SELECT r.id FROM series r JOIN series_was w ON w.id = r.id WHERE r.version != w.version)"
)

_COUNT: Final = (
    "INSERT INTO status_count (status, n, pending) VALUES (?, ?, ?)"
    " ON CONFLICT (status) DO UPDATE SET n = n + excluded.n, pending = pending + excluded.pending"
)

_SESSIONS_OF: Final = (
    "SELECT id FROM session WHERE author_id = ?1 OR mentor_id = ?1"
    " UNION SELECT session_id FROM join_request WHERE person_id = ?1"
    " UNION SELECT session_id FROM presence WHERE person_id = ?1"
)

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


def _opened(path: Path) -> sqlite3.Connection:
    """Open the database for reading; on a read-only file system as an unchanging snapshot."""
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?{mode}", uri=True, isolation_level=None)
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.OperationalError:
            connection.close()
            if "immutable" in mode:
                raise
        else:
            return connection
    raise AssertionError


def _sessions(there: sqlite3.Connection, wanted: Wanted) -> set[int]:
    found = set(wanted.ids)
    asked: Sequence[tuple[str, Iterable[tuple[Value, ...]]]] = (
        ("SELECT id FROM session WHERE source = ? AND external_id = ?", wanted.outside),
        (_DATES_OF, wanted.series),
        (_STRAYS_OF, wanted.series),
        ("SELECT id FROM session WHERE meeting_key = ?", ((key,) for key in wanted.meetings)),
        ("SELECT id FROM session WHERE starts_at < ? AND ends_at > ?", ((end, at) for at, end in wanted.windows)),
    )
    for sql, all_of in asked:
        for values in all_of:
            found.update(row[0] for row in there.execute(sql, values))
    return found


def _of(table: str, sessions: str) -> str:
    """Return the test of whether a row belongs to one of the sessions that a query finds."""
    return _OF.get(table, "session_id IN ({})").format(sessions)


def _beside(there: sqlite3.Connection) -> list[str]:
    """Return the other tables in which something is kept of a session: the rules may look into them."""
    own = {*_CHILDREN, "presence", "change_log", "words_due", "settling_due"}
    names = [str(row[0]) for row in there.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return [name for name in names if name not in own and "session_id" in _columns(there, name)]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [
        f'"{row[1]}"' if row[1] == "key" else str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")
    ]


def _insertion(table: str, columns: Sequence[str], how: str = "") -> str:
    return f"INSERT {how}INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _renumbered(table: str, column: str, moved: Mapping[str, tuple[int, int]]) -> str:
    """Return the expression of a column under the ids that hold after the delivery."""
    if table == "presence_signal" and column == '"key"' and moved["person"][1]:
        base, by = moved["person"]  # the key of a stay that a file states names the person
        told = f"\"key\" LIKE '{STATED}' || person_id || ':%' AND person_id > {base:d}"
        rest = f"substr(\"key\", length('{STATED}' || person_id) + 1)"
        return f"CASE WHEN {told} THEN '{STATED}' || (person_id + {by:d}) || {rest} ELSE \"key\" END"
    of = table if column == "id" else _REFERS.get(column, "")
    base, by = moved.get(of, (0, 0))
    return f"{column} + {by:d} * ({column} > {base:d})" if by else column


def _first(connection: sqlite3.Connection, sql: str) -> int:
    return cast("int", connection.execute(sql).fetchone()[0])
