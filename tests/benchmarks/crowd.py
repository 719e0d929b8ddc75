"""A crowd that keeps arriving: ``python -m tests.benchmarks.crowd DATABASE RATE SECONDS``.

It sends joins, heartbeats and leaves through the services, evenly in time, into sessions round now. Each line of its
output is how many were acknowledged so far.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sessiontui.domain.access import Actor
from sessiontui.domain.instants import to_ms
from sessiontui.services import presence
from sessiontui.services.context import Context
from tests.benchmarks.ground import now, opened

PLATFORM = Actor.system("platform")


async def sessions_round_now(context: Context, number: int) -> list[int]:
    """Ids of sessions that begin next."""
    since = to_ms(now() - timedelta(hours=1))
    rows = await context.db.fetch(
        "SELECT id FROM session WHERE starts_at > ? AND archived_at IS NULL AND status NOT IN ('draft', 'cancelled')"
        " ORDER BY starts_at LIMIT ?",
        (since, number),
    )
    return [int(str(row[0])) for row in rows]


async def people_of(context: Context, number: int) -> list[int]:
    """Ids of participants."""
    rows = await context.db.fetch("SELECT id FROM person WHERE role = 'participant' ORDER BY id LIMIT ?", (number,))
    return [int(str(row[0])) for row in rows]


async def arrive(context: Context, rate: float, seconds: float) -> int:
    """Send events at a rate, and return how many were acknowledged."""
    chance = random.Random(4711)
    sessions, people = await sessions_round_now(context, 60), await people_of(context, 1_000)
    acknowledged = 0
    running: set[asyncio.Task[object]] = set()
    acts = (presence.join, presence.heartbeat, presence.heartbeat, presence.heartbeat, presence.leave)
    began = time.perf_counter()
    sent = 0

    async def send() -> None:
        nonlocal acknowledged
        act = chance.choice(acts)
        await act(context, chance.choice(sessions), chance.choice(people), by=PLATFORM, at=now())
        acknowledged += 1

    while (gone := time.perf_counter() - began) < seconds:
        while sent < gone * rate and len(running) < 512:
            task = asyncio.create_task(send())
            running.add(task)
            task.add_done_callback(running.discard)
            sent += 1
        await asyncio.sleep(0.005)
    if running:
        await asyncio.wait(running, timeout=10)
    return acknowledged


@contextmanager
def crowd(database: Path, *, rate: int, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """Let a crowd arrive in a process of its own, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.crowd", str(database), str(rate), str(seconds)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


async def _main(database: Path, rate: float, seconds: float) -> None:
    async with opened(database) as context:
        print(await arrive(context, rate, seconds), flush=True)


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])))
