"""The moves of a session: started, paused, resumed, completed, cancelled and the rest, each a route of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Literal

from fastapi import APIRouter
from starlette.responses import Response

from sessiontui.domain.errors import BadInput
from sessiontui.domain.vocabulary import Move
from sessiontui.server.answers import told
from sessiontui.server.call import Call, Writing
from sessiontui.server.limits import StrictRoute
from sessiontui.server.outputs import ChangedOut, answers
from sessiontui.server.shapes import ExtendIn, MoveIn, SessionId
from sessiontui.services import naming, sessions

router = APIRouter(prefix="/api/sessions", tags=["sessions"], route_class=StrictRoute)

PLAIN: Final = (
    Move.PUBLISH, Move.START, Move.PAUSE, Move.RESUME, Move.COMPLETE, Move.CANCEL, Move.REOPEN, Move.ARCHIVE,
    Move.RESTORE,
)  # fmt: skip
"""The moves that need nothing said but why."""


class ActionIn(MoveIn):
    """A move by its name."""

    action: Literal["publish", "start", "pause", "resume", "complete", "cancel", "reopen", "archive", "restore"]


@router.post("/{session}", responses=answers(ChangedOut))
async def acted(call: Writing, session: SessionId, body: ActionIn) -> Response:
    """Move a session through its life, by the name of the move."""
    return await _move(call, session, Move(body.action), body)


@router.post("/{session}/extend", responses=answers(ChangedOut))
async def extended(call: Writing, session: SessionId, body: ExtendIn) -> Response:
    """Let a session end later."""
    session_id = call.about(await naming.session(call.context, session))
    done = await call.once(
        body,
        lambda context: sessions.move(
            context, Move.EXTEND, session_id, by=call.by, at=call.at, ends_at=body.ends_at, reason=body.reason
        ),
        session_id=session_id,
    )
    return await told(call, session_id, done)


def _route(move: Move) -> Callable[[Call, str, MoveIn | None], Awaitable[Response]]:
    async def moved(call: Writing, session: SessionId, body: MoveIn | None = None) -> Response:
        return await _move(call, session, move, body or MoveIn())

    moved.__name__ = f"{move}_session"
    moved.__doc__ = f"{move.capitalize()} a session."
    return moved


for _one in PLAIN:
    router.add_api_route(
        f"/{{session}}/{_one}", _route(_one), methods=["POST"], responses=answers(ChangedOut), response_model=None
    )


async def _move(call: Call, session: str, move: Move, body: MoveIn) -> Response:
    if body.at is not None and body.at > call.at:
        raise BadInput("a move counts from now, or from an instant before", place="at")
    session_id = call.about(await naming.session(call.context, session))
    done = await call.once(
        (move, body),
        lambda context: sessions.move(
            context,
            move,
            session_id,
            by=call.by,
            at=call.at,
            reason=body.reason,
            effective_at=body.at,
            confirm=body.confirm,
        ),
        session_id=session_id,
    )
    return await told(call, session_id, done)
