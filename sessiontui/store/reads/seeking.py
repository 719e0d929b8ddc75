"""The rows of a window where it is not known how many sessions are meant: by a walk, or by another way if it drags.

How common a thing is in an order shows soon: a walk is broken off after a while, and goes on if by what it has found
it is done sooner than all that is meant could be gathered. Whatever it has found is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from time import monotonic
from typing import Final

from sessiontui.store.reader import Fetch, OutOfTime, Row, Value
from sessiontui.store.reads import planning
from sessiontui.store.reads.gathering import READING, gathered_otherwise, nearer, price
from sessiontui.store.reads.orders import ORDERS, Order
from sessiontui.store.reads.walking import Path, Plan, Walk, key_of

WALKING: Final = 0.030
"""Seconds after which a walk is broken off, at the most: then it shows whether there is a shorter way."""

STROLLING: Final = 0.003
"""The same where the other way is short: few sessions are named, or a part of an index is looked through."""

GLANCING: Final = 0.002
"""The same where marks tell of another way."""

MARKING: Final = 0.010
"""Seconds in which the index of words tells which sessions have two marks that many have."""

LOOKING: Final = 0.100
"""Seconds in which all is looked at that some blunt index names."""

LIKELY: Final = 2
"""Sessions that are tested for each that is meant, where an index names few."""


async def sought(
    fetch: Fetch, plan: Plan, order: str, path: Path, head: int, *, offset: int, limit: int, until: float
) -> tuple[list[Row], bool | None]:
    """Return rows and whether they are all that is meant, or else ``None`` with the rows of a window alone."""
    search = _Search(fetch, ORDERS[order], path, head, offset=offset, limit=limit)
    if await search.goes_on(plan, _patience(plan)):
        return search.rows, None
    if search.left > _elsewhere(plan, limit):
        near = await nearer(fetch, plan)
        way = plan if near.ahead else near
        is_told = near.source is not plan.source
        if is_told and near.named > planning.GATHERED and await search.goes_on(way, _patience(near)):
            return search.rows, None
        if near.marks is None and (not is_told or search.left > _elsewhere(near, limit)):
            told = await gathered_otherwise(fetch, near, order, wanted=offset + limit, until=until)
            if told is not None:
                return told
        plan = way
    await search.goes_on(plan)
    return search.rows, None


def hurried(fetch: Fetch, seconds: float) -> Fetch:
    """Return a way to ask that is over for all its questions together after some seconds."""
    until = monotonic() + seconds

    async def within(sql: str, parameters: Sequence[Value] = (), *, deadline: float | None = None) -> list[Row]:
        left = until - monotonic()
        return await fetch(sql, parameters, deadline=left if deadline is None else min(deadline, left))

    return within


class _Search:
    """A walk to a window in turns: ``rows`` are what it has found, ``left`` the seconds that it may take still."""

    def __init__(self, fetch: Fetch, order: Order, path: Path, head: int, *, offset: int, limit: int) -> None:
        self.rows: list[Row] = []
        self.left = inf
        self._fetch = fetch
        self._order = order
        self._path = path
        self._head = head
        self._offset = offset
        self._limit = limit
        self._passed = 0

    async def goes_on(self, plan: Plan, patience: float | None = None) -> bool:
        """Walk on from where the last turn was broken off, for some seconds, and return whether all is found."""
        fetch = self._fetch if patience is None else hurried(self._fetch, patience)
        walk = Walk(fetch, plan, self._order, self._path, self._head)
        try:
            self.rows += await self._walked(walk)
        except OutOfTime as error:
            if patience is None:
                raise
            found = [] if self._offset else walk.so_far(error)
            self._passed = walk.passed
            self.rows += found
            self.left = patience * (self._limit - len(self.rows)) / len(found) if found else inf
            return False
        return True

    async def _walked(self, walk: Walk) -> list[Row]:
        if self.rows:
            return await walk.after(key_of(self.rows[-1]), self._limit - len(self.rows))
        if self._offset:
            return await walk.rows(self._offset, self._limit)
        return await walk.beyond(self._passed, self._limit) if self._passed else await walk.rows(0, self._limit)


def _patience(plan: Plan) -> float:
    """Return the seconds after which a walk is broken off, to judge by what it has found whether it is worth it."""
    if planning.is_near(plan):
        return min(WALKING, max(STROLLING, plan.named * READING))  # as long as the other way takes
    if plan.marks is not None:
        return min(WALKING, GLANCING)
    return min(WALKING, STROLLING) if plan.is_slim and plan.spans is not None else WALKING


def _elsewhere(plan: Plan, limit: int) -> float:
    """Return about how many seconds another way takes than a walk."""
    if planning.is_near(plan):
        return plan.named * READING + LIKELY * limit * price(plan)
    return MARKING if plan.marks is not None else LOOKING
