"""Join requests: asked, decided one by one or many at once, and withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor, Standing, may, require
from sessiontui.domain.errors import BadInput, Conflict, NotFound, Refused, SessiontuiError
from sessiontui.domain.phrases import count
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import Control, RequestState, Status
from sessiontui.services import notices
from sessiontui.services.context import Context
from sessiontui.services.events import write
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session, standing
from sessiontui.store.reads import requests as kept

if TYPE_CHECKING:
    from sessiontui.store.tables import Session
    from sessiontui.store.tx import Tx

_CLOSED = frozenset({Control.COMPLETED, Control.CANCELLED})


async def ask(
    context: Context, session_id: int, person_id: int, *, by: Actor, at: datetime, message: str = "", key: str = ""
) -> Receipt:
    """Ask, for a person, to take part in a session; who withdrew or was rejected may ask again.

    A repeated ``key`` is told the first receipt.
    """

    async def deed(tx: Tx) -> Receipt:
        session = await tx.claim(session_id)
        own = await standing(tx.fetch, tx.by, session_id)
        if not may(tx.by, Action.SEE_SESSIONS, own).allowed:
            raise NotFound(f"there is no session #{session_id}")
        person = await tx.person(person_id)
        await _require_asking(tx, session, person_id)
        require_open(session)
        held = await kept.of_person(tx.fetch, session_id, person_id)
        if held and held.state in (RequestState.PENDING, RequestState.APPROVED):
            raise Conflict(f"{person.name} has asked already and is {held.state}")
        text = safe_block(message).strip()
        if held:
            request_id = held.id
            await tx.update(
                "join_request", request_id, state="pending", message=text, requested_at=at, decided_at=None
            )
        else:
            request_id = await tx.insert(
                "join_request", session_id=session_id, person_id=person_id, message=text, requested_at=at
            )
        await add_step(tx, request_id, RequestState.PENDING)
        sentence = f"{person.name} asked to join {session.title}"
        await tx.audit("request.ask", sentence, subject_id=session_id, detail={"request": request_id})
        return Receipt(sentence=sentence, sessions=(session_id,), people=(person_id,))

    return await write(context, deed, by=by, at=at, key=key, asked=(session_id, person_id, message))


async def decide(
    context: Context,
    request_ids: Sequence[int],
    state: RequestState,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    expected: RequestState = RequestState.PENDING,
) -> Receipt:
    """Approve or reject requests; each is decided on its own, and the receipt says which were refused and why.

    ``expected`` is the state that the decider was shown: a decision can be revised knowingly, not by accident.
    A single request that is refused raises its error: ``Conflict`` when someone else decided it first.
    """
    if state not in (RequestState.APPROVED, RequestState.REJECTED):
        raise BadInput(f"a request is approved or rejected, not {state}")
    done: list[str] = []
    sessions: dict[int, None] = {}
    people: list[int] = []
    refused: list[tuple[int, str]] = []
    undo: int | None = None
    for request_id in request_ids:
        try:
            name, session_id, person_id, undo = await _decide_one(
                context, request_id, state, by=by, at=at, reason=reason, expected=expected
            )
        except SessiontuiError as error:
            if len(request_ids) == 1:
                raise
            refused.append((request_id, str(error)))
            continue
        done.append(name)
        sessions[session_id] = None
        people.append(person_id)
    whom = done[0] if len(done) == 1 else count(len(done), "request")
    return Receipt(
        sentence=f"{state} {whom}" + (f", {len(refused)} refused" if refused else ""),
        sessions=tuple(sessions),
        people=tuple(people),
        undo=undo,
        refused=tuple(refused),
    )


async def withdraw(context: Context, request_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Take a request back, for the one who asked; the sentence names who is next in the waiting list."""
    async with context.db.write(by=by, at=at) as tx:
        request = await tx.request(request_id)
        session = await tx.claim(request.session_id)
        person = await tx.person(request.person_id)
        await _require_asking(tx, session, request.person_id)
        if request.state not in (RequestState.PENDING, RequestState.APPROVED):
            raise Refused(f"the request of {person.name} is {request.state}: nothing to withdraw")
        freed = request.state == RequestState.APPROVED and session.approved <= session.capacity
        await set_state(tx, request_id, RequestState.WITHDRAWN, reason=reason)
        sentence = f"{person.name} withdrew from {session.title}"
        if freed and (following := await kept.next_waiting(tx.fetch, request.session_id)):
            sentence += f"; a seat is free for {following}"
        entry = await tx.audit(
            "request.withdraw",
            sentence,
            subject_id=request.session_id,
            reason=reason,
            detail={"request": request_id, "from": request.state},
            reversible=True,
        )
    return Receipt(sentence=sentence, sessions=(request.session_id,), people=(request.person_id,), undo=entry.id)


