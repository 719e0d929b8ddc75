"""Webhooks of meeting platforms: checked by their signature, kept by one insert, and acknowledged."""

from __future__ import annotations

import hmac
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from sessiontui.domain.errors import BadInput, NotFound, Unauthenticated, Unavailable
from sessiontui.domain.places.settings import PlatformSecret
from sessiontui.intake.meeting_reports import Platform
from sessiontui.intake.records import JsonValue
from sessiontui.platforms.signing import is_from_bbb, is_from_zoom, zoom_proof
from sessiontui.server.answers import answer
from sessiontui.server.call import stranger
from sessiontui.server.limits import strictly
from sessiontui.server.openapi import OPEN
from sessiontui.server.outputs import HookOut, answers
from sessiontui.server.reading import FORM, form_of, kind_of
from sessiontui.server.serving import Serving
from sessiontui.services import hooks

router = APIRouter(prefix="/hooks", tags=["doors"])

MOST: Final = 200
"""Events in one delivery of BigBlueButton."""

_FREE: Final[dict[str, object]] = {"type": "object"}
_ZOOM_BODY: Final[dict[str, object]] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": _FREE}}}
}
_BBB_BODY: Final[dict[str, object]] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["event"],
                    "properties": {
                        "event": {"type": "string", "description": "A JSON list of events."},
                        "timestamp": {"type": "string"},
                        "domain": {"type": "string"},
                    },
                }
            },
            "application/json": {"schema": {}},
        },
    }
}


@router.post("/zoom", responses=answers(HookOut), openapi_extra=OPEN | _ZOOM_BODY)
async def zoom(
    request: Request,
    x_zm_signature: Annotated[str, Header(max_length=200)] = "",
    x_zm_request_timestamp: Annotated[str, Header(max_length=20)] = "",
) -> Response:
    """Take what Zoom tells: meetings that start and end, people who come and leave. The rest is acknowledged."""
    serving = stranger(request)
    body = await request.body()
    secret = _secret(serving, PlatformSecret.ZOOM_HOOK, "Zoom", "platforms.zoom.hook_secret_file")
    if not is_from_zoom(secret, x_zm_request_timestamp, body, x_zm_signature, now=serving.clock()):
        _refuse(serving, Platform.ZOOM, "the signature is not Zoom's", "compare the secret token of the app")
    value = strictly(body)
    if isinstance(value, dict) and value.get("event") == "endpoint.url_validation":
        payload = value.get("payload")
        token = payload.get("plainToken") if isinstance(payload, dict) else None
        if not isinstance(token, str) or not token or len(token) > 500:
            raise BadInput("payload.plainToken: is missing")
        return answer({"plainToken": token, "encryptedToken": zoom_proof(secret, token)})
    return await _kept(serving, Platform.ZOOM, [value])


@router.post("/bbb", responses=answers(HookOut), openapi_extra=OPEN | _BBB_BODY)
async def bbb(request: Request, checksum: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Take what BigBlueButton tells, with its checksum or, as newer servers can, its secret as a bearer token."""
    serving = stranger(request)
    body = await request.body()
    form = form_of(body) if kind_of(request) == FORM else {}
    secret = _secret(serving, PlatformSecret.BBB, "BigBlueButton", "platforms.bbb.secret_file")
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    is_genuine = hmac.compare_digest(token.encode(), secret.encode()) or is_from_bbb(
        secret,
        _addresses(serving, request),
        body,
        form,
        checksum,
        address_alone=serving.context.platforms.bbb.address_alone,
    )
    if not is_genuine:
        hint = (
            "compare the secret, and set server.public_url to where the server calls; see platforms.bbb.address_alone"
        )
        _refuse(serving, Platform.BBB, "the checksum is not that of this server", hint)
    value = strictly(form["event"].encode() if "event" in form else body)
    events = value if isinstance(value, list) else [value]
    if len(events) > MOST:
        raise BadInput(f"a delivery has at most {MOST} events, not {len(events)}")
    return await _kept(serving, Platform.BBB, events)


async def _kept(serving: Serving, source: Platform, events: list[JsonValue]) -> Response:
    new = await hooks.receive(serving.context, source, events, at=serving.clock())
    for fate, number in (("new", new), ("repeated", len(events) - new)):
        for _ in range(number):
            serving.metrics.hook(str(source), fate)
    return answer({"acknowledged": len(events), "repeated": len(events) - new})


def _secret(serving: Serving, which: PlatformSecret, name: str, key: str) -> str:
    try:
        return serving.context.platform_secret(which)
    except Unavailable:
        raise NotFound(f"no webhooks of {name} are taken here", hint=f"set {key} in the settings") from None


def _refuse(serving: Serving, source: Platform, detail: str, hint: str) -> None:
    serving.metrics.hook(str(source), "refused")
    raise Unauthenticated(detail, reason="signature", hint=hint)


def _addresses(serving: Serving, request: Request) -> list[str]:
    """Return the addresses by which a sender may know this place, without the checksum itself."""
    question = "&".join(part for part in request.url.query.split("&") if part and not part.startswith("checksum="))
    rest = request.url.path + (f"?{question}" if question else "")
    scheme_and_host = {serving.rules.public_url, f"{request.url.scheme}://{request.url.netloc}"}
    return [f"{one}{rest}" for one in sorted(scheme_and_host) if one]
