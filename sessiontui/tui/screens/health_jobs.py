"""Steering the worker's jobs from screen 8: one of them, or all at once; what came of it is told as a toast."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from sessiontui.domain.errors import SessiontuiError
from sessiontui.tui.port import Port
from sessiontui.tui.present.failures import sentence

if TYPE_CHECKING:
    from sessiontui.tui.app import ConsoleApp


async def steer(console: ConsoleApp, act: Callable[[str], Awaitable[None]], job: str, done: str) -> None:
    """Do something with one job and tell that it was done, or why not."""
    try:
        await act(job)
    except SessiontuiError as error:
        await console.port.note(error)
        console.tell(sentence(error), severity="error")
    else:
        console.tell(f"{job} {done}")
    console.health.ask()


async def stop_or_start(console: ConsoleApp, port: Port, *, any_paused: bool) -> None:
    """Start every job where some are paused, else stop all of them after asking."""
    from sessiontui.services import jobs
    from sessiontui.tui.commands.command import report
    from sessiontui.tui.dialogs.confirm import Confirm

    context, by, at = port.context, port.actor, port.clock()
    try:
        if any_paused:
            report(console, await jobs.start_all(context, by=by, at=at))
            return
        told = ("Statuses do not move, no letter leaves and no alert opens until they are started again.",)
        question = Confirm("Stop every job of the worker?", told, yes="Stop", danger=True)
        if await console.push_screen_wait(question) is not None:
            report(console, await jobs.stop_all(context, by=by, at=at))
    except SessiontuiError as error:
        console.tell(sentence(error), severity="error")
