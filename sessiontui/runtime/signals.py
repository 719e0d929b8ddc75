"""Signals that end the console: heeded, so that the terminal is restored where the default would leave it raw."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

ENDING: Final = tuple(getattr(signal, name) for name in ("SIGHUP", "SIGTERM", "SIGQUIT") if hasattr(signal, name))
"""The signals that ask a console to end, as far as the platform has them."""


@contextmanager
def heeded(end: Callable[[], None]) -> Iterator[None]:
    """Call ``end`` when a signal asks to end; afterwards signals do what they do by default.

    It is to hold from before the terminal is taken until it is given back. Nothing is heeded where that cannot be:
    on platforms without signals, and outside of the main thread.
    """
    import asyncio  # the first page asks for the signals alone, and does without an event loop

    loop = asyncio.get_running_loop()
    numbers = ENDING
    try:
        for number in numbers:
            loop.add_signal_handler(number, end)
    except (NotImplementedError, RuntimeError, ValueError):
        numbers = ()
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
