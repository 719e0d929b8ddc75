"""Hearing that a database is being written, from the kernel: whoever waits for commits need not look for them.

SQLite in its write-ahead mode writes a commit to the log beside the database before it shows it to readers. Linux
tells of that write at once, whoever made it; so a process that follows the database can sleep as long as nobody
writes. What is heard is a hint: the commit itself is seen a moment later, and one look a second has to find what was
not heard of, because the log was deleted, or the system knows no such thing.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import struct
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

_MODIFY: Final = 0x002
_DELETE_SELF: Final = 0x400
_MOVE_SELF: Final = 0x800
_IGNORED: Final = 0x8000

_EVENT: Final = struct.Struct("iIII")
"""One event of the kernel: watch, what happened, a cookie, and how many bytes of a name follow."""

_MOST: Final = 4096


class Stirring:
    """Calls ``heard`` when the log of a database is written to, once for each ``listen``.

    What is written while nobody listens is kept, and heard at the next ``listen``, unless it is forgotten before.
    """

    def __init__(self, database: Path, heard: Callable[[], None]) -> None:
        self._log = f"{database.absolute()}-wal"
        self._heard = heard
        self._descriptor = -1
        self._listens = False

    def listen(self) -> bool:
        """Hear from now on what is written next; return whether that is possible."""
        if self._descriptor < 0:
            self._descriptor = _watch(self._log)
        if self._descriptor >= 0 and not self._listens:
            self._listens = True
            asyncio.get_running_loop().add_reader(self._descriptor, self._tell)
        return self._listens

    def forget(self) -> bool:
        """Forget what was written so far, and return whether anything was: whoever calls this is about to look."""
        if self._descriptor < 0:
            return False
        told = self._told()
        if told is None or _is_gone(told):
            self.close()
        return bool(told)

    def close(self) -> None:
        """Hear no more."""
        self._still()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _tell(self) -> None:
        self._still()
        self._heard()

    def _still(self) -> None:
        if self._listens:
            self._listens = False
            asyncio.get_running_loop().remove_reader(self._descriptor)

    def _told(self) -> bytes | None:
        """Take what the kernel has told; ``None`` where it tells no more."""
        try:
            return os.read(self._descriptor, _MOST)
        except BlockingIOError:
            return b""
        except OSError:
            return None


def _is_gone(told: bytes) -> bool:
    """Tell whether it is another log by now."""
    place = 0
    while place + _EVENT.size <= len(told):
        _, what, _, more = _EVENT.unpack_from(told, place)
        if what & (_DELETE_SELF | _MOVE_SELF | _IGNORED):
            return True
        place += _EVENT.size + more
    return False


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _watch(path: str) -> int:
    """Return a descriptor that has something to read when a file is written to; -1 where there is no such thing."""
    if sys.platform != "linux":
        return -1
    try:
        library = _library()
        descriptor = int(library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        if descriptor < 0:
            return -1
        if library.inotify_add_watch(descriptor, os.fsencode(path), _MODIFY | _DELETE_SELF | _MOVE_SELF) < 0:
            os.close(descriptor)
            return -1
    except AttributeError:  # a C library without it
        return -1
    return descriptor
