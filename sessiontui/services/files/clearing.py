"""The job that takes away bytes which nobody needs: of files that were removed, or of sessions archived long ago.

First the rows say so, then the bytes go, each under the lock of the database and only where no row needs them. A kill
in between leaves bytes without a use, which the next run finds.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Actor
from sessiontui.domain.files import size_words
from sessiontui.domain.phrases import count
from sessiontui.store import blobs
from sessiontui.store.reads import files as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.reads.files import AttachmentRow

CLEARED: Final = "file.clear"
"""The act, as the audit trail names it."""

AT_ONCE: Final = 500
"""Versions that one run clears, and hashes that are looked up together."""

IN_FLIGHT: Final = timedelta(hours=1)
"""Bytes younger than this may still wait for their row."""


async def clear(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Clear what nobody needs any more, sweep bytes without a row, and return how many things went."""
    rules = context.files
    found = await kept.unneeded(
        context.db.fetch,
        removed_before=at - rules.kept_removed,
        archived_before=at - rules.kept_archived,
        limit=AT_ONCE,
    )
    if found:
        await _note(context, found, at=at, epoch=epoch)
    return len(found) + await sweep(context, at=at, epoch=epoch)


async def sweep(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Take away bytes that no row needs, and what killed writers left; return how many."""
    folder, before = context.files_folder, (at - IN_FLIGHT).timestamp()
    if not folder.is_dir():
        return 0
    dropped = blobs.drop_partial(folder, before=before)
    digests = list(blobs.kept(folder, before=before))
    for start in range(0, len(digests), AT_ONCE):
        chunk = digests[start : start + AT_ONCE]
        if await kept.needed(context.db.fetch, chunk) == frozenset(chunk):
            continue
        async with context.db.write(by=Actor.system(), at=at, epoch=epoch) as tx:
            needed = await kept.needed(tx.fetch, chunk)
            # Somebody may have attached the same bytes just now: then they are young again.
            young = frozenset(chunk) - frozenset(blobs.kept(folder, before=before))
            dropped += sum(blobs.drop(folder, one) for one in chunk if one not in needed and one not in young)
    return dropped


async def _note(
    context: Context, found: list[tuple[AttachmentRow, str, bool]], *, at: datetime, epoch: int | None
) -> None:
    grouped: defaultdict[tuple[int, str, bool], list[AttachmentRow]] = defaultdict(list)
    for row, title, is_archived in found:
        grouped[row.session_id, title, is_archived].append(row)
    async with context.db.write(by=Actor.system(), at=at, epoch=epoch) as tx:
        for (session_id, title, is_archived), rows in grouped.items():
            await kept.clear(tx, [row.id for row in rows])
            days = (context.files.kept_archived if is_archived else context.files.kept_removed).days
            why = f"it was archived {days} days ago" if is_archived else f"removed {days} days ago"
            await tx.audit(
                CLEARED,
                f"cleared {count(len(rows), 'file')} of {title}, {size_words(sum(row.size for row in rows))}: {why}",
                subject_id=session_id,
                detail={"files": [row.id for row in rows]},
            )
            tx.touch(session_id)
