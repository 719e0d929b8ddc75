"""The console, put together: screen, then database and person, and a worker behind the first rows.

Whatever is imported before the first frame is waited for by whoever opens the console: no database, no commands.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from sessiontui.domain.access import Actor
from sessiontui.domain.beats import until_beat
from sessiontui.domain.errors import SessiontuiError
from sessiontui.runtime.signals import heeded

if TYPE_CHECKING:
    from sessiontui.runtime.console import Beside
    from sessiontui.runtime.early import Early
    from sessiontui.runtime.first_screen import FirstScreen
    from sessiontui.runtime.port import ConsolePort
    from sessiontui.runtime.settings import Settings
    from sessiontui.services.context import Context
    from sessiontui.tui.steady_driver import SteadyDriver

WATCH_EVERY: Final = 5.0
"""Seconds between two looks whether the terminal is still there; whoever reads its keys mostly knows before."""

YOUNG: Final = 20_000
"""Objects made between two looks for rubbish: a frame makes thousands and leaves next to none behind."""


class Begun(NamedTuple):
    """What was done before the toolkit was loaded: what is known of the desk, and the first page on the terminal."""

    early: Early | None
    first: FirstScreen | None


class _Screen(Protocol):
    """As much of the console application as is needed to end it."""

    def exit(self) -> None:
        """Close the console and restore the terminal."""
        ...


def live(
    settings: Settings,
    begun: Begun,
    *,
    as_of: datetime | None,
    clock: Callable[[], datetime],
    person: Actor | None,
    beside: Beside | None,
    works: bool,
) -> int:
    """Run the console until it closes, and return the exit code; see ``run_console``."""
    from sessiontui.runtime.logs import log_nowhere

    log_nowhere()
    return asyncio.run(_console(settings, begun, as_of=as_of, clock=clock, person=person, beside=beside, works=works))


async def _console(
    settings: Settings,
    begun: Begun,
    *,
    as_of: datetime | None,
    clock: Callable[[], datetime],
    person: Actor | None,
    beside: Beside | None,
    works: bool,
) -> int:
    from sessiontui.runtime.port import NOBODY, ConsolePort, Opened
    from sessiontui.tui.app import ConsoleApp
    from sessiontui.tui.herald import Herald

    early = begun.early
    async with AsyncExitStack() as stack:

        async def opener() -> Opened:
            from sessiontui.runtime.opening import actor, opened
            from sessiontui.services import remembering

            context = await stack.enter_async_context(opened(settings))
            who = person or await actor(context, clock(), service_account=settings.storage.service_account)
            return Opened(context=context, actor=who, remembered=await remembering.recall(context, who))

        port = ConsolePort(
            actor=NOBODY if early is None else early.actor,
            display=settings.display,
            clock=clock,
            as_of=as_of,
            remembered=None if early is None else early.remembered,
            opener=opener,
            read_only=settings.read_only,
        )
        herald = Herald(bell=settings.rules.alerts.bell, title=settings.rules.alerts.title)
        app = ConsoleApp(
            port,
            keys=settings.keys,
            herald=herald,
            driver_class=_driver(settings, begun.first),
            early=None if early is None else early.board,
        )
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, app.exit)
        behind = [
            asyncio.create_task(_behind(port, clock, works=works)),
            asyncio.create_task(_watch_terminal(app)),
            asyncio.create_task(_follow(port, _stay_small)),
        ]
        if beside is not None:
            behind.append(asyncio.create_task(_follow(port, beside)))
        try:
            with heeded(app.exit):
                await app.run_async()
        finally:
            await _end(behind)
            await port.settle_opening()
            with suppress(SessiontuiError):  # how someone likes to look is no reason to fail
                await port.flush()
        if app.failure is not None:
            raise app.failure
        return app.return_code or 0


def _driver(settings: Settings, first: FirstScreen | None) -> type[SteadyDriver] | None:
    """Return what draws on this terminal, over a first page if there is one; nothing stands for the toolkit's own."""
    if sys.platform == "win32":
        return None
    from sessiontui.tui.steady_driver import SteadyDriver

    kind: type[SteadyDriver] = SteadyDriver
    if settings.display.diff:
        from sessiontui.tui.differ import known
        from sessiontui.tui.differ.driver import diffing

        kind = diffing(known(os.environ))  # noqa: TID251 - the one place
    if first is None:
        return kind
    return type(kind.__name__, (kind,), {"first": first})


async def _behind(port: ConsolePort, clock: Callable[[], datetime], *, works: bool) -> None:
    """Start the worker when the first rows are drawn, and stop it when the console ends."""
    await port.first_frame.wait()
    _collect()  # what is loaded from here on is full of rubbish: without the collector half of it would stay
    if not works or port.read_only:
        port.settled.set()
        return
    from sessiontui.runtime.work import make_worker

    worker = port.worker = await make_worker(port.context, kind="console", clock=clock)
    worker.start()
    try:
        await worker.settled.wait()
        port.settled.set()
        _collect()
        await asyncio.Event().wait()
    finally:
        await worker.stop()


def _collect() -> None:
    """Let the collector work, and never look at what was loaded so far: that takes as long as four frames."""
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
    gc.enable()


async def _follow(port: ConsolePort, beside: Beside) -> None:
    await port.first_frame.wait()
    await beside(port.context)


async def _stay_small(context: Context) -> None:
    from sessiontui.runtime.thrift import stay_small

    await stay_small(context.db)


async def _watch_terminal(app: _Screen) -> None:
    """End the console when its terminal is gone, even if the signal that says so was ignored."""
    from sessiontui.runtime.terminal import is_gone

    descriptor = sys.stdin.fileno()
    while True:
        if is_gone(descriptor):
            app.exit()
            return
        await asyncio.sleep(until_beat(asyncio.get_running_loop().time(), WATCH_EVERY))


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
