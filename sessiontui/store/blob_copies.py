"""Copies of the bytes of files: beside a backup and back, each byte checked on its way, and the whole looked through.

A backup is a database and, beside it, a folder with the bytes that its files need, under the same names as at home.
So the database stays one plain file that any look at it can open, a second backup copies only bytes that are new,
and what is restored needs no room to be unpacked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from sessiontui.domain.errors import SessiontuiError, Unavailable
from sessiontui.store import blobs
from sessiontui.store.reader import connect_to_read

FOLDER: Final = "files"
"""The folder of bytes at home, and the one that the backups of a folder share."""

OWN: Final = ".files"
"""What the name of a backup's own folder of bytes ends with, behind the name of the backup."""

_FOREVER: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Needed:
    """The bytes of a version: their hash and how many there are."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a copy of bytes came to; ``lost`` are the hashes of those that are missing or damaged where they were."""

    files: int = 0
    copied: int = 0
    lost: tuple[str, ...] = ()


def needed_by(database: Path) -> tuple[Needed, ...]:
    """Return the bytes that the files of a database need, each once; none where it knows no files yet."""
    try:
        with closing(connect_to_read(database)) as connection:
            rows = connection.execute(
                "SELECT sha256, max(size) FROM attachment WHERE cleared_at IS NULL GROUP BY sha256 ORDER BY sha256"
            ).fetchall()
    except sqlite3.Error:
        return ()
    return tuple(Needed(str(digest), int(size)) for digest, size in rows)


def new_bytes(target: Path, needed: Iterable[Needed]) -> int:
    """Return how many bytes a copy into a folder would write."""
    return sum(one.size for one in needed if not blobs.is_there(target, one.sha256, one.size))


def carry(
    source: Path, target: Path, needed: Iterable[Needed], *, shared: bool = False, mends: bool = False
) -> Carried:
    """Copy the bytes that are not there yet, each checked by its hash; what is lost at the source is told.

    ``mends`` looks through what is there already, and replaces what is damaged. ``Unavailable`` where the target
    cannot be written: a copy that cannot be whole is none.
    """
    files, copied, lost = 0, 0, []
    for one in needed:
        if blobs.is_there(target, one.sha256, one.size) and not (mends and wrong(target, one)):
            files += 1
            continue
        if wrong(source, one):
            lost.append(one.sha256)
            continue
        with blobs.read(source, one.sha256, one.size) as stream:
            blob = blobs.keep(target, stream, largest=one.size, shared=shared)
        if blob.sha256 != one.sha256:
            raise Unavailable("bytes changed while they were copied", hint="try it once more")
        files, copied = files + 1, copied + one.size
    return Carried(files=files, copied=copied, lost=tuple(lost))


def wrong(folder: Path, one: Needed) -> str:
    """Return what is wrong with the bytes of a version: nothing, *missing*, *cut* or *damaged*."""
    try:
        path = blobs.path_of(folder, one.sha256)
        if not path.is_file():
            return "missing"
        if path.stat().st_size != one.size:
            return "cut"
        digest = sha256()
        with path.open("rb") as stream:
            while piece := stream.read(blobs.PIECE):
                digest.update(piece)
    except (OSError, SessiontuiError):
        return "missing"
    return "" if digest.hexdigest() == one.sha256 else "damaged"


def strays(folder: Path, needed: Iterable[Needed]) -> Iterator[str]:
    """Yield the hashes of bytes in a folder that nothing needs."""
    wanted = {one.sha256 for one in needed}
    return (digest for digest in blobs.kept(folder, before=_FOREVER) if digest not in wanted)


def forget_strays(folder: Path, databases: Iterable[Path]) -> int:
    """Take away the bytes that no backup of a folder needs any more, and return how many went."""
    needed = {one for database in databases for one in needed_by(database)}
    return sum(blobs.drop(folder, digest) for digest in list(strays(folder, needed)))


def beside(backup: Path) -> Path | None:
    """Return the folder of bytes that belongs to a backup: its own, else the one that its folder shares, if any."""
    for folder in (backup.with_name(f"{backup.name}{OWN}"), backup.parent / FOLDER):
        if folder.is_dir():
            return folder
    return None
