"""The application: every route, and what stands before and behind all of them."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from sessiontui import __version__
from sessiontui.server import openapi, problems
from sessiontui.server.frontier import Frontier
from sessiontui.server.routes import (
    auth,
    calendar,
    changes,
    files,
    hooks,
    moves,
    parts,
    people,
    presence,
    projects,
    requests,
    sessions,
    upkeep,
    visits,
)
from sessiontui.server.serving import Serving
from sessiontui.server.straight import PACKED, WORTH_PACKING, Straight


def build(serving: Serving) -> ASGIApp:
    """Return the application of a server: the framework's, behind the straight way, behind the frontier."""
    return Frontier(Straight(framed(serving), routes=presence.straight()), serving=serving)


def framed(serving: Serving) -> FastAPI:
    """Return every route as the framework answers it."""
    app = FastAPI(
        title="sessiontui",
        version=__version__,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.serving = serving
    problems.install(app)
    # Fixed paths come before those with an id in their place.
    for router in (
        presence.router,
        upkeep.router,
        auth.router,
        hooks.router,
        calendar.router,
        changes.router,
        people.router,
        visits.router,
        projects.router,
        sessions.router,
        moves.router,
        requests.router,
        parts.router,
        files.router,
    ):
        app.include_router(router)
    app.add_middleware(GZipMiddleware, minimum_size=WORTH_PACKING, compresslevel=PACKED)
    document = openapi.describe(app)
    app.openapi = lambda: document  # type: ignore[method-assign]  # the documented way to have one's own
    return app
