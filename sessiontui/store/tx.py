"""One transaction of the write path: what was changed, its derived rows, its audit and its change log, as a whole."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Actor
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import Conflict, NotFound
from sessiontui.domain.instants import to_ms
from sessiontui.domain.rules import Rules
from sessiontui.domain.vocabulary import Badge
from sessiontui.store import finishing
from sessiontui.store.ledger import Ledger, Scene, Stream
from sessiontui.store.nouns import bound, change, filled, insertion, restored, selection
from sessiontui.store.reader import Row, Value
from sessiontui.store.scenes import scene_of, scenes_of
from sessiontui.store.sealing import Sealed, keep_entry, last_hand
from sessiontui.store.writer import Direct, Statements

if TYPE_CHECKING:
    from sessiontui.store.foresight import Foresight
    from sessiontui.store.tables import AuditEntry, JoinRequest, Person, Series, Session

WEIGHTLESS: Final = frozenset({"title", "description", "priority", "link", "meeting_id", "note"})
"""Columns of a session that no figure depends on: who changes a title alone makes no day's figures anew."""


class Tx:
    """A transaction that knows who acts and when; everything it touches is made consistent in ``finish``."""

    def __init__(
        self, statements: Statements, *, by: Actor, at: datetime, rules: Rules, ledger: Ledger | None = None
    ) -> None:
        self._statements = statements
        self._ledger = Ledger() if ledger is None else ledger
        self.by = by
        self.at = at
        self.now = to_ms(at)
        self.rules = rules

    # -- plain statements ---------------------------------------------------------------------------------

    async def fetch(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a query as plain tuples, as this transaction sees them."""
        if self._ledger.foresight is not None:
            await self._write_held()
        return await self._statements.fetch(sql, parameters)

    async def run(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """Run one statement and return how many rows it changed."""
        if self._ledger.foresight is not None:
            await self._write_held()
        return (await self._statements.run(sql, parameters))[0]

    async def run_many(self, sql: str, rows: Iterable[tuple[Value, ...]]) -> None:
        """Run one statement for each of the rows."""
        if not isinstance(rows, Sequence) or rows:
            if self._ledger.foresight is not None:
                await self._write_held()
            await self._statements.run_many(sql, rows)

    async def apart(self, work: Callable[[Direct], Coroutine[None, None, None]]) -> None:
        """Do a work of many statements in one go, on the writing thread; it awaits nothing but its statements."""
        if self._ledger.foresight is not None:
            await self._write_held()
        await self._statements.apart(work)

    async def hold(self, sql: str, row: tuple[Value, ...]) -> None:
        """Run one statement, together with others like it at the end of a batch if nobody asks for anything before.

        Rows that are held for different statements must not be about the same thing.
        """
        foresight = self._ledger.foresight
        if foresight is None:
            await self._statements.run(sql, row)
        else:
            self._ledger.debts += 1
            foresight.held.setdefault(sql, []).append(row)

    async def breathe(self) -> None:
        """Let others have the event loop for a moment, in the middle of much work."""
        await self._statements.breathe()

    async def _write_held(self) -> None:
        foresight = self._ledger.foresight
        if foresight is not None and foresight.held:
            held, foresight.held = foresight.held, {}
            for sql, rows in held.items():
                await self._statements.run_many(sql, rows)

    # -- stored nouns -------------------------------------------------------------------------------------

    async def insert(self, table: str, **values: object) -> int:
        """Insert one row and return its id; columns that are not named take the table's defaults."""
        if self._ledger.foresight is not None:
            await self._write_held()
        return (await self._statements.run(*filled(table, values)))[1]

    async def insert_many(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert rows that all name the same columns, with values as the nouns have them; no defaults are added."""
        if rows:
            columns = tuple(rows[0])
            given = (tuple(bound(row[column]) for column in columns) for row in rows)
            await self.run_many(insertion(table, columns), given)

    async def last_id(self, table: str) -> int:
        """Return the highest id of a table, 0 where it is empty."""
        return cast("int", (await self.fetch(f'SELECT coalesce(max(id), 0) FROM "{table}"'))[0][0])

    async def update(self, table: str, row_id: int, **values: object) -> None:
        """Change columns of one row, found by its id."""
        if table == "session":
            self._ledger.weigh(row_id, not WEIGHTLESS.issuperset(values))
        await self.run(change(table, tuple(values)), (*(bound(value) for value in values.values()), row_id))

    async def person(self, row_id: int) -> Person:
        """Return one person; ``NotFound`` where there is none."""
        return cast("Person", await self._get("person", row_id))

    async def session(self, row_id: int) -> Session:
        """Return one session; ``NotFound`` where there is none."""
        return cast("Session", await self._get("session", row_id))

    async def request(self, row_id: int) -> JoinRequest:
        """Return one request; ``NotFound`` where there is none."""
        return cast("JoinRequest", await self._get("join_request", row_id))

    async def series(self, row_id: int) -> Series:
        """Return one series; ``NotFound`` where there is none."""
        return cast("Series", await self._get("series", row_id))

    async def entry(self, row_id: int) -> AuditEntry:
        """Return one audit entry; ``NotFound`` where there is none."""
        return cast("AuditEntry", await self._get("audit_entry", row_id))

    async def _get(self, table: str, row_id: int) -> object:
        rows = await self.fetch(selection(table), (row_id,))
        if not rows:
            raise NotFound(f"there is no {table.replace('_', ' ')} #{row_id}")
        return restored(table, rows[0])

    async def scene(self, session_id: int) -> Scene:
        """Return what the path of presence has to know of a session; ``NotFound`` where there is none."""
        scene = self._ledger.scenes.get(session_id)
        if scene is None:
            scene = await scene_of(self.fetch, session_id)
            if scene is None:
                raise NotFound(f"there is no session #{session_id}")
            self._ledger.scenes[session_id] = scene
        return scene

    async def scenes(self, session_ids: Iterable[int]) -> dict[int, tuple[bool, int | None]]:
        """Read the scenes of sessions; return by id whether somebody is identified, and the latest end told."""
        told = await scenes_of(self.fetch, session_ids)
        self._ledger.scenes.update({session_id: one.scene for session_id, one in told.items()})
        return {session_id: (one.scene.has_attendees, one.ended_at) for session_id, one in told.items()}

    @property
    def foresight(self) -> Foresight | None:
        """What was asked for a whole batch at once, if this is one."""
        return self._ledger.foresight

    def know_person(self, person_id: int) -> None:
        """Note that there is such a person."""
        self._ledger.people.add(person_id)

    async def require_person(self, person_id: int) -> None:
        """Raise ``NotFound`` where there is no such person."""
        if person_id not in self._ledger.people:
            if not await self.fetch("SELECT 1 FROM person WHERE id = ?", (person_id,)):
                raise NotFound(f"there is no person #{person_id}")
            self._ledger.people.add(person_id)

    # -- the write path -----------------------------------------------------------------------------------

    async def claim(self, session_id: int, expected: int | None = None) -> Session:
        """Return a session for changing it, with its version already raised by compare-and-swap.

        ``Conflict`` says who changed it, and when, if it is no longer the version that the caller saw.
        """
        session = await self.session(session_id)
        wanted = session.version if expected is None else expected
        changed = await self.run(
            "UPDATE session SET version = version + 1, changed_at = ? WHERE id = ? AND version = ?",
            (self.now, session_id, wanted),
        )
        if not changed:
            raise Conflict(await last_hand(self.fetch, session_id), hint="look again, then decide")
        self.touch(session_id)
        return session

    def touch(self, session_id: int, *, words: bool = True) -> None:
        """Mark a session whose derived row is to be recomputed before the commit; ``words``: its haystack too."""
        self._ledger.debts += 1
        self._ledger.touched[session_id] = None
        if words:
            self.reword(session_id)
            self._ledger.scenes.pop(session_id, None)

    def fold_later(self, session_id: int, stream: Stream | None = None, at: int = 0) -> None:
        """Owe stays their fold: those of a stream that a signal of instant ``at``, in ms, moves, or of all.

        They are folded once before the commit, however many signals ask for it, and the row is derived.
        """
        self.touch(session_id, words=False)
        anew = self._ledger.anew_of(session_id)
        if stream is None:
            anew.whole = True
        else:
            anew.add(stream, at, at)

    def is_folding(self, session_id: int, stream: Stream | None = None) -> bool:
        """Return whether a stream, or without one anything of a session, is folded anew before the commit."""
        return bool(self._ledger.anew or self._ledger.whole) and self._ledger.is_folding(session_id, stream)

    @property
    def owed(self) -> int:
        """How many sessions are to be derived before the commit."""
        return len(self._ledger.touched)

    def reword(self, session_id: int) -> None:
        """Mark a session in which a name, a title or a tag may be new to those who search."""
        self._ledger.debts += 1
        self._ledger.reworded[session_id] = None

    def reword_later(self, session_id: int) -> None:
        """Owe a session its words: they follow within a second, so that a storm does not pay for each newcomer."""
        self._ledger.debts += 1
        self._ledger.words_due[session_id] = None

    async def set_flag(self, session_id: int, badge: Badge, on: bool) -> None:
        """Give a session a badge that depends on other sessions, or take it away; what follows is derived."""
        rows = await self.fetch("SELECT flags FROM session WHERE id = ?", (session_id,))
        if not rows:
            raise NotFound(f"there is no session #{session_id}")
        kept = {name for name in str(rows[0][0]).split(",") if name}
        wanted = kept | {badge.name} if on else kept - {badge.name}
        if wanted != kept:
            flags = ",".join(known.name for known in Badge if known.name in wanted)
            await self.run("UPDATE session SET flags = ? WHERE id = ?", (flags, session_id))
            self.touch(session_id, words=False)

    def is_touched(self, session_id: int) -> bool:
        """Return whether the whole row will be derived before the commit, so that counting heads is of no use."""
        return self._ledger.is_touched(session_id)

    def move_heads(self, session_id: int, *, active: int = 0, departed: int = 0, due: int | None = None) -> None:
        """Let one guest more or less be counted in a session that stays what it is, due no later than ``due`` ms."""
        self._ledger.debts += 1
        moved = self._ledger.moved_of(session_id)
        moved.active += active
        moved.departed += departed
        moved.lower(due)

    def heads_moved(self, session_id: int) -> int:
        """Return by how many the guests in a session have changed in this transaction, by its own count."""
        return self._ledger.heads(session_id)

    def hear(self, signals: int, sessions: Iterable[int]) -> None:
        """Owe the audit entry of presence signals; those that are committed together share one."""
        self._ledger.debts += 1
        self._ledger.hear(signals, sessions, self.by)

    async def forget(self, session_id: int) -> None:
        """Delete a session that nothing has happened to yet."""
        await finishing.forget(self, self._ledger, session_id)

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
        return await keep_entry(self, self._ledger, values)

    async def require_epoch(self, epoch: int) -> None:
        """Raise ``Conflict`` when another worker has taken the lead since ``epoch``."""
        rows = await self.fetch("SELECT epoch FROM lease WHERE name = 'worker'")
        if not rows or rows[0][0] != epoch:
            raise Conflict("another worker leads now")

    async def refresh(self, ids: Sequence[int]) -> int:
        """Recompute rows for which only time has passed, and return how many look different."""
        return await finishing.refresh(self, self._ledger, ids)

    async def refresh_due(self, ids: Sequence[int]) -> tuple[int, list[int]]:
        """Recompute rows that are due, and return how many look different.

        Those are left as they are, and returned, that ended by themselves so long ago that they are to be completed.
        """
        return await finishing.refresh_due(self, self._ledger, ids)

    async def recount(self) -> None:
        """Replace the maintained counts by what the rows add up to."""
        await finishing.recount(self)

    async def finish(self) -> None:
        """Derive every touched session and write the change log; called once, just before the commit."""
        await self._write_held()
        await finishing.finish(self, self._ledger)
