"""Bar 8: what one person commits another sees within a look, and five who look cost little."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from sessiontui.services import boards, sessions
from sessiontui.services.sessions import SessionEdit
from tests.benchmarks.bar_03_bytes import STILL
from tests.benchmarks.crowd import crowd
from tests.benchmarks.desk import LIVING, desk
from tests.benchmarks.figures import Figure, limit, p50, p99, told
from tests.benchmarks.ground import ADMIN, Ground, now, opened
from tests.benchmarks.screen import Screen

PERIOD = 100.0
"""Milliseconds between two looks of a console."""

ROUNDS = 60

WORDS = ("QXQXQXQX", "ZWZWZWZW")
"""Titles that share no letter, so that each is written whole."""

CONSOLES = 5
RATE = 500
SECONDS = 15.0


def run(ground: Ground) -> Iterator[Figure]:
    large = ground.large()
    with desk(ground, large, query=STILL) as screen:
        took = asyncio.run(_seen(screen, large))
    yield Figure(
        bar=8, what="commit seen on another console, p99", value=p99(took), unit="ms",
        against="period of looking", reference=PERIOD, most=1.2, note=f"p50 {p50(took):.0f} ms",
    )  # fmt: skip
    copy = ground.copy(large, "feed")
    with ExitStack() as stack:
        screens = [stack.enter_context(desk(ground, copy, query=LIVING)) for _ in range(CONSOLES)]
        process = stack.enter_context(crowd(copy, rate=RATE, seconds=SECONDS + 5))
        time.sleep(3)
        before, began = [screen.cpu for screen in screens], time.perf_counter()
        written = 0
        while time.perf_counter() - began < SECONDS:
            written += sum(len(screen.watch(0.02)) for screen in screens)
        gone = time.perf_counter() - began
        shares = sorted((screen.cpu - cpu) / gone * 100 for screen, cpu in zip(screens, before, strict=True))
        acknowledged = process.stdout.readline().strip() if process.stdout is not None else ""
    copy.unlink()
    yield limit(8, f"CPU of each of {CONSOLES} consoles at {RATE} events/s", p50(shares[:-1]), "%", 1.0)
    yield told(8, "CPU of the console whose worker leads", shares[-1], "%")
    yield told(8, "line of all consoles", written / gone, "B/s", f"{acknowledged} events acknowledged")


async def _seen(screen: Screen, database: Path) -> list[float]:
    took = []
    async with opened(database) as context:
        row = (await boards.board(context, STILL, now=now(), limit=5, by=ADMIN)).lines[2].id
        await sessions.edit(context, row, SessionEdit(title=WORDS[1]), by=ADMIN, at=now())
        screen.watch(1.0)
        for turn in range(ROUNDS):
            screen.watch(0.013 * (turn % 17))
            word = WORDS[turn % 2]
            await sessions.edit(context, row, SessionEdit(title=word), by=ADMIN, at=now())
            began = time.perf_counter()
            raw = b""
            while word.encode() not in raw and time.perf_counter() - began < 3:
                raw += await asyncio.to_thread(screen.read, 0.2)
            took.append((time.perf_counter() - began) * 1000)
            screen.watch(0.05)
    return took
