"""Visits: who begins and ends work on a project, who is at it, and what they find who come back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, JsonValue, StringConstraints
from starlette.responses import Response

from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.visits.words import ActivityKind
from sessiontui.server.answers import answer, receipt
from sessiontui.server.call import Call, Reading, Telling, Writing
from sessiontui.server.limits import StrictRoute
from sessiontui.server.outputs import Output, ReceiptOut, When, answers
from sessiontui.server.shapes import MAX_NUMBER, Block, Instant, PersonId, SessionId, Shape, Word
from sessiontui.services import naming
from sessiontui.services.once import Done
from sessiontui.services.projects import knowing, told
from sessiontui.services.visits import going, summing
from sessiontui.services.visits.keeping import blocker_json, step_json
from sessiontui.services.visits.recording import Ping

router = APIRouter(prefix="/api/sessions", tags=["visits"], route_class=StrictRoute)

MAX_BATCH = 1_000
"""Activities in one request."""


class VisitIn(Shape):
    """A person and a project; ``metadata`` is what the platform wants to keep with the visit."""

    user: Word
    project: Word
    at: Instant | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)


class ActivityIn(Shape):
    """A sign that somebody is at work, or what an ``agent`` reports; ``item`` is the number of what it is about."""

    user: Word | None = None
    project: Word
    agent: Annotated[str, StringConstraints(max_length=100)] = ""
    kind: ActivityKind = ActivityKind.MESSAGE
    text: Block = ""
    at: Instant | None = None
    item: Annotated[int, Field(ge=1, le=MAX_NUMBER, strict=True)] | None = None
    key: Annotated[str, StringConstraints(max_length=200)] = ""


class ActivitiesIn(Shape):
    """Several activities at once."""

    activities: Annotated[list[ActivityIn], Field(min_length=1, max_length=MAX_BATCH)]


class VisitOut(Output):
    """One visit."""

    id: int
    user: int
    project: int
    started_at: When
    ended_at: When
    receipt: ReceiptOut


class TrackedOut(Output):
    """What was taken in; ``dropped`` found no room, and is counted."""

    acknowledged: int
    dropped: int


class SummaryOut(Output):
    """What somebody finds who comes back."""

    time_since: str
    decided_since: int
    exploring: int
    parked: int
    pending_questions: int
    suggested_steps: list[dict[str, object]]
    blockers: list[dict[str, object]]


class AnalyticsOut(Output):
    """What is kept of a person in a project."""

    user: int
    project: int
    items_decided_since: int
    items_exploring: int
    items_parked: int
    pending_questions: int


class StepsOut(Output):
    """What to do next, the most pressing first."""

    taken_at: When
    steps: list[dict[str, object]]


class BlockersOut(Output):
    """What stands in the way."""

    taken_at: When
    blockers: list[dict[str, object]]


@router.post("/start", status_code=201, responses=answers(VisitOut, 201))
async def started(call: Writing, body: VisitIn) -> Response:
    """Begin a visit; an open one of the same person to the same project is ended first."""
    person_id, project_id = await _both(call, body.user, body.project)
    at = min(body.at or call.at, call.at)
    done = await call.once(
        body,
        lambda context: going.start(context, person_id, project_id, by=call.by, at=at, details=body.metadata),
    )
    return await _visit(call, done, person_id, project_id, status=201)


@router.post("/end", responses=answers(VisitOut))
async def ended(call: Writing, body: VisitIn) -> Response:
    """End the open visit."""
    person_id, project_id = await _both(call, body.user, body.project)
    at = min(body.at or call.at, call.at)
    done = await call.once(body, lambda context: going.end(context, person_id, project_id, by=call.by, at=at))
    return await _visit(call, done, person_id, project_id)


@router.post("/track-activity", status_code=202, responses=answers(TrackedOut, 202))
async def tracked(call: Telling, body: ActivityIn | ActivitiesIn) -> Response:
    """Take signs of activity in without waiting for anything: they are looked at and written in the background."""
    many = body.activities if isinstance(body, ActivitiesIn) else [body]
    taken = sum(call.serving.tracker.track(_ping(call, one, place), by=call.by) for place, one in enumerate(many))
    return answer({"acknowledged": taken, "dropped": len(many) - taken}, status=202)


@router.get("/summary/{user}/{project}", responses=answers(SummaryOut))
async def summed(call: Reading, user: PersonId, project: SessionId) -> Response:
    """Return what happened in a project since a person was last there, next steps and blockers."""
    person_id, project_id = await _both(call, user, project)
    found = await summing.summary(call.context, person_id, project_id, by=call.by, now=call.at)
    return answer(told.summary_json(found))


@router.get("/analytics/{user}/{project}", responses=answers(AnalyticsOut))
async def analysed(call: Reading, user: PersonId, project: SessionId) -> Response:
    """Return what is kept of a person in a project, brought up to date."""
    person_id, project_id = await _both(call, user, project)
    row = await summing.analytics(call.context, person_id, project_id, by=call.by, now=call.at)
    return answer(told.analytics_json(row))


@router.get("/suggested-steps/{project}", responses=answers(StepsOut))
async def suggested(call: Reading, project: SessionId) -> Response:
    """Return what to do next in a project, each step with the fact behind it."""
    project_id = (await knowing.find(call.context, project)).id
    found = await summing.steps(call.context, project_id, by=call.by, now=call.at)
    return answer({"taken_at": rfc3339(call.at), "steps": [step_json(one) for one in found]})


@router.get("/blockers/{project}", responses=answers(BlockersOut))
async def blocked(call: Reading, project: SessionId) -> Response:
    """Return what stands in the way of a project, by type."""
    project_id = (await knowing.find(call.context, project)).id
    found = await summing.standing_blockers(call.context, project_id, by=call.by, now=call.at)
    return answer({"taken_at": rfc3339(call.at), "blockers": [blocker_json(one) for one in found]})


async def _both(call: Call, user: str, project: str) -> tuple[int, int]:
    person_id = call.by.id if user == "me" else None
    if person_id is None:
        person_id = await naming.person(call.context, user, place="user")
    return person_id, (await knowing.find(call.context, project)).id


async def _visit(call: Call, done: Done, person_id: int, project_id: int, *, status: int = 200) -> Response:
    visit = await summing.newest_visit(call.context, person_id, project_id)
    return answer(
        {
            "id": visit.id,
            "user": person_id,
            "project": project_id,
            "started_at": rfc3339(visit.started_at),
            "ended_at": maybe_rfc3339(visit.ended_at),
            "receipt": receipt(done),
        },
        status=status,
    )


def _ping(call: Call, one: ActivityIn, place: int) -> Ping:
    return Ping(
        project=one.project,
        person=one.user or "",
        agent=one.agent,
        kind=one.kind,
        text=one.text,
        at=one.at,
        item_id=one.item,
        key=one.key or (f"{call.key}/{place}" if call.key else ""),
    )
