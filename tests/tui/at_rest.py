"""When an application under test is at rest: nothing is under way in it but what waits for the tester.

A test that waits for a while is right on a quiet machine alone: where others work beside it, an answer of a database
takes as long as it takes. So this waits for states: no message is unread, no short timer runs, and whatever work is
not done waits for an answer in a dialog, for a gate of the test, or for the next look at the database.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any, Final

from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker

LONGEST: Final = 60.0
"""Seconds after which an application that does not rest is at fault; a busy machine is slow, not wrong."""

SHORT: Final = 0.5
"""Seconds of a timer that is waited for: longer ones are patience, reminders and toasts."""

STILL: Final = 3
"""Looks in a row that find nothing under way; between two of them everything may go on that can."""

STANDING: Final = frozenset({"push_screen_wait", "until_beat", "until_second"})
"""Where work stands for longer than a test waits: before a dialog, and between two looks of the feed."""


async def at_rest(pilot: Pilot[Any]) -> None:
    """Wait until nothing is under way; an application that has been left is at rest. One that never rests fails."""
    still, end = 0, asyncio.get_running_loop().time() + LONGEST
    while still < STILL and pilot.app.is_running:
        work = list(under_way(pilot))
        still = 0 if work else still + 1
        assert asyncio.get_running_loop().time() < end, f"never at rest: {[_told(one) for one in work]}"
        if still == 1 or (work and all(isinstance(one, Screen) for one in work)):
            await pilot.pause()  # every widget is asked, which is dear; a screen may wait for that to be painted
        await asyncio.sleep(0.01)


async def until(pilot: Pilot[Any], holds: Callable[[], object]) -> None:
    """Wait until something holds; what never comes to hold fails."""
    async with asyncio.timeout(LONGEST):
        while not holds():
            await pilot.pause(0.02)


def under_way(pilot: Pilot[Any]) -> Iterator[object]:
    """Yield what is under way: widgets with messages to read, timers, workers, and what is still to be painted."""
    for pump in [pilot.app, *pilot.app._registry]:
        if pump.message_queue_size:
            yield pump
        yield from (timer for timer in pump._timers if _is_short(timer))
    yield from (worker for worker in pilot.app.workers if _works(worker))
    yield from (screen for screen in pilot.app._background_screens if screen._update_timer._active.is_set())
    screen = pilot.app.screen
    if screen._layout_required or screen._scroll_required or screen._repaint_required or screen._dirty_widgets:
        yield screen


def _told(one: object) -> str:
    unread = f" has {one.message_queue_size} messages to read" if isinstance(one, MessagePump) else ""
    return f"{one!r}{unread}"


def _is_short(timer: Timer) -> bool:
    runs = timer._task is not None and not timer._task.done() and timer._active.is_set()
    return runs and timer._repeat == 0 and timer._interval <= SHORT


def _works(worker: Worker[Any]) -> bool:
    task = worker._task
    if task is None or task.done():
        return False
    codes = [code for code in _codes(task.get_coro()) if "/asyncio/" not in code.co_filename]
    return not codes or not _stands(codes)


def _stands(codes: list[CodeType]) -> bool:
    return "/tests/" in codes[-1].co_filename or not STANDING.isdisjoint(code.co_name for code in codes)


def _codes(work: object) -> Iterator[CodeType]:
    """Yield what a coroutine awaits, from the outermost to what awaits something that is no code."""
    while work is not None:
        if inspect.iscoroutine(work):
            yield work.cr_code
            work = work.cr_await
        elif inspect.isgenerator(work):
            yield work.gi_code
            work = work.gi_yieldfrom
        else:
            return
