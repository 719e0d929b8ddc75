"""Files are attached to sessions and taken away; the bytes are on the disk before the row that names them.

The row is written only after a look, under the lock of the database, that the bytes are there. Whoever clears bytes
looks, under the same lock, that no row needs them. So no row is ever left without its bytes.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from sessiontui.domain.access import Action, Actor, may
from sessiontui.domain.errors import AlreadyThere, BadInput, Conflict, NotFound, Refused, Unavailable
from sessiontui.domain.files import describe, name_key, pretends, safe_name, size_words, sniff
from sessiontui.domain.text import safe_block
from sessiontui.services.files.confining import allowed
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session, standing, verdict
from sessiontui.store import blobs
from sessiontui.store.blobs import Blob
from sessiontui.store.reads import files as kept
from sessiontui.store.reads.files import AttachmentRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessiontui.domain.files import FileRules
    from sessiontui.services.context import Context
    from sessiontui.store.tables import AuditEntry, Session
    from sessiontui.store.tx import Tx

ADDED: Final = "file.add"
REMOVED: Final = "file.remove"
"""The acts, as the audit trail names them."""

MOST: Final = 2_000
"""Versions of files that one session may ever have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDraft:
    """What is attached: a file on this machine or its bytes, under a name; without one, that of the path."""

    path: Path | None = None
    content: bytes | None = None
    name: str = ""


async def attach(context: Context, session_id: int, draft: FileDraft, *, by: Actor, at: datetime) -> Receipt:
    """Attach a file to a session; under a name that is there already it becomes the next version of that file."""
    # Judged before the bytes are read, so that nobody fills the disk without a right to it.
    await _require_right(context, session_id, by=by, at=at)
    name = safe_name(draft.name or ("" if draft.path is None else draft.path.name))
    if draft.path is not None:
        draft = replace(draft, path=allowed(context, draft.path))
    folder, rules = context.files_folder, context.files
    shared = blobs.is_shared(context.db.path)
    blob = await asyncio.to_thread(_kept, folder, draft, rules.largest, shared)
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        await require_session(tx, Action.EDIT, session)
        if not blobs.is_there(folder, blob.sha256, blob.size):
            raise Unavailable("the bytes went away meanwhile", hint="attach it once more")
        versions = await kept.versions(tx.fetch, session_id, name_key(name))
        _require_other(versions, blob)
        await _require_space(tx, session, blob, rules)
        media_type = sniff(blob.head)
        version = max((one.version for one in versions), default=0) + 1
        attachment_id = await tx.insert(
            "attachment",
            session_id=session_id,
            name=name,
            name_key=name_key(name),
            version=version,
            sha256=blob.sha256,
            size=blob.size,
            media_type=media_type,
            added_by_id=by.id,
            added_at=at,
        )
        tx.touch(session_id)
        as_version = f", version {version}," if version > 1 else ""
        sentence = (
            f"attached {name}{as_version} to {session.title}: {describe(media_type)}, {size_words(blob.size)}"
            f" (file #{attachment_id})"
        )
        entry = await tx.audit(
            ADDED,
            sentence,
            subject_id=session_id,
            detail={"file": attachment_id, "sha256": blob.sha256, "size": blob.size},
            reversible=True,
        )
    odd = pretends(name, media_type)
    return Receipt(sentence=f"{sentence}{f'; {odd}' if odd else ''}", sessions=(session_id,), undo=entry.id)


async def detach(
    context: Context, attachment_id: int, *, by: Actor, at: datetime, reason: str = "", all_versions: bool = False
) -> Receipt:
    """Take a version of a file away, or all of them; its bytes stay for a while, so that it can come back."""
    async with context.db.write(by=by, at=at) as tx:
        row = await standing_file(tx, attachment_id)
        session = await tx.session(row.session_id)
        await require_session(tx, Action.EDIT, session)
        gone = [row]
        if all_versions:
            gone = [one for one in await kept.versions(tx.fetch, row.session_id, row.key) if one.removed_at is None]
        for one in gone:
            await tx.update("attachment", one.id, removed_at=at, removed_by_id=by.id)
        tx.touch(row.session_id)
        which = f"all {len(gone)} versions of " if len(gone) > 1 else ""
        of_it = f" (version {row.version})" if len(gone) == 1 and row.version > 1 else ""
        sentence = f"removed {which}{row.name}{of_it} from {session.title}"
        entry = await tx.audit(
            REMOVED,
            sentence,
            subject_id=row.session_id,
            reason=safe_block(reason).strip(),
            detail={"files": [one.id for one in gone]},
            reversible=True,
        )
    days = context.files.kept_removed.days
    return Receipt(
        sentence=f"{sentence}; its bytes are kept for {days} days", sessions=(row.session_id,), undo=entry.id
    )


