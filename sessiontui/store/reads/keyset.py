"""Pages of the desk for programs: each begins behind the key of the last row of the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from sessiontui.store.reads.gathering import gathered
from sessiontui.store.reads.orders import ORDERS
from sessiontui.store.reads.planning import planned
from sessiontui.store.reads.walking import Key, Path, Walk
from sessiontui.store.viewing import EVERYONE, Viewer

if TYPE_CHECKING:
    from sessiontui.domain.query.statement import Query
    from sessiontui.store.reader import Fetch

_NOWHERE: Final = 0
"""The number of the change log that a walk is told which remembers nothing."""


async def page(
    fetch: Fetch, query: Query, *, order: str, after: Key | None, limit: int, viewer: Viewer = EVERYONE
) -> list[tuple[int, Key]]:
    """Return the sessions of a query behind a key, each with its own key, in an order."""
    by = ORDERS[order]
    plan = await planned(fetch, query, viewer)
    if plan.is_few:
        rows = await gathered(fetch, plan, order)
        if after is not None:
            rows = [row for row in rows if _is_behind((row[1], cast("int", row[0])), after, backwards=by.backwards)]
        rows = rows[:limit]
    else:
        rows = await Walk(fetch, plan, by, Path(since=_NOWHERE), _NOWHERE).after(after, limit)
    return [(cast("int", row[0]), (row[1], cast("int", row[0]))) for row in rows]


def _is_behind(key: Key, last: Key, *, backwards: bool) -> bool:
    mine, theirs = cast("tuple[int, int]", key), cast("tuple[int, int]", last)
    return mine < theirs if backwards else mine > theirs
