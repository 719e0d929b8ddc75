"""Problems: every error as ``application/problem+json``: what happened, why, what to do, and a word for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sessiontui.domain.errors import (
    AlreadyRotated,
    BadInput,
    Conflict,
    LockedOut,
    NeedsConsent,
    NotAllowed,
    NotFound,
    ReadOnly,
    Refused,
    SessiontuiError,
    Unauthenticated,
    Unavailable,
)
from sessiontui.domain.instants import maybe_rfc3339
from sessiontui.services import hands

if TYPE_CHECKING:
    from sessiontui.server.call import Call
    from sessiontui.server.serving import Serving

MEDIA_TYPE: Final = "application/problem+json"

_KINDS: Final[tuple[tuple[type[SessiontuiError], int, str], ...]] = (
    (AlreadyRotated, 409, "already_rotated"),
    (LockedOut, 423, "locked"),
    (Unauthenticated, 401, "unauthenticated"),
    (NotAllowed, 403, "not_allowed"),
    (ReadOnly, 403, "read_only"),
    (NotFound, 404, "not_found"),
    (Conflict, 409, "conflict"),
    (NeedsConsent, 409, "needs_consent"),
    (Refused, 409, "refused"),
    (BadInput, 400, "bad_input"),
    (Unavailable, 503, "unavailable"),
)
"""The status and the word of each kind of error; the first that fits holds."""

_WORDS: Final = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many",
}
"""The words for what is wrong with a request as such."""

_LATER: Final = "5"
"""Seconds after which it is worth asking again whoever cannot answer now."""

_MOST_FAULTS: Final = 20

FAULTS: Final = (SessiontuiError, RequestValidationError, HTTPException)
"""What a route may raise to be answered as a problem; anything else is a mistake of the program."""


def problem(
    status: int,
    word: str,
    *,
    title: str,
    detail: str = "",
    hint: str = "",
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> Response:
    """Return a problem as an answer; ``more`` are members of its own."""
    body: dict[str, object] = {
        "type": f"/problems/{word}",
        "title": title,
        "status": status,
        "detail": detail,
        **({"hint": hint} if hint else {}),
        **more,
    }
    told = dict(headers or {})
    if status == 401:
        told["WWW-Authenticate"] = "Bearer"
    return Response(json.dumps(body), status_code=status, media_type=MEDIA_TYPE, headers=told)


def install(app: FastAPI) -> None:
    """Let an application answer every error as a problem."""
    for kind in FAULTS:
        app.add_exception_handler(kind, problem_of)
    app.add_exception_handler(Exception, _mistake)


async def _mistake(request: Request, error: Exception) -> Response:
    del request, error
    return mistake()


async def problem_of(request: Request, error: Exception) -> Response:
    """Return what a request is answered that ended in one of ``FAULTS``."""
    if isinstance(error, SessiontuiError):
        return await _own(request, error)
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    assert isinstance(error, HTTPException)  # noqa: S101 - as it was registered
    return _plain(error)


async def _own(request: Request, error: SessiontuiError) -> Response:
    status, word = next(
        ((status, word) for kind, status, word in _KINDS if isinstance(error, kind)), (400, "refused")
    )
    serving: Serving = request.app.state.serving
    headers: dict[str, str] = {}
    hint = error.hint
    more: dict[str, object] = {}
    if isinstance(error, Unauthenticated):
        word = error.reason
    elif isinstance(error, NotAllowed):
        await _note(serving, request, error)
    elif isinstance(error, LockedOut):
        seconds = max(1, round((error.until - serving.clock()).total_seconds()))
        headers["Retry-After"], more["until"] = str(seconds), maybe_rfc3339(error.until)
    elif isinstance(error, NeedsConsent):
        hint = 'send it again with "confirm": true to agree'
    elif isinstance(error, BadInput) and error.place:
        more["place"] = error.place
    elif isinstance(error, Unavailable):
        headers["Retry-After"] = _LATER
        if "full" in error.detail:
            status = HTTPStatus.INSUFFICIENT_STORAGE
    elif isinstance(error, Conflict):
        more = await _conflict(serving, request, error)
    return problem(status, word, title=error.title, detail=error.detail, hint=hint, headers=headers, **more)


async def _note(serving: Serving, request: Request, refusal: NotAllowed) -> None:
    """Write a refusal down that nobody has: one of a scope, or of something that was only looked at."""
    call: Call | None = getattr(request.state, "call", None)
    if call is not None:
        await serving.context.db.refuse(refusal, by=call.by, at=call.at)


async def _conflict(serving: Serving, request: Request, error: Conflict) -> dict[str, object]:
    """Return who changed it and when, and the fields that two have changed in different ways."""
    told: dict[str, object] = {}
    session_id = getattr(request.state, "session_id", None)
    if error.fields:
        told["fields"] = [
            {
                "field": one.field,
                "yours": one.mine,
                "theirs": one.theirs,
                "before": one.base,
                "by": one.by or None,
                "at": maybe_rfc3339(one.at),
            }
            for one in error.fields
        ]
    if error.version is not None:
        told["version"] = error.version
    if session_id is not None:
        last = await hands.last(serving.context, session_id)
        if last is not None:
            told |= {"by": last.by or None, "at": maybe_rfc3339(last.at), "version": last.version}
    return told


def _invalid(error: RequestValidationError) -> Response:
    faults = _faults(error.errors())
    first = faults[0] if faults else {"place": "body", "detail": "it cannot be read"}
    return problem(
        422,
        "invalid",
        title="Cannot be read",
        detail=f"{first['place']}: {first['detail']}",
        hint="the shapes stand in /openapi.json",
        errors=faults,
    )


def _faults(errors: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
    found = []
    for one in errors[:_MOST_FAULTS]:
        place = one.get("loc")
        parts = [str(part)[:60] for part in place] if isinstance(place, tuple | list) else []
        found.append({"place": ".".join(parts) or "body", "detail": str(one.get("msg", ""))[:300]})
    return found


def _plain(error: HTTPException) -> Response:
    title = HTTPStatus(error.status_code).phrase
    word = _WORDS.get(error.status_code, "refused")
    detail = error.detail if error.detail != title else ""
    return problem(error.status_code, word, title=title, detail=detail, headers=error.headers)


def mistake() -> Response:
    """Return what is answered for a mistake of the program; what it was stands in the log."""
    return problem(
        500, "mistake", title="Something went wrong", detail="the server made a mistake", hint="it stands in its log"
    )
