"""One transaction of the write path: what was changed, its derived rows, its audit and its change log, as a whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar, cast

from sqlmodel import SQLModel

from sessiontui.domain.access import Actor
from sessiontui.domain.analytics.periods import HOUR
from sessiontui.domain.chain import GENESIS, Json, seal
from sessiontui.domain.errors import Conflict, NotFound
from sessiontui.domain.instants import rfc3339, to_ms
from sessiontui.domain.phrases import count
from sessiontui.domain.rules import Rules
from sessiontui.domain.vocabulary import Badge, Kind
from sessiontui.store.alerting import store as keep_alerts
from sessiontui.store.deriving import UPDATE, Refreshed, recompute, stored_counts
from sessiontui.store.haystack import OWE_WORDS, drop_words, keep_words
from sessiontui.store.ledger import Ledger, Scene
from sessiontui.store.nouns import bound, change, filled, insertion, restored, selection
from sessiontui.store.reader import Row, Value
from sessiontui.store.rollups import mark
from sessiontui.store.tables import AuditEntry, JoinRequest, Person, Series, Session
from sessiontui.store.writer import Direct, Statements

if TYPE_CHECKING:
    from sessiontui.store.foresight import Foresight

_Table = TypeVar("_Table", bound=SQLModel)

WEIGHTLESS = frozenset({"title", "description", "priority", "link", "meeting_id", "note"})
"""Columns of a session that no figure depends on: who changes a title alone makes no day's figures anew."""

REFRESHED = 100
"""Rows that are refreshed at a stretch: enough that questions cost little each, few enough that keys are heard."""

