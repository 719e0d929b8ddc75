"""A database whose next write happens once for a key, and only while a session is as somebody saw it.

The answer is kept in the transaction of the act itself: who was cut off between the commit and the answer is told
it when they ask again, and nothing happens twice.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar, cast

from sessiontui.domain.access import Actor
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import Conflict, NotAllowed
from sessiontui.store import keys
from sessiontui.store.engine import Database
from sessiontui.store.reader import Reading, Row, Value

if TYPE_CHECKING:
    from sessiontui.store.signals import PresenceReport
    from sessiontui.store.stirring import Stirring
    from sessiontui.store.tx import Tx

_T = TypeVar("_T")

PARTS: Final = ("item", "question", "activity", "visit")
"""The names under which audit entries keep the number of the part of a project that they are about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What the first transaction is held to: a key with a digest of what was asked, and a version of a session.

    An empty ``key`` asks for no answer to be kept, ``expected`` of ``None`` for no version.
    """

    key: str = ""
    asked: str = ""
    session_id: int | None = None
    expected: int | None = None


class AnsweredBefore(Conflict):
    """The key was used for the same thing before; ``told`` is what came of it."""

    def __init__(self, told: dict[str, Json]) -> None:
        super().__init__("this was done already")
        self.told = told


class KeyedDatabase(Database):
    """Another database as one caller writes to it: the first transaction of theirs is held to a guard."""

    def __init__(self, whole: Database, guard: Guard) -> None:
        self.path = whole.path
        self.rules = whole.rules
        self.read_only = whole.read_only
        self.snapshot = whole.snapshot
        self._whole = whole
        self._guard = guard
        self._is_done = False

    async def fetch(self, sql: str, parameters: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        """Return the rows of a query as plain tuples."""
        return await self._whole.fetch(sql, parameters, deadline=deadline)

    async def look(self, reading: Reading[_T], *, deadline: float | None = None) -> _T:
        """Return what is made of several answers that all see one committed state."""
        return await self._whole.look(reading, deadline=deadline)

    async def glance(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return the rows of a query that costs microseconds."""
        return await self._whole.glance(sql, parameters)

    async def pulse(self) -> int:
        """Return a number that changes whenever anything was committed."""
        return await self._whole.pulse()

    def stirring(self, heard: Callable[[], None]) -> Stirring | None:
        """Return what calls ``heard`` when anybody writes to the database."""
        return self._whole.stirring(heard)

    def news(self) -> tuple[int, int] | None:
        """Return what stays the same while nothing was committed."""
        return self._whole.news()

    @asynccontextmanager
    async def write(
        self, *, by: Actor, at: datetime, epoch: int | None = None, brief: bool = False, hushed: bool = False
    ) -> AsyncIterator[Tx]:
        """Yield a transaction; ``AnsweredBefore`` and ``Conflict`` say why the first one is not to be."""
        async with self._whole.write(by=by, at=at, epoch=epoch, brief=brief, hushed=hushed) as tx:
            since = 0 if self._is_done else await self._begin(tx)
            yield tx
            if not self._is_done:
                await self._keep(tx, since)
        self._is_done = True

    async def event(
        self,
        deed: Callable[[Tx], Coroutine[None, None, _T]],
        *,
        by: Actor,
        at: datetime,
        signals: Sequence[PresenceReport] = (),
        key: str = "",
    ) -> _T:
        """Write one of many small events; its version is looked at first, its key is its own affair."""
        guard, is_done = self._guard, self._is_done

        async def guarded(tx: Tx) -> _T:
            if not is_done:
                await _require_version(tx, guard)
            return await deed(tx)

        answer = await self._whole.event(guarded, by=by, at=at, signals=signals, key=key)
        self._is_done = True
        return answer

    async def refuse(self, refusal: NotAllowed, *, by: Actor, at: datetime) -> None:
        """Write down that somebody was refused."""
        await self._whole.refuse(refusal, by=by, at=at)

    async def drained(self) -> None:
        """Wait until every event that was sent is written."""
        await self._whole.drained()

    async def close(self) -> None:
        """Leave the other database open: it is another's to close."""

    async def _begin(self, tx: Tx) -> int:
        """Return the number of the newest audit entry, once the guard lets this happen."""
        if self._guard.key:
            told = await keys.first_answer(tx, self._guard.key, self._guard.asked)
            if told is not None:
                raise AnsweredBefore(told)
        await _require_version(tx, self._guard)
        rows = await tx.fetch("SELECT coalesce(max(id), 0) FROM audit_entry")
        return cast("int", rows[0][0])

    async def _keep(self, tx: Tx, since: int) -> None:
        """Keep what was done as the answer to the key, as its first audit entry tells it."""
        if not self._guard.key:
            return
        rows = await tx.fetch(
            "SELECT id, sentence, subject, subject_id, reversible, detail FROM audit_entry"
            " WHERE id > ? ORDER BY id LIMIT 1",
            (since,),
        )
        await keys.keep_answer(tx, self._guard.key, self._guard.asked, _told(rows[0]) if rows else {})


def _told(row: Row) -> dict[str, Json]:
    """Return what an audit entry tells of an act: what a receipt of it would say."""
    entry, sentence, subject, subject_id, reversible = row[:5]
    detail = json.loads(str(row[5]))
    number = cast("int | None", subject_id)
    return {
        "sentence": str(sentence),
        "undo": cast("int", entry) if reversible else None,
        "sessions": [number] if subject == "session" and number is not None else [],
        "people": [number] if subject == "person" and number is not None else [],
        "project": detail.get("project", number if subject == "project" else None),
        "part": next((detail[name] for name in PARTS if isinstance(detail.get(name), int)), None),
    }


async def _require_version(tx: Tx, guard: Guard) -> None:
    if guard.session_id is None or guard.expected is None:
        return
    if (await tx.session(guard.session_id)).version != guard.expected:
        await tx.claim(guard.session_id, guard.expected)  # raises, and says who changed it and when
