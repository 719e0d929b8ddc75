"""Bar 7: any filter answers at once, a question that is no longer wanted is dropped at once.

A screen first asks for the rows that are found in a few milliseconds, and then for the whole page; the first is
what the bar is about, the second is told beside it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress

from sessiontui.domain.errors import SessiontuiError
from sessiontui.services import boards
from sessiontui.services.context import Context
from sessiontui.services.people import listing
from tests.benchmarks.desk import CLEAR, desk
from tests.benchmarks.figures import Figure, limit, p50, p99, quantile, told
from tests.benchmarks.ground import ADMIN, Ground, kept_up, now, opened

QUERIES = (
    "", "view:all", "view:now", "view:today", "view:week", "view:followup", "status:active", "status:ended_no_show",
    "status:created", "status:has_requests", "-status:complete", "has:requests", "-has:requests", "has:guests",
    "-has:guests", "-has:tags", "-has:link", "has:capacity", "has:alert", "has:tasks", "xyzzy", "g", "grief",
    "-grief", "grief circle lisbon", "interview nairobi 3", "grief kind:work", "title:parser", "pending>2",
    "pending:>0", "pending:>0 kind:work", "priority:urgent pending:>0", "mentor:lee", "mentor:a", "-mentor:lee",
    "author:a", "person:castellanos", "person:a", "person:a kind:work", "mentor:#330", "priority:urgent",
    "priority:low kind:work", "kind:work", "source:local", "starts:today", "starts:>1d", "starts:<-300d",
    "ends:<2h", "created:>-1h", "finished:>-3h", "finished:<-300d", "status:cancelled -tag:health",
    "status:cancelled left:>3", "minutes>100",
    "minutes:<20", "minutes:>1000", "tag:code", "-tag:code", "actual:>30", "actual:>300", "efficiency:>1",
    "left:>=2", "left:>9", "approved:>3", "approved:>20", "kind:work approved:>8", "rejected:>2", "capacity:>100",
    "rating:>4", "badge:unmatched", "badge:early_end", "badge:stale", "is:overbooked", "is:archived",
    "has:guests status:cancelled", "tag:code or tag:grief", "id:x",
)  # fmt: skip

SORTS = ("urgency", "start")

ROUNDS = 3

PATIENCE = 0.01
"""Seconds after which the first rows are given, as a screen asks for them."""

AT_ONCE = 20
"""Milliseconds in which an answer is at once."""

HEAVY = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
"""A question without an end."""


def run(ground: Ground) -> Iterator[Figure]:
    yield from asyncio.run(_queries(ground))
    yield from asyncio.run(_people(ground))
    yield from asyncio.run(_cancel(ground))
    yield from _typing(ground)


async def _queries(ground: Ground) -> list[Figure]:
    figures = []
    slow = 0
    async with opened(ground.large()) as context:
        await kept_up(context)
        for sort in SORTS:
            for query in QUERIES:
                first = await _asked(context, query, sort, patience=PATIENCE)
                whole = await _asked(context, query, sort, patience=None)
                slow += whole > AT_ONCE
                figures.append(limit(7, f"first rows of {query!r} by {sort}", first, "ms", AT_ONCE))
                figures.append(told(7, f"whole first page of {query!r} by {sort}", whole, "ms"))
    figures.append(told(7, f"whole first pages that take longer than {AT_ONCE} ms", slow, f"of {len(figures) // 2}"))
    return figures


async def _people(ground: Ground) -> list[Figure]:
    figures = []
    async with opened(ground.large()) as context:
        for order in listing.ORDERS:
            took = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                await listing.board(context, by=ADMIN, now=now(), order=order)
                took.append((time.perf_counter() - began) * 1000)
            figures.append(limit(7, f"people by {order}", p50(took), "ms", AT_ONCE))
    return figures


async def _asked(context: Context, query: str, sort: str, *, patience: float | None) -> float:
    """The median of some rounds in milliseconds; the first one reads what no cache holds yet."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        try:
            await boards.board(context, query, now=now(), limit=50, order=sort, patience=patience, by=ADMIN)
        except SessiontuiError:
            return float("inf")
        took.append((time.perf_counter() - began) * 1000)
    return p50(took)


async def _cancel(ground: Ground) -> list[Figure]:
    took = []
    async with opened(ground.large()) as context:
        for _ in range(20):
            task = asyncio.create_task(context.db.fetch(HEAVY))
            await asyncio.sleep(0.03)
            began = time.perf_counter()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            took.append((time.perf_counter() - began) * 1000)
    return [limit(7, "a running question is dropped", p99(took), "ms", 10)]


def _typing(ground: Ground) -> Iterator[Figure]:
    """Type a filter as people do: each letter is echoed at once, whatever is being looked up."""
    took = []
    with desk(ground, ground.large()) as screen:
        screen.press("/", gap=0.2)
        for word in ("person:castellanos", "grief circle", "a", "mentor:lee minutes>100"):
            screen.press(CLEAR, gap=0.3)
            took += [screen.press(letter, gap=0.008).first for letter in word]
        screen.press("\x1b", gap=0.3)
    yield limit(7, "a letter typed into the filter is echoed, p95", quantile(took, 0.95), "ms", 33)
