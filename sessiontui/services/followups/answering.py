"""What is answered after a session: to its survey, or why somebody did not come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.errors import BadInput, Refused
from sessiontui.domain.followups import POOR, FollowUpKind, FollowUpState, rating_of
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import RequestState
from sessiontui.services.context import Context
from sessiontui.services.followups.asking_after import derived_now, keep_follow_up, occurrence_of, seen_in, settle
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session
from sessiontui.store.reads import followups as kept
from sessiontui.store.reads import requests as kept_requests

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What someone answers after a session; ``None`` leaves a part unsaid."""

    rating: int | None = None
    comment: str = ""
    may_tell: bool | None = None


async def answer(
    context: Context,
    session_id: int,
    person_id: int,
    given: Answer,
    *,
    by: Actor,
    at: datetime,
    source: str = "manual",
) -> Receipt:
    """Keep what a person answers after a session: to its survey, or why they did not come."""
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        person = await tx.person(person_id)
        if not may(by, Action.ASK, Standing(is_self=by.id == person_id)).allowed:
            await require_session(tx, Action.SURVEY, session)
        row = await keep_answer(tx, session_id, person_id, given, source=source)
        stars = f" with {given.rating} of 5" if given.rating is not None else ""
        sentence = f"{person.name} answered about {session.title}{stars}"
        await tx.audit(
            "followup.answer",
            sentence,
            subject_id=session_id,
            reason=safe_block(given.comment).strip(),
            detail={"follow_up": row, "rating": given.rating, "may_tell": given.may_tell, "source": source},
        )
    return Receipt(sentence=sentence, sessions=(session_id,), people=(person_id,))


async def keep_answer(
    tx: Tx, session_id: int, person_id: int, given: Answer, *, source: str, answered_at: datetime | None = None
) -> int:
    """Keep an answer inside a transaction and return its follow-up; a newer one takes the place of the one before."""
    given = _checked(given)
    derived = await derived_now(tx, session_id)
    if not derived.status.is_ended or derived.provisional:
        raise Refused("the session has not ended yet", title="Too early")
    row = await _answered_row(tx, session_id, person_id, given)
    await tx.update(
        "follow_up",
        row,
        state=str(FollowUpState.ANSWERED),
        rating=given.rating,
        answer=given.comment,
        may_tell=given.may_tell,
        source=source,
        answered_at=answered_at or tx.at,
    )
    if given.rating is not None and given.rating <= POOR:
        await keep_follow_up(tx, FollowUpKind.POOR_RATING, session_id, person_id, note=f"rated {given.rating} of 5")
    await settle(tx, session_id)
    return row


async def answer_kept(tx: Tx, session_id: int, person_id: int) -> Answer | None:
    """Return what a person has answered after a session, inside a transaction."""
    for kind in (FollowUpKind.SURVEY, FollowUpKind.NO_SHOW):
        row = await kept.of_occurrence(tx.fetch, occurrence_of(kind, session_id, person_id))
        if row is not None and row.state == FollowUpState.ANSWERED:
            may_tell = None if row.may_tell is None else bool(row.may_tell)
            return Answer(rating=row.rating, comment=row.answer, may_tell=may_tell)
    return None


async def _answered_row(tx: Tx, session_id: int, person_id: int, given: Answer) -> int:
    """Return the follow-up that an answer belongs to: the open question, else a survey, made where there is none."""
    seen = person_id in await seen_in(tx, session_id)
    if not seen and given.rating is None:
        missed = await kept.of_occurrence(tx.fetch, occurrence_of(FollowUpKind.NO_SHOW, session_id, person_id))
        if missed is not None:
            return missed.id
        held = await kept_requests.of_person(tx.fetch, session_id, person_id)
        if held is not None and held.state == RequestState.APPROVED:
            return await keep_follow_up(tx, FollowUpKind.NO_SHOW, session_id, person_id)
    row = await kept.of_occurrence(tx.fetch, occurrence_of(FollowUpKind.SURVEY, session_id, person_id))
    return row.id if row is not None else await keep_follow_up(tx, FollowUpKind.SURVEY, session_id, person_id)


def _checked(given: Answer) -> Answer:
    comment = safe_block(given.comment).strip()
    if given.rating is None and not comment and given.may_tell is None:
        raise BadInput("an answer needs a rating, a comment, or whether the story may be told")
    return Answer(
        rating=None if given.rating is None else rating_of(given.rating), comment=comment, may_tell=given.may_tell
    )
