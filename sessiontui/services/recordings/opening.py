"""A recording is opened by somebody who may see it: that hands out the link and writes down who had it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sessiontui.domain.access import Action, Actor, may
from sessiontui.domain.errors import NotAllowed, NotFound
from sessiontui.services.context import Context
from sessiontui.services.followups.asking_after import seen_in
from sessiontui.services.receipt import Receipt
from sessiontui.services.recordings.shown import may_open
from sessiontui.services.rights import standing
from sessiontui.store.reads import recordings as kept

OPENED: Final = "recording.open"
"""The act of having the link handed out, as the audit trail names it."""


async def open_recording(context: Context, recording_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Hand out the link of a recording to somebody who may see it, and write down who had it when."""
    async with context.db.write(by=by, at=at) as tx:
        row = await kept.one(tx.fetch, recording_id)
        if row is None or row.removed_at is not None:
            raise NotFound(f"there is no recording #{recording_id}")
        session = await tx.session(row.session_id)
        own = await standing(tx.fetch, by, row.session_id)
        if not may(by, Action.SEE_SESSIONS, own).allowed:
            raise NotFound(f"there is no recording #{recording_id}")
        if not may_open(row, by, own, await seen_in(tx, row.session_id)):
            raise NotAllowed(
                f"the recording #{recording_id} is for {row.audience.words}",
                hint="ask an admin",
                action=Action.OPEN_RECORDING,
                session_id=row.session_id,
            )
        await tx.insert("recording_opening", recording_id=recording_id, person_id=by.id, by_name=by.name, at=at)
        sentence = f"opened the recording #{recording_id} {row.title} of {session.title}"
        await tx.audit(OPENED, sentence, subject_id=row.session_id, detail={"recording": recording_id})
        tx.touch(row.session_id, words=False)
    return Receipt(sentence=sentence, sessions=(row.session_id,), shown=row.link)
