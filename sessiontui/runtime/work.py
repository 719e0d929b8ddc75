"""The worker without a screen, and the worker that a console runs beside itself."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import ReadOnly
from sessiontui.runtime.clock import monotonic, now

if TYPE_CHECKING:
    from sessiontui.runtime.settings import Settings
    from sessiontui.services.context import Context
    from sessiontui.worker.worker import Worker

STOP_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def run_worker(settings: Settings) -> int:
    """Work until a signal asks to stop, and return the exit code; what happens is logged on stderr as JSON lines."""
    from sessiontui.runtime.logs import log_to

    if settings.read_only:
        raise ReadOnly("a worker writes", hint="start it without --read-only")
    log_to(sys.stderr)
    asyncio.run(_work(settings))
    return 0


async def make_worker(context: Context, *, kind: str, clock: Callable[[], datetime] = now) -> Worker:
    """Return a worker for this process, not yet started; its libraries are loaded beside the event loop.

    ``clock`` is the instant that the jobs are told; a demo's may run faster than the host's.
    """
    kind_of_worker = await asyncio.to_thread(_load_worker)
    return kind_of_worker(context, clock=clock, wall=now, monotonic=monotonic, holder=holder(kind))


def holder(kind: str) -> str:
    """Return what people read about who leads: ``console 4242 on ops1``."""
    return f"{kind} {os.getpid()} on {host()}"


def host() -> str:
    """Return the name of this host."""
    return socket.gethostname()


async def _work(settings: Settings) -> None:
    from sessiontui.runtime.opening import opened
    from sessiontui.runtime.thrift import stay_small

    async with opened(settings) as context:
        worker = await make_worker(context, kind="worker")
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, worker.end)
        small = asyncio.create_task(stay_small(context.db))
        try:
            await worker.run()
        finally:
            small.cancel()


def _load_worker() -> type[Worker]:
    """Import what the worker needs and what its first write would import: a lead is taken over without a pause."""
    import sessiontui.store.tx
    import sessiontui.store.writer  # noqa: F401
    from sessiontui.worker.worker import Worker

    return Worker
