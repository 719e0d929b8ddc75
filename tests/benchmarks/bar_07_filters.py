"""Bar 7: any filter answers at once, a question that is no longer wanted is dropped at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress

from sessiontui.domain.errors import SessiontuiError
from sessiontui.services import boards
from tests.benchmarks.desk import CLEAR, desk
from tests.benchmarks.figures import Figure, limit, p99, quantile
from tests.benchmarks.ground import Ground, now, opened

QUERIES = (
    "", "view:all", "view:now", "view:today", "view:week", "status:active", "status:ended_no_show", "has:requests",
    "xyzzy", "grief", "grief circle lisbon", "interview nairobi 3", "pending>2", "mentor:lee", "person:castellanos",
    "priority:urgent", "starts:today", "status:cancelled -tag:health", "title:parser", "minutes>100", "tag:code",
)  # fmt: skip

ROUNDS = 5

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
            took = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                try:
                    await boards.board(context, query, now=now(), limit=50)
                except SessiontuiError as error:
                    figures.append(limit(7, f"first page of {query!r}", float("inf"), "ms", 20, note=str(error)))
                    break
                took.append((time.perf_counter() - began) * 1000)
            if took:
                figures.append(limit(7, f"first page of {query!r}", max(took), "ms", 20))
    return figures


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
