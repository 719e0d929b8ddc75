"""The frontier: what is done about every request, whatever its route: measured, counted, logged and kept small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sessiontui.domain.instants import rfc3339
from sessiontui.domain.text import for_log
from sessiontui.server.problems import problem

if TYPE_CHECKING:
    from sessiontui.server.serving import Serving

LONGEST_PATH: Final = 2_000
"""Bytes of an address, its question included."""

_QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Routes that monitoring asks all the time: they are measured and not logged."""

_UNKNOWN: Final = "(no route)"


class Frontier:
    """Stands before an application and knows which route answered once it has."""

    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app = app
        self._serving = serving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        serving = self._serving
        began = serving.monotonic()
        status = 500
        size = 0

        async def sent(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_HEADERS]
            else:
                size += len(message.get("body", b""))
            await send(message)

        serving.metrics.begin()
        try:
            fault = _fault(scope, serving.rules.largest_body)
            if fault is not None:
                await problem(fault[0], fault[1], title=fault[2])(scope, receive, sent)
            else:
                await self._app(scope, _limited(receive, serving.rules.largest_body), sent)
        finally:
            self._note(scope, status, size, serving.monotonic() - began)

    def _note(self, scope: Scope, status: int, size: int, seconds: float) -> None:
        serving = self._serving
        route = getattr(scope.get("route"), "path", _UNKNOWN)
        serving.metrics.end(method=scope["method"], route=route, status=status, seconds=seconds)
        call = scope.get("state", {}).get("call")
        at = serving.clock()
        serving.noted(call, method=scope["method"], route=route, status=status, seconds=seconds, at=at)
        if serving.access is None or route in _QUIET:
            return
        peer = scope.get("client")
        serving.access(
            {
                "at": rfc3339(at),
                "level": "info",
                "from": "sessiontui.access",
                "said": f"{scope['method']} {route} {status}",
                "path": for_log(scope["path"][:300]),  # without the question, in which a calendar has its token
                "ms": round(seconds * 1000, 2),
                "bytes": size,
                "peer": peer[0] if peer else None,
                "login": None if call is None else call.caller.login_id,
            }
        )


_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
)


def _fault(scope: Scope, largest: int) -> tuple[int, str, str] | None:
    """Return what is wrong with a request before any of its body is read: status, word and title."""
    path, question = scope.get("raw_path") or b"", scope["query_string"]
    if len(path) + len(question) > LONGEST_PATH:
        return 414, "too_long", "The address is too long"
    if b"%00" in path or b"%00" in question:
        return 400, "bad_request", "No address holds a NUL"
    for name, value in scope["headers"]:
        if name == b"content-length" and (not value.isdigit() or len(value) > 15 or int(value) > largest):
            return 413, "too_large", f"A request has at most {largest // 1_048_576} MB"
        if name == b"content-encoding" and value.lower() not in (b"", b"identity"):
            return 415, "unsupported_media_type", "Send the body as it is, not compressed"
    return None


def _limited(receive: Receive, largest: int) -> Receive:
    """Return what receives a body that grows no larger than allowed, whatever its header says."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > largest:
                raise HTTPException(413, f"a request has at most {largest // 1_048_576} MB")
        return message

    return limited
