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
from tests.benchmarks.desk import CLEAR, desk
from tests.benchmarks.figures import Figure, limit, p50, p99, quantile, told
from tests.benchmarks.ground import ADMIN, Ground, now, opened

QUERIES = (
    "", "view:all", "view:now", "view:today", "view:week", "status:active", "status:ended_no_show", "has:requests",
    "xyzzy", "grief", "grief circle lisbon", "interview nairobi 3", "pending>2", "mentor:lee", "person:castellanos",
    "priority:urgent", "starts:today", "status:cancelled -tag:health", "title:parser", "minutes>100", "tag:code",
    "actual:>30", "efficiency:>1", "left:>=2", "approved:>3", "person:a", "badge:unmatched", "is:overbooked",
    "has:guests status:cancelled",
)  # fmt: skip

ROUNDS = 5

PATIENCE = 0.01
"""Seconds after which the first rows are given, as a screen asks for them."""

HEAVY = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
"""A question without an end."""


def run(ground: Ground) -> Iterator[Figure]:
    yield from asyncio.run(_queries(ground))
    yield from asyncio.run(_cancel(ground))
    yield from _typing(ground)


async def _queries(ground: Ground) -> list[Figure]:
    figures = []
    async with opened(ground.large()) as context:
        for query in QUERIES:
            first = await _asked(context, query, patience=PATIENCE)
            whole = await _asked(context, query, patience=None)
            figures.append(limit(7, f"first rows of {query!r}", first, "ms", 20))
            figures.append(told(7, f"whole first page of {query!r}", whole, "ms"))
    return figures


async def _asked(context: Context, query: str, *, patience: float | None) -> float:
    """The median of some rounds in milliseconds; the first one reads what no cache holds yet."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        try:
            await boards.board(context, query, now=now(), limit=50, patience=patience, by=ADMIN)
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
