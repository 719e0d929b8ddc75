"""Where a few sessions stand: each is read by its id, whatever the query asks, so that it costs microseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sessiontui.store.filters import compile_query
from sessiontui.store.reader import CHUNK, marks
from sessiontui.store.reads.orders import ORDERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessiontui.domain.query.statement import Query
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reader import Value
    from sessiontui.store.viewing import Viewer


async def placed(fetch: Fetch, query: Query, ids: Sequence[int], *, order: str, viewer: Viewer) -> dict[int, Value]:
    """Return by which key each of some sessions stands in an order, for those that a query holds."""
    condition, values = compile_query(query, viewer=viewer)
    found: dict[int, Value] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        rows = await fetch(
            f"SELECT s.id, {ORDERS[order].column} FROM session s NOT INDEXED"
            f" WHERE s.id IN ({marks(chunk)}) AND ({condition})",
            (*chunk, *values),
        )
        found |= {cast("int", row[0]): row[1] for row in rows}
    return found


async def transitions(fetch: Fetch, ids: Sequence[int]) -> dict[int, int]:
    """Return at which instant, in milliseconds, time alone changes each of some sessions next, if it does at all."""
    rows = await fetch(
        f"SELECT id, next_transition_at FROM session WHERE id IN ({marks(ids)}) AND next_transition_at IS NOT NULL",
        ids,
    )
    return {cast("int", row[0]): cast("int", row[1]) for row in rows}
