"""Signals that end the console: heeded, so that the terminal is restored where the default would leave it raw."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Final

_SIGNALS: Final = ("SIGHUP", "SIGTERM", "SIGQUIT")


def heed_signals(end: Callable[[], None]) -> list[int]:
    """Call ``end`` when a signal asks to end, and return which signals are heeded: none where that cannot be."""
    heeded: list[int] = []
    loop = asyncio.get_running_loop()
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, end)
        except (NotImplementedError, RuntimeError, ValueError):
            return heeded  # no signals on this platform, or not in the main thread
        heeded.append(number)
    return heeded


def leave_signals(heeded: list[int]) -> None:
    """Leave the signals as they were."""
    loop = asyncio.get_running_loop()
    for number in heeded:
        loop.remove_signal_handler(number)
