"""What the detail of a session tells of how it went, or of how long it is likely to take."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.instants import to_ms
from sessiontui.domain.vocabulary import Kind
from sessiontui.services.learning.predicting import prediction
from sessiontui.services.scoring.carding import card
from sessiontui.services.scoring.picture import LearnedLine, Went
from sessiontui.store.reads import practice as kept_practice
from sessiontui.store.reads import worked as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.services.pictures import SessionDetail


async def went(
    context: Context,
    detail: SessionDetail,
    *,
    own: Standing,
    sees_people: bool,
    by: Actor,
    now: datetime,
    as_of: datetime | None = None,
) -> Went:
    """Return how the session of a detail went; its plan has to be in the detail already."""
    line, at = detail.line, as_of or now
    if not may(by, Action.SEE_SCORES, own).allowed:
        return Went()
    is_over = line.status.is_ended and not line.provisional
    is_work = line.kind is Kind.WORK or (detail.plan is not None and bool(detail.plan.goals))
    if is_over and not is_work and not sees_people:
        return Went()
    row = await kept.past(context.db.fetch, line.id)
    if row is None:
        return Went()
    if not is_over:
        likely = await prediction(
            context,
            by=by,
            now=now,
            template=row.template,
            kind=row.kind,
            person=detail.mentor_id or detail.author_id,
            estimate=line.scheduled,
        )
        return Went(prediction=likely)
    begins = to_ms(line.starts_at)
    row = replace(
        row,
        starts_at=begins,
        actual=to_ms(line.starts_at + line.actual) - begins,
        status=str(line.status),
    )
    learned = await kept_practice.of_session(context.db.fetch, line.id) if sees_people else []
    return Went(
        card=await card(context, row, now=now, as_of=as_of) if is_work else None,
        learned=tuple(
            LearnedLine(one.person_id, one.person, one.skill, one.before, one.after)
            for one in learned
            if one.at <= to_ms(at)
        ),
    )