async def take_back(tx: Tx, act: AuditEntry, seal: int) -> None:
    """Undo one act on files, for ``services.undo``."""
    del seal
    session_id = cast("int", act.subject_id)
    await require_session(tx, Action.EDIT, await tx.session(session_id))
    tx.touch(session_id)
    if act.action == ADDED:
        row = await kept.one(tx.fetch, cast("int", act.detail["file"]))
        if row is None or row.removed_at is not None:
            raise Conflict("it was removed since")
        await tx.update("attachment", row.id, removed_at=tx.at, removed_by_id=tx.by.id)
        return
    for number in cast("list[int]", act.detail["files"]):
        row = await kept.one(tx.fetch, number)
        if row is None or row.removed_at != act.at:
            raise Conflict("it was changed since")
        if row.cleared_at is not None:
            raise Refused(f"the bytes of {row.name} are no longer kept", hint="attach it again")
        await tx.update("attachment", number, removed_at=None, removed_by_id=None)


async def standing_file(tx: Tx, attachment_id: int) -> AttachmentRow:
    """Return a version that was not removed, to those who may read it; ``NotFound`` to others."""
    row = await kept.one(tx.fetch, attachment_id)
    answer = None if row is None else await verdict(tx.fetch, tx.by, Action.SEE_TALK, row.session_id)
    if row is None or row.removed_at is not None or answer is None or not answer.allowed:
        raise NotFound(f"there is no file #{attachment_id}")
    return row


def _require_other(versions: Sequence[AttachmentRow], blob: Blob) -> None:
    """Raise ``AlreadyThere`` where the newest version of a file has the same bytes."""
    newest = next((one for one in versions if one.removed_at is None), None)
    if newest is not None and newest.sha256 == blob.sha256 and newest.cleared_at is None:
        raise AlreadyThere(f"{newest.name} has just these bytes already, as version {newest.version}")


async def _require_space(tx: Tx, session: Session, blob: Blob, rules: FileRules) -> None:
    """Raise ``Refused`` where a session would have more bytes, or more files, than one may have."""
    session_id = cast("int", session.id)
    weight = await kept.weight(tx.fetch, session_id) + blob.size
    if weight > rules.session:
        raise Refused(
            f"the files of {session.title} would have {size_words(weight)}, more than {size_words(rules.session)}",
            hint="remove some first, or share a link instead",
            title="Too large",
        )
    if await kept.ever(tx.fetch, session_id) >= MOST:
        raise Refused(f"{session.title} has had {MOST} files already")


async def _require_right(context: Context, session_id: int, *, by: Actor, at: datetime) -> None:
    own = await standing(context.db.fetch, by, session_id)
    if may(by, Action.EDIT, own).allowed and may(by, Action.SEE_SESSIONS, own).allowed:
        return
    async with context.db.write(by=by, at=at) as tx:  # inside it, the refusal is written down
        await require_session(tx, Action.EDIT, await tx.session(session_id))


def _kept(folder: Path, draft: FileDraft, largest: int, shared: bool) -> Blob:
    with ExitStack() as stack:
        return blobs.keep(folder, stack.enter_context(_opened(draft)), largest=largest, shared=shared)


def _opened(draft: FileDraft) -> BinaryIO:
    if draft.content is not None:
        return BytesIO(draft.content)
    if draft.path is None:
        raise BadInput("there is nothing to attach", place="file")
    try:
        if not draft.path.is_file():  # a pipe or a device would never end
            raise BadInput(f"{draft.path} is not a file", place="file")
        return draft.path.open("rb")
    except OSError as error:
        raise BadInput(f"{draft.path} cannot be read: {error.strerror}", place="file") from None
