"""What a list of all sessions needs: the first of them, their counts, and which stored rows cannot be relied on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sessiontui.domain.instants import to_ms
from sessiontui.domain.query.statement import Query
from sessiontui.store.engine import Database
from sessiontui.store.filters import compile_query
from sessiontui.store.histories import CHUNK, Fetch, every_id, marks
from sessiontui.store.reader import Value
from sessiontui.store.reads.sessions import head as newest
from sessiontui.store.reads.windows import asked_of_source, planned, statuses_of, window

RESTLESS: Final = 20_000
"""Most sessions that are derived anew beside stored rows; beyond, all are."""

LOOKED_BACK: Final = 1_000
"""Changes among which the latest instant of a write is looked for; instants nearly always follow the commits."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many stored rows a query means, archived ones too, and of the others: by status, and their requests."""

    matched: int
    number: Counter[str]
    pending: int


async def first(db: Database, query: Query, *, limit: int | None) -> tuple[int, ...]:
    """Return the ids of the first sessions that a query means in the order of urgency, or all of them."""
    if limit is not None:
        head = await newest(db.fetch)
        return (await window(db, db.fetch, query, order="urgency", offset=0, limit=limit, head=head)).ids
    plan = await planned(db, db.fetch, query)
    tests, values = asked_of_source(plan)
    return tuple(every_id(await db.fetch(f"SELECT s.id FROM session s WHERE {tests} ORDER BY s.rank, s.id", values)))


async def tally(db: Database, query: Query) -> Tally:
    """Return the counts of the stored rows that a query means: the maintained ones where those tell."""
    chosen = statuses_of(query)
    if chosen is None:
        return await _tallied(db.fetch, *asked_of_source(await planned(db, db.fetch, query)))
    rows = await db.fetch("SELECT status, n, pending FROM status_count")
    number = Counter({str(row[0]): cast("int", row[1]) for row in rows if row[0] in chosen})
    pending = sum(cast("int", row[2]) for row in rows if row[0] in chosen)
    return Tally(number.total(), number, pending)


async def tally_of(fetch: Fetch, query: Query | None, ids: Sequence[int]) -> Tally:
    """Return the counts of those of the stored rows of sessions that a query means, or of all of them."""
    tests, values = ("1", ()) if query is None else compile_query(query)
    parts = [
        await _tallied(fetch, f"s.id IN ({marks(chunk)}) AND ({tests})", (*chunk, *values))
        for chunk in (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    ]
    number = sum((part.number for part in parts), Counter[str]())
    return Tally(sum(part.matched for part in parts), number, sum(part.pending for part in parts))


async def restless(fetch: Fetch, now: datetime) -> tuple[int, ...] | None:
    """Return the sessions whose stored rows may not be what they are at ``now``; ``None`` for too many to name.

    Those are the due, those in which minutes run, and those made later; and no row can be trusted if anything was
    written at an instant that is yet to come.
    """
    late = await fetch("SELECT max(at) FROM (SELECT at FROM change_log ORDER BY seq DESC LIMIT ?)", (LOOKED_BACK,))
    if late[0][0] is not None and cast("int", late[0][0]) > to_ms(now):
        return None
    ids = every_id(
        await fetch(
            "SELECT id FROM session WHERE next_transition_at IS NOT NULL AND next_transition_at <= ?1"
            " UNION SELECT id FROM session WHERE active > 0 UNION SELECT id FROM session WHERE created_at > ?1"
            " LIMIT ?2",
            (to_ms(now), RESTLESS + 1),
        )
    )
    return tuple(ids) if len(ids) <= RESTLESS else None


async def _tallied(fetch: Fetch, tests: str, values: Sequence[Value]) -> Tally:
    rows = await fetch(
        "SELECT s.status, s.archived_at IS NULL, count(*), sum(s.pending) FROM session s"
        f" WHERE {tests} GROUP BY 1, 2",
        values,
    )
    number = Counter({str(row[0]): cast("int", row[2]) for row in rows if row[1]})
    return Tally(sum(cast("int", row[2]) for row in rows), number, sum(cast("int", row[3]) for row in rows if row[1]))
