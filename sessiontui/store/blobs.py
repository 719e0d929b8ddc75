"""The bytes of files, each kept once under the hash of what it holds, written whole or not at all.

A file appears under its hash only when every byte of it is on the disk. Its row is written after that, so a kill in
between leaves bytes without a row, which are swept away later, and never a row without bytes.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from sessiontui.domain.errors import BadInput, SessiontuiError, Unavailable
from sessiontui.domain.files import HEAD, size_words
from sessiontui.store.files import PRIVATE_FILE, PRIVATE_FOLDER

PIECE: Final = 1024 * 1024
"""Bytes that are read and written at once."""

_PARTIAL: Final = ".partial-"
_HASH: Final = re.compile(r"[0-9a-f]{64}")

_SHARED_FILE: Final = 0o660
_SHARED_FOLDER: Final = 0o2770
"""The rights where the database itself is shared with a group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """What was written: the hash by which it is found, its size in bytes, and how it begins."""

    sha256: str
    size: int
    head: bytes


def path_of(folder: Path, digest: str) -> Path:
    """Return where the bytes with a hash lie; ``BadInput`` where it is no hash, which could lead anywhere."""
    if not _HASH.fullmatch(digest):
        raise BadInput(f"{digest[:80]!r} is not a SHA-256")
    return folder / digest[:2] / digest[2:]


def is_there(folder: Path, digest: str, size: int) -> bool:
    """Return whether the bytes lie there, as many as there should be."""
    try:
        found = path_of(folder, digest).stat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == size


def keep(folder: Path, source: BinaryIO, *, largest: int, shared: bool = False) -> Blob:
    """Write all bytes of a source and return what they are, each kept once.

    ``BadInput`` if they are more than ``largest``; ``Unavailable`` if the disk cannot take them. Nothing stays then.
    """
    try:
        _make(folder, shared=shared)
        number, name = tempfile.mkstemp(prefix=_PARTIAL, dir=folder)
        partial = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                blob = _copied(source, file, largest)
                file.flush()
                os.fsync(file.fileno())
            partial.chmod(_SHARED_FILE if shared else PRIVATE_FILE)
            target = path_of(folder, blob.sha256)
            _make(target.parent, shared=shared)
            # The same bytes over the old ones: young again, so that whoever sweeps leaves them to the row to come.
            partial.replace(target)
            _settle(target.parent)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise _explained(error, folder) from error
    return blob


def read(folder: Path, digest: str, size: int) -> BinaryIO:
    """Open the bytes with a hash for reading; ``Unavailable`` where they are not there, or cut."""
    if not is_there(folder, digest, size):
        raise Unavailable("the bytes of this file are not here any more", hint="attach the file again, or ask for it")
    try:
        return path_of(folder, digest).open("rb")
    except OSError as error:
        raise Unavailable(f"the file cannot be read: {error.strerror}") from error


def copy_out(folder: Path, digest: str, size: int, target: Path) -> None:
    """Write the bytes with a hash to a new file, private, whole or not at all; what is there is never overwritten.

    ``Unavailable`` also where the bytes are no longer those that were attached.
    """
    with read(folder, digest, size) as source:
        try:
            partial = target.with_name(f"{_PARTIAL}{digest[:16]}-{os.getpid()}")
            number = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE)
            try:
                with os.fdopen(number, "wb") as file:
                    blob = _copied(source, file, size)
                    file.flush()
                    os.fsync(file.fileno())
                if blob.sha256 != digest:
                    raise Unavailable("the bytes of this file are damaged", hint="attach the file again")
                os.link(partial, target, follow_symlinks=False)
            finally:
                partial.unlink(missing_ok=True)
        except FileExistsError:
            raise BadInput(f"{target} is there already", hint="name another path") from None
        except OSError as error:
            raise _explained(error, target.parent) from error


def drop(folder: Path, digest: str) -> bool:
    """Take the bytes with a hash away, and return whether they were there."""
    try:
        path_of(folder, digest).unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _explained(error, folder) from error
    return True


def kept(folder: Path, *, before: float) -> Iterator[str]:
    """Yield the hashes of all bytes that were last written before an instant, in seconds since 1970."""
    for room in sorted(_listed(folder)):
        if re.fullmatch(r"[0-9a-f]{2}", room.name):
            for found in sorted(_listed(room)):
                digest = f"{room.name}{found.name}"
                if _HASH.fullmatch(digest) and _age(found) < before:
                    yield digest


def drop_partial(folder: Path, *, before: float) -> int:
    """Take away what a writer that was killed left before an instant, in seconds since 1970; return how many."""
    dropped = 0
    for found in _listed(folder):
        if found.name.startswith(_PARTIAL) and _age(found) < before:
            found.unlink(missing_ok=True)
            dropped += 1
    return dropped


def is_shared(database: Path) -> bool:
    """Return whether a database is shared with a group, as the files beside it are then."""
    try:
        return stat.S_IMODE(database.stat().st_mode) & 0o060 == 0o060
    except OSError:
        return False


def _copied(source: BinaryIO, target: BinaryIO, largest: int) -> Blob:
    digest, size, head = sha256(), 0, b""
    while piece := source.read(PIECE):
        size += len(piece)
        if size > largest:
            raise BadInput(
                f"it is larger than {size_words(largest)}",
                hint="share a link to it instead; the settings [files] say how large a file may be",
                title="Too large",
            )
        digest.update(piece)
        head = head if len(head) >= HEAD else (head + piece)[:HEAD]
        target.write(piece)
    return Blob(sha256=digest.hexdigest(), size=size, head=head)


def _make(folder: Path, *, shared: bool) -> None:
    if folder.is_dir():
        return
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    if shared:
        folder.chmod(_SHARED_FOLDER)
    _settle(folder.parent)


def _settle(folder: Path) -> None:
    """Have the names in a folder reach the disk."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return float("inf")  # gone, or not ours to judge


def _explained(error: OSError, folder: Path) -> SessiontuiError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Unavailable("the disk is full", hint="free some space, then try again; nothing was changed")
    return Unavailable(f"{folder} cannot be written: {error.strerror}", hint="check the rights of the folder")