async def pending_of(context: Context, session_ids: Sequence[int]) -> tuple[int, ...]:
    """Return the pending requests of sessions, in the order in which they were made."""
    found: list[int] = []
    for session_id in session_ids:
        found += await kept.pending(context.db.fetch, session_id)
    return tuple(found)


async def add_step(
    tx: Tx,
    request_id: int,
    state: RequestState,
    *,
    at: datetime | None = None,
    always: bool = False,
    reason: str = "",
) -> None:
    """Add one state to the life of a request; ``always`` means that nobody knows since when."""
    await tx.insert(
        "request_change",
        request_id=request_id,
        at=None if always else at or tx.at,
        state=str(state),
        by_id=tx.by.id,
        by_name=tx.by.name,
        reason=reason,
    )


async def _require_asking(tx: Tx, session: Session, person_id: int) -> None:
    """Raise ``NotAllowed`` unless the one who acts may ask for that person: oneself, or anyone where one decides."""
    if tx.by.id == person_id:
        require(tx.by, Action.ASK, Standing(is_self=True))
    else:
        await require_session(tx, Action.DECIDE, session)


async def _decide_one(
    context: Context,
    request_id: int,
    state: RequestState,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    expected: RequestState,
) -> tuple[str, int, int, int]:
    reason = safe_block(reason).strip()
    async with context.db.write(by=by, at=at) as tx:
        request = await tx.request(request_id)
        session = await tx.claim(request.session_id)
        await require_session(tx, Action.DECIDE, session)
        person = await tx.person(request.person_id)
        if request.state == RequestState.WITHDRAWN:
            raise Refused(f"{person.name} has withdrawn the request")
        if request.state != expected:
            raise Conflict(_first_hand(request.state, request.decided_by, request.decided_at))
        if request.state == state:
            raise Refused(f"the request of {person.name} is {state} already")
        if state is RequestState.APPROVED:
            require_open(session)
        if state is RequestState.APPROVED and 0 < session.capacity <= session.approved:
            raise Refused(
                f"all {session.capacity} seats of {session.title} are taken",
                hint="raise the capacity or withdraw a seat first",
            )
        await set_state(tx, request_id, state, reason=reason)
        sentence = f"{state} {person.name} for {session.title}"
        entry = await tx.audit(
            f"request.{'approve' if state is RequestState.APPROVED else 'reject'}",
            sentence,
            subject_id=request.session_id,
            reason=reason,
            detail={"request": request_id, "from": request.state},
            reversible=True,
        )
        await notices.decided(
            tx,
            context,
            request.session_id,
            request.person_id,
            approved=state is RequestState.APPROVED,
            cause=entry.id,
            reason=reason,
            was_in=request.state == RequestState.APPROVED,
        )
        return person.name, request.session_id, request.person_id, entry.id


def require_open(session: Session) -> None:
    """Refuse a session in which nobody can take part any more."""
    over = Status(session.status).is_ended and not session.provisional
    if session.control in _CLOSED or session.archived_at is not None or over:
        raise Refused(f"{session.title} takes nobody any more: it is {session.status.replace('_', ' ')}")


def _first_hand(state: str, by: str, at: datetime | None) -> str:
    when = f" at {at:%H:%M}" if at else ""
    return f"{state} by {by}{when}" if by else f"it is {state} already"


async def set_state(tx: Tx, request_id: int, state: RequestState, *, reason: str) -> None:
    """Give a request another state inside a transaction, by compare-and-swap; ``Conflict`` where it was changed."""
    request = await tx.request(request_id)
    if not await kept.swap_state(tx, request_id, str(state), version=request.version):
        raise Conflict("someone else decided it first", hint="look again, then decide")
    await tx.update("join_request", request_id, decided_at=tx.at, decided_by=tx.by.name, reason=reason)
    await add_step(tx, request_id, state, reason=reason)


async def find(context: Context, session_id: int, person_id: int) -> int:
    """Return the id of the request that a person made in a session."""
    held = await kept.of_person(context.db.fetch, session_id, person_id)
    if held is None:
        raise NotFound("this person has not asked to join that session")
    return held.id
