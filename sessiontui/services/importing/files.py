"""Files named by a path: completed while it is typed, and read whole; only where files may be taken from."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from sessiontui.domain.errors import BadInput
from sessiontui.services.context import Context
from sessiontui.services.files.confining import allowed
from sessiontui.services.importing.outcome import SourceFile

MAX_BYTES: Final = 256 * 1024 * 1024
"""What a file may have; the readers take no more, and an endless pipe must end somewhere."""

MOST: Final = 50
"""Paths that are proposed: more are not read."""


async def complete(context: Context, text: str) -> tuple[str, ...]:
    """Return the paths that a typed beginning may become, folders with a slash behind them."""
    return await asyncio.to_thread(_complete, context, text)


async def read(context: Context, text: str) -> SourceFile:
    """Return a file by its path; ``BadInput`` says why it cannot be read, ``NotAllowed`` where one may look."""
    return await asyncio.to_thread(_read, context, text)


def _complete(context: Context, text: str) -> tuple[str, ...]:
    head, slash, name = text.rpartition("/")
    start = context.exchange if context.exchange is not None and not slash else Path(f"{head}{slash}" or ".")
    try:
        folder = start.expanduser()
        if context.exchange is not None:
            folder = folder if folder.is_absolute() else context.exchange / folder
            if not folder.resolve().is_relative_to(context.exchange.resolve()):
                return ()
        there = sorted(folder.iterdir(), key=lambda path: (path.is_file(), path.name.casefold()))
        fitting = [path for path in there if path.name.casefold().startswith(name.casefold())]
        shown = [path for path in fitting if name.startswith(".") or not path.name.startswith(".")]
        return tuple(f"{head}{slash}{path.name}{'/' if path.is_dir() else ''}" for path in shown[:MOST])
    except (OSError, RuntimeError, ValueError):
        return ()


def _read(context: Context, text: str) -> SourceFile:
    try:
        named = Path(text.strip()).expanduser()
        if context.exchange is not None and not named.is_absolute():
            named = context.exchange / named
        path = allowed(context, named)
        if not path.is_file():
            raise BadInput("there is no such file" if not path.exists() else "that is no file", place=text.strip())
        with path.open("rb") as file:
            return SourceFile(path.name, file.read(MAX_BYTES + 1))
    except (OSError, RuntimeError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        raise BadInput(said or "cannot be opened", place=text.strip()) from None
