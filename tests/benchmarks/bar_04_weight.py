"""Bar 4: memory, and what the console costs while nobody does anything.

A program that wakes once a second finds nothing of its own in the processor's caches where other machines on the same
host use them: each wake costs up to five times as much then, of every program. So two peers, of which one only wakes
and one only shows the time, are watched in the same seconds.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import peers
from tests.benchmarks.bar_03_bytes import STILL, _touch
from tests.benchmarks.desk import LIVING, PAGE_DOWN, desk
from tests.benchmarks.figures import Figure, limit, p50, skipped, told
from tests.benchmarks.ground import ADMIN, Ground, now, opened
from tests.benchmarks.screen import Screen

SECONDS = 20

STILL_SECONDS = 120
"""Of a desk at rest: as many stretches as hold two turns of what is done every minute."""

PER_TICK = 10.0
"""Milliseconds of a processor that a living desk may take each time it is told anew: 0.5 % at a tick of 2 s."""

SETTLED = 85.0
"""Seconds after which a worker that began to lead has done what it does once at its start; before, nothing rests.

The last of it are the first look at everybody's day, after 50 s, which is to be had every five minutes, and what is
learnt of a database of which nothing was learnt yet, after 75 s. The copy of the day, after 120 s, takes a processor
for a minute: it is noted as made.
"""


def run(ground: Ground) -> Iterator[Figure]:
    large = ground.large()
    asyncio.run(_note_copy(large))
    with desk(ground, large, query=STILL, columns=120) as screen:
        for _ in range(40):
            screen.press(PAGE_DOWN)
        screen.watch(SETTLED)
        commands = [peers.table_command(kind, 0) for kind in ("bare", "clock")]
        with ExitStack() as stack:
            beside = [stack.enter_context(Screen(command, peers.environment(ground))) for command in commands]
            screen.watch(4.0)
            before, began = [peer.cpu for peer in beside], time.perf_counter()
            rest = second_by_second(screen, large, beside)
            gone = time.perf_counter() - began
            woken, clock = ((peer.cpu - cpu) / gone * 100 for peer, cpu in zip(beside, before, strict=True))
        yield limit(4, f"RSS, {ground.sessions} sessions, at its highest", screen.most_memory, "MB", 110)
        yield limit(4, "CPU at rest, worker running", rest.quiet, "%", 0.3, "seconds in which nothing changes")
        yield limit(4, "CPU at rest, what time moves included", rest.all, "%", 0.5, f"{rest.moved:.2f} sessions/s")
        yield Figure(
            bar=4, what="CPU in seconds in which nothing changes", value=rest.quiet, unit="%",
            against="an empty app of the toolkit, its clock", reference=clock, most=1.0,
        )  # fmt: skip
        yield told(4, "peer: Python that wakes each second and does nothing, meanwhile", woken, "%")
        yield told(4, "line at rest", rest.rate, "B/s")
    with desk(ground, large, query=LIVING, columns=120) as screen:
        screen.watch(SETTLED)
        cpu, rate = cost(screen)
        yield told(4, "CPU of a living desk, its rows told anew each second", cpu, "%")
        yield limit(4, "CPU of each time it is told", cpu * 10, "ms", PER_TICK, "0.5 % at a tick of 2 s")
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
    with peers.pg_activity(ground) as shown:
        if shown is None:
            yield skipped(4, "peer: pg_activity", peers.NO_PG_ACTIVITY)
            return
        screen = shown[0]
        screen.watch(4.0)
        cpu, rate = cost(screen)
        yield told(4, "peer: pg_activity, CPU", cpu, "%")
        yield told(4, "peer: pg_activity, line", rate, "B/s")


class Rest(NamedTuple):
    """Percent of a processor in seconds without a change, and in all; sessions changed, and bytes, a second."""

    quiet: float
    all: float
    moved: float
    rate: float


class Second(NamedTuple):
    """A second of a program: how long it was and worked, and whether a session changed in it or just before."""

    length: float
    worked: float
    moved: bool


def second_by_second(screen: Screen, database: Path, beside: Sequence[Screen]) -> Rest:
    """Watch a desk that is left alone for some stretches, and tell of the middle one; peers ``beside`` it go on."""
    screen.drain()
    seconds: list[Second] = []
    written = changes = 0
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, isolation_level=None)) as log:

        def head() -> int:
            return int(log.execute("SELECT coalesce(max(seq), 0) FROM change_log").fetchone()[0])

        at, cpu, seq, just = time.perf_counter(), screen.cpu, head(), False
        for _ in range(STILL_SECONDS):
            written += len(screen.watch(1.0))
            for peer in beside:
                peer.drain()
            before = at, cpu, seq
            at, cpu, seq = time.perf_counter(), screen.cpu, head()
            moved = seq != before[2]
            seconds.append(Second(at - before[0], cpu - before[1], moved or just))
            changes, just = changes + seq - before[2], moved
    parts = [seconds[first : first + SECONDS] for first in range(0, STILL_SECONDS, SECONDS)]
    gone = sum(second.length for second in seconds)
    return Rest(
        quiet=p50([_share([second for second in part if not second.moved]) for part in parts]),
        all=p50([_share(part) for part in parts]),
        moved=changes / gone,
        rate=written / gone,
    )


def _share(seconds: Sequence[Second]) -> float:
    """Percent of a processor."""
    return (
        sum(second.worked for second in seconds) / sum(second.length for second in seconds) * 100 if seconds else 0.0
    )


def cost(screen: Screen, seconds: float = SECONDS) -> tuple[float, float]:
    """Percent of one processor, and bytes a second, of a program that is left alone."""
    screen.drain()
    before, began = screen.cpu, time.perf_counter()
    written = len(screen.watch(seconds))
    gone = time.perf_counter() - began
    return (screen.cpu - before) / gone * 100, written / gone


async def _note_copy(database: Path) -> None:
    from sessiontui.services.health import note_backup

    async with opened(database) as context:
        await note_backup(context, at=now())


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
