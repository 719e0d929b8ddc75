"""Verified backups: made on demand and daily, the newest few kept, their age known to the health.

The bytes of attached files go with them, into a folder beside the copy: its own (``FILE.files``) for one that was
asked for, one for all (``files``) among the daily ones, where the same bytes are kept once.
"""

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
from sessiontui.domain.phrases import count
from sessiontui.services.context import Context
from sessiontui.services.health import BACKUP_KEY, measure, note_backup
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door
from sessiontui.store import blob_copies as copies
from sessiontui.store.backup import back_up
from sessiontui.store.reader import connect_to_read
from sessiontui.store.reads import operations as kept

FOLDER: Final = "backups"


async def make(context: Context, target: Path, *, by: Actor, at: datetime) -> Receipt:
    """Write a verified copy of the database to a file while others go on writing, and the files beside it."""
    await require_door(context, Action.RUN_JOBS, by=by, at=at)
    beside = target.with_name(f"{target.name}{copies.OWN}")
    carried = await asyncio.to_thread(_copy, context.db.path, target, context.files_folder, beside)
    await asyncio.to_thread(copies.forget_strays, beside, [target])
    if not context.db.read_only:
        await note_backup(context, at=at)
    return Receipt(sentence=f"backed up to {target}{told(carried, beside.name)}")


def told(carried: copies.Carried, where: str) -> str:
    """Return, as the end of a sentence, what became of the bytes of files."""
    said = f", with the bytes of {count(carried.files, 'file')} in {where}" if carried.files else ""
    if not carried.lost:
        return said
    lost = count(len(carried.lost), "file has", "files have")
    return f"{said}; {lost} no sound bytes any more: 'sessiontui db check' tells which"


async def daily(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Make a verified backup beside the database if the newest is old enough, and return how many were made.

    Raises ``Unavailable`` rather than filling the disk.
    """
    last = await kept.setting(context.db.fetch, BACKUP_KEY)
    if last is not None and timedelta() <= at - parse_instant(last) < context.care.backup_every:
        return 0
    path = context.db.path
    folder = path.parent / FOLDER
    wanted = await asyncio.to_thread(copies.needed_by, path)
    needed = path.stat().st_size + DISK_BYTES + copies.new_bytes(folder / copies.FOLDER, wanted)
    free = measure(path, read_only=True).free
    if free < needed:
        raise Unavailable(f"a backup needs {size(needed)}, the disk has {size(free)}", hint="free some space")
    target = folder / f"{path.stem}-{at:%Y%m%d-%H%M%S}{path.suffix}"
    await asyncio.to_thread(_copy, path, target, context.files_folder, folder / copies.FOLDER)
    await note_backup(context, at=at, epoch=epoch)
    made = sorted(folder.glob(f"{path.stem}-????????-??????{path.suffix}"))
    for old in made[: -context.care.backups_kept]:
        old.unlink(missing_ok=True)
    await asyncio.to_thread(copies.forget_strays, folder / copies.FOLDER, made[-context.care.backups_kept :])
    await context.db.slim()
    return 1


def _copy(source: Path, target: Path, files: Path, beside: Path) -> copies.Carried:
    """Copy a database, then the bytes that the copy needs: what was attached since is of the next backup."""
    try:
        with closing(connect_to_read(source)) as connection:
            back_up(connection, target)
        return copies.carry(files, beside, copies.needed_by(target))
    except OSError as error:
        raise Unavailable(f"{target} cannot be written: {error.strerror}") from error
