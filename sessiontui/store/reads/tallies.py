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
from sessiontui.store.histories import CHUNK, every_id, marks
from sessiontui.store.reader import Fetch, Value
from sessiontui.store.reads.counting import asked_of_source, statuses_of
from sessiontui.store.reads.planning import planned
from sessiontui.store.reads.sessions import counts
from sessiontui.store.reads.sessions import head as newest
from sessiontui.store.reads.windows import window
from sessiontui.store.viewing import EVERYONE, Viewer

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


async def first(
    db: Database, fetch: Fetch, query: Query, *, limit: int | None, viewer: Viewer = EVERYONE
) -> tuple[int, ...]:
    """Return the ids of the first sessions that a query means in the order of urgency, or all of them."""
    if limit is not None:
        head = await newest(fetch)
        shown = await window(db, fetch, query, order="urgency", offset=0, limit=limit, head=head, viewer=viewer)
        return shown.ids
    plan = await planned(fetch, query, viewer)
    tests, values = asked_of_source(plan)
    return tuple(every_id(await fetch(f"SELECT s.id FROM session s WHERE {tests} ORDER BY s.rank, s.id", values)))


async def tally(fetch: Fetch, query: Query, viewer: Viewer = EVERYONE) -> Tally:
    """Return the counts of the stored rows that a query means: the maintained ones where those tell."""
    chosen = statuses_of(query)
    if chosen is None:
        return await _tallied(fetch, *asked_of_source(await planned(fetch, query, viewer)))
    all_counts = await counts(fetch, viewer)
    number = Counter({status: n for status, n in all_counts.by_status.items() if status in chosen})
    pending = sum(n for status, n in all_counts.pending_in.items() if status in chosen)
    return Tally(number.total(), number, pending)


async def tally_of(fetch: Fetch, query: Query | None, ids: Sequence[int], viewer: Viewer = EVERYONE) -> Tally:
    """Return the counts of those of the stored rows of sessions that a query means, or of all of them."""
    tests, values = viewer.visible if query is None else compile_query(query, viewer=viewer)
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
