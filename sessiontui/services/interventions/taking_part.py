"""Who takes part by the hand of someone else: a participant is added without asking, or loses a place."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import AlreadyThere, Refused
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import RequestState
from sessiontui.services import clashes
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices
from sessiontui.services.receipt import Receipt
from sessiontui.services.requests import require_open, seats, set_state
from sessiontui.services.rights import require_session
from sessiontui.store.reads import requests as kept

_NEVER_ASKED: Final = RequestState.WITHDRAWN
"""Where a request stands once the adding of someone who never asked is undone."""


async def add_participant(
    context: Context,
    session_id: int,
    person_id: int,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    confirm: bool = False,
) -> Receipt:
    """Give a person a place in a session, whether they asked for it or not.

    ``confirm`` agrees to their being booked twice where that takes an agreement.
    """
    reason = safe_block(reason).strip()
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.claim(session_id)
        await require_session(tx, Action.DECIDE, session)
        person = await tx.person(person_id)
        require_open(session)
        held = await kept.of_person(tx.fetch, session_id, person_id)
        if held and held.state == RequestState.APPROVED:
            raise AlreadyThere(f"{person.name} takes part already")
        seats.require_free(session)
        told = await clashes.heed(
            tx, context, {person_id: False}, session.starts_at, session.ends_at, but=session_id, confirm=confirm
        )
        before = RequestState(held.state) if held else _NEVER_ASKED
        request_id = (
            held.id
            if held
            else await tx.insert("join_request", session_id=session_id, person_id=person_id, requested_at=at)
        )
        await set_state(tx, request_id, RequestState.APPROVED, reason=reason)
        sentence = f"added {person.name} to {session.title}"
        entry = await tx.audit(
            "request.add",
            sentence,
            subject_id=session_id,
            reason=reason,
            detail={"request": request_id, "from": str(before)},
            reversible=True,
        )
        await notices.decided(tx, context, session_id, person_id, approved=True, cause=entry.id, reason=reason)
    return Receipt(sentence=sentence + told, sessions=(session_id,), people=(person_id,), undo=entry.id)


async def remove_participant(
    context: Context, session_id: int, person_id: int, *, by: Actor, at: datetime, reason: str = ""
) -> Receipt:
    """Take the place of a person in a session away; what they have been present stays as it was."""
    reason = safe_block(reason).strip()
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.claim(session_id)
        await require_session(tx, Action.DECIDE, session)
        person = await tx.person(person_id)
        held = await kept.of_person(tx.fetch, session_id, person_id)
        if held is None or held.state != RequestState.APPROVED:
            raise Refused(f"{person.name} has no place in {session.title}", title="Cannot remove")
        require_open(session)
        await set_state(tx, held.id, RequestState.REJECTED, reason=reason)
        sentence = f"removed {person.name} from {session.title}"
        entry = await tx.audit(
            "request.remove",
            sentence,
            subject_id=session_id,
            reason=reason,
            detail={"request": held.id, "from": held.state},
            reversible=True,
        )
        await notices.decided(
            tx, context, session_id, person_id, approved=False, cause=entry.id, reason=reason, was_in=True
        )
        sentence += await seats.offer(tx, context, session, before=(session.capacity, session.approved))
    return Receipt(sentence=sentence, sessions=(session_id,), people=(person_id,), undo=entry.id)
