"""Windows of what stands in short stretches of the orders of urgency and of time: no row is read but those shown.

The indexes of the two orders hold all that is asked about. What an alert is about may stand anywhere; it has an
index of its own. The view on which the desk opens is such a question: what goes on, what is soon or was lately, and
whatever is alerted.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from sessiontui.domain.query.statement import Query
from sessiontui.domain.query.terms import And, Expression, Fact, Holds, Or
from sessiontui.store.filters import compile_expression, compile_query
from sessiontui.store.narrowing import terms_of
from sessiontui.store.ranking import spans, starting
from sessiontui.store.reads.orders import ORDERS, is_slim
from sessiontui.store.viewing import EVERYONE, Viewer

if TYPE_CHECKING:
    from sessiontui.store.reader import Fetch, Row, Value
    from sessiontui.store.stretches import Reach

MOST: Final = 6_000
"""Sessions in all stretches together up to which they are looked through: each takes a fraction of a microsecond."""

FEW: Final = 2_000
"""The same where nothing is asked of alerts: there is another way, about as short."""

_EVERYTHING: Final = And(())

_ALERT: Final = frozenset({Fact.ALERTED, Fact.ALERT})

_BY_ALERT: Final = "session s INDEXED BY session_alerted WHERE s.alerted > 0"

_BY_TIME: Final = "session s INDEXED BY session_start WHERE s.starts_at >= ? AND s.starts_at <= ?"

_BY_RANK: Final = (
    "json_each(?) reach CROSS JOIN session s INDEXED BY session_rank"
    " WHERE s.rank >= json_extract(reach.value, '$[0]') AND s.rank <= json_extract(reach.value, '$[1]')"
)


class Piece(NamedTuple):
    """Where a part of what is meant stands, and the test that tells it there from the rest; each with its values."""

    place: str
    bounds: tuple[Value, ...]
    test: str
    values: tuple[Value, ...]


class Pieces:
    """A question put together of pieces that do not overlap."""

    def __init__(self, fetch: Fetch, pieces: tuple[Piece, ...]) -> None:
        self._fetch = fetch
        self._pieces = pieces
        self._values = tuple(value for piece in pieces for value in (*piece.bounds, *piece.values))

    async def number(self) -> int | None:
        """Return how many sessions are meant; ``None`` where too many would have to be looked at."""
        most = MOST if self._pieces[-1].place is _BY_ALERT else FEW
        parts = [f"SELECT ({piece.test}) AS meant FROM {piece.place}" for piece in self._pieces]
        values = tuple(value for piece in self._pieces for value in (*piece.values, *piece.bounds))
        rows = await self._fetch(
            f"SELECT count(*), ifnull(sum(meant), 0) FROM (SELECT meant FROM ({' UNION ALL '.join(parts)}) LIMIT ?)",
            (*values, most + 1),
        )
        looked_at, meant = cast("tuple[int, int]", rows[0])
        return meant if looked_at <= most else None

    async def rows(self, order: str, *, offset: int, limit: int) -> list[Row]:
        """Return the ids and keys of a window in an order whose column is at hand."""
        by = ORDERS[order]
        parts = [f"SELECT s.id, {by.column} AS key FROM {piece.place} AND ({piece.test})" for piece in self._pieces]
        down = " DESC" if by.backwards else ""
        return await self._fetch(
            f"SELECT id, key FROM ({' UNION ALL '.join(parts)}) ORDER BY key{down}, id{down} LIMIT ? OFFSET ?",
            (*self._values, limit, offset),
        )


def pieces_of(fetch: Fetch, query: Query, order: str, viewer: Viewer = EVERYONE) -> Pieces | None:
    """Return the pieces in which all that a query means stands; ``None`` where it may stand anywhere."""
    if query.is_everything or not ORDERS[order].is_wide:
        return None
    common, whose = compile_query(Query(_EVERYTHING, query.wants_archived), viewer=viewer)
    found: list[Piece] = []
    others = ""
    besides: tuple[Value, ...] = ()
    for part in _alternatives(query):
        every = tuple(terms_of(part))
        terms = tuple(term for term in every if not _is_alert(term))
        own, values = compile_expression(And(terms))
        if not is_slim(own):
            return None
        place = _place(part, by_alert=len(terms) < len(every))
        if place is None:
            return None
        if place[0]:
            test = f"({own}) AND NOT ({others}) AND {common}" if others else f"({own}) AND {common}"
            found.append(Piece(*place, test, (*values, *besides, *whose)))
        others, besides = f"{others} OR ({own})" if others else f"({own})", (*besides, *values)
    return Pieces(fetch, tuple(found)) if found else None


def _alternatives(query: Query) -> list[Expression]:
    """Return of what parts a question consists of which any may hold; what asks for alerts is last."""
    terms = tuple(terms_of(query.where))
    either = next((term for term in terms if isinstance(term, Or) and any(map(_is_alert, term.terms))), None)
    if either is None:
        return [And(terms)]
    others = tuple(term for term in terms if term is not either)
    return [And((term, *others)) for term in sorted(either.terms, key=_is_alert)]


def _is_alert(term: Expression) -> bool:
    return isinstance(term, Holds) and term.fact in _ALERT


@lru_cache(maxsize=64)
def _place(part: Expression, *, by_alert: bool) -> tuple[str, tuple[Value, ...]] | None:
    """Return where all of a part stands, with the bounds; nowhere is empty, anywhere ``None``."""
    if by_alert:
        return _BY_ALERT, ()
    times = starting(part)
    if times is not None and len(times) == 1 and not times[0].astray:
        return _BY_TIME, times[0][:2]
    ranks = spans(Query(And((part,)), wants_archived=True))
    if ranks is None or any(reach.astray or reach.here for reach in ranks):
        return None
    return (_BY_RANK, (_written(ranks),)) if ranks else ("", ())


def _written(reaches: tuple[Reach, ...]) -> str:
    return json.dumps([reach[:2] for reach in reaches])
