"""The log of calls: one JSON line each, written together a moment later.

A write for each call would cost more than many a call. A crash loses the lines of that moment, and nothing else:
errors and mistakes go another way, at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TextIO

WRITTEN_AFTER: Final = 0.2
"""Seconds that a line may wait for others."""

MOST: Final = 500
"""Lines that wait at once."""


class AccessLog:
    """Takes lines and writes them to a stream; ``later`` runs something after so many seconds, as a loop does."""

    def __init__(self, stream: TextIO, later: Callable[[float, Callable[[], None]], object]) -> None:
        self._stream = stream
        self._later = later
        self._waiting: list[dict[str, object]] = []

    def __call__(self, line: dict[str, object]) -> None:
        """Take one line."""
        self._waiting.append(line)
        if len(self._waiting) == 1:
            self._later(WRITTEN_AFTER, self.flush)
        elif len(self._waiting) >= MOST:
            self.flush()

    def flush(self) -> None:
        """Write down what waits."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        with suppress(OSError):  # nobody reads it any more
            self._stream.write("".join([_ENCODED(line) + "\n" for line in waiting]))
            self._stream.flush()


_ENCODED: Final = json.JSONEncoder().encode
