"""One call: who calls, with which right to this kind of route, under which key, and what they had seen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

from fastapi import Depends, Request

from sessiontui.domain.errors import BadInput, Unauthenticated
from sessiontui.domain.logins.caller import Caller
from sessiontui.domain.logins.scopes import Scope
from sessiontui.services import logins
from sessiontui.services.once import Done, Wanted, once

if TYPE_CHECKING:
    from sessiontui.domain.access import Actor
    from sessiontui.server.serving import Serving
    from sessiontui.services.context import Context
    from sessiontui.services.receipt import Receipt

MAX_KEY: Final = 150
"""Characters of an idempotency key."""

MAX_TOKEN: Final = 4_096


@dataclass(slots=True, kw_only=True)
class Call:
    """One call by somebody who is known; ``expected`` is the version of a session that they had seen."""

    serving: Serving
    request: Request
    caller: Caller
    at: datetime
    key: str = ""
    expected: int | None = None

    @property
    def context(self) -> Context:
        """What services are handed."""
        return self.serving.context

    @property
    def by(self) -> Actor:
        """Who acts."""
        return self.caller.actor

    async def lives(self) -> bool:
        """Return whether the login is live by now, for calls that go on."""
        try:
            token = _bearer(_told(self.request).get(b"authorization", ""))
            await logins.authenticate(self.context, token, at=self.serving.clock())
        except Unauthenticated:
            return False
        return True

    def about(self, session_id: int) -> int:
        """Note which session the call is about, for a conflict that may come of it."""
        self.request.state.session_id = session_id
        return session_id

    async def once(
        self, asked: object, act: Callable[[Context], Awaitable[Receipt]], *, session_id: int | None = None
    ) -> Done:
        """Do an act once for the key of the call, and only to the version that its caller had seen.

        A second act of the same call has a key of its own, and no version to be held to.
        """
        wanted = Wanted(key=self.key, asked=asked, session_id=session_id, expected=self.expected)
        done = await once(self.context, wanted, act)
        self.expected = None
        self.key = self.key and f"{self.key}+"
        return done


def peer_of(request: Request) -> str:
    """Return the address that a request comes from."""
    serving: Serving = request.app.state.serving
    if serving.rules.behind_proxy:
        named = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        if named:
            return named[:64]
    return request.client.host if request.client else ""


def stranger(request: Request) -> Serving:
    """Return the server to whoever calls without a login, as often as an address may."""
    serving: Serving = request.app.state.serving
    serving.strangers.require(peer_of(request))
    return serving


def door(*scopes: Scope) -> Callable[[Request], Awaitable[Call]]:
    """Return what lets in who has a live login for some scopes; the role is asked for by each service."""

    async def let_in(request: Request) -> Call:
        serving: Serving = request.app.state.serving
        at = serving.clock()
        told = _told(request)
        caller = await logins.authenticate(serving.context, _bearer(told.get(b"authorization", "")), at=at)
        serving.logins.require(str(caller.login_id))
        call = Call(
            serving=serving,
            request=request,
            caller=caller,
            at=at,
            key=_key(told.get(b"idempotency-key", ""), caller),
            expected=_expected(told.get(b"if-match", "")),
        )
        request.state.call = call
        caller.require_scope(*scopes)
        return call

    return let_in


Reading: TypeAlias = Annotated[Call, Depends(door(Scope.READ))]
Writing: TypeAlias = Annotated[Call, Depends(door(Scope.WRITE))]
Telling: TypeAlias = Annotated[Call, Depends(door(Scope.EVENTS))]
"""A call that tells of presence and requests, as they happen."""
AnyCall: TypeAlias = Annotated[Call, Depends(door())]
"""A call that any live login may make."""


_READ: Final = frozenset({b"authorization", b"idempotency-key", b"if-match"})


def _told(request: Request) -> dict[bytes, str]:
    """Return the headers that every call is judged by; of one that is sent twice the first holds."""
    found: dict[bytes, str] = {}
    for name, value in request.scope["headers"]:
        if name in _READ and name not in found:
            found[name] = value.decode("latin-1").strip()
    return found


def _bearer(told: str) -> str:
    """Return the bearer token of a header; ``Unauthenticated`` where it has none."""
    kind, _, token = told.partition(" ")
    token = token.strip()
    if kind.lower() != "bearer" or not token or len(token) > MAX_TOKEN or not token.isascii():
        raise Unauthenticated("there is no bearer token", reason="missing", hint="send Authorization: Bearer …")
    return token


def _key(key: str, caller: Caller) -> str:
    """Return the key of a call as one caller's own: what somebody else sends under the same word is another act."""
    if not key:
        return ""
    if len(key) > MAX_KEY or not (key.isascii() and key.isprintable()):
        raise BadInput(f"a key has 1 to {MAX_KEY} printable ASCII characters", place="Idempotency-Key")
    return f"{caller.client_id or 0}.{caller.actor.id or 0}:{key}"


def _expected(tag: str) -> int | None:
    """Return the version that a caller had seen, as the tag of an earlier answer tells it."""
    if tag in ("", "*"):
        return None
    bare = tag.removeprefix("W/").strip('"')
    if not (bare.isascii() and bare.isdigit() and len(bare) < 16):
        raise BadInput(
            f"{tag[:40]!r} is no tag of ours",
            hint='send the ETag of an earlier answer, such as "7"',
            place="If-Match",
        )
    return int(bare)
