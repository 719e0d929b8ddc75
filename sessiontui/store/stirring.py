"""Hearing that a database is being written, from the kernel: whoever waits for commits need not look for them.

SQLite in its write-ahead mode writes a commit to the log beside the database before it shows it to readers. Linux
tells of that write at once, whoever made it; so a process that follows the database can sleep as long as nobody
writes. What is heard is a hint: the commit itself is seen a moment later, and one look a second has to find what was
not heard of, because the log was deleted, or the system knows no such thing.

In the same way it is heard that somebody closed a file that he held, as the kernel does for a process that is killed.
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
_CLOSE_WRITE: Final = 0x008
_DELETE_SELF: Final = 0x400
_MOVE_SELF: Final = 0x800
_IGNORED: Final = 0x8000

_EVENT: Final = struct.Struct("iIII")
"""One event of the kernel: watch, what happened, a cookie, and how many bytes of a name follow."""

_MOST: Final = 4096


class _Listening:
    """Calls ``heard`` when something happens to a file, once for each ``listen``.

    What happens while nobody listens is kept, and heard at the next ``listen``, unless it is forgotten before.
    """

    def __init__(self, file: Path, what: int, heard: Callable[[], None]) -> None:
        self._file = str(file)
        self._what = what
        self._heard = heard
        self._descriptor = -1
        self._listens = False

    def listen(self) -> bool:
        """Hear from now on what happens next; return whether that is possible."""
        if self._descriptor < 0:
            self._descriptor = _watch(self._file, self._what)
        if self._descriptor >= 0 and not self._listens:
            self._listens = True
            asyncio.get_running_loop().add_reader(self._descriptor, self._tell)
        return self._listens

    def forget(self) -> bool:
        """Forget what happened so far, and return whether anything did: whoever calls this is about to look."""
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


class Stirring(_Listening):
    """Hears when the log of a database is written to."""

    def __init__(self, database: Path, heard: Callable[[], None]) -> None:
        log = database.absolute()
        super().__init__(log.with_name(f"{log.name}-wal"), _MODIFY, heard)


class Parting(_Listening):
    """Hears when somebody who could write a file closes it: what was locked through it is free a moment later."""

    def __init__(self, file: Path, heard: Callable[[], None]) -> None:
        super().__init__(file.absolute(), _CLOSE_WRITE, heard)


def _is_gone(told: bytes) -> bool:
    """Tell whether it is another file by now."""
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


def _watch(path: str, what: int) -> int:
    """Return a descriptor that has something to read when that happens; -1 where there is no such thing."""
    if sys.platform != "linux":
        return -1
    try:
        library = _library()
        descriptor = int(library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        if descriptor < 0:
            return -1
        if library.inotify_add_watch(descriptor, os.fsencode(path), what | _DELETE_SELF | _MOVE_SELF) < 0:
            os.close(descriptor)
            return -1
    except AttributeError:  # a C library without it
        return -1
    return descriptor
