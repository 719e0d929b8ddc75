"""Files that hold secrets: read only where nobody else can read them, written so that a crash loses nothing."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from sessiontui.domain.errors import BadInput, Unavailable

OTHERS: Final = 0o077
"""The rights that nobody but the owner may have to a private file."""

STRANGERS: Final = 0o007
"""The rights that nobody outside the group may have to a file that a group shares."""

OWN: Final = 0o600
SHARED: Final = 0o660


def read_private(path: Path, *, place: str, largest: int, forbidden: int = OTHERS, holds: str) -> str:
    """Return the text of a private file; ``BadInput`` says what is wrong with it and never what it holds.

    ``forbidden`` are the rights that make it public, 0 for a folder that somebody else looks after; ``holds`` is what
    it should hold, in words.
    """
    try:
        number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise BadInput(
            f"there is no file {path}", hint=f"write {holds} into it, with mode 0600", place=place
        ) from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", place=place) from None
    try:
        found = os.fstat(number)  # of what was opened, whatever the path becomes
        if not stat.S_ISREG(found.st_mode):
            raise BadInput(f"{path} is not a file", place=place)
        if (mode := stat.S_IMODE(found.st_mode)) & forbidden:
            raise BadInput(f"{path} has mode {mode:04o}: others can read it", hint=f"chmod 600 {path}", place=place)
        raw = os.read(number, largest + 1)
    finally:
        os.close(number)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if len(raw) > largest or not text:
        raise BadInput(f"{path} does not hold {holds}", place=place)
    return text


def write_private(path: Path, text: str, *, like: Path, shared: bool) -> None:
    """Write a private file whole or not at all, with the group of ``like`` where it is shared."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        number = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWN)
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            if shared:
                os.fchown(file.fileno(), -1, like.stat().st_gid)
                os.fchmod(file.fileno(), SHARED)
            os.fsync(file.fileno())
        os.replace(partial, path)  # noqa: PTH105 - atomic, and works on Path
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}", hint="give it room and rights") from None
