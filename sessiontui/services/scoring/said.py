"""What the receipt of a completed session says of how it went."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.vocabulary import Kind, Status
from sessiontui.services.rights import verdict
from sessiontui.services.scoring.carding import card
from sessiontui.store.reads import worked as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context


async def scores_said(context: Context, session_id: int, *, by: Actor, at: datetime) -> str:
    """Return the scores of a session as a clause of a sentence: ``"; productivity 71, efficiency 80, quality 65"``.

    Empty where nothing was worked on, where it has not ended, and for those who may not see scores.
    """
    row = await kept.past(context.db.fetch, session_id)
    if row is None or not Status(row.status).is_ended or (row.kind != Kind.WORK and row.progress is None):
        return ""
    if not (await verdict(context.db.fetch, by, Action.SEE_SCORES, session_id)).allowed:
        return ""
    line = (await card(context, row, now=at)).line
    return f"; {line}" if line else ""
