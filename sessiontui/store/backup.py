"""Backups: a consistent copy made online, verified before it counts as one."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sessiontui.domain.errors import Unavailable
from sessiontui.store.files import create_private, make_lasting


def back_up(source: sqlite3.Connection, target: Path) -> None:
    """Copy a database while others may write, verify the copy, and put it in place whole and safe on the disk.

    Raises ``Unavailable`` when the copy fails its integrity check; nothing is left behind then.
    """
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    create_private(partial)
    with closing(copied(source, partial)) as copy:
        source.execute("PRAGMA shrink_memory")  # the check takes long, and reads the copy alone
        copy.execute("PRAGMA journal_mode = DELETE")
        problems = check(copy)
    if problems:
        partial.unlink()
        raise Unavailable(f"the backup is damaged: {problems[0]}", hint="run 'sessiontui db check'")
    make_lasting(partial)
    os.replace(partial, target)  # noqa: PTH105 - atomic, and works on Path
    make_lasting(target.parent)


def copied(source: sqlite3.Connection, target: Path) -> sqlite3.Connection:
    """Copy a database into an empty file and return a connection to the copy.

    The copy is made in one go: a chunked one would never end while others write. No journal is kept and no disk
    waited for meanwhile, because half a copy is worth nothing anyway.
    """
    copy = sqlite3.connect(target, isolation_level=None)
    try:
        copy.execute("PRAGMA synchronous = OFF")
        copy.execute("PRAGMA journal_mode = OFF")
        source.backup(copy, pages=-1)
    except sqlite3.Error:
        copy.close()
        raise
    return copy


def check(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return what is wrong inside a database: damage and broken references; empty when it is sound."""
    damage = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
    orphans = [
        f"row {row[1]} of {row[0]} refers to a missing row of {row[2]}"
        for row in connection.execute("PRAGMA foreign_key_check")
    ]
    return (*damage, *orphans)
