"""The straight way: the few routes that are called more than all others together, answered without the framework.

They stand in the document as all others do, and the framework would answer them alike, for they read what they are
sent themselves. What it does on the way there, for every call, costs more than such a call does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sessiontui.server.problems import FAULTS, mistake, problem_of
from sessiontui.server.shapes import MAX_ID

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.routing import APIRoute

    _Answer: TypeAlias = Callable[..., Awaitable[Response]]

WORTH_PACKING: Final = 1_000
"""Bytes from which on an answer is sent compressed to whoever takes it so."""

PACKED: Final = 5
"""How hard it is compressed: beyond that it costs more than it saves."""


class Straight:
    """Stands before an application, answers the calls of some of its routes, and hands on all others.

    Such a route takes the request and the words of its path, and answers with a response.
    """

    def __init__(self, app: FastAPI, routes: Sequence[APIRoute]) -> None:
        self._app = app
        self._routes = [(route.path_regex.match, cast("_Answer", route.endpoint), route) for route in routes]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["method"] == "POST":
            for match, answer, route in self._routes:
                found = match(scope["path"])
                if found is None:
                    continue
                words = found.groupdict()
                if any(len(word) > MAX_ID for word in words.values()):
                    break  # the framework says what is wrong with it
                scope["app"], scope["route"] = self._app, route
                await _told(scope, receive, send, answer, words)
                return
        await self._app(scope, receive, send)


async def _told(scope: Scope, receive: Receive, send: Send, answer: _Answer, words: dict[str, str]) -> None:
    request = Request(scope, receive)
    told: Response | None = None
    try:
        told = await answer(request, **words)
    except FAULTS as error:
        told = await problem_of(request, error)
    finally:  # what is none of these goes on to the log
        told = mistake() if told is None else told
        packed = len(told.body) >= WORTH_PACKING
        whole = GZipMiddleware(told, minimum_size=WORTH_PACKING, compresslevel=PACKED) if packed else told
        await whole(scope, receive, send)
