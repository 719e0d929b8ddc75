"""The channel that writes each letter as an ``.eml`` file: nothing leaves the machine by accident."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from typing import Final

from sessiontui.outlets.composing import compose
from sessiontui.outlets.outlet import HandingOver, Mail, NotSent, nothing

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
"""Letters hold names and addresses: they are for the one who runs the product."""

_UNFIT: Final = re.compile("[^A-Za-z0-9_-]+")


class FileOutlet:
    """Writes letters into one folder; a file appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, mail: Mail, *, handing_over: HandingOver = nothing) -> None:
        """Write a letter; one that is there already, from an attempt that was cut off, stays as it is."""
        content = compose(mail)
        await handing_over()
        try:
            await asyncio.to_thread(self._write, self.path_of(mail), content)
        except OSError as error:
            raise NotSent(
                f"{self.folder} cannot be written: {error.strerror}", hint="check the folder and its disk"
            ) from error

    async def has_left(self, mail: Mail) -> bool:
        """Return whether the file of a letter is there."""
        return await asyncio.to_thread(self.path_of(mail).is_file)

    async def probe(self) -> str:
        """Return the folder, which must be writable if it is there."""
        there = next(one for one in (self.folder, *self.folder.parents) if one.exists())
        if not os.access(there, os.W_OK | os.X_OK) or not there.is_dir():
            raise NotSent(f"{self.folder} cannot be written", hint="check the folder and its rights")
        return f"writes files into {self.folder}"

    async def close(self) -> None:
        """Do nothing: every file is closed at once."""

    def path_of(self, mail: Mail) -> Path:
        """Return the file of a letter: by its time, so that they sort, and by its id, so that it is the only one."""
        own = _UNFIT.sub("", mail.message_id.partition("@")[0])
        return self.folder / f"{mail.written_at:%Y%m%dT%H%M%SZ}-{_UNFIT.sub('', mail.kind)}-{own}.eml"

    def _write(self, path: Path, content: bytes) -> None:
        if path.is_file():
            return
        self.folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, FILE_MODE)
        with open(number, "wb") as file:  # noqa: PTH123 - made with its mode, so that nobody else can read it for a moment
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
