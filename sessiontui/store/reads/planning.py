"""Plans: how a question of the desk is best answered, by what its indexes hold and how much that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.errors import Unavailable
from sessiontui.domain.query.statement import Query
from sessiontui.domain.query.terms import And, Choice, OneOf
from sessiontui.domain.vocabulary import Status
from sessiontui.store.filters import compile_query
from sessiontui.store.marking import OVER
from sessiontui.store.narrowing import Source, by_marks, sources, terms_of
from sessiontui.store.ranking import alerted, is_ahead, spans, starting, waits
from sessiontui.store.reads.counting import statuses_of
from sessiontui.store.reads.known import look_up
from sessiontui.store.reads.orders import is_slim
from sessiontui.store.reads.walking import Plan
from sessiontui.store.viewing import EVERYONE, Viewer

if TYPE_CHECKING:
    from sessiontui.store.reader import Fetch, Value
    from sessiontui.store.stretches import Reach

GATHERED: Final = 2_000
"""Most sessions that are read to put them in order: about what a page costs otherwise."""

TESTED: Final = 20_000
"""Most sessions whose ids are held beside a walk, so that it looks only at rows which an index names."""

VICINITY: Final = 6_000
"""Most sessions of an index that are read whole when a walk finds little.

So many ids the index of words tells of at once; asked again it would take as long again.
"""

ESTIMATING: Final = 0.003
"""Seconds after which an index counts as naming too many sessions to be of use."""

ESTIMATING_WORDS: Final = 0.025
"""The same of the index of words: without it words are looked for in each row, which takes longer than any answer."""

SLACK: Final = 20
"""How many times as long that may take for figures, which would read everything without an index."""


async def planned(fetch: Fetch, query: Query, viewer: Viewer = EVERYONE, *, slack: float = 1) -> Plan:
    """Return how a query is best answered, by what its indexes hold.

    With ``slack`` what is counted may take as many times as long: for questions that would be dear without an index.
    """
    if query.is_everything:
        return Plan(
            *compile_query(query, viewer=viewer), None, is_few=False, spans=None, statuses=_whole(query, viewer)
        )
    known = await look_up(fetch, query)
    best, least = None, TESTED + 1
    named = sources(query, known)
    for source in named:
        # The order of urgency is walked anyway: it is of use as an index only where it names few.
        if source.is_words:
            told = await told_of(fetch, source, most=TESTED, slack=slack)
            if told is None:
                continue
            source, number = told
        else:
            number = await _up_to(fetch, source, min(least, GATHERED + 1) if source.is_order else least, slack)
        if number < least and not (source.is_order and number > GATHERED):
            best, least = source, number
        if least <= GATHERED // 4:
            break
    condition, parameters = compile_query(query, known, viewer)
    return plan_of(
        query,
        condition,
        parameters,
        source=best,
        named=0 if best is None else least,
        wide=named[-1] if named else None,
        marks=by_marks(terms_of(query.where), known, apart=is_slim(condition)),
        is_fleeting=bool(known.begun) or any(source.is_words for source in named),
        statuses=_whole(query, viewer),
    )


def plan_of(
    query: Query,
    condition: str,
    parameters: tuple[Value, ...],
    *,
    source: Source | None = None,
    named: int = 0,
    wide: Source | None = None,
    marks: Source | None = None,
    is_fleeting: bool = False,
    statuses: frozenset[str] | None = None,
) -> Plan:
    """Return a plan: what a question alone tells of it, and what was counted, if anything was."""
    reaches, terms = spans(query), terms_of(query.where)
    return Plan(
        condition,
        parameters,
        source,
        is_few=source is not None and named <= GATHERED,
        spans=reaches,
        wide=wide,
        marks=marks,
        ahead=_ahead(query) if marks is not None and marks.lacks_ahead else (),
        periods=starting(query.where),
        is_ahead=reaches is not None and is_ahead(reaches),
        waits=waits(terms),
        alerted=alerted(terms),
        is_slim=is_slim(condition),
        named=named,
        is_fleeting=is_fleeting,
        statuses=statuses,
    )


def is_near(plan: Plan) -> bool:
    """Return whether an index names so few sessions that all of them may be looked at one by one."""
    return plan.source is not None and plan.named <= VICINITY


def _ahead(query: Query) -> tuple[Reach, ...]:
    """Return the stretches of the order of urgency in which all stands that a query means and is not over."""
    ahead = OneOf(Choice.STATUS, tuple(status for status in Status if status not in OVER))
    return spans(Query(And((query.where, ahead)), query.wants_archived)) or ()


def _whole(query: Query, viewer: Viewer) -> frozenset[str] | None:
    """Return the statuses of which a query leaves nothing out, if it asks for statuses alone."""
    chosen = statuses_of(query)
    hidden = set() if viewer.sees_drafts else {Status.DRAFT.value}
    return None if chosen is None else frozenset(chosen - hidden)


async def few(fetch: Fetch, query: Query) -> tuple[str, tuple[Value, ...]] | None:
    """Return a question for at most ``TESTED`` sessions that hold all that a query means, if there is one."""
    source = None if query.is_everything else (await planned(fetch, query, slack=SLACK)).source
    return None if source is None else (source.sql, source.parameters)


async def told_of(
    fetch: Fetch, source: Source, *, most: int = VICINITY, slack: float = 1
) -> tuple[Source, int] | None:
    """Return the ids themselves that the index of words names, and how many; ``None`` for more than ``most``."""
    try:
        rows = await fetch(
            f"WITH named (id) AS ({source.sql} LIMIT ?) SELECT count(*), json_group_array(id) FROM named",
            (*source.parameters, most + 1),
            deadline=ESTIMATING_WORDS * slack,
        )
    except Unavailable:
        return None
    number, ids = cast("tuple[int, str]", rows[0])
    return (Source("SELECT value FROM json_each(?)", (ids,)), number) if number <= most else None


async def _up_to(fetch: Fetch, source: Source, most: int, slack: float) -> int:
    """Return how many sessions an index names, counting no further and no longer than is worth it."""
    counted = f"SELECT count(*) FROM (SELECT 1 FROM ({source.sql}) LIMIT ?)"
    try:
        rows = await fetch(counted, (*source.parameters, most), deadline=ESTIMATING * slack)
    except Unavailable:
        return most
    return cast("int", rows[0][0])
