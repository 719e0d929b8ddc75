"""Changes as they happen, as server-sent events."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header
from starlette.responses import StreamingResponse

from sessiontui.domain.errors import BadInput
from sessiontui.server.call import Reading

router = APIRouter(prefix="/api", tags=["sessions"])


@router.get(
    "/changes",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}, "description": "Events."}},
)
async def changes(
    call: Reading, last_event_id: Annotated[str | None, Header(max_length=20)] = None
) -> StreamingResponse:
    """Tell each change of a session as it happens: ``hello``, then ``session`` for each, ``reset`` to read anew.

    The id of an event, sent back as ``Last-Event-ID``, is where it goes on.
    """
    since = None
    if last_event_id:
        if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 16):
            raise BadInput("it is the id of no event of ours", place="Last-Event-ID")
        since = int(last_event_id)
    return StreamingResponse(
        call.serving.changes.listen(since, by=call.by, lives=call.lives),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )
