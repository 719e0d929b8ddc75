"""Signing in and out: tokens for a key or a password, the next pair, the end of a login, heartbeats."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from starlette.responses import Response

from sessiontui.domain.errors import BadInput
from sessiontui.domain.logins.cache import MOST, ClientCache
from sessiontui.server.answers import answer
from sessiontui.server.call import AnyCall, door, stranger
from sessiontui.server.limits import StrictRoute, strictly
from sessiontui.server.openapi import OPEN, body_of
from sessiontui.server.outputs import RevokedOut, TokensOut, answers
from sessiontui.server.reading import FORM, form_of, kind_of, read
from sessiontui.server.shapes import MAX_NUMBER, Instant, Shape, Word
from sessiontui.services import logins, naming
from sessiontui.services.logins import ClientReport, Revocation, Tokens

router = APIRouter(prefix="/auth", tags=["logins"], route_class=StrictRoute)

_Secret: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
_Assertion: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=8192)]
_Total: TypeAlias = Annotated[int, Field(ge=0, le=MOST)]
_Short: TypeAlias = Annotated[str, StringConstraints(max_length=200)]


class ByKey(Shape):
    """A client signs in by its key."""

    grant_type: Literal["client_key"]
    client_key: _Secret
    device: _Short | None = None
    scope: _Short | None = None


class ByPassword(Shape):
    """A person signs in by address and password."""

    grant_type: Literal["password"]
    email: Annotated[str, StringConstraints(min_length=1, max_length=320)]
    password: _Secret
    device: _Short | None = None
    scope: _Short | None = None


class ByAssertion(Shape):
    """A client signs for a person whom it knows."""

    grant_type: Literal["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    assertion: _Assertion
    device: _Short | None = None
    scope: _Short | None = None


class RefreshIn(Shape):
    """A refresh token that is spent for the next pair; ``client_key`` is that of the client, where it says so."""

    grant_type: Literal["refresh_token"] | None = None
    refresh_token: _Secret
    client_key: _Secret | None = None
    scope: _Short | None = None


class RevokeIn(Shape):
    """What is to end: the login of a refresh token, one login, all of a client or person, or all older than that."""

    refresh_token: _Secret | None = None
    login: Annotated[int, Field(ge=1, le=MAX_NUMBER, strict=True)] | None = None
    client: _Short | None = None
    person: Word | None = None
    before: Instant | None = None


class CacheIn(Shape):
    """How a client's cache does: what it holds, in entries and bytes, and how its looks went since it was started."""

    entries: _Total = 0
    size: _Total = 0
    hits: _Total = 0
    stale_hits: _Total = 0
    misses: _Total = 0


class HeartbeatIn(Shape):
    """What a client tells of itself, if anything."""

    refreshing: bool = False
    failed: bool = False
    ladder: dict[_Short, Annotated[int, Field(ge=0, le=1_000_000)]] = Field(default_factory=dict, max_length=10)
    cache: CacheIn | None = None


SignIn: TypeAlias = Annotated[ByKey | ByPassword | ByAssertion, Field(discriminator="grant_type")]
_SIGN_IN: Final[TypeAdapter[ByKey | ByPassword | ByAssertion]] = TypeAdapter(SignIn)


@router.post("/token", responses=answers(TokensOut), openapi_extra=OPEN | body_of(SignIn, FORM))
async def token(request: Request) -> Response:
    """Open a login and answer its first tokens."""
    serving = stranger(request)
    values = await _values(request)
    try:
        wanted = _SIGN_IN.validate_python(values)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None
    tokens = await logins.sign_in(
        serving.context,
        at=serving.clock(),
        key=wanted.client_key if isinstance(wanted, ByKey) else None,
        email=wanted.email if isinstance(wanted, ByPassword) else None,
        password=wanted.password if isinstance(wanted, ByPassword) else None,
        assertion=wanted.assertion if isinstance(wanted, ByAssertion) else None,
        device=wanted.device,
        scope=wanted.scope,
    )
    return _told(tokens)


@router.post("/refresh", responses=answers(TokensOut), openapi_extra=OPEN | body_of(RefreshIn, FORM))
async def refresh(request: Request) -> Response:
    """Spend a refresh token and answer the next pair; 409 ``already_rotated`` where another call was quicker."""
    serving = stranger(request)
    wanted = read(RefreshIn, await _values(request))
    tokens = await logins.refresh(
        serving.context, wanted.refresh_token, at=serving.clock(), key=wanted.client_key, scope=wanted.scope
    )
    return _told(tokens)


@router.post("/revoke", responses=answers(RevokedOut), openapi_extra=OPEN | body_of(RevokeIn, FORM))
async def revoke(request: Request) -> Response:
    """End logins: with a refresh token one's own, without a login for it; else those that one may end."""
    wanted = read(RevokeIn, await _values(request))
    if wanted.refresh_token is not None:
        serving = stranger(request)
        ended = await logins.sign_out(serving.context, wanted.refresh_token, at=serving.clock())
        return answer({"revoked": ended})
    call = await door()(request)
    if wanted.model_fields_set <= {"refresh_token"}:
        raise BadInput("nothing is named that is to end", hint="name a login, a client, a person, or before")
    person = None if wanted.person is None else await naming.person(call.context, wanted.person)
    which = Revocation(
        login=wanted.login,
        person=person,
        client=wanted.client,
        before=wanted.before,
        everyone=not (wanted.login or person or wanted.client),
    )
    receipt = await logins.revoke(call.context, which, by=call.by, at=call.at)
    return answer({"revoked": len(receipt.logins), "sentence": receipt.sentence})


@router.post("/heartbeat", status_code=204, response_class=Response)
async def heartbeat(call: AnyCall, body: HeartbeatIn | None = None) -> Response:
    """Say that the client behind a login is there."""
    report = None
    if body is not None:
        cache = None if body.cache is None else ClientCache(**body.cache.model_dump())
        report = ClientReport(refreshing=body.refreshing, failed=body.failed, ladder=body.ladder, cache=cache)
    await logins.heartbeat(call.context, call.caller, at=call.at, report=report)
    return Response(status_code=204)


async def _values(request: Request) -> object:
    """Return the body, as JSON or as a form."""
    body = await request.body()
    return form_of(body) if kind_of(request) == FORM else strictly(body)


def _told(tokens: Tokens) -> Response:
    return answer(
        {
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "token_type": tokens.token_type,
            "expires_in": tokens.expires_in,
            "refresh_expires_in": tokens.refresh_expires_in,
            "scope": tokens.scope,
            "login_id": tokens.login_id,
        }
    )
