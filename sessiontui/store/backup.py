"""Backups: a consistent copy made online, verified before it counts as one."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sessiontui.domain.errors import Unavailable
from sessiontui.store.files import create_private


def back_up(source: sqlite3.Connection, target: Path) -> None:
    """Copy a database while others may write, verify the copy, and put it in place whole.

    The copy is made in one go: a chunked one would never end while others write. Raises ``Unavailable``
    when the copy fails its integrity check; nothing is left behind then.
    """
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    create_private(partial)
    copy = sqlite3.connect(partial, isolation_level=None)
    try:
        source.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode = DELETE")
        problems = check(copy)
    finally:
        copy.close()
    if problems:
        partial.unlink()
        raise Unavailable(f"the backup is damaged: {problems[0]}", hint="run 'sessiontui db check'")
    os.replace(partial, target)  # noqa: PTH105 - atomic, and works on Path


def check(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return what is wrong inside a database: damage and broken references; empty when it is sound."""
    damage = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
    orphans = [
        f"row {row[1]} of {row[0]} refers to a missing row of {row[2]}"
        for row in connection.execute("PRAGMA foreign_key_check")
    ]
    return (*damage, *orphans)
