"""The console, put together: terminal, screen, then database and person, and a worker behind the first rows.

Whatever is imported before the first frame is waited for by whoever opens the console: no database, no commands.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import SessiontuiError
from sessiontui.runtime.clock import now
from sessiontui.runtime.settings import Settings

if TYPE_CHECKING:
    from sessiontui.runtime.port import ConsolePort
    from sessiontui.services.context import Context
    from sessiontui.tui.steady_driver import SteadyDriver

WATCH_EVERY: Final = 0.5
"""Seconds between two looks whether the terminal is still there."""

YOUNG: Final = 20_000
"""Objects made between two looks for rubbish: a frame makes thousands and leaves next to none behind."""

TURN: Final = 0.0005
"""Seconds after which a thread that calculates lets the screen have its turn; a frame takes several."""

Beside: TypeAlias = "Callable[[Context], Awaitable[None]]"
"""Something that goes on while the console is open, and is cancelled when it closes; a demo's crowd is one."""


class _Screen(Protocol):
    """As much of the console application as is needed to end it."""

    def exit(self) -> None:
        """Close the console and restore the terminal."""
        ...


def run_console(
    settings: Settings,
    *,
    as_of: datetime | None = None,
    clock: Callable[[], datetime] = now,
    person: Actor | None = None,
    beside: Beside | None = None,
    works: bool = True,
) -> int:
    """Open the console, and return the exit code when it closes.

    ``as_of`` shows a past instant. ``clock`` is the instant the console lives at, ``person`` who sits at it if not
    whom the operating system names, ``beside`` what goes on meanwhile; these three are for demos. Without ``works``
    no worker starts. Raises ``Unavailable`` where there is no terminal to draw on, ``NotAllowed`` for a stranger.
    """
    from sessiontui.runtime.logs import log_nowhere
    from sessiontui.runtime.terminal import cut_environment, require_terminal

    require_terminal(sys.stdin, sys.stdout)
    cut_environment()
    log_nowhere()
    sys.setswitchinterval(TURN)
    gc.disable()  # nothing is thrown away before the first frame
    try:
        return asyncio.run(_console(settings, as_of=as_of, clock=clock, person=person, beside=beside, works=works))
    finally:
        gc.enable()


async def _console(
    settings: Settings,
    *,
    as_of: datetime | None,
    clock: Callable[[], datetime],
    person: Actor | None,
    beside: Beside | None,
    works: bool,
) -> int:
    from sessiontui.runtime.port import ConsolePort, Opened
    from sessiontui.tui.app import ConsoleApp
    from sessiontui.tui.herald import Herald

    async with AsyncExitStack() as stack:

        async def opener() -> Opened:
            from sessiontui.runtime.opening import actor, opened
            from sessiontui.services import remembering

            context = await stack.enter_async_context(opened(settings))
            who = person or await actor(context, clock(), service_account=settings.storage.service_account)
            return Opened(context=context, actor=who, remembered=await remembering.recall(context, who))

        port = ConsolePort(
            display=settings.display, clock=clock, as_of=as_of, opener=opener, read_only=settings.read_only
        )
        herald = Herald(bell=settings.rules.alerts.bell, title=settings.rules.alerts.title)
        app = ConsoleApp(port, keys=settings.keys, herald=herald, driver_class=_driver(settings))
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, app.exit)
        behind = [
            asyncio.create_task(_behind(port, clock, works=works)),
            asyncio.create_task(_watch_terminal(app)),
        ]
        if beside is not None:
            behind.append(asyncio.create_task(_follow(port, beside)))
        try:
            await app.run_async()
        finally:
            await _end(behind)
            await port.settle_opening()
            with suppress(SessiontuiError):  # how someone likes to look is no reason to fail
                await port.flush()
        if app.failure is not None:
            raise app.failure
        return app.return_code or 0


def _driver(settings: Settings) -> type[SteadyDriver] | None:
    """Return what draws on this terminal; nothing stands for the toolkit's own."""
    if sys.platform == "win32":
        return None
    if not settings.display.diff:
        from sessiontui.tui.steady_driver import SteadyDriver

        return SteadyDriver
    from sessiontui.tui.differ import known
    from sessiontui.tui.differ.driver import diffing

    return diffing(known(os.environ))  # noqa: TID251 - the one place


async def _behind(port: ConsolePort, clock: Callable[[], datetime], *, works: bool) -> None:
    """Start the worker when the first rows are drawn, and stop it when the console ends."""
    await port.first_frame.wait()
    if not works or port.read_only:
        _collect()
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


async def _watch_terminal(app: _Screen) -> None:
    """End the console when its terminal is gone, even if the signal that says so was ignored."""
    from sessiontui.runtime.terminal import is_gone

    descriptor = sys.stdin.fileno()
    while True:
        if is_gone(descriptor):
            app.exit()
            return
        await asyncio.sleep(WATCH_EVERY)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
