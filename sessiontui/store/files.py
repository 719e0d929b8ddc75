"""Files of the database: created private, so that no moment exists in which others could read them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700


def create_folder(folder: Path) -> None:
    """Make a folder and its missing parents, readable by its owner alone."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)


def make_lasting(path: Path) -> None:
    """Wait until all that was written to a file, or the names in a folder, is on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def create_private(path: Path) -> bool:
    """Create an empty file with mode 0600 and return whether it was missing.

    SQLite gives its ``-wal`` and ``-shm`` files the mode of the main file, so this covers all three.
    """
    create_folder(path.parent)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE))
    except FileExistsError:
        return False
    return True
