"""Upkeep: whether the server lives, whether it takes work, and its figures for monitoring."""

from __future__ import annotations

import ipaddress

from fastapi import APIRouter, Request
from starlette.responses import Response

from sessiontui import __version__
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.logins.scopes import Scope
from sessiontui.server.answers import answer
from sessiontui.server.call import door, peer_of
from sessiontui.server.metrics import MEDIA_TYPE, Seen
from sessiontui.server.openapi import OPEN
from sessiontui.server.outputs import ReadyOut, answers
from sessiontui.server.problems import problem
from sessiontui.server.serving import Serving
from sessiontui.services import boards
from sessiontui.services.health import health

router = APIRouter(tags=["upkeep"])


@router.get("/healthz", responses=answers(ReadyOut), openapi_extra=OPEN)
async def lives() -> Response:
    """Answer as long as the process lives."""
    return answer({"status": "ok", "version": __version__})


@router.get("/readyz", responses=answers(ReadyOut), openapi_extra=OPEN)
async def ready(request: Request) -> Response:
    """Answer 200 while the server takes work; 503 when it stops, or the database does not answer."""
    serving: Serving = request.app.state.serving
    if serving.stopping.is_set():
        return _not_ready("the server stops")
    try:
        await boards.changed(serving.context, 0)
    except SessiontuiError as error:
        return _not_ready(error.detail)
    return answer({"status": "ready", "read_only": serving.context.db.read_only})


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Figures."}},
)
async def metrics(request: Request) -> Response:
    """Return figures in the form of Prometheus, to this host, or to a login with the scope for it."""
    serving: Serving = request.app.state.serving
    if not _is_near(request):
        await door(Scope.METRICS)(request)
    now, product = serving.clock(), Actor.system("metrics")
    seen = Seen(
        board=await boards.board(serving.context, "", now=now, limit=0, by=product),
        health=await health(serving.context, now=now),
        listeners=serving.changes.listeners,
    )
    return Response(serving.metrics.written(seen), headers={"Content-Type": MEDIA_TYPE})


def _not_ready(why: str) -> Response:
    return problem(
        503, "not_ready", title="Not ready", detail=why, hint="ask again in a moment", headers={"Retry-After": "5"}
    )


def _is_near(request: Request) -> bool:
    """Whether a request comes from this host itself, through no proxy."""
    if request.headers.get("x-forwarded-for") or request.headers.get("forwarded"):
        return False
    try:
        return ipaddress.ip_address(peer_of(request)).is_loopback
    except ValueError:
        return False
