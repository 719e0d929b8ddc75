"""Limits: how large and how deep a request may be, which texts may enter, and how often one caller may call."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from sessiontui.domain.errors import BadInput
from sessiontui.intake.strict_json import parse_json

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from sessiontui.intake.records import JsonValue

DEEPEST: Final = 40
"""Levels of objects and lists in a body: deeper than any shape, shallower than what recursion survives."""

REMEMBERED: Final = 10_000
"""Callers whose calls are counted at once; whoever has not called for longest is forgotten first."""

_BRACKET: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
"""A string as a whole, so that brackets in it do not count, or one bracket."""

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_MAY_HIDE: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
"""How a NUL or a surrogate is written in JSON; few bodies have any."""


class StrictRequest(Request):
    """A request whose JSON is that of the standard, no deeper than ``DEEPEST``, and holds no text without a home."""

    async def json(self) -> JsonValue:
        """Return the body; HTTP 400 says what is wrong with it."""
        return strictly(await self.body())


class StrictRoute(APIRoute):
    """A route whose requests are strict."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[None, None, Response]]:
        """Return what answers a request, handed a strict one."""
        answer = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await answer(StrictRequest(request.scope, request.receive))

        return strict


def strictly(body: bytes) -> JsonValue:
    """Return the JSON value of a body; HTTP 400 for anything that is none, too deep, or cannot be stored.

    >>> strictly(b'{"a": [1]}')
    {'a': [1]}
    """
    if body.count(b"[") + body.count(b"{") > DEEPEST and _depth(body) > DEEPEST:
        raise HTTPException(400, f"the body is nested more than {DEEPEST} levels deep")
    try:
        value = parse_json(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise HTTPException(400, "the body is not UTF-8") from None
    except BadInput as error:
        raise HTTPException(400, error.detail) from None
    if _MAY_HIDE.search(body) and _holds_unstorable(value):
        raise HTTPException(400, "the body holds a NUL or half a surrogate pair, which no text can have")
    return value


def _depth(body: bytes) -> int:
    depth = deepest = 0
    for found in _BRACKET.finditer(body):
        mark = found[0]
        if mark in (b"[", b"{"):
            depth += 1
            if depth > deepest:
                deepest = depth
                if deepest > DEEPEST:
                    return deepest
        elif mark in (b"]", b"}"):
            depth -= 1
    return deepest


def _holds_unstorable(value: JsonValue) -> bool:
    waiting: list[object] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if _UNSTORABLE.search(one):
                return True
        elif isinstance(one, dict):
            waiting += one.keys()
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return False


class Rates:
    """How often each caller may call: so many calls at once, coming back evenly over a minute."""

    def __init__(self, per_minute: int, monotonic: Callable[[], float]) -> None:
        self._most = float(max(1, per_minute))
        self._each = self._most / 60
        self._monotonic = monotonic
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, caller: str, *, calls: float = 1.0) -> float:
        """Take one call of somebody, and return 0, or the seconds after which there is one again."""
        now = self._monotonic()
        left, at = self._left.get(caller, (self._most, now))
        left = min(self._most, left + (now - at) * self._each)
        wait = 0.0 if left >= calls else (calls - left) / self._each
        self._left[caller] = (left if wait else left - calls, now)
        self._left.move_to_end(caller)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return wait

    def require(self, caller: str) -> None:
        """Take one call of somebody; HTTP 429 with ``Retry-After`` when there is none left."""
        wait = self.spend(caller)
        if wait:
            seconds = str(max(1, round(wait + 0.5)))
            raise HTTPException(429, "too many calls in a short time", headers={"Retry-After": seconds})
