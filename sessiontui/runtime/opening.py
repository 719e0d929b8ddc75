"""Opening: the database of the settings, shared with a group where they say so, and the person who acts."""

from __future__ import annotations

import os
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, Unavailable
from sessiontui.runtime.identity import identity
from sessiontui.runtime.keys import key_source
from sessiontui.runtime.secrets import platform_secrets_of, secrets_of

if TYPE_CHECKING:
    from sessiontui.runtime.settings import Settings
    from sessiontui.services.context import Context

FORCED: Final = "SSH_ORIGINAL_COMMAND"
"""What the SSH daemon sets where it runs another command than the one that was asked for."""

SHARED_FILE: Final = 0o660
SHARED_FOLDER: Final = 0o2770
"""Files made in the folder get its group."""


@asynccontextmanager
async def opened(settings: Settings, *, create: bool = True) -> AsyncIterator[Context]:
    """Open the database of the settings, making or upgrading it unless it is to be only read, and close it.

    Without ``create`` a database that is missing raises ``Unavailable``, as does one that cannot be used.
    """
    from sessiontui.services.context import Context
    from sessiontui.services.delivery.wordings import wordings_of
    from sessiontui.store.engine import Database

    path = settings.storage.database
    if settings.storage.group and not settings.read_only and (create or path.exists()):
        share(path, settings.storage.group)
    db = await Database.open(path, read_only=settings.read_only, create=create, rules=settings.rules)
    try:
        yield Context(
            db=db,
            rules=settings.rules,
            zone=settings.display.zone,
            delivery=settings.delivery,
            wordings=wordings_of(settings.delivery.templates),
            clashes=settings.clashes,
            files=settings.files,
            logins=settings.logins,
            care=settings.care,
            exchange=path.absolute().parent / "exchange" if is_confined(settings) else None,
            requests=settings.requests,
            visits=settings.visits,
            keys_kept=settings.storage.keys_kept,
            secret=secrets_of(settings.delivery),
            platforms=settings.platforms,
            platform_secret=platform_secrets_of(settings.platforms),
            key_source=key_source(
                path,
                shared=bool(settings.storage.group),
                keyring=settings.storage.keyring,
                read_only=settings.read_only,
            ),
        )
    finally:
        await db.close()


def bring_up(settings: Settings, tell: Callable[[str, int, int], None]) -> None:
    """Bring the database of the settings to the present schema, telling how far that is, before it is opened.

    Whoever interrupts it keeps what was done. One that is only read, or is not there, is left alone.
    """
    from sessiontui.store import engine

    if not settings.read_only:
        engine.bring_up(settings.storage.database, tell=tell)


def is_confined(settings: Settings) -> bool:
    """Return whether people share one account, or were let in for one command: no path of theirs can be trusted."""
    return bool(settings.storage.service_account) or FORCED in os.environ  # noqa: TID251 - who is let in how


async def actor(context: Context, at: datetime, *, service_account: str = "") -> Actor:
    """Return the person at the keyboard; ``NotAllowed`` says what to ask for where nobody knows them."""
    from sessiontui.services import arriving

    who = identity(service_account)
    known = await arriving.known(context, who.login)
    if known is not None:
        return known
    from sessiontui.services import people  # those who were here before do not wait for it

    return await people.identify(context, os_user=who.login, name=who.name, at=at)


def share(database: Path, group: str) -> None:
    """Give the files of a database to a group before any of them holds a byte.

    A folder that was there before keeps its mode, and files of another owner are left as that owner made them.
    """
    number = _group_id(group)
    try:
        folder = database.parent
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=0o700)
            _give(folder, number, SHARED_FOLDER)
        backups = folder / "backups"
        if not backups.exists():
            backups.mkdir(mode=0o700)
        _give(backups, number, SHARED_FOLDER)
        for name in (database.name, f"{database.name}.lead"):
            (folder / name).touch(mode=0o600)
        for name in (database.name, *(f"{database.name}{end}" for end in (".lead", "-wal", "-shm"))):
            if (folder / name).exists():
                _give(folder / name, number, SHARED_FILE)
    except OSError as error:
        raise Unavailable(f"{database} cannot be shared with the group {group!r}: {error.strerror}") from error


def _give(path: Path, group: int, mode: int) -> None:
    found = path.stat()
    if found.st_uid != os.geteuid():
        return
    if found.st_gid != group:
        os.chown(path, -1, group)
    if stat.S_IMODE(found.st_mode) != mode:  # a change of group may have cleared a bit
        path.chmod(mode)


def _group_id(name: str) -> int:
    import grp

    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise BadInput(
            f"the system has no group {name!r}", hint="groupadd makes one", place="storage.group"
        ) from None
