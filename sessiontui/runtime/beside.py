"""A server beside something else, in the same process: for the demo that goes through the HTTP API."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

import uvicorn

from sessiontui.runtime.answering import WholeAnswers
from sessiontui.runtime.clock import monotonic
from sessiontui.server.app import build
from sessiontui.server.serving import Serving

if TYPE_CHECKING:
    from sessiontui.services.context import Context

STOP_WITHIN: Final = 2
"""Seconds that calls under way have to end."""

_LOOK: Final = 0.01
"""Seconds between two looks whether it has come up."""


class _Quiet(uvicorn.Server):
    """A server that leaves signals to the console."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


@asynccontextmanager
async def served(context: Context, *, clock: Callable[[], datetime]) -> AsyncIterator[str]:
    """Serve what is open already on a free port of this host, and yield the address.

    ``clock`` is the instant that the server lives at.
    """
    serving = Serving(context=context, clock=clock, monotonic=monotonic)
    logging.getLogger("sessiontui.access").setLevel(logging.WARNING)  # nobody reads what the demo calls
    config = uvicorn.Config(
        build(serving),
        http=WholeAnswers,
        host="127.0.0.1",
        port=0,
        lifespan="off",
        log_config=None,
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=STOP_WITHIN,
    )
    server = _Quiet(config)
    running = asyncio.create_task(server.serve())
    try:
        while not server.started:
            if running.done():
                running.result()
            await asyncio.sleep(_LOOK)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        serving.stopping.set()
        server.should_exit = True
        await serving.changes.stop()
        await serving.tracker.close()
        await asyncio.wait([running], timeout=STOP_WITHIN + 1)
