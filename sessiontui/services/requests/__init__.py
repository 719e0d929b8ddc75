"""Join requests: asked, decided one by one or many at once, and withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor, Standing, may, require
from sessiontui.domain.errors import AlreadyThere, BadInput, Conflict, NotFound, Refused, SessiontuiError
from sessiontui.domain.phrases import count
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import RequestState
from sessiontui.services import clashes
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices
from sessiontui.services.events import write
from sessiontui.services.receipt import Receipt
from sessiontui.services.requests import seats
from sessiontui.services.requests.seats import require_open as require_open
from sessiontui.services.requests.steps import add_step as add_step
from sessiontui.services.requests.steps import set_state as set_state
from sessiontui.services.rights import require_session, standing
from sessiontui.store.reads import requests as kept

if TYPE_CHECKING:
    from sessiontui.store.tables import JoinRequest, Session
    from sessiontui.store.tx import Tx


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
            raise AlreadyThere(f"{person.name} has asked already and is {held.state}")
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
    confirm: bool = False,
) -> Receipt:
    """Approve or reject requests; each is decided on its own, and the receipt says which were refused and why.

    ``expected`` is the state that the decider was shown: a decision can be revised knowingly, not by accident.
    A single request that is refused raises its error: ``Conflict`` when someone else decided it first.
    ``confirm`` agrees to people being booked twice where that takes an agreement.
    """
    if state not in (RequestState.APPROVED, RequestState.REJECTED):
        raise BadInput(f"a request is approved or rejected, not {state}")
    done: list[str] = []
    sessions: dict[int, None] = {}
    people: list[int] = []
    refused: list[tuple[int, str]] = []
    undo: int | None = None
    double = ""
    for request_id in request_ids:
        try:
            name, session_id, person_id, undo, told = await _decide_one(
                context, request_id, state, by=by, at=at, reason=reason, expected=expected, confirm=confirm
            )
        except SessiontuiError as error:
            if len(request_ids) == 1:
                raise
            refused.append((request_id, str(error)))
            continue
        done.append(name)
        double += told
        sessions[session_id] = None
        people.append(person_id)
    whom = done[0] if len(done) == 1 else count(len(done), "request")
    return Receipt(
        sentence=f"{state} {whom}" + (f", {len(refused)} refused" if refused else "") + double,
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
        await set_state(tx, request_id, RequestState.WITHDRAWN, reason=reason)
        sentence = f"{person.name} withdrew from {session.title}"
        entry = await tx.audit(
            "request.withdraw",
            sentence,
            subject_id=request.session_id,
            reason=reason,
            detail={"request": request_id, "from": request.state},
            reversible=True,
        )
        sentence += await seats.offer(tx, context, session, before=(session.capacity, session.approved))
    return Receipt(sentence=sentence, sessions=(request.session_id,), people=(request.person_id,), undo=entry.id)


async def pending_of(context: Context, session_ids: Sequence[int]) -> tuple[int, ...]:
    """Return the pending requests of sessions, in the order in which they were made."""
    found: list[int] = []
    for session_id in session_ids:
        found += await kept.pending(context.db.fetch, session_id)
    return tuple(found)


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
    confirm: bool,
) -> tuple[str, int, int, int, str]:
    reason = safe_block(reason).strip()
    async with context.db.write(by=by, at=at) as tx:
        request = await tx.request(request_id)
        session = await tx.claim(request.session_id)
        await require_session(tx, Action.DECIDE, session)
        person = await tx.person(request.person_id)
        _require_undecided(request, person.name, state, expected=expected)
        told = ""
        if state is RequestState.APPROVED:
            require_open(session)
            seats.require_free(session)
            told = await clashes.heed(
                tx,
                context,
                {request.person_id: False},
                session.starts_at,
                session.ends_at,
                but=request.session_id,
                confirm=confirm,
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
        if state is RequestState.REJECTED:
            told = await seats.offer(tx, context, session, before=(session.capacity, session.approved))
        return person.name, request.session_id, request.person_id, entry.id, told


def _require_undecided(request: JoinRequest, person: str, state: RequestState, *, expected: RequestState) -> None:
    """Raise where a request stands otherwise than the decider was shown, or is decided like this already."""
    if request.state == RequestState.WITHDRAWN:
        raise Refused(f"{person} has withdrawn the request")
    if request.state != expected:
        raise Conflict(_first_hand(request.state, request.decided_by, request.decided_at))
    if request.state == state:
        raise Refused(f"the request of {person} is {state} already")


def _first_hand(state: str, by: str, at: datetime | None) -> str:
    when = f" at {at:%H:%M}" if at else ""
    return f"{state} by {by}{when}" if by else f"it is {state} already"


async def find(context: Context, session_id: int, person_id: int) -> int:
    """Return the id of the request that a person made in a session."""
    held = await kept.of_person(context.db.fetch, session_id, person_id)
    if held is None:
        raise NotFound("this person has not asked to join that session")
    return held.id


async def state_of(context: Context, session_id: int, person_id: int) -> str:
    """Return how the request of a person in a session stands, empty where there is none."""
    held = await kept.of_person(context.db.fetch, session_id, person_id)
    return "" if held is None else held.state
