"""The delivery: what was done in a workshop is moved over, unless others have changed what it was done on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from sessiontui.store.following import OWE_SETTLING, derive_anew
from sessiontui.store.reader import Row, Value
from sessiontui.store.workshop.parts import CHILDREN, TABLES, belongs, columns_of, insertion, renumbered

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

FEW: Final = 200
"""New sessions that are derived in the delivery itself; more are derived again after it, in short transactions."""

STATE: Final = (
    "SELECT s.id, s.version, (SELECT max(id) FROM presence_signal WHERE session_id = s.id),"
    " (SELECT max(id) FROM session_change WHERE session_id = s.id),"
    " (SELECT sum(voided_by) FROM session_change WHERE session_id = s.id),"
    " (SELECT max(c.id) FROM join_request r JOIN request_change c ON c.request_id = r.id WHERE r.session_id = s.id),"
    " (SELECT count(*) FROM attendee WHERE session_id = s.id AND person_id IS NOT NULL)"
    " FROM session s WHERE s.id IN (SELECT value FROM json_each(?))"
)
"""What tells whether anybody has changed a session: whatever is written about one moves one of these."""

_SAID: Final = (
    "title", "description", "kind", "priority", "tags", "fields", "link", "meeting_key", "meeting_id", "author_id",
    "platform", "created_at", "imported", "version", "series_id", "slot",
)  # fmt: skip
"""What an import changes in the row of a known session; the rest is derived."""


class Overtaken(Exception):
    """Somebody has changed what the workshop works on."""


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


class Delivery:
    """One delivery from a workshop ``here``, in whose tables ids after ``base`` are new.

    ``states`` tell of each session by its id how it stood when it was copied.
    """

    def __init__(
        self, here: sqlite3.Connection, tx: Tx, *, base: Mapping[str, int], states: Mapping[Value, Row]
    ) -> None:
        self._here = here
        self._tx = tx
        self._base = base
        self._states = states
        self._moved: dict[str, tuple[int, int]] = {}

    async def run(self, renamed: Iterable[int]) -> Delivered:
        """Move everything over; ``Overtaken`` where that would undo what others did.

        ``renamed`` are the people whose names are new to the sessions that were not copied.
        """
        tx, base = self._tx, self._base["session"]
        known = self._numbers("SELECT DISTINCT session_id FROM change_log WHERE session_id <= ? ORDER BY 1", base)
        await self._require_untouched(known)
        gone = set(known) - set(self._numbers("SELECT id FROM session"))
        known = [session_id for session_id in known if session_id not in gone]
        for table in TABLES:
            self._moved[table] = self._base[table], await tx.last_id(table) - self._base[table]
        try:
            await self._people()
            await self._give("series", f"{_CHANGED_SERIES} OR id > {self._base['series']:d}")
            for forgotten in sorted(gone):
                await tx.forget(forgotten)
            await self._sessions(known)
        except sqlite3.IntegrityError as error:
            raise Overtaken from error
        for person_id in renamed:
            for (session_id,) in await tx.fetch(_SESSIONS_OF, (person_id,)):
                tx.reword(cast("int", session_id))
        for session_id in known:
            tx.touch(session_id)
        fresh = self._numbers("SELECT id FROM session WHERE id > ? ORDER BY id", base)
        by = self._moved["session"][1]
        if len(fresh) <= FEW:
            await derive_anew(tx, [session_id + by for session_id in fresh])
            return Delivered(self._moved, ())
        await self._show(by)
        return Delivered(self._moved, tuple(session_id + by for session_id in fresh))

    async def _require_untouched(self, known: Sequence[int]) -> None:
        tx = self._tx
        for row in await tx.fetch(STATE, (json.dumps(list(known)),)):
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

    async def _people(self) -> None:
        changed = "id IN (SELECT p.id FROM person p JOIN person_was w ON w.id = p.id WHERE p.version != w.version)"
        await self._give("person", f"{changed} OR id > {self._base['person']:d}")
        await self._give("outside_id", f"id > {self._base['outside_id']:d}")

    async def _sessions(self, known: Sequence[int]) -> None:
        tx, base = self._tx, self._base["session"]
        # Dates of a series may take each other's names: all give theirs up before any takes one.
        await tx.run_many(
            "UPDATE session SET slot = '~' || id WHERE id = ? AND series_id IS NOT NULL",
            [(session_id,) for session_id in known],
        )
        await self._give("session", f"id > {base:d}")
        said = self._rows("session", (*_SAID, "id"), "id IN (SELECT value FROM json_each(?))", (json.dumps(known),))
        await tx.run_many(f"UPDATE session SET {', '.join(f'{name} = ?' for name in _SAID)} WHERE id = ?", said)
        some = f"SELECT id FROM session WHERE id > {base:d} UNION ALL SELECT value FROM json_each(?)"
        for table in CHILDREN:
            await self._give(table, belongs(table, some), (json.dumps(known),))
        # Stays that were folded anew took over ids of stays that are not here, so they get new ones.
        await tx.run_many("DELETE FROM presence WHERE session_id = ?", [(session_id,) for session_id in known])
        columns = [column for column in columns_of(self._here, "presence") if column != "id"]
        stays = self._rows("presence", columns, f"session_id IN ({some})", (json.dumps(known),))
        await tx.run_many(insertion("presence", columns), stays)

    async def _give(self, table: str, test: str, values: tuple[Value, ...] = ()) -> None:
        """Insert rows that are new, under their new ids, and put changed ones in the place of the old."""
        columns = columns_of(self._here, table)
        rest = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
        await self._tx.run_many(
            f"{insertion(table, columns)} ON CONFLICT (id) DO UPDATE SET {rest}",
            self._rows(table, columns, test, values),
        )

    def _rows(self, table: str, columns: Sequence[str], test: str, values: tuple[Value, ...] = ()) -> Iterator[Row]:
        shown = ", ".join(renumbered(table, column, self._moved) for column in columns)
        return self._here.execute(f"SELECT {shown} FROM {table} WHERE {test} ORDER BY id", values)

    async def _show(self, by: int) -> None:
        """Let many new sessions be seen as they were derived here; what hangs on that follows in small steps."""
        tx, since = self._tx, f"id > {self._base['session']:d}"
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
        await tx.run_many(OWE_SETTLING, self._here.execute(f"SELECT id + ? FROM session WHERE {since}", (by,)))

    def _numbers(self, sql: str, *values: Value) -> list[int]:
        return [row[0] for row in self._here.execute(sql, values)]


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
