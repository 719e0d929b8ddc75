"""Presence: who came, is still there, or left; one event, or a batch, each event for itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from sessiontui.domain.access import Action
from sessiontui.domain.errors import NotFound
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.logins.scopes import Scope
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Source
from sessiontui.server.answers import answer
from sessiontui.server.call import Call, Reading, door
from sessiontui.server.limits import strictly
from sessiontui.server.openapi import body_of
from sessiontui.server.outputs import PresenceOut, ReportedOut, answers
from sessiontui.server.reading import read, whole
from sessiontui.server.shapes import EventIn, EventsIn, SessionId
from sessiontui.services import boards, naming, reporting
from sessiontui.services.places import entering, joining
from sessiontui.services.presence import PresenceReport
from sessiontui.services.reporting import Reported
from sessiontui.services.told import session_json

if TYPE_CHECKING:
    from sessiontui.services.places.entering import Entrance

router = APIRouter(prefix="/api", tags=["presence"])

OFF: Final = timedelta(seconds=5)
"""How far a sender's clock is off before its instants are set right; less is the way of the message."""

_LET_IN: Final = door(Scope.EVENTS)

_SIGNALS: Final = {str(signal): signal for signal in Signal}


@router.get("/sessions/{session}/presence", responses=answers(PresenceOut))
async def shown(call: Reading, session: SessionId) -> Response:
    """Return who was in a session and who is, with the verdict on each guest."""
    session_id = await naming.session(call.context, session)
    await joining.require_right(call.context, Action.SEE_ATTENDANCE, session_id, by=call.by, at=call.at)
    detail = await boards.detail(call.context, session_id, now=call.at, by=call.by)
    whole = session_json(detail)
    return answer(
        {"taken_at": rfc3339(detail.taken_at), "presence": whole["presence"], "attendance": whole["attendance"]},
        version=detail.line.version,
    )


# These two are called more than all others together: they go the straight way, and read what they are sent.
@router.post(
    "/sessions/{session}/presence", responses=answers(ReportedOut), openapi_extra=body_of(EventIn | EventsIn)
)
async def told_of_one(request: Request, session: SessionId) -> Response:
    """Take presence events of one session: one, or a batch.

    The answer to a join carries link and passcode, for those who are approved.
    """
    call = await _LET_IN(request)
    value = strictly(await whole(request))
    if isinstance(value, dict) and "events" not in value:
        return await _take_one(call, read(EventIn, value), session)
    batch = read(EventsIn, value)
    return await _take(call, batch.events, batch.sent_at, session=session)


@router.post("/presence", responses=answers(ReportedOut), openapi_extra=body_of(EventsIn))
async def told_of_many(request: Request) -> Response:
    """Take presence events of many sessions; each names its own."""
    call = await _LET_IN(request)
    batch = read(EventsIn, strictly(await whole(request)))
    return await _take(call, batch.events, batch.sent_at)


def straight() -> tuple[APIRoute, ...]:
    """Return the routes that go the straight way."""
    ways = (told_of_one, told_of_many)
    return tuple(route for route in router.routes if isinstance(route, APIRoute) and route.endpoint in ways)


async def _take_one(call: Call, event: EventIn, session: str) -> Response:
    """Record one event; that its numbers are there is found out as it is written, not before."""
    numbers = naming.as_numbers(session, *([event.person] if event.person else []))
    if numbers is None or event.kind == "end" or event.person is None:
        return await _take(call, [event], None, session=session, alone=True)
    report = _report(call, 0, event, numbers.ids[session], numbers, timedelta())
    try:
        found = await reporting.report(call.context, [(0, report)], by=call.by, at=call.at)
    except NotFound:
        return await _take(call, [event], None, session=session, alone=True)  # it says which of them is not there
    return await _answer(call, found, found.refused, alone=True)


async def _take(
    call: Call, events: Sequence[EventIn], sent_at: datetime | None, *, session: str = "", alone: bool = False
) -> Response:
    """Record what can be, and tell what became of each event; nothing is told before it is on the disk.

    ``session`` is the one that the address names, which all events are about.
    """
    sessions = await naming.sessions(call.context, {session} if session else {one.session or "" for one in events})
    if session and session not in sessions.ids:
        raise NotFound(sessions.faults[session], hint="an id is written 4711, or source:id")
    people = await naming.people(call.context, {one.person for one in events if one.person})
    skew = timedelta() if sent_at is None or abs(call.at - sent_at) < OFF else call.at - sent_at
    faults: list[tuple[int, str]] = []
    reports: list[tuple[int, PresenceReport]] = []
    for place, one in enumerate(events):
        where = session or one.session or ""
        fault = _fault(one, where, sessions, people)
        if fault:
            faults.append((place, fault))
        else:
            reports.append((place, _report(call, place, one, sessions.ids[where], people, skew)))
    found = await reporting.report(call.context, reports, by=call.by, at=call.at) if reports else Reported()
    return await _answer(call, found, sorted((*faults, *found.refused)), alone=alone)


async def _answer(call: Call, found: Reported, refused: Sequence[tuple[int, str]], *, alone: bool) -> Response:
    """Tell what became of events, and where those enter who have joined and are approved."""
    inside = await entering.entrances(call.context, found.joined, by=call.by, at=call.at)
    call.serving.metrics.events(acknowledged=found.acknowledged, repeated=found.repeated, refused=len(refused))
    if not refused and not inside:
        return Response(_counted(found.acknowledged, found.repeated), media_type="application/json")
    told: dict[str, object] = {
        "acknowledged": found.acknowledged,
        "repeated": found.repeated,
        "refused": [{"place": place, "reason": reason} for place, reason in refused],
        "joins": [_join(one) for one in inside],
    }
    if alone and inside:
        told |= {"link": inside[0].link or None, "passcode": inside[0].passcode or None}
    return answer(told)


@lru_cache(maxsize=1024)
def _counted(acknowledged: int, repeated: int) -> bytes:
    """Return the answer to events of which nothing is to be told but that they are kept."""
    told = {"acknowledged": acknowledged, "repeated": repeated, "refused": [], "joins": []}
    return json.dumps(told).encode()


def _fault(one: EventIn, where: str, sessions: naming.Named, people: naming.Named) -> str:
    """Return what is wrong with an event before the database sees it."""
    if not where:
        return "session: is missing"
    if where not in sessions.ids:
        return sessions.faults[where]
    if one.kind == "end":
        return "" if one.person is None else "person: the end is of everybody"
    if one.person is None:
        return "person: is missing"
    return "" if one.person in people.ids else people.faults[one.person]


def _report(
    call: Call, place: int, one: EventIn, session_id: int, people: naming.Named, skew: timedelta
) -> PresenceReport:
    key = f"{call.caller.client_id or 0}/{one.key}" if one.key else f"{call.key}/{place}" if call.key else ""
    return PresenceReport(
        session_id=session_id,
        signal=_SIGNALS[one.kind],
        at=call.at if one.at is None else one.at + skew,
        source=Source.API,
        person_id=None if one.person is None else people.ids[one.person],
        connection=one.connection,
        key=key,
    )


def _join(one: Entrance) -> dict[str, object]:
    return {
        "session": one.session_id,
        "person": one.person_id,
        "link": one.link or None,
        "passcode": one.passcode or None,
    }
