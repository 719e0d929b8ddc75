"""Leaders that are killed or stopped, as real processes."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sessiontui.services import leading
from sessiontui.services.context import Context
from sessiontui.worker.plans import Plan
from sessiontui.worker.worker import Pace, Worker

PACE = Pace(poll=0.05, look=0.05, hear=0.05, rest=0.3, renew=0.1, length=timedelta(seconds=1.5))
LONG = timedelta(hours=1)
"""A lease that nobody waits for the end of."""

PROCESS = """
import asyncio, sys, time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sessiontui.services.context import Context
from sessiontui.store.engine import Database
from sessiontui.worker.worker import Worker
from tests_hand_over import PACE, plans, real

async def main():
    db = await Database.open(Path(sys.argv[1]))
    pace = replace(PACE, length=timedelta(seconds=float(sys.argv[2])))
    worker = Worker(Context(db=db), clock=real, monotonic=time.monotonic, holder="child", plans=plans(), pace=pace)
    worker.start()
    while not worker.leads:
        await asyncio.sleep(0.01)
    print("leads", flush=True)
    while worker.leads:
        await asyncio.sleep(0.01)
    print("stood down", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def real() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - processes share no other clock


async def mark(context: Context, *, at: datetime, epoch: int | None) -> int:
    """Leave a line that names the epoch, as every write of a worker must."""
    async with context.db.write(by=leading.WORKER, at=at, epoch=epoch) as tx:
        await tx.run("INSERT INTO change_log (session_id, at) VALUES (?, 0)", (epoch,))
    return 0


def plans() -> tuple[Plan, ...]:
    return (Plan(name="mark", act=mark, every=timedelta(milliseconds=20)),)


@asynccontextmanager
async def leader(path: Path, length: timedelta = PACE.length) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that leads, by the plans and the pace of this very file."""
    load = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('tests_hand_over', {__file__!r})\n"
        "module = importlib.util.module_from_spec(spec)\n"
        "sys.modules['tests_hand_over'] = module\n"
        "spec.loader.exec_module(module)\n"
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", load + PROCESS, str(path), str(length.total_seconds()), stdout=asyncio.subprocess.PIPE
    )
    try:
        await said(child, b"leads\n")
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def said(child: asyncio.subprocess.Process, expected: bytes) -> None:
    assert child.stdout is not None
    assert await asyncio.wait_for(child.stdout.readline(), 60) == expected


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)


@asynccontextmanager
async def observer(context: Context, length: timedelta = PACE.length) -> AsyncIterator[Worker]:
    pace = replace(PACE, length=length)
    worker = Worker(context, clock=real, monotonic=time.monotonic, holder="here", plans=plans(), pace=pace)
    worker.start()
    try:
        await worker.settled.wait()
        async with context.db.write(by=leading.WORKER, at=real()):
            pass  # what is imported at the first write is no part of the gap
        yield worker
    finally:
        await worker.stop()


async def epochs(context: Context) -> list[int]:
    return [int(str(row[0])) for row in await context.db.fetch("SELECT session_id FROM change_log ORDER BY seq")]


async def marked(context: Context, epoch: int) -> None:
    """Wait until whoever leads in an epoch has written something."""
    async with asyncio.timeout(60):
        while epoch not in await epochs(context):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)


async def test_a_leader_killed_outright_is_replaced_long_before_its_lease_ends(context: Context, path: Path) -> None:
    async with leader(path, LONG) as child, observer(context, LONG) as worker:
        await marked(context, 1)
        assert not worker.leads
        child.kill()
        await child.wait()
        await until(lambda: worker.leads)
        await marked(context, 2)
    assert set(await epochs(context)) == {1, 2}


async def test_a_stopped_leader_is_replaced_within_its_lease_and_fenced(context: Context, path: Path) -> None:
    async with leader(path) as child, observer(context) as worker:
        # One that is stopped inside a transaction keeps SQLite's own lock, and nobody can write at all.
        async with context.db.write(by=leading.WORKER, at=real()):
            child.send_signal(signal.SIGSTOP)
        await until(lambda: worker.leads)
        lease = await leading.look(context)
        assert lease is not None
        assert not lease.locked  # the one that is stopped has the file lock
        child.send_signal(signal.SIGCONT)
        await said(child, b"stood down\n")
        async with asyncio.timeout(60):
            while lease is None or not lease.locked:
                await asyncio.sleep(0.02)
                lease = await leading.look(context)
        assert worker.leads
    order = await epochs(context)
    assert order == sorted(order)
    assert order[-1] == 2
