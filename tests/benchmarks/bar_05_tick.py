"""Bar 5: the tick touches what is due, however much there is; told in CPU time, the least of several rounds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sessiontui.domain.instants import from_ms
from sessiontui.services import ticking
from sessiontui.services.context import Context
from tests.benchmarks.figures import Figure, limit
from tests.benchmarks.ground import Ground, now, opened

DUE = (1, 10, 100, 500)

ROUNDS = 5

SAMPLE = 5_000


def run(ground: Ground) -> Iterator[Figure]:
    yield from asyncio.run(_run(ground))


async def _run(ground: Ground) -> list[Figure]:
    large = await _ticks(ground.copy(ground.large(), "tick-large"))
    middle = await _ticks(ground.copy(ground.middle(), "tick-middle"))
    figures = [
        Figure(
            bar=5, what=f"tick with {due} due, {ground.sessions} sessions", value=large[due], unit="ms",
            against="10 000 sessions", reference=middle[due], most=1.5,
        )
        for due in DUE
        if due in large and due in middle
    ]  # fmt: skip
    everything = large["row"] * ground.sessions
    figures.append(
        Figure(
            bar=5,
            what="recompute all (from a sample)",
            value=everything,
            unit="ms",
            against="tick with 10 due",
            reference=large[10],
            least=500,
        )
    )
    figures.append(limit(5, "tick with nothing due", large["idle"] * 1000, "µs", 20))
    return figures


async def _ticks(path: Path) -> dict[int | str, float]:
    found: dict[int | str, float] = {}
    async with opened(path) as context:
        at = now()
        await ticking.sweep(context, at=at)
        await ticking.tick(context, at=at)
        idle = []
        for _ in range(500):
            began = time.process_time()
            await ticking.tick(context, at=at)
            idle.append((time.process_time() - began) * 1000)
        found["idle"] = min(idle)
        for due in DUE:
            took = []
            for _ in range(ROUNDS):
                instant = await _when(context, due)
                if instant is None:
                    break
                began = time.process_time()
                await ticking.tick(context, at=instant)
                took.append((time.process_time() - began) * 1000)
            if took:
                found[due] = min(took)
        ids = [int(str(row[0])) for row in await context.db.fetch("SELECT id FROM session LIMIT ?", (SAMPLE,))]
        began = time.process_time()
        async with context.db.write(by=ticking.WORKER, at=at) as tx:
            await tx.refresh(ids)
        found["row"] = (time.process_time() - began) * 1000 / len(ids)
    path.unlink()
    return found


async def _when(context: Context, due: int) -> datetime | None:
    """The instant at which about that many rows are due."""
    rows = await context.db.fetch(
        "SELECT next_transition_at FROM session WHERE next_transition_at IS NOT NULL"
        " ORDER BY next_transition_at LIMIT 1 OFFSET ?",
        (due - 1,),
    )
    return from_ms(int(str(rows[0][0]))) if rows else None
