"""Bar 4: memory, and what the console costs while nobody does anything."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import peers
from tests.benchmarks.bar_03_bytes import STILL, _touch
from tests.benchmarks.desk import LIVING, PAGE_DOWN, desk
from tests.benchmarks.figures import Figure, limit, skipped, told
from tests.benchmarks.ground import ADMIN, Ground, now, opened
from tests.benchmarks.screen import Screen

SECONDS = 20

SETTLED = 90.0
"""Seconds after which a worker that began to lead has done what it does once at its start; before, nothing rests.

The last of it are the first look at everybody's day, after 50 s, which is to be had every five minutes, and what is
learnt of a database of which nothing was learnt yet, after 75 s. After 120 s the copy of the day is made.
"""


def run(ground: Ground) -> Iterator[Figure]:
    large = ground.large()
    with desk(ground, large, query=STILL, columns=120) as screen:
        for _ in range(40):
            screen.press(PAGE_DOWN)
        screen.watch(SETTLED)
        cpu, rate = cost(screen)
        yield limit(4, f"RSS, {ground.sessions} sessions, at its highest", screen.most_memory, "MB", 110)
        yield limit(4, "CPU at rest, worker running", cpu, "%", 0.3)
        yield told(4, "line at rest", rate, "B/s")
    with desk(ground, large, query=LIVING, columns=120) as screen:
        screen.watch(SETTLED)
        cpu, rate = cost(screen)
        yield limit(4, "CPU of a living desk, its rows told anew each second", cpu, "%", 0.5)
        yield told(4, "line of a living desk", rate, "B/s")
    with desk(ground, large, query=STILL, rows=208) as screen:
        stop = threading.Event()
        writer = threading.Thread(target=lambda: asyncio.run(_stir(large, stop)))
        writer.start()
        screen.watch(3.0)
        cpu, rate = cost(screen)
        stop.set()
        writer.join()
        yield limit(4, "CPU, 50 of 200 rows changing each second", cpu, "%", 2.0)
        yield limit(4, "line, 50 of 200 rows changing each second", rate, "B/s", 6_000)
    for name, arguments in (("htop", ["-d", "20"]), ("btop", ["--utf-force"])):
        found = peers.program(name)
        if found is None:
            yield skipped(4, f"peer: {name}", "not installed")
            continue
        with Screen([found, *arguments], ground.environment) as screen:
            screen.watch(4.0)
            cpu, rate = cost(screen, SECONDS / 2)
            yield told(4, f"peer: {name}, CPU", cpu, "%")
            yield told(4, f"peer: {name}, line", rate, "B/s")
    yield skipped(4, "peer: pg_activity", "it needs a PostgreSQL server")


def cost(screen: Screen, seconds: float = SECONDS) -> tuple[float, float]:
    """Percent of one processor, and bytes a second, of a program that is left alone."""
    screen.drain()
    before, began = screen.cpu, time.perf_counter()
    written = len(screen.watch(seconds))
    gone = time.perf_counter() - began
    return (screen.cpu - before) / gone * 100, written / gone


async def _stir(database: Path, stop: threading.Event) -> None:
    """Change fifty of the first two hundred rows each second."""
    from sessiontui.services import boards

    async with opened(database) as context:
        rows = [line.id for line in (await boards.board(context, STILL, now=now(), limit=200, by=ADMIN)).lines]
        turn = 0
        while not stop.is_set():
            began = time.perf_counter()
            await _touch(context, rows[turn % 4 :: 4], turn)
            turn += 1
            await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - began)))
