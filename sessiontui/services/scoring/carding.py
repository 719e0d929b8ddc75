"""How one session went: its scores with their parts, once it has ended."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.scoring.scores import scores_of
from sessiontui.services.scoring.efforts import efforts_of
from sessiontui.services.scoring.picture import ScoreCard
from sessiontui.store.reads.worked import PastRow

if TYPE_CHECKING:
    from sessiontui.services.context import Context


async def card(context: Context, row: PastRow, *, now: datetime, as_of: datetime | None = None) -> ScoreCard:
    """Return how one ended session went. Who may see that is for the caller to ask."""
    effort = (await efforts_of(context.db.fetch, [row], now=now, at=as_of or now, rules=context.rules))[0]
    return ScoreCard(effort=effort, scores=scores_of(effort))
