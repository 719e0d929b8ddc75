"""Textual's driver for POSIX terminals, made to outlive its terminal.

Textual hands its output to a thread over a queue with few places. When the terminal is closed the thread dies of the
error, and whoever puts the next text into the full queue would wait for ever.
"""

from __future__ import annotations

from queue import Full
from typing import Final

from textual.drivers.linux_driver import LinuxDriver

LOOK_EVERY: Final = 0.1
"""Seconds between two looks whether the thread still takes what is written."""

FAREWELL: Final = 1.0
"""Most seconds that closing waits for the last text to be written."""


class SteadyDriver(LinuxDriver):
    """Writes as long as somebody takes it, and never waits for a terminal that is gone."""

    def write(self, data: str) -> None:
        """Queue a text for the terminal; it is dropped if nobody writes any more."""
        self._send(data)

    def close(self) -> None:
        """Let the last text be written, if there is still somewhere to write it."""
        self._send(None)
        if self._writer_thread is not None:
            self._writer_thread.join(FAREWELL)

    def _send(self, data: str | None) -> None:
        thread = self._writer_thread
        while thread is not None and thread.is_alive():
            try:
                thread._queue.put(data, timeout=LOOK_EVERY)  # noqa: SLF001 - it offers no way to give up
            except Full:
                continue
            return
