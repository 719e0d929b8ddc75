"""All that a question means, put in order: where an index names few sessions, or where hardly any is meant.

What is dear to test of a session is tested in order, from the first on, until enough are found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from operator import itemgetter
from time import monotonic
from typing import Final

from sessiontui.domain.records import replace
from sessiontui.store.reader import Fetch, OutOfTime, Row, every_id
from sessiontui.store.reads import planning
from sessiontui.store.reads.counting import asked_of_source
from sessiontui.store.reads.orders import ORDERS
from sessiontui.store.reads.walking import Plan, Stretch

READING: Final = 0.000_003
"""Seconds in which a session is read whose id is known."""

_SCANNING: Final = 0.000_002
"""Seconds in which words are looked for in the text of a session."""

_VISITING: Final = 0.000_004
"""Seconds in which one thing is looked up that is kept beside a session."""

DEAR: Final = 0.007
"""Seconds up to which all that is named is tested at once, so that it is known how many are meant."""

SIFTED: Final = 100
"""Sessions that are tested first, where it is done in order; then twice as many, and so on."""

PROBED: Final = 400
"""Sessions of many by which it is judged how many are meant in all."""


def price(plan: Plan) -> float:
    """Return in how many seconds one session whose id is known is read and tested."""
    worded = _SCANNING if " LIKE ?" in plan.condition else 0
    return READING + worded + _VISITING * plan.condition.count("EXISTS (")


async def gathered(fetch: Fetch, plan: Plan, order: str) -> list[Row]:
    """Return the ids and keys of what a plan's index holds and its condition allows, in order.

    Without an index all rows are looked at. Where there are more than ``GATHERED``, and more than the index was
    counted to name, some are missing.
    """
    by = ORDERS[order]
    tests, values = asked_of_source(plan)
    down = " DESC" if by.backwards else ""
    return await fetch(
        f"SELECT id, place FROM (SELECT s.id, {by.column} AS place FROM session s NOT INDEXED"
        f" WHERE {tests} LIMIT ?) ORDER BY place{down}, id{down}",
        (*values, max(planning.GATHERED, plan.named) + 1),
    )


async def first_gathered(
    fetch: Fetch, plan: Plan, order: str, *, wanted: int, until: float
) -> tuple[list[Row], bool]:
    """Return the first of what ``gathered`` does, as many as are wanted or more, and whether it is all of it.

    Where the test is dear, no more are tested after ``until``, by the clock of ``monotonic``.
    """
    if plan.source is None or plan.named * price(plan) <= DEAR:
        return await gathered(fetch, plan, order), True
    named = await fetch(
        f"SELECT s.id, {ORDERS[order].column} FROM session s NOT INDEXED WHERE s.id IN ({plan.source.sql})",
        plan.source.parameters,
    )
    return await _sifted(fetch, plan, _sorted(named, order), wanted=wanted, until=until)


async def at_hand(
    fetch: Fetch, plan: Plan, order: str, *, wanted: int, until: float
) -> tuple[list[Row], bool] | None:
    """Return what ``first_gathered`` does, where few are named, or by an index of few that holds the order's keys.

    Of the latter kind is the one of what is alerted. ``None`` where there is neither.
    """
    if plan.is_few:
        return await first_gathered(fetch, plan, order, wanted=wanted, until=until)
    if not plan.alerted or not ORDERS[order].is_wide or ORDERS[order] == ORDERS["urgency"]:
        return None
    named: list[Row] = []
    for where, bounds in plan.by_rank():
        sql = f"SELECT s.id, {ORDERS[order].column} FROM session s {where} LIMIT ?"
        named += await fetch(sql, (*bounds, planning.VICINITY + 1 - len(named)))
        if len(named) > planning.VICINITY:
            return None
    return await _sifted(fetch, plan, _sorted(named, order), wanted=wanted, until=until)


async def nearer(fetch: Fetch, plan: Plan) -> Plan:
    """Return a plan by the sessions that its marks name, where these are few, or else the plan itself.

    One by which few are looked at without marks has none any more.
    """
    if plan.marks is None:
        return plan
    if plan.is_held or planning.is_near(plan):
        return replace(plan, marks=None, ahead=())
    told = await planning.told_of(fetch, plan.marks)
    return plan if told is None else replace(plan, source=told[0], named=told[1], marks=None)


async def gathered_otherwise(
    fetch: Fetch, plan: Plan, order: str, *, wanted: int, until: float
) -> tuple[list[Row], bool] | None:
    """Return what ``first_gathered`` does, for questions on which a walk finds little; ``None`` for too many.

    An index that names few is asked. Else the index of urgency is looked through if it holds all that the condition
    asks about, and otherwise what another index names, or every row.
    """
    if planning.is_near(plan):
        if plan.ahead:
            return _all_of(await _gathered_beside(fetch, plan, order))
        return await first_gathered(fetch, plan, order, wanted=wanted, until=until)
    if plan.is_slim and ORDERS[order] == ORDERS["urgency"] and not plan.is_held:
        return None  # the walk itself does no less
    if not plan.is_slim:
        return _all_of(await _gathered_from_many(fetch, plan, order))
    return _all_of(await _gathered_along(fetch, plan, plan.by_rank(), order))


async def _sifted(
    fetch: Fetch, plan: Plan, named: Sequence[Row], *, wanted: int, until: float
) -> tuple[list[Row], bool]:
    """Return those of some sessions, given in order, that are meant, and whether all of them were tested."""
    asked = f"SELECT s.id FROM session s WHERE s.id IN (SELECT value FROM json_each(?)) AND ({plan.condition})"
    found: list[Row] = []
    tested, size = 0, SIFTED
    while tested < len(named):
        left = None if len(found) < wanted else until - monotonic()
        part = named[tested : tested + size]
        try:
            meant = await fetch(asked, (json.dumps(every_id(part)), *plan.parameters), deadline=left)
        except OutOfTime:
            if left is None:  # whoever asks has a deadline of their own
                raise
            return found, False
        ids = set(every_id(meant))
        found += [row for row in part if row[0] in ids]
        tested, size = tested + size, size * 2
    return found, True


async def _gathered_from_many(fetch: Fetch, plan: Plan, order: str) -> list[Row] | None:
    """Return what ``gathered`` does, from an index that names many, or from all; ``None`` once too many are meant.

    What the index names is looked at as it comes: held all at once first, a million ids would take a second. If many
    of the first are meant, so are many of all.
    """
    by, source = ORDERS[order], plan.source or plan.wide
    if source is None:
        found = await gathered(fetch, plan, order)
        return found if len(found) <= planning.GATHERED else None
    asked = (
        f"WITH named (id) AS (SELECT * FROM ({source.sql}) LIMIT ?) SELECT s.id, {by.column} FROM named"
        f" CROSS JOIN session s ON s.id = named.id WHERE {plan.condition} LIMIT ?"
    )
    values = (*source.parameters, PROBED, *plan.parameters, PROBED)
    likely = len(await fetch(asked, values)) * (plan.named or planning.TESTED) // PROBED
    if likely > planning.GATHERED:
        return None
    found = await fetch(asked, (*source.parameters, -1, *plan.parameters, planning.GATHERED + 1))
    if len(found) > planning.GATHERED:
        return None
    return _sorted(set(found), order)


async def _gathered_beside(fetch: Fetch, plan: Plan, order: str) -> list[Row] | None:
    """Return what ``gathered`` does, and what is not over besides: the marks do not tell of that."""
    found = await gathered(fetch, plan, order)
    ahead = await _gathered_along(fetch, plan, plan.stretches(plan.ahead), order)
    return None if ahead is None else _sorted({*found, *ahead}, order)


async def _gathered_along(fetch: Fetch, plan: Plan, stretches: Iterable[Stretch], order: str) -> list[Row] | None:
    """Return what is meant in stretches of the order of urgency, by its index alone; ``None`` for too many."""
    found: list[Row] = []
    for where, bounds in stretches:
        found += await fetch(
            f"SELECT s.id, {ORDERS[order].column} FROM session s {where} AND ({plan.condition}) LIMIT ?",
            (*bounds, *plan.parameters, planning.GATHERED + 1 - len(found)),
        )
        if len(found) > planning.GATHERED:
            return None
    return _sorted(found, order)


def _all_of(rows: list[Row] | None) -> tuple[list[Row], bool] | None:
    return None if rows is None else (rows, True)


def _sorted(rows: Iterable[Row], order: str) -> list[Row]:
    return sorted(rows, key=itemgetter(1, 0), reverse=ORDERS[order].backwards)
