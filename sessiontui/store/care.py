"""What is done to a database file as a whole: its schema is read, a backup is put in its place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sessiontui.domain.errors import Unavailable
from sessiontui.store import migrations
from sessiontui.store.backup import back_up
from sessiontui.store.engine import connect
from sessiontui.store.files import create_folder
from sessiontui.store.reader import connect_to_read

_BESIDE: Final = ("-wal", "-shm")


def schema_of(path: Path) -> int | None:
    """Return the schema version of a database file, ``None`` where there is no file."""
    if not path.exists():
        return None
    try:
        with closing(connect_to_read(path)) as connection:
            return migrations.version_of(connection)
    except sqlite3.Error as error:
        raise Unavailable(f"{path} is not a database of sessiontui: {error}") from error


def prepare(source: Path, target: Path) -> int:
    """Write a verified copy of a backup, brought to the present schema, and return the schema it came from.

    Raises ``Unavailable`` where the backup is no database of this product, is damaged, or is newer than it.
    """
    if not source.is_file():
        raise Unavailable(f"there is no file {source}")
    create_folder(target.parent)
    try:
        with closing(connect_to_read(source)) as backup:
            version = migrations.version_of(backup)
            if (
                version == 0
                or not backup.execute("SELECT 1 FROM sqlite_schema WHERE name = 'audit_entry'").fetchall()
            ):
                raise Unavailable(f"{source} is not a backup of sessiontui")
            back_up(backup, target)
        with closing(connect(target)) as copy:
            migrations.upgrade(copy, source)
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise Unavailable(f"{source} cannot be restored: {error}") from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return version


def put_in_place(prepared: Path, path: Path, *, aside: Path) -> bool:
    """Put a prepared copy in a database's place, keep what was there ``aside``, and tell whether there was any.

    A sound database is overwritten by a transaction, so that whoever has it open sees the change; a damaged one
    is moved away as it is, with its log.
    """
    if not path.exists():
        prepared.replace(path)
        return False
    try:
        with closing(connect(path)) as current:
            back_up(current, aside)
            with closing(connect(prepared)) as copy:
                copy.backup(current, pages=-1)
        prepared.unlink()
    except (sqlite3.DatabaseError, Unavailable):
        aside.unlink(missing_ok=True)
        path.replace(aside)
        for ending in _BESIDE:
            log = path.with_name(path.name + ending)
            if log.exists():
                log.replace(aside.with_name(aside.name + ending))
        prepared.replace(path)
    return True
