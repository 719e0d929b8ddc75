"""Files and links of outside files. The bytes of a file do not come with a line of text.

A file stands without its bytes until somebody attaches them, even where the same bytes are kept for another session:
who knows a hash has no right to what it is of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain.files import name_key, safe_name
from sessiontui.domain.links import host_of
from sessiontui.domain.text import safe_line
from sessiontui.intake import AttachmentRecord, LinkRecord
from sessiontui.services.files.keeping import MOST
from sessiontui.services.files.linking import put
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.store.reads import files as kept

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

_UNKNOWN = "application/octet-stream"


async def take_attachment(
    tx: Tx, register: Register, record: AttachmentRecord, outcome: FileOutcome, source: str, session_id: int
) -> None:
    """Note a version of a file that is kept elsewhere; one that stands here, or stood here, stays as it is."""
    name = safe_name(record.name)
    there = await kept.versions(tx.fetch, session_id, name_key(name))
    version = record.version or max((one.version for one in there), default=0) + 1
    same = [one for one in there if one.sha256 == record.sha256 and record.version in (None, one.version)]
    if same:
        outcome.counts[Verdict.UNCHANGED] += 1
        return
    if any(one.version == version for one in there):
        outcome.refuse(record.line, f"version {version} of {name} holds other bytes here", name)
        return
    if await kept.ever(tx.fetch, session_id) >= MOST:
        outcome.refuse(record.line, f"its session has had {MOST} files already", name)
        return
    added_by = None if record.person is None else await register.refer(source, record.person)
    await tx.insert(
        "attachment",
        session_id=session_id,
        name=name,
        name_key=name_key(name),
        version=version,
        sha256=record.sha256,
        size=record.size,
        media_type=record.media_type or _UNKNOWN,
        added_by_id=added_by,
        added_at=record.at or tx.at,
        cleared_at=tx.at,
    )
    tx.touch(session_id)
    outcome.counts[Verdict.ADDED] += 1
    outcome.note("files came without their bytes: attach them to have them here")


async def take_link(tx: Tx, record: LinkRecord, outcome: FileOutcome, session_id: int) -> None:
    """Add a link; one that is there keeps its title, one that was removed stays removed."""
    if await kept.had_link(tx.fetch, session_id, record.link):
        outcome.counts[Verdict.UNCHANGED] += 1
        return
    title = safe_line(record.title or "").strip() or host_of(record.link)
    await put(tx, session_id, title, record.link, added_at=record.at)
    outcome.counts[Verdict.ADDED] += 1