STRETCH = 20
"""Sessions derived at a stretch, before others may have the event loop: a few milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """One audit entry as it was written."""

    id: int
    sentence: str


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
        name = SQLModel.metadata.tables[table].name
        return cast("int", (await self.fetch(f"SELECT coalesce(max(id), 0) FROM {name}"))[0][0])

    async def update(self, table: str, row_id: int, **values: object) -> None:
        """Change columns of one row, found by its id."""
        if table == "session":
            self._ledger.weigh(row_id, not WEIGHTLESS.issuperset(values))
        await self.run(change(table, tuple(values)), (*(bound(value) for value in values.values()), row_id))

    async def person(self, row_id: int) -> Person:
        """Return one person; ``NotFound`` where there is none."""
        return await self._get(Person, row_id)

    async def session(self, row_id: int) -> Session:
        """Return one session; ``NotFound`` where there is none."""
        return await self._get(Session, row_id)

    async def request(self, row_id: int) -> JoinRequest:
        """Return one request; ``NotFound`` where there is none."""
        return await self._get(JoinRequest, row_id)

    async def series(self, row_id: int) -> Series:
        """Return one series; ``NotFound`` where there is none."""
        return await self._get(Series, row_id)

    async def entry(self, row_id: int) -> AuditEntry:
        """Return one audit entry; ``NotFound`` where there is none."""
        return await self._get(AuditEntry, row_id)

    async def _get(self, noun: type[_Table], row_id: int) -> _Table:
        rows = await self.fetch(selection(noun), (row_id,))
        if not rows:
            name = str(noun.__tablename__).replace("_", " ")
            raise NotFound(f"there is no {name} #{row_id}")
        return restored(noun, rows[0])

    async def scene(self, session_id: int) -> Scene:
        """Return what the path of presence has to know of a session; ``NotFound`` where there is none."""
        scene = self._ledger.scenes.get(session_id)
        if scene is None:
            rows = await self.fetch(_SCENE, (session_id,))
            if not rows:
                raise NotFound(f"there is no session #{session_id}")
            scene = self._ledger.scenes[session_id] = _scene(rows[0])
        return scene

    async def scenes(self, session_ids: Iterable[int]) -> dict[int, tuple[bool, int | None]]:
        """Read the scenes of sessions; return by id whether somebody is identified, and the latest end told."""
        found: dict[int, tuple[bool, int | None]] = {}
        for row in await self.fetch(_SCENES, (json.dumps(sorted(session_ids)),)):
            scene = self._ledger.scenes[cast("int", row[-2])] = _scene(row[:-2])
            found[cast("int", row[-2])] = scene.has_attendees, cast("int | None", row[-1])
        return found

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
            (to_ms(self.at), session_id, wanted),
        )
        if not changed:
            raise Conflict(await self._last_hand(session_id), hint="look again, then decide")
        self.touch(session_id)
        return session

    def touch(self, session_id: int, *, words: bool = True) -> None:
        """Mark a session whose derived row is to be recomputed before the commit; ``words``: its haystack too."""
        self._ledger.debts += 1
        self._ledger.touched[session_id] = None
        if words:
            self.reword(session_id)
            self._ledger.scenes.pop(session_id, None)

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
        rows = await self.fetch(
            "SELECT status, pending, archived_at, starts_at FROM session WHERE id = ?", (session_id,)
        )
        status, pending, archived_at, starts_at = rows[0]
        await mark(self, [cast("int", starts_at) // HOUR])
        if archived_at is None and status:
            await self.run(
                "UPDATE status_count SET n = n - 1, pending = pending - ? WHERE status = ?", (pending, status)
            )
        await drop_words(self, session_id)
        await self.run("DELETE FROM session WHERE id = ?", (session_id,))
        self._ledger.touched.pop(session_id, None)
        self._ledger.reworded.pop(session_id, None)
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
        if self._ledger.head is None:
            rows = await self.fetch("SELECT hash FROM audit_entry ORDER BY id DESC LIMIT 1")
            self._ledger.head = str(rows[0][0]) if rows else GENESIS
        self._ledger.head = seal(self._ledger.head, sealed_part(values))
        entry = await self.insert("audit_entry", **values, hash=self._ledger.head)
        return Sealed(id=entry, sentence=sentence)

    async def require_epoch(self, epoch: int) -> None:
        """Raise ``Conflict`` when another worker has taken the lead since ``epoch``."""
        rows = await self.fetch("SELECT epoch FROM lease WHERE name = 'worker'")
        if not rows or rows[0][0] != epoch:
            raise Conflict("another worker leads now")

    async def refresh(self, ids: Sequence[int]) -> int:
        """Recompute rows for which only time has passed, and return how many look different."""
        changed = 0
        for start in range(0, len(ids), REFRESHED):
            result = await recompute(self.fetch, ids[start : start + REFRESHED], now=self.at, rules=self.rules)
            await self._store(result)
            await self._log(result.changed)
            changed += len(result.changed)
        return changed

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
        await self._write_held()
        await self._audit_signals()
        ledger = self._ledger
        now = to_ms(self.at)
        for session_id in ledger.moved:
            scene = ledger.scenes.get(session_id)
            if scene is None or (scene.due is not None and scene.due <= now):
                ledger.touched[session_id] = None  # its row waited for the tick: heads alone would not do
        ids = list(ledger.touched)
        for start in range(0, len(ids), STRETCH):
            result = await recompute(self.fetch, ids[start : start + STRETCH], now=self.at, rules=self.rules)
            await self._store(result)
            await self._statements.breathe()
        counted = await self._count_heads()
        # Only now does the row name the mentor whom a move has brought.
        await self._reword(list(ledger.reworded))
        await self.run_many(OWE_WORDS, [(key,) for key in ledger.words_due if key not in ledger.reworded])
        await self._log([*ids, *counted])

    async def _count_heads(self) -> list[int]:
        """Move the counters of sessions that are not derived, and return those that look different."""
        moved = {key: it for key, it in self._ledger.moved.items() if key not in self._ledger.touched}
        scenes = self._ledger.scenes
        rows = [
            (self.now, it.active, it.departed, it.due, it.due, session_id)
            for session_id, it in moved.items()
            if it.active or it.departed or _is_sooner(it.due, scenes[session_id].due)
        ]
        if rows:
            await self.run_many(_HEADS, rows)
        return [session_id for session_id, it in moved.items() if it.active or it.departed]

    async def _reword(self, ids: Sequence[int]) -> None:
        if ids:
            await keep_words(self, ids)

    async def _audit_signals(self) -> None:
        ledger = self._ledger
        if not ledger.signals:
            return
        sessions, actors = list(ledger.heard), list(ledger.actors)
        detail: dict[str, Json] = {"sessions": sessions}
        sentence = f"recorded {count(ledger.signals, 'presence signal')}"
        if len(actors) > 1:
            detail["by"] = [actor.id for actor in actors]
            sentence += f" of {count(len(actors), 'sender')}"
        asked, self.by = self.by, actors[0] if len(actors) == 1 else Actor.system("presence")
        await self.audit(
            "presence.record", sentence, subject_id=sessions[0] if len(sessions) == 1 else None, detail=detail
        )
        self.by = asked

    async def _store(self, result: Refreshed) -> None:
        weights = self._ledger.weights
        heavy = (session_id for session_id in self._ledger.reworded if weights.get(session_id, True))
        reworded = (result.homes.get(session_id, ()) for session_id in heavy)
        hours = result.hours.union(*reworded)
        if hours:
            await mark(self, hours)
        if result.updates:
            await self.run_many(UPDATE, result.updates)
        if result.counts:
            await self.run_many(
                "INSERT INTO status_count (status, n, pending) VALUES (?, ?, ?)"
                " ON CONFLICT (status) DO UPDATE SET n = n + excluded.n, pending = pending + excluded.pending",
                [(status, *moved) for status, moved in result.counts.items()],
            )
        if result.alerts:
            await keep_alerts(self, result.alerts)
        if result.unsettled:
            await self.run_many(
                "INSERT INTO clash_due (session_id, at) VALUES (?, ?)"
                " ON CONFLICT (session_id) DO UPDATE SET at = excluded.at",
                [(session_id, self.now) for session_id in result.unsettled],
            )

    async def _log(self, ids: Sequence[int]) -> None:
        if ids:
            at = to_ms(self.at)
            await self.run_many(
                "INSERT INTO change_log (session_id, at) VALUES (?, ?)", [(row_id, at) for row_id in ids]
            )

    async def _last_hand(self, session_id: int) -> str:
        rows = await self.fetch(
            "SELECT by_name, sentence, at FROM audit_entry WHERE subject = 'session' AND subject_id = ?"
            " AND action != 'refused' ORDER BY id DESC LIMIT 1",
            (session_id,),
        )
        if not rows:
            return "it was changed meanwhile"
        whom, sentence, at = str(rows[0][0]), str(rows[0][1]), cast("int", rows[0][2])
        return f"{whom} changed it at {at_clock(at)}: {sentence}"


_SCENE = (
    "SELECT kind, control, starts_at, ends_at, coalesce(mentor_id, author_id), archived_at IS NOT NULL, status,"
    " badges, next_transition_at, active, present_since, paused_at,"
    " EXISTS (SELECT 1 FROM attendee a WHERE a.session_id = s.id AND a.person_id IS NOT NULL),"
    " EXISTS (SELECT 1 FROM alert w WHERE w.session_id = s.id AND w.resolved_at IS NULL"
    " AND w.rule IN ('host_missing', 'overtime')),"
    " EXISTS (SELECT 1 FROM alert w WHERE w.session_id = s.id AND w.resolved_at IS NULL"
    " AND w.rule IN ('nobody_joined', 'unstable'))"  # the others tell of no heads
    " FROM session s WHERE id = ?"
)

_SCENES = _SCENE.replace(" FROM session s WHERE id = ?", "") + (
    ", id, (SELECT max(at) FROM presence_signal e WHERE e.session_id = s.id AND e.person_id IS NULL"
    " AND e.signal = 'end') FROM session s WHERE id IN (SELECT value FROM json_each(?))"
)

_HEADS = (
    "UPDATE session SET heads_at = ?, active = active + ?, departed = departed + ?, next_transition_at ="
    " CASE WHEN next_transition_at <= ? THEN next_transition_at ELSE ifnull(?, next_transition_at) END WHERE id = ?"
)


def _scene(row: Row) -> Scene:
    scene = Scene._make(row)
    return scene._replace(host_id=None) if scene.kind == Kind.WORK else scene


def _is_sooner(due: int | None, than: int | None) -> bool:
    return due is not None and (than is None or due < than)


def sealed_part(values: Mapping[str, Json | datetime]) -> dict[str, Json]:
    """Return the part of an audit entry that its hash covers: all that never changes afterwards."""
    kept = ("by_id", "by_name", "action", "subject", "subject_id", "sentence", "reason", "detail", "undoes")
    at = cast("datetime", values["at"])
    return {"at": rfc3339(at), **{name: cast("Json", values[name]) for name in kept}}


def at_clock(milliseconds: int) -> str:
    """Return the time of day in UTC, for sentences about who was first."""
    seconds = milliseconds // 1000 % 86_400
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d} UTC"
