"""The OpenAPI document: what every operation has in common is said once here, and stands at each of them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Final, cast

from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from sessiontui import __version__

if TYPE_CHECKING:
    from fastapi import FastAPI

Schema = dict[str, object]

OPEN: Final[Schema] = {"security": []}
"""What an operation has that needs no login."""

_ABOUT: Final = """\
The HTTP API of sessiontui, the control room of a platform where people meet in sessions.

Every call but those of signing in, webhooks, calendars and health needs `Authorization: Bearer …`; a token has scopes
and a role, and needs both. Instants are RFC 3339. An id is an own number, `source:id`, or a bare outside id. Every
write takes an `Idempotency-Key`: sent again under the same key, an act is not done again, and answers what it
answered. Answers about a session carry its version as `ETag`; sent back as `If-Match`, a write is refused with 409
where somebody has changed the session since. Errors are `application/problem+json`.
"""

_PROBLEM: Final[Schema] = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/conflict"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "hint": {"type": "string"},
    },
}

_ALL: Final = {
    "400": "The request cannot be read.",
    "404": "There is no such thing, or not for whoever asks.",
    "409": "A rule forbids it, or somebody was quicker: who and when.",
    "413": "The body is too large.",
    "414": "The address is too long.",
    "415": "The body is of a kind that is not taken.",
    "422": "A field is not what it must be.",
    "429": "Too many calls; Retry-After says when.",
    "503": "The database is busy, or the server stops; Retry-After says when.",
    "507": "The disk is full.",
}

_KNOWN: Final = {
    "401": "There is no live login.",
    "403": "The login lacks a scope, or the person a right.",
}

_KEY: Final[Schema] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes the call safe to repeat: kept for a day.",
    "schema": {"type": "string", "maxLength": 150, "pattern": "^[!-~]*$"},
}

_MATCH: Final[Schema] = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the session that the caller had seen.",
    "schema": {"type": "string", "pattern": '^("[0-9]{1,15}"|\\*)$'},
}

_WRITES: Final = ("post", "patch", "put", "delete")


def body_of(shape: object, *more: str) -> Schema:
    """Return how a body is described that is read by hand: JSON, and other kinds of content with the same fields."""
    adapter: TypeAdapter[object] = TypeAdapter(shape)  # type: ignore[arg-type]  # a shape is known when it runs
    schema = cast("Schema", adapter.json_schema(ref_template="#/components/schemas/{model}"))
    content = {kind: {"schema": deepcopy(schema)} for kind in ("application/json", *more)}
    return {"requestBody": {"required": True, "content": content}}


def describe(app: FastAPI) -> Schema:
    """Return the whole document, made once."""
    document = cast(
        "Schema",
        get_openapi(title="sessiontui", version=__version__, description=_ABOUT, routes=app.routes, tags=list(_TAGS)),
    )
    components = cast("dict[str, Schema]", document.setdefault("components", {}))
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"bearer": []}]
    for path, item in cast("dict[str, dict[str, Schema]]", document["paths"]).items():
        for method, operation in item.items():
            _complete(path, method, operation, schemas)
    return document


def _complete(path: str, method: str, operation: Schema, schemas: Schema) -> None:
    responses = cast("dict[str, object]", operation.setdefault("responses", {}))
    is_open = operation.get("security") == []
    for status, description in {**_ALL, **({} if is_open else _KNOWN)}.items():
        if status == "422" or status not in responses:
            responses[status] = {
                "description": description,
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
    if is_open and path.startswith(("/auth/", "/hooks/")):
        responses["401"] = {**cast("Schema", responses["400"]), "description": "The secret is not the right one."}
    if is_open and path.startswith("/auth/"):
        responses["423"] = {**cast("Schema", responses["400"]), "description": "The account rests."}
    if method in _WRITES and not is_open:
        parameters = cast("list[object]", operation.setdefault("parameters", []))
        parameters.append(_KEY)
        if "{session}" in path:
            parameters.append(_MATCH)
    _lift(operation, schemas)


def _lift(operation: Schema, schemas: Schema) -> None:
    """Move definitions that stand inside a body to where references look for them."""
    body = operation.get("requestBody")
    if not isinstance(body, dict):
        return
    for kind in cast("dict[str, Schema]", body.get("content", {})).values():
        schema = kind.get("schema")
        if isinstance(schema, dict):
            schemas.update(cast("Mapping[str, object]", schema.pop("$defs", {})))


_TAGS: Final = (
    {"name": "sessions", "description": "Sessions: listed, made, changed, moved through their life."},
    {"name": "presence", "description": "Who asks to take part, who comes, beats and leaves."},
    {"name": "parts", "description": "Comments, goals and files of a session."},
    {"name": "people", "description": "The people of the platform."},
    {"name": "visits", "description": "Visits to projects."},
    {"name": "logins", "description": "Signing in, refreshing, signing out."},
    {"name": "doors", "description": "Webhooks of meeting platforms, and calendars."},
    {"name": "upkeep", "description": "Health and figures."},
)
