"""Faults on demand: what stands between a client and its server, and makes the way as bad as asked for.

The calls themselves are real. Some are delayed, some never leave, of some the answer is lost after they were
carried out, some are answered by a broken server that is not there; and now and then the login is revoked.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self

from sessiontui.domain.errors import BadInput

if TYPE_CHECKING:
    import httpx
    from httpx import AsyncBaseTransport as Transport
else:
    Transport = object  # httpx takes what behaves like one; it is imported where calls are made, for it is slow

STATUSES: Final = (500, 502, 503, 504)
"""What a broken server answers."""

_LOGIN_PATHS: Final = ("/auth/token", "/auth/refresh")


class Fault(StrEnum):
    """What goes wrong with a call."""

    LATENCY = "delayed"
    LOST_CALL = "never sent"
    LOST_ANSWER = "answer lost"
    ERROR = "answered 5xx"
    REVOCATION = "login revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How bad it is: ``latency`` is the longest delay in seconds, the others are shares of calls, from 0 to 1.

    Of the ``drops``, half never reach the server and half are carried out without an answer.
    """

    latency: float = 0.0
    errors: float = 0.0
    drops: float = 0.0
    revocations: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if self.latency < 0 or any(not 0 <= share <= 1 for share in (self.errors, self.drops, self.revocations)):
            raise BadInput("a delay is a number of seconds, a share lies between 0 and 1")

    def __bool__(self) -> bool:
        """Whether anything goes wrong at all."""
        return any((self.latency, self.errors, self.drops, self.revocations))


class FaultyTransport(Transport):
    """Passes calls on to another transport, with faults drawn by chance."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        faults: Faults,
        rng: Random,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._inner = inner
        self._faults = faults
        self._rng = rng
        self._sleep = sleep
        self._refresh = ""
        self._counts: Counter[Fault] = Counter()

    @property
    def counts(self) -> Mapping[Fault, int]:
        """How often each fault has happened."""
        return MappingProxyType({fault: self._counts[fault] for fault in Fault})

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass one call on, or let it fail."""
        import httpx

        faults, rng = self._faults, self._rng
        if faults.latency:
            self._counts[Fault.LATENCY] += 1
            await self._sleep(rng.random() * faults.latency)
        if rng.random() < faults.revocations and self._refresh:
            await self._revoke(request)
        if rng.random() < faults.errors:
            self._counts[Fault.ERROR] += 1
            return httpx.Response(rng.choice(STATUSES), request=request, text="made up by the fault in the way")
        luck = rng.random()
        if luck < faults.drops / 2:
            self._counts[Fault.LOST_CALL] += 1
            raise httpx.ConnectError("the connection was cut before the call", request=request)
        response = await self._inner.handle_async_request(request)
        if request.url.path in _LOGIN_PATHS:
            await self._remember(response)
        if luck < faults.drops:
            await response.aread()
            await response.aclose()
            self._counts[Fault.LOST_ANSWER] += 1
            raise httpx.ReadError("the connection was cut before the answer", request=request)
        return response

    async def __aenter__(self) -> Self:
        await self._inner.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the transport behind."""
        await self._inner.aclose()

    async def _remember(self, response: httpx.Response) -> None:
        """Keep the refresh token of a login, to revoke it by."""
        try:
            body = json.loads(await response.aread())
        except ValueError:
            return
        if isinstance(body, dict) and isinstance(body.get("refresh_token"), str):
            self._refresh = body["refresh_token"]

    async def _revoke(self, request: httpx.Request) -> None:
        """Let the server end the login, as an admin would."""
        import httpx

        url = request.url.copy_with(raw_path=b"/auth/revoke")
        call = httpx.Request("POST", url, json={"refresh_token": self._refresh})
        self._refresh = ""
        response = await self._inner.handle_async_request(call)
        await response.aread()
        await response.aclose()
        if response.is_success:
            self._counts[Fault.REVOCATION] += 1
