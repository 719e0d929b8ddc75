"""Bar 7: any filter answers at once, a question that is no longer wanted is dropped at once.

A screen first asks for the rows that are found in a few milliseconds, with a sign where there may be more, and then
for the whole page. The first is what the bar is about, and that they are the first rows of the whole page; of the
second it is told how many take longer. Every question is asked as for the first time: what is remembered of questions
is forgotten before each, and caches are warm.
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
from sessiontui.store.reads import walking
from tests.benchmarks.desk import CLEAR, desk
from tests.benchmarks.figures import Figure, limit, p50, p99, quantile, told
from tests.benchmarks.ground import ADMIN, Ground, kept_up, now, opened
from tests.benchmarks.questions import ROOMS

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
    figures: list[Figure] = []
    wholes: list[tuple[float, str, str]] = []
    wrong: list[str] = []
    async with opened(ground.large()) as context:
        await kept_up(context)
        for room, questions in ROOMS.items():
            for sort in SORTS:
                first: list[tuple[float, str]] = []
                for question in questions:
                    soon, shown = await _asked(context, question, sort, patience=PATIENCE)
                    took, page = await _asked(context, question, sort, patience=None)
                    first.append((soon, question))
                    wholes.append((took, question, sort))
                    wrong += [question] if shown != page[: len(shown)] else []
                worst, which = max(first)
                what = f"first rows, {len(first)} of {room} by {sort}"
                figures.append(limit(7, what, worst, "ms", AT_ONCE, f"worst: {which!r}"))
    figures.append(limit(7, "first rows that do not begin the whole page", len(wrong), "", 0, ", ".join(wrong[:3])))
    slow = sorted((one for one in wholes if one[0] > AT_ONCE), reverse=True)
    figures += [told(7, f"whole page of {question!r} by {sort}", took, "ms") for took, question, sort in slow]
    figures.append(told(7, f"whole first pages over {AT_ONCE} ms", len(slow), f"of {len(wholes)}"))
    figures.append(told(7, "whole first page, p50", p50([one[0] for one in wholes]), "ms"))
    figures.append(told(7, "whole first page, p95", quantile([one[0] for one in wholes], 0.95), "ms"))
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


async def _asked(context: Context, query: str, sort: str, *, patience: float | None) -> tuple[float, tuple[int, ...]]:
    """The median of some rounds in milliseconds, for a whole page in those of the processor; and the ids found."""
    clock = time.process_time if patience is None else time.perf_counter
    took = []
    for _ in range(ROUNDS):
        walking.forget()
        began = clock()
        try:
            board = await boards.board(context, query, now=now(), limit=50, order=sort, patience=patience, by=ADMIN)
        except SessiontuiError:
            return float("inf"), ()
        took.append((clock() - began) * 1000)
    return p50(took), tuple(line.id for line in board.lines)


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
