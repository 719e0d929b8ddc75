"""How many sessions a question means: by the maintained counts where these tell, else counted up to a limit."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.errors import Unavailable
from sessiontui.domain.query.terms import And, Choice, Fact, Holds, InView, OneOf
from sessiontui.domain.vocabulary import LIVE, Status
from sessiontui.store.reads.sessions import Counts, counts
from sessiontui.store.viewing import EVERYONE, Viewer

if TYPE_CHECKING:
    from sessiontui.domain.query.statement import Query
    from sessiontui.store.reader import Fetch, Value
    from sessiontui.store.reads.walking import Plan

COUNTED: Final = 1_000
"""Matching sessions up to which a filter on many sessions is counted."""

SMALL: Final = 20_000
"""Sessions in the database up to which everything is counted whatever it costs."""

LEAST: Final = 0.001
"""Seconds that counting needs at the least to be begun."""

COUNTING: Final = 0.005
"""Seconds that counting may take where there are more; it is then not tried again for a while."""


async def maintained(fetch: Fetch, query: Query, viewer: Viewer = EVERYONE) -> int | None:
    """Return how many sessions a query matches if the maintained counts tell; they leave archived ones out."""
    return among(query, await counts(fetch, viewer)) if statuses_of(query) is not None else None


def among(query: Query, known: Counts) -> int | None:
    """Return how many sessions a query matches of those that are counted by their status, if that tells."""
    chosen = statuses_of(query)
    if chosen is None:
        return None
    return sum(number for status, number in known.by_status.items() if status in chosen)


async def counted(fetch: Fetch, plan: Plan, *, until: float | None = None) -> tuple[int, bool] | None:
    """Return how many sessions match, and whether that is all of them; ``None`` where ``until`` leaves no time.

    ``until`` is by the clock of ``monotonic``; a small database is counted whatever it says.
    """
    tests, values = asked_of_source(plan)
    last = cast("int", (await fetch("SELECT coalesce(max(id), 0) FROM session"))[0][0])
    if last <= SMALL:
        rows = await fetch(f"SELECT count(*) FROM session s WHERE {tests}", values)
        return cast("int", rows[0][0]), True
    began, number = monotonic(), 0
    last_at = began + COUNTING if until is None else min(began + COUNTING, until)
    if last_at - began < min(COUNTING, LEAST):
        return None
    try:
        for sql, bounds in _counting(plan):
            left = last_at - monotonic()
            rows = await fetch(sql, (*bounds, COUNTED + 1 - number), deadline=left)
            number += cast("int", rows[0][0])
            if number > COUNTED:
                break
    except Unavailable:
        return min(number, COUNTED), False
    return min(number, COUNTED), number <= COUNTED


def _counting(plan: Plan) -> list[tuple[str, tuple[Value, ...]]]:
    """Return the questions that count up to a limit how many sessions match, one for each stretch of an order."""
    tests, values = asked_of_source(plan)
    if not plan.is_slim:
        return [(f"SELECT count(*) FROM (SELECT 1 FROM session s WHERE {tests} LIMIT ?)", values)]
    return [
        (
            f"SELECT count(*) FROM (SELECT 1 FROM session s {where} AND ({plan.condition}) LIMIT ?)",
            (*bounds, *plan.parameters),
        )
        for where, bounds in plan.by_rank()
    ]


def asked_of_source(plan: Plan) -> tuple[str, tuple[Value, ...]]:
    """Return the condition of a plan, asked of what its index holds."""
    if plan.source is None:
        return plan.condition, plan.parameters
    return f"s.id IN ({plan.source.sql}) AND ({plan.condition})", (*plan.source.parameters, *plan.parameters)


def is_counted(query: Query) -> bool:
    """Return whether the maintained counts tell how many sessions a query means, so that its rows stand at hand."""
    return query.is_everything or statuses_of(query) is not None


def statuses_of(query: Query) -> set[str] | None:
    """Return the statuses that a query means if it asks for nothing else, or ``None``."""
    if query.wants_archived:
        return None
    chosen: set[str] = {str(status) for status in Status}
    where = query.where
    for term in where.terms:
        match term:
            case OneOf(Choice.STATUS, values):
                chosen &= set(values)
            case Holds(Fact.LIVE):
                chosen &= {str(status) for status in LIVE}
            case Holds(Fact.ENDED):
                chosen &= {str(status) for status in Status if status.is_ended}
            case And(()) | InView(_, And(())):
                pass
            case _:
                return None
    return chosen
