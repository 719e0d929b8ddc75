"""Signals that end the console: heeded, so that the terminal is restored where the default would leave it raw."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_SIGNALS: Final = ("SIGHUP", "SIGTERM", "SIGQUIT")


@contextmanager
def heeded(end: Callable[[], None]) -> Iterator[None]:
    """Call ``end`` when a signal asks to end; afterwards signals do what they do by default.

    It is to hold from before the terminal is taken until it is given back. Nothing is heeded where that cannot be:
    on platforms without signals, and outside of the main thread.
    """
    loop = asyncio.get_running_loop()
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    try:
        for number in numbers:
            loop.add_signal_handler(number, end)
    except (NotImplementedError, RuntimeError, ValueError):
        numbers = []
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
