"""Links of a session: pages on the web that belong to it, with a title."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import AlreadyThere, Conflict, NotFound
from sessiontui.domain.links import host_of
from sessiontui.domain.recordings import link_of
from sessiontui.domain.text import safe_line
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session, verdict
from sessiontui.store.reads import files as kept
from sessiontui.store.reads.files import LinkRow

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.tables import AuditEntry
    from sessiontui.store.tx import Tx

ADDED: Final = "link.add"
REMOVED: Final = "link.remove"
"""The acts, as the audit trail names them."""


async def add(context: Context, session_id: int, link: str, *, by: Actor, at: datetime, title: str = "") -> Receipt:
    """Add a link to a session; without a title it is called by its host."""
    address = link_of(link)
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        await require_session(tx, Action.EDIT, session)
        if any(one.link == address for one in await kept.links(tx.fetch, session_id)):
            raise AlreadyThere(f"{session.title} has this link already")
        called = safe_line(title).strip() or host_of(address)
        link_id = await put(tx, session_id, called, address)
        sentence = f"added the link #{link_id} {called} to {session.title}"
        entry = await tx.audit(ADDED, sentence, subject_id=session_id, detail={"link": link_id}, reversible=True)
    return Receipt(sentence=sentence, sessions=(session_id,), undo=entry.id)


async def remove(context: Context, link_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Take a link away from its session."""
    async with context.db.write(by=by, at=at) as tx:
        row = await _standing(tx, link_id)
        session = await tx.session(row.session_id)
        await require_session(tx, Action.EDIT, session)
        await tx.update("session_link", link_id, removed_at=at)
        tx.touch(row.session_id)
        sentence = f"removed the link #{link_id} {row.title} from {session.title}"
        entry = await tx.audit(
            REMOVED, sentence, subject_id=row.session_id, detail={"link": link_id}, reversible=True
        )
    return Receipt(sentence=sentence, sessions=(row.session_id,), undo=entry.id)


async def put(tx: Tx, session_id: int, title: str, link: str, *, added_at: datetime | None = None) -> int:
    """Write a new link inside a transaction and return its id."""
    tx.touch(session_id)
    return await tx.insert(
        "session_link",
        session_id=session_id,
        title=title,
        link=link,
        added_by_id=tx.by.id,
        added_at=added_at or tx.at,
    )


async def take_back(tx: Tx, act: AuditEntry, seal: int) -> None:
    """Undo one act on a link, for ``services.undo``."""
    del seal
    session_id, link_id = cast("int", act.subject_id), cast("int", act.detail["link"])
    await require_session(tx, Action.EDIT, await tx.session(session_id))
    row = await kept.link(tx.fetch, link_id)
    if row is None or (row.removed_at != act.at if act.action == REMOVED else row.removed_at is not None):
        raise Conflict("it was changed since")
    await tx.update("session_link", link_id, removed_at=None if act.action == REMOVED else tx.at)
    tx.touch(session_id)


async def _standing(tx: Tx, link_id: int) -> LinkRow:
    row = await kept.link(tx.fetch, link_id)
    answer = None if row is None else await verdict(tx.fetch, tx.by, Action.SEE_TALK, row.session_id)
    if row is None or row.removed_at is not None or answer is None or not answer.allowed:
        raise NotFound(f"there is no link #{link_id}")
    return row
