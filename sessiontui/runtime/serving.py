"""The HTTP server: opened, run until a signal asks to stop, and stopped so that nobody is cut off."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import uvicorn

from sessiontui.domain.errors import Unavailable
from sessiontui.runtime.access_log import AccessLog
from sessiontui.runtime.answering import WholeAnswers
from sessiontui.runtime.clock import monotonic, now
from sessiontui.runtime.logs import log_to
from sessiontui.runtime.opening import opened
from sessiontui.runtime.thrift import stay_small
from sessiontui.runtime.work import STOP_SIGNALS, make_worker
from sessiontui.server.app import build
from sessiontui.server.serving import Serving

if TYPE_CHECKING:
    from sessiontui.runtime.settings import Settings

LOG: Final = logging.getLogger("sessiontui.server")

STOP_WITHIN: Final = 10
"""Seconds that calls under way have to end once a signal asks to stop."""

BACKLOG: Final = 1024

COLLECTED_AFTER: Final = (5_000, 20, 50)
"""New objects, and rounds of the younger generations, after which garbage is looked for: calls leave hardly any."""

WRITTEN_EVERY: Final = 5.0
"""Seconds between two writes of what was noted of calls."""


def run_server(settings: Settings, *, works: bool = True) -> int:
    """Serve until a signal asks to stop, and return the exit code; what happens is logged on stderr as JSON lines.

    Without ``works`` no worker runs beside it. Raises ``Unavailable`` where the
    address cannot be listened on.
    """
    log_to(sys.stderr)
    return asyncio.run(_serve(settings, works=works and not settings.read_only))


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


async def _serve(settings: Settings, *, works: bool) -> int:
    rules = settings.server
    bound = _listen(rules.host, rules.port)
    loop = asyncio.get_running_loop()
    access = AccessLog(sys.stderr, loop.call_later)
    async with opened(settings) as context:
        serving = Serving(context=context, clock=now, monotonic=monotonic, rules=rules, access=access)
        config = uvicorn.Config(
            build(serving),
            http=WholeAnswers,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            timeout_graceful_shutdown=STOP_WITHIN,
        )
        server = _Server(config)

        def stop() -> None:
            server.force_exit = server.should_exit  # who asks twice does not want to wait
            server.should_exit = True
            serving.stopping.set()

        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, stop)
        worker = await make_worker(context, kind="server") if works else None
        if worker is not None:
            worker.start()
        beside = [asyncio.create_task(_write_down(serving)), asyncio.create_task(stay_small(context.db))]
        try:
            host, port = bound.getsockname()[:2]
            LOG.info("listening on http://%s:%d", f"[{host}]" if ":" in host else host, port)
            _settle()
            await server.serve(sockets=[bound])
        finally:
            for task in beside:
                task.cancel()
            await serving.changes.stop()
            await serving.tracker.close()
            if worker is not None:
                await worker.stop()
            await serving.write_down()
            access.flush()
            bound.close()
    LOG.info("stopped")
    return 0


def _settle() -> None:
    """Leave what is loaded by now out of the search for garbage: it stays, and walking all of it costs 50 ms."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


async def _write_down(serving: Serving) -> None:
    """Write down what was noted of calls, now and then."""
    while True:
        await asyncio.sleep(WRITTEN_EVERY)
        await serving.write_down()


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; bound before anything is opened, so that a taken port costs nothing."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise Unavailable(f"{host} is no address to listen on: {error.strerror}", hint="see --host") from None
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise Unavailable(f"{host}:{port} cannot be listened on: {error.strerror}", hint="see --port") from None
    bound.setblocking(False)
    return bound
