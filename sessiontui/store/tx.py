"""One transaction of the write path: what was changed, its derived rows, its audit and its change log, as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from sessiontui.domain.access import Actor
from sessiontui.domain.chain import GENESIS, Json, seal
from sessiontui.domain.errors import Conflict, NotFound
from sessiontui.domain.instants import rfc3339, to_ms
from sessiontui.domain.rules import Rules
from sessiontui.store.deriving import UPDATE, recompute, stored_counts
from sessiontui.store.haystack import haystacks
from sessiontui.store.reader import Row, Value
from sessiontui.store.tables import NOUNS, AuditEntry, JoinRequest, Person, Session

_Table = TypeVar("_Table", bound=SQLModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """One audit entry as it was written."""

    id: int
    sentence: str


class Tx:
    """A transaction that knows who acts and when; everything it touches is made consistent in ``finish``."""

    def __init__(self, connection: AsyncConnection, *, by: Actor, at: datetime, rules: Rules) -> None:
        self._connection = connection
        self._touched: dict[int, None] = {}
        self._head: str | None = None
        self.by = by
        self.at = at
        self.rules = rules

    # -- plain statements ---------------------------------------------------------------------------------

    async def fetch(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a query as plain tuples, as this transaction sees them."""
        result = await self._connection.exec_driver_sql(sql, tuple(parameters))
        return [tuple(row) for row in result.fetchall()]

    async def run(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """Run one statement and return how many rows it changed."""
        result = await self._connection.exec_driver_sql(sql, tuple(parameters))
        return int(result.rowcount)

    async def run_many(self, sql: str, rows: Iterable[tuple[Value, ...]]) -> None:
        """Run one statement for each of the rows."""
        batch = list(rows)
        if batch:
            await self._connection.exec_driver_sql(sql, batch)

    # -- stored nouns -------------------------------------------------------------------------------------

    async def insert(self, table: str, **values: object) -> int:
        """Insert one row and return its id; columns that are not named take the table's defaults."""
        columns = SQLModel.metadata.tables[table]
        row = NOUNS[table](**values)
        filled = {column.name: getattr(row, column.name) for column in columns.c}
        kept = {name: value for name, value in filled.items() if value is not None}
        result = await self._connection.execute(insert(columns).values(**kept))
        key = result.inserted_primary_key
        return int(key[0]) if key is not None and isinstance(key[0], int) else 0

    async def update(self, table: str, row_id: int, **values: object) -> None:
        """Change columns of one row, found by its id."""
        columns = SQLModel.metadata.tables[table].c
        await self._connection.execute(
            update(SQLModel.metadata.tables[table]).where(columns.id == row_id).values(**values)
        )

    async def person(self, row_id: int) -> Person:
        """Return one person; ``NotFound`` where there is none."""
        return await self._get(Person, row_id)

    async def session(self, row_id: int) -> Session:
        """Return one session; ``NotFound`` where there is none."""
        return await self._get(Session, row_id)

    async def request(self, row_id: int) -> JoinRequest:
        """Return one request; ``NotFound`` where there is none."""
        return await self._get(JoinRequest, row_id)

    async def entry(self, row_id: int) -> AuditEntry:
        """Return one audit entry; ``NotFound`` where there is none."""
        return await self._get(AuditEntry, row_id)

    async def _get(self, noun: type[_Table], row_id: int) -> _Table:
        columns = SQLModel.metadata.tables[str(noun.__tablename__)].c
        found = await self._connection.execute(select(*columns).where(columns.id == row_id))
        row = found.mappings().first()
        if row is None:
            name = str(noun.__tablename__).replace("_", " ")
            raise NotFound(f"there is no {name} #{row_id}")
        return noun(**row)

    # -- the write path -----------------------------------------------------------------------------------

    async def claim(self, session_id: int, expected: int | None = None) -> Session:
        """Return a session for changing it, with its version already raised by compare-and-swap.

        ``Conflict`` says who changed it, and when, if it is no longer the version that the caller saw.
        """
        session = await self.session(session_id)
        wanted = session.version if expected is None else expected
        changed = await self.run(
            "UPDATE session SET version = version + 1, changed_at = ? WHERE id = ? AND version = ?",
            (to_ms(self.at), session_id, wanted),
        )
        if not changed:
            raise Conflict(await self._last_hand(session_id), hint="look again, then decide")
        self.touch(session_id)
        return session

    def touch(self, session_id: int) -> None:
        """Mark a session whose derived row is to be recomputed before the commit."""
        self._touched[session_id] = None

    async def forget(self, session_id: int) -> None:
        """Delete a session that nothing has happened to yet."""
        rows = await self.fetch("SELECT status, pending, archived_at FROM session WHERE id = ?", (session_id,))
        status, pending, archived_at = rows[0]
        if archived_at is None and status:
            await self.run(
                "UPDATE status_count SET n = n - 1, pending = pending - ? WHERE status = ?", (pending, status)
            )
        await self.run("DELETE FROM session WHERE id = ?", (session_id,))
        self._touched.pop(session_id, None)
        await self._log([session_id])

    async def audit(
        self,
        action: str,
        sentence: str,
        *,
        subject: str = "session",
        subject_id: int | None = None,
        reason: str = "",
        detail: Mapping[str, Json] | None = None,
        reversible: bool = False,
        undoes: int | None = None,
    ) -> Sealed:
        """Write one audit entry, sealed to the one before it."""
        values: dict[str, Json | datetime] = {
            "at": self.at,
            "by_id": self.by.id,
            "by_name": self.by.name,
            "action": action,
            "subject": subject,
            "subject_id": subject_id,
            "sentence": sentence,
            "reason": reason,
            "detail": dict(detail or {}),
            "reversible": reversible,
            "undoes": undoes,
        }
        if self._head is None:
            rows = await self.fetch("SELECT hash FROM audit_entry ORDER BY id DESC LIMIT 1")
            self._head = str(rows[0][0]) if rows else GENESIS
        self._head = seal(self._head, sealed_part(values))
        entry = await self.insert("audit_entry", **values, hash=self._head)
        return Sealed(id=entry, sentence=sentence)

    async def require_epoch(self, epoch: int) -> None:
        """Raise ``Conflict`` when another worker has taken the lead since ``epoch``."""
        rows = await self.fetch("SELECT epoch FROM lease WHERE name = 'worker'")
        if not rows or rows[0][0] != epoch:
            raise Conflict("another worker leads now")

    async def refresh(self, ids: Sequence[int]) -> int:
        """Recompute rows for which only time has passed, and return how many look different."""
        result = await recompute(self.fetch, ids, now=self.at, rules=self.rules)
        await self._store(result.updates, result.counts)
        await self._log(result.changed)
        return len(result.changed)

    async def recount(self) -> None:
        """Replace the maintained counts by what the rows add up to."""
        counts = await stored_counts(self.fetch)
        await self.run("DELETE FROM status_count")
        await self.run_many(
            "INSERT INTO status_count (status, n, pending) VALUES (?, ?, ?)",
            [(status, *both) for status, both in counts.items()],
        )

    async def finish(self) -> None:
        """Derive every touched session and write the change log; called once, just before the commit."""
        if not self._touched:
            return
        ids = list(self._touched)
        result = await recompute(self.fetch, ids, now=self.at, rules=self.rules)
        await self._store(result.updates, result.counts)
        # Only now does the row name the mentor whom a move has brought.
        await self.run_many(
            "UPDATE session SET haystack = ?, title_words = ?, tag_keys = ? WHERE id = ?",
            await haystacks(self.fetch, ids),
        )
        await self._log(ids)

    async def _store(self, updates: tuple[tuple[Value, ...], ...], counts: Mapping[str, tuple[int, int]]) -> None:
        await self.run_many(UPDATE, updates)
        await self.run_many(
            "INSERT INTO status_count (status, n, pending) VALUES (?, ?, ?)"
            " ON CONFLICT (status) DO UPDATE SET n = n + excluded.n, pending = pending + excluded.pending",
            [(status, *moved) for status, moved in counts.items()],
        )

    async def _log(self, ids: Sequence[int]) -> None:
        at = to_ms(self.at)
        await self.run_many("INSERT INTO change_log (session_id, at) VALUES (?, ?)", [(row_id, at) for row_id in ids])

    async def _last_hand(self, session_id: int) -> str:
        rows = await self.fetch(
            "SELECT by_name, sentence, at FROM audit_entry WHERE subject = 'session' AND subject_id = ?"
            " ORDER BY id DESC LIMIT 1",
            (session_id,),
        )
        if not rows:
            return "it was changed meanwhile"
        whom, sentence, at = str(rows[0][0]), str(rows[0][1]), cast("int", rows[0][2])
        return f"{whom} changed it at {at_clock(at)}: {sentence}"


def sealed_part(values: Mapping[str, Json | datetime]) -> dict[str, Json]:
    """Return the part of an audit entry that its hash covers: all that never changes afterwards."""
    kept = ("by_id", "by_name", "action", "subject", "subject_id", "sentence", "reason", "detail", "undoes")
    at = cast("datetime", values["at"])
    return {"at": rfc3339(at), **{name: cast("Json", values[name]) for name in kept}}


def at_clock(milliseconds: int) -> str:
    """Return the time of day in UTC, for sentences about who was first."""
    seconds = milliseconds // 1000 % 86_400
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d} UTC"
