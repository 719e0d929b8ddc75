"""The calendar that a person subscribes to, under an address with a token of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from sessiontui.server.call import stranger
from sessiontui.server.openapi import OPEN
from sessiontui.services.calendars import MEDIA_TYPE
from sessiontui.services.calendars.subscribing import subscribed_calendar

router = APIRouter(tags=["doors"])


@router.get(
    "/calendar.ics",
    response_class=Response,
    responses={
        200: {"content": {"text/calendar": {"schema": {"type": "string"}}}, "description": "The calendar."},
        304: {"description": "Nothing has changed since the tag that was sent."},
    },
    openapi_extra=OPEN,
)
async def calendar(
    request: Request,
    token: Annotated[str, Query(min_length=1, max_length=200)],
    if_none_match: Annotated[str, Header(max_length=200)] = "",
) -> Response:
    """Return the calendar of whoever the token was made for: what they hold, write, work on, or are approved for."""
    serving = stranger(request)
    parts: AsyncIterator[str] = subscribed_calendar(serving.context, token, at=serving.clock())
    text = "".join([part async for part in parts])
    tag = f'"{sha256(_unstamped(text).encode()).hexdigest()[:32]}"'
    if tag in if_none_match:
        return Response(status_code=304, headers={"ETag": tag})
    return Response(text, headers={"Content-Type": MEDIA_TYPE, "ETag": tag})


def _unstamped(text: str) -> str:
    """Return a calendar without the instants at which it was written, which alone differ from look to look."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("DTSTAMP"))
