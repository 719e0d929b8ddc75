"""Requests to take part: asked, approved, rejected, withdrawn."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from sessiontui.domain.access import Action
from sessiontui.domain.errors import NotFound
from sessiontui.domain.vocabulary import RequestState
from sessiontui.server.answers import answer, receipt
from sessiontui.server.call import Call, Reading, Telling, Writing
from sessiontui.server.limits import StrictRoute
from sessiontui.server.outputs import DoneOut, RequestsOut, answers
from sessiontui.server.shapes import DecisionIn, PersonId, RequestIn, SessionId
from sessiontui.services import boards, naming, requests
from sessiontui.services.once import Done
from sessiontui.services.places import joining
from sessiontui.services.told import session_json

router = APIRouter(prefix="/api/sessions/{session}/requests", tags=["presence"], route_class=StrictRoute)


@router.get("", responses=answers(RequestsOut))
async def listed(call: Reading, session: SessionId) -> Response:
    """Return the requests of a session."""
    session_id = await naming.session(call.context, session)
    await joining.require_right(call.context, Action.SEE_ATTENDANCE, session_id, by=call.by, at=call.at)
    detail = await boards.detail(call.context, session_id, now=call.at, by=call.by)
    return answer({"requests": session_json(detail)["requests"]}, version=detail.line.version)


@router.post("", status_code=201, responses=answers(DoneOut, 201))
async def asked(call: Telling, session: SessionId, body: RequestIn) -> Response:
    """Ask to take part, for a person."""
    session_id = call.about(await naming.session(call.context, session))
    person_id = await naming.person(call.context, body.person)
    found = await requests.ask(
        call.context, session_id, person_id, by=call.by, at=call.at, message=body.message, key=call.key
    )
    return await _told(call, session_id, person_id, Done(found), status=201)


@router.post("/{person}/approve", responses=answers(DoneOut))
async def approved(call: Writing, session: SessionId, person: PersonId, body: DecisionIn | None = None) -> Response:
    """Approve the request of a person; 409 says who was quicker, or that no seat is left."""
    return await _decided(call, session, person, RequestState.APPROVED, body or DecisionIn())


@router.post("/{person}/reject", responses=answers(DoneOut))
async def rejected(call: Writing, session: SessionId, person: PersonId, body: DecisionIn | None = None) -> Response:
    """Reject the request of a person."""
    return await _decided(call, session, person, RequestState.REJECTED, body or DecisionIn())


@router.post("/{person}/withdraw", responses=answers(DoneOut))
async def withdrawn(call: Telling, session: SessionId, person: PersonId, body: DecisionIn | None = None) -> Response:
    """Take the request of a person back."""
    session_id, person_id, request_id = await _found(call, session, person)
    reason = "" if body is None else body.reason
    done = await call.once(
        (request_id, "withdraw"),
        lambda context: requests.withdraw(context, request_id, by=call.by, at=call.at, reason=reason),
        session_id=session_id,
    )
    return await _told(call, session_id, person_id, done)


async def _decided(call: Call, session: str, person: str, state: RequestState, body: DecisionIn) -> Response:
    session_id, person_id, request_id = await _found(call, session, person)
    done = await call.once(
        (request_id, state, body),
        lambda context: requests.decide(
            context,
            [request_id],
            state,
            by=call.by,
            at=call.at,
            reason=body.reason,
            expected=RequestState(body.expected),
            confirm=body.confirm,
        ),
        session_id=session_id,
    )
    return await _told(call, session_id, person_id, done)


async def _found(call: Call, session: str, person: str) -> tuple[int, int, int]:
    session_id = call.about(await naming.session(call.context, session))
    people = await naming.people(call.context, [person])
    if person not in people.ids:
        raise NotFound(people.faults[person])
    person_id = people.ids[person]
    return session_id, person_id, await requests.find(call.context, session_id, person_id)


async def _told(call: Call, session_id: int, person_id: int, done: Done, *, status: int = 200) -> Response:
    state = await requests.state_of(call.context, session_id, person_id)
    body = {"session": session_id, "person": person_id, "state": state, "receipt": receipt(done)}
    return answer(body, status=status)
