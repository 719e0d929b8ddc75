"""Bar 5: the tick touches what is due, however much there is; told in CPU time, the least of several rounds.

What is due by itself differs from one database to the other. So in both the same mixture is made due, by turns: half
of it waits for decisions, half of it is over, and nothing else is due meanwhile.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sessiontui.domain.instants import to_ms
from sessiontui.services import ticking
from sessiontui.services.context import Context
from tests.benchmarks.figures import Figure, limit
from tests.benchmarks.ground import Ground, now, opened

DUE = (1, 10, 100, 500)

ROUNDS = 9

SAMPLE = 5_000

_FAR = 1_000 * 24 * 60 * 60 * 1_000
"""Milliseconds by which everything else is put off."""

_WAITING = "SELECT id FROM session WHERE status = 'has_requests' ORDER BY id LIMIT ?"

_OVER = "SELECT id FROM session WHERE id > 2000 AND status = 'ended_complete' ORDER BY id LIMIT ?"


def run(ground: Ground) -> Iterator[Figure]:
    yield from asyncio.run(_run(ground))


async def _run(ground: Ground) -> list[Figure]:
    at = now()
    paths = ground.copy(ground.large(), "tick-large"), ground.copy(ground.middle(), "tick-middle")
    for path in paths:
        _put_off(path)
    async with opened(paths[0]) as large, opened(paths[1]) as middle:
        took = {due: await _by_turns((large, middle), due, at) for due in DUE}
        figures = [
            Figure(
                bar=5, what=f"tick with {due} due, {ground.sessions} sessions", value=most, unit="ms",
                against="10 000 sessions", reference=least, most=1.5,
            )
            for due, (most, least) in took.items()
        ]  # fmt: skip
        everything = await _each(large, at) * ground.sessions
        idle = await _idle(large, at)
    for path in paths:
        path.unlink()
    figures.append(
        Figure(
            bar=5,
            what="recompute all (from a sample)",
            value=everything,
            unit="ms",
            against="tick with 10 due",
            reference=took[10][0],
            least=500,
        )
    )
    figures.append(limit(5, "tick with nothing due", idle * 1000, "µs", 20))
    return figures


def _put_off(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE session SET next_transition_at = next_transition_at + ?", (_FAR,))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def _by_turns(contexts: tuple[Context, Context], due: int, at: datetime) -> tuple[float, float]:
    """Return the least milliseconds of a tick in the large database, and in the other."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for context, times in zip(contexts, took, strict=True):
            await _make_due(context, due, at)
            began = time.process_time()
            await ticking.tick(context, at=at)
            times.append((time.process_time() - began) * 1000)
    return min(took[0]), min(took[1])


async def _make_due(context: Context, due: int, at: datetime) -> None:
    rows = await context.db.fetch(_WAITING, (min(due // 2, 50),))
    rows += await context.db.fetch(_OVER, (due - len(rows),))
    async with context.db.write(by=ticking.WORKER, at=at) as tx:
        await tx.run_many(
            "UPDATE session SET next_transition_at = ? WHERE id = ?", [(to_ms(at), *row) for row in rows]
        )


async def _idle(context: Context, at: datetime) -> float:
    while await ticking.tick(context, at=at):
        pass
    idle = []
    for _ in range(500):
        began = time.process_time()
        await ticking.tick(context, at=at)
        idle.append((time.process_time() - began) * 1000)
    return min(idle)


async def _each(context: Context, at: datetime) -> float:
    """Return the milliseconds that one row of many takes."""
    ids = [int(str(row[0])) for row in await context.db.fetch("SELECT id FROM session LIMIT ?", (SAMPLE,))]
    began = time.process_time()
    async with context.db.write(by=ticking.WORKER, at=at) as tx:
        await tx.refresh(ids)
    return (time.process_time() - began) * 1000 / len(ids)
