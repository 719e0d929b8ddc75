"""The database of one process: opened once, brought to the current schema, read and written through here."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotAllowed, ReadOnly, SessiontuiError, Unavailable
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.store import migrations
from sessiontui.store.files import create_private
from sessiontui.store.pace import LOOKS, READS, WRITES, Pace
from sessiontui.store.reader import Reading, Row, Value

if TYPE_CHECKING:
    from sessiontui.store.connections import Reader
    from sessiontui.store.events import EventQueue
    from sessiontui.store.signals import PresenceReport
    from sessiontui.store.stirring import Stirring
    from sessiontui.store.tx import Tx
    from sessiontui.store.writer import Statements, Writer

_T = TypeVar("_T")


class Database:
    """An open database file. Readers see committed data only; writers take turns."""

    def __init__(self, path: Path, reader: Reader, *, read_only: bool, rules: Rules) -> None:
        self.path = path
        self.rules = rules
        self.read_only = read_only or reader.snapshot
        self.snapshot = reader.snapshot
        self.pace = Pace()
        """How long what was asked here took."""
        self._reader = reader
        self._writer: Writer | None = None
        self._events: EventQueue | None = None
        self._is_closed = False

    @classmethod
    async def open(
        cls, path: Path, *, read_only: bool = False, create: bool = True, rules: Rules = DEFAULT_RULES
    ) -> Database:
        """Open a database, making or upgrading it first unless it is to be only read."""
        import asyncio

        from sessiontui.store.connections import Reader

        if not read_only:
            await asyncio.to_thread(_prepare, path, create=create)
        elif not path.exists():
            raise Unavailable(f"there is no database at {path}", hint="open it once without --read-only")
        reader = await Reader.open(path)
        try:
            await _require_head(reader, path)
        except Unavailable:
            await reader.close()
            raise
        return cls(path, reader, read_only=read_only, rules=rules)

    async def fetch(self, sql: str, parameters: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        """Return the rows of a query as plain tuples; see ``Reader.fetch``."""
        with self.pace.of(READS):
            return await self._reader.fetch(sql, parameters, deadline=deadline)

    async def look(self, reading: Reading[_T], *, deadline: float | None = None) -> _T:
        """Return what is made of several answers that all see one committed state; see ``Reader.look``."""
        with self.pace.of(LOOKS):
            return await self._reader.look(reading, deadline=deadline)

    async def glance(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a query that costs microseconds, without leaving the event loop if it can be."""
        try:
            return self._reader.glance(sql, parameters)
        except sqlite3.OperationalError:  # somebody holds the file for a moment
            return await self._reader.fetch(sql, parameters)

    async def peek(self, reading: Reading[_T]) -> _T:
        """Return what is made of a few answers that cost microseconds each, and all see one committed state.

        It does not leave the event loop if it can be; where many wait for their turn, none waits behind a long look.
        """
        try:
            return self._reader.peek(reading)
        except sqlite3.OperationalError:  # somebody holds the file for a moment
            return await self._reader.look(reading)

    async def pulse(self) -> int:
        """Return a number that changes whenever anything was committed, by this process or another."""
        return self._reader.version()

    def stirring(self, heard: Callable[[], None]) -> Stirring | None:
        """Return what calls ``heard`` when anybody writes to the database; ``None`` where nobody can."""
        if self.snapshot:
            return None
        from sessiontui.store.stirring import Stirring

        return Stirring(self.path, heard)

    def news(self) -> tuple[int, int] | None:
        """Return what stays the same while nothing was committed, save what was hushed; ``None`` if unknown."""
        return None if self._writer is None else self._writer.news()

    @asynccontextmanager
    async def write(
        self, *, by: Actor, at: datetime, epoch: int | None = None, brief: bool = False, hushed: bool = False
    ) -> AsyncIterator[Tx]:
        """Yield the one way to write: a transaction that derives, audits and logs whatever it touched.

        ``epoch`` is given by the worker: the transaction fails when another worker has taken the lead since. The few
        statements of a ``brief`` one cost microseconds and are run where they are, not on the writing thread. A brief
        one may be ``hushed``: it writes nothing that a job asks about, and ``news`` does not tell of it.
        """
        try:
            with self.pace.of(WRITES):
                async with self._statements(brief=brief, hushed=hushed) as statements:
                    tx = self._transaction(statements, by=by, at=at)
                    if epoch is not None:
                        await tx.require_epoch(epoch)
                    yield tx
                    await tx.finish()
        except NotAllowed as refusal:
            await self.refuse(refusal, by=by, at=at)
            raise

    async def event(
        self,
        deed: Callable[[Tx], Coroutine[None, None, _T]],
        *,
        by: Actor,
        at: datetime,
        signals: Sequence[PresenceReport] = (),
        key: str = "",
    ) -> _T:
        """Write one of many small events and return its answer after the commit, which it shares with others.

        The deed awaits nothing but its transaction. Its error is its own: it undoes this event alone. ``signals`` and
        ``key`` are those that it is going to keep.
        """
        writer = self._writing()
        if self._events is None:
            from sessiontui.store.events import EventQueue

            self._events = EventQueue(writer, self.rules)
        try:
            return await self._events.submit(deed, by=by, at=at, signals=signals, key=key)
        except NotAllowed as refusal:
            await self.refuse(refusal, by=by, at=at)
            raise

    async def refuse(self, refusal: NotAllowed, *, by: Actor, at: datetime) -> None:
        """Write down, once, that somebody was refused; where it cannot be written they are refused all the same."""
        if by.is_system or self.read_only or refusal.noted:
            return
        refusal.noted = True
        from sessiontui.store import refusals

        with suppress(SessiontuiError), self.pace.of(WRITES):
            async with self._statements(brief=False, hushed=False) as statements:
                await refusals.note(self._transaction(statements, by=by, at=at), refusal)

    def _statements(self, *, brief: bool, hushed: bool) -> AbstractAsyncContextManager[Statements]:
        writer = self._writing()
        return writer.brief(hushed=hushed) if brief else writer.transaction()

    def _transaction(self, statements: Statements, *, by: Actor, at: datetime) -> Tx:
        from sessiontui.store.tx import Tx

        return Tx(statements, by=by, at=at, rules=self.rules)

    async def slim(self) -> None:
        """Let go of the pages of the file that are kept in memory, and of whatever else was freed meanwhile.

        For after large work and now and then: it takes a few milliseconds, and what is asked next is read anew.
        """
        import asyncio

        from sessiontui.store.thrift import give_back

        await self._reader.fetch("PRAGMA shrink_memory")
        if self._writer is not None:
            await self._writer.slim()
        await asyncio.to_thread(give_back)

    async def drained(self) -> None:
        """Wait until every event that was sent is written, and can be found by its words."""
        if self._events is not None:
            await self._events.drained()

    def require_writable(self) -> None:
        """Raise ``ReadOnly`` where nothing may be written, or nothing can."""
        if self.snapshot:
            raise ReadOnly("the database lies where nothing can be written", hint="use a copy that lies elsewhere")
        if self.read_only:
            raise ReadOnly("the database is open for reading only", hint="start without --read-only")

    def _writing(self) -> Writer:
        self.require_writable()
        if self._is_closed:
            raise Unavailable("the database is closed")
        if self._writer is None:
            from sessiontui.store.writer import Writer

            self._writer = Writer(self.path)
        return self._writer

    async def close(self) -> None:
        """Close every connection, once the events that were sent are written.

        The writing one is the last: it takes what lies beside into the file, if nobody else has it open. Where
        somebody who only reads closes after it, that stays beside.
        """
        await self.drained()
        self._is_closed = self._writer is None  # else the writer tells, once whoever has the turn is done
        if self._writer is None:
            await self._reader.close()
        else:
            await self._writer.close(before=self._reader.close)


