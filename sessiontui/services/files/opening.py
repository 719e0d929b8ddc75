"""The bytes of a version are handed out, as a new file on this machine, and it is written down who had them."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from sessiontui.domain.access import Action, Actor, may
from sessiontui.domain.errors import NotFound
from sessiontui.domain.files import pretends
from sessiontui.services.files.confining import allowed
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import standing
from sessiontui.store import blobs
from sessiontui.store.reads import files as kept
from sessiontui.store.reads.files import AttachmentRow

if TYPE_CHECKING:
    from sessiontui.services.context import Context

OPENED: Final = "file.open"
"""The act, as the audit trail names it."""


async def open_file(context: Context, attachment_id: int, target: Path, *, by: Actor, at: datetime) -> Receipt:
    """Write a version to a path, or under its own name into a folder, and note who opened it.

    The note is written first: who has the bytes always stands in the trail. What is there is never overwritten.
    """
    row = await _readable(context, attachment_id, by)
    written = allowed(context, target)
    written = written / row.name if written.is_dir() else written
    blobs.read(context.files_folder, row.sha256, row.size).close()
    sentence = await _note(context, row, by=by, at=at)
    await asyncio.to_thread(blobs.copy_out, context.files_folder, row.sha256, row.size, written)
    odd = pretends(row.name, row.media_type)
    return Receipt(sentence=f"{sentence}{f'; {odd}' if odd else ''}", sessions=(row.session_id,), shown=str(written))


async def take_file(
    context: Context, attachment_id: int, *, by: Actor, at: datetime
) -> tuple[AttachmentRow, BinaryIO]:
    """Open the bytes of a version for reading, and note who opened it; whoever asked closes them."""
    row = await _readable(context, attachment_id, by)
    stream = blobs.read(context.files_folder, row.sha256, row.size)
    try:
        await _note(context, row, by=by, at=at)
    except BaseException:
        stream.close()
        raise
    return row, stream


async def _note(context: Context, row: AttachmentRow, *, by: Actor, at: datetime) -> str:
    """Write down who opened a version, and return the sentence."""
    async with context.db.write(by=by, at=at) as tx:
        await tx.insert("attachment_opening", attachment_id=row.id, person_id=by.id, at=at)
        session = await tx.session(row.session_id)
        version = f" (version {row.version})" if row.version > 1 else ""
        sentence = f"opened {row.name}{version} of {session.title}"
        await tx.audit(OPENED, sentence, subject_id=row.session_id, detail={"file": row.id})
        tx.touch(row.session_id, words=False)
    return sentence


async def _readable(context: Context, attachment_id: int, by: Actor) -> AttachmentRow:
    fetch = context.db.fetch
    row = await kept.one(fetch, attachment_id)
    own = None if row is None else await standing(fetch, by, row.session_id)
    if row is None or row.removed_at is not None or own is None:
        raise NotFound(f"there is no file #{attachment_id}")
    if not may(by, Action.SEE_SESSIONS, own).allowed or not may(by, Action.SEE_TALK, own).allowed:
        raise NotFound(f"there is no file #{attachment_id}")
    return row
