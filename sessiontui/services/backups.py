"""Verified backups: made on demand and daily, the newest few kept, their age known to the health."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import Unavailable
from sessiontui.domain.health import DISK_BYTES, size
from sessiontui.domain.instants import parse_instant
from sessiontui.services.context import Context
from sessiontui.services.health import BACKUP_KEY, measure, note_backup
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door
from sessiontui.store.backup import back_up
from sessiontui.store.engine import connect
from sessiontui.store.reads import operations as kept

EVERY: Final = timedelta(days=1)

KEPT: Final = 3
"""Daily backups that stay; each is as large as the database."""

FOLDER: Final = "backups"


async def make(context: Context, target: Path, *, by: Actor, at: datetime) -> Receipt:
    """Write a verified copy of the database to a file while others go on writing."""
    await require_door(context, Action.RUN_JOBS, by=by, at=at)
    await asyncio.to_thread(_copy, context.db.path, target)
    await note_backup(context, at=at)
    return Receipt(sentence=f"backed up to {target}")


async def daily(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Make a verified backup beside the database if the newest is a day old, and return how many were made.

    Raises ``Unavailable`` rather than filling the disk.
    """
    last = await kept.setting(context.db.fetch, BACKUP_KEY)
    if last is not None and timedelta() <= at - parse_instant(last) < EVERY:
        return 0
    path = context.db.path
    needed = path.stat().st_size + DISK_BYTES
    free = measure(path, read_only=True).free
    if free < needed:
        raise Unavailable(f"a backup needs {size(needed)}, the disk has {size(free)}", hint="free some space")
    folder = path.parent / FOLDER
    target = folder / f"{path.stem}-{at:%Y%m%d-%H%M%S}{path.suffix}"
    await asyncio.to_thread(_copy, path, target)
    await note_backup(context, at=at, epoch=epoch)
    for old in sorted(folder.glob(f"{path.stem}-????????-??????{path.suffix}"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return 1


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(connect(source)) as connection:
            back_up(connection, target)
    except OSError as error:
        raise Unavailable(f"{target} cannot be written: {error.strerror}") from error