def connect(path: Path) -> sqlite3.Connection:
    """Return a plain connection in autocommit mode, for migrations, checks and backups."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def bring_up(path: Path, *, tell: migrations.Tell) -> None:
    """Bring a database that is there to the present schema, telling how far that is; one that is at it costs a look.

    ``Unavailable`` says why it cannot be.
    """
    if path.exists():
        _prepare(path, create=False, tell=tell)


def _prepare(path: Path, *, create: bool, tell: migrations.Tell | None = None) -> None:
    if not create and not path.exists():
        raise Unavailable(f"there is no database at {path}", hint="check the path; 'sessiontui' makes a new one")
    try:
        create_private(path)
        connection = connect(path)
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(f"{path} cannot be opened: {error}") from error
    try:
        version = migrations.version_of(connection)
        if version != migrations.HEAD:
            connection.execute("PRAGMA journal_mode = WAL")
            backup = path.with_name(f"{path.stem}-before-schema-{migrations.HEAD}{path.suffix}")
            migrations.upgrade(connection, path, backup_to=backup, tell=tell)
    except sqlite3.OperationalError as error:
        if "readonly" not in str(error) and os.access(path.parent, os.W_OK):
            raise Unavailable(f"{path} cannot be opened: {error}") from error
    except sqlite3.DatabaseError as error:
        raise Unavailable(
            f"{path} is not a database of sessiontui: {error}", hint="name another file with --database"
        ) from error
    finally:
        connection.close()


async def _require_head(reader: Reader, path: Path) -> None:
    version = (await reader.fetch("PRAGMA user_version"))[0][0]
    if version != migrations.HEAD:
        raise Unavailable(
            f"{path} has schema {version!r}, this program needs {migrations.HEAD}",
            hint="run 'sessiontui db upgrade'",
        )
