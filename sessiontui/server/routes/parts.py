"""The parts of a session: its comments and the goals of its plan."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from sessiontui.domain.access import Action
from sessiontui.domain.errors import BadInput
from sessiontui.domain.text import MAX_BLOCK
from sessiontui.server.answers import answer, receipt
from sessiontui.server.call import Call, Reading, Writing
from sessiontui.server.limits import StrictRoute
from sessiontui.server.outputs import CommentsOut, DoneOut, PlanOut, answers
from sessiontui.server.shapes import CommentIn, CommentPatch, GoalIn, GoalPatch, Number, SessionId
from sessiontui.services import boards, hands, naming
from sessiontui.services.hands import Part
from sessiontui.services.once import Done
from sessiontui.services.places import joining
from sessiontui.services.plans import goals
from sessiontui.services.plans.goal_steps import GoalEdit
from sessiontui.services.talk import writing
from sessiontui.services.told import session_json

router = APIRouter(prefix="/api/sessions/{session}", tags=["parts"], route_class=StrictRoute)

Why = Annotated[str, Query(max_length=MAX_BLOCK)]

_NO_PLAN: Final[dict[str, object]] = {
    "progress": None, "goals": [], "milestones": [], "checklist": [], "blockers": [],
}  # fmt: skip


@router.get("/comments", responses=answers(CommentsOut))
async def comments(call: Reading, session: SessionId) -> Response:
    """Return what was said in a session, answers below what they answer."""
    session_id = await naming.session(call.context, session)
    await joining.require_right(call.context, Action.SEE_TALK, session_id, by=call.by, at=call.at)
    detail = await boards.detail(call.context, session_id, now=call.at, by=call.by)
    return answer({"comments": session_json(detail)["comments"] or []}, version=detail.line.version)


@router.post("/comments", status_code=201, responses=answers(DoneOut, 201))
async def commented(call: Writing, session: SessionId, body: CommentIn) -> Response:
    """Say something in a session, or answer a comment; who is named in it with @ is written to."""
    session_id = call.about(await naming.session(call.context, session))
    done = await call.once(
        body,
        lambda context: writing.comment(
            context, session_id, body.text, by=call.by, at=call.at, parent_id=body.answers
        ),
        session_id=session_id,
    )
    return await _made(call, Part.COMMENT, session_id, done)


@router.patch("/comments/{comment}", responses=answers(DoneOut))
async def comment_edited(call: Writing, session: SessionId, comment: Number, body: CommentPatch) -> Response:
    """Write one's own comment anew; what it said before is kept beside it."""
    session_id = await _part(call, session, Part.COMMENT, comment)
    done = await call.once(
        (comment, body),
        lambda context: writing.edit(context, comment, body.text, by=call.by, at=call.at),
        session_id=session_id,
    )
    return answer({"comment": comment, "receipt": receipt(done)})


@router.delete("/comments/{comment}", responses=answers(DoneOut))
async def comment_deleted(call: Writing, session: SessionId, comment: Number, reason: Why = "") -> Response:
    """Delete a comment: it keeps its place in the thread and says nothing there."""
    session_id = await _part(call, session, Part.COMMENT, comment)
    done = await call.once(
        (comment, "delete"),
        lambda context: writing.delete(context, comment, by=call.by, at=call.at, reason=reason),
        session_id=session_id,
    )
    return answer({"comment": comment, "receipt": receipt(done)})


@router.get("/goals", responses=answers(PlanOut))
async def plan(call: Reading, session: SessionId) -> Response:
    """Return the plan of a session: its goals as a tree in order, milestones, checklist and blockers."""
    session_id = await naming.session(call.context, session)
    detail = await boards.detail(call.context, session_id, now=call.at, by=call.by)
    return answer(session_json(detail)["plan"] or _NO_PLAN, version=detail.line.version)


@router.post("/goals", status_code=201, responses=answers(DoneOut, 201))
async def goal_added(call: Writing, session: SessionId, body: GoalIn) -> Response:
    """Add a goal at the end of its family."""
    session_id = call.about(await naming.session(call.context, session))
    done = await call.once(
        body,
        lambda context: goals.add(
            context,
            session_id,
            body.title,
            by=call.by,
            at=call.at,
            parent_id=body.parent,
            criteria=body.criteria,
            weight=body.weight,
            phase=body.phase,
        ),
        session_id=session_id,
    )
    return await _made(call, Part.GOAL, session_id, done)


@router.patch("/goals/{goal}", responses=answers(DoneOut))
async def goal_changed(call: Writing, session: SessionId, goal: Number, body: GoalPatch) -> Response:
    """Change a goal: what is written about it, how far it is, and whether it is done, dropped or open; in one act."""
    session_id = await _part(call, session, Part.GOAL, goal)
    edit = GoalEdit(
        title=body.title, criteria=body.criteria, weight=body.weight, phase=body.phase, progress=body.progress
    )
    given = body.model_fields_set
    if not given & {"title", "criteria", "weight", "phase", "progress", "state"}:
        raise BadInput("nothing to change was given")
    done = await call.once(
        (goal, body),
        lambda context: goals.change(
            context, goal, edit, by=call.by, at=call.at, state=body.state, reason=body.reason
        ),
        session_id=session_id,
    )
    return answer({"goal": goal, "receipt": receipt(done), "receipts": [receipt(done)]})


@router.delete("/goals/{goal}", responses=answers(DoneOut))
async def goal_removed(call: Writing, session: SessionId, goal: Number, reason: Why = "") -> Response:
    """Take a goal out of the plan with all that stands under it."""
    session_id = await _part(call, session, Part.GOAL, goal)
    done = await call.once(
        (goal, "remove"),
        lambda context: goals.remove(context, goal, by=call.by, at=call.at, reason=reason),
        session_id=session_id,
    )
    return answer({"goal": goal, "receipt": receipt(done)})


async def _part(call: Call, session: str, part: Part, number: int) -> int:
    """Return the session in which a part stands."""
    session_id = call.about(await naming.session(call.context, session))
    await hands.require_part(call.context, part, number, session_id)
    return session_id


async def _made(call: Call, part: Part, session_id: int, done: Done) -> Response:
    number = await hands.made(call.context, done.receipt.undo, part)
    headers = {"Location": f"/api/sessions/{session_id}/{part}s/{number}"} if number else None
    return answer({str(part): number, "receipt": receipt(done)}, status=201, headers=headers)
