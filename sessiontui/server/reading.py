"""Bodies that a route reads itself, because they come in several kinds, or by the thousand."""

from __future__ import annotations

from typing import Final, TypeVar
from urllib.parse import parse_qsl

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

_M = TypeVar("_M", bound=BaseModel)

FORM: Final = "application/x-www-form-urlencoded"

MOST_FIELDS: Final = 20
"""Fields of a form."""


def kind_of(request: Request) -> str:
    """Return of which kind the body of a request says it is."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def whole(request: Request) -> bytes:
    """Return the body of a request: in most there is but one piece of it."""
    message = await request.receive()
    body: bytes = message.get("body", b"")
    if message["type"] == "http.request" and not message.get("more_body", False):
        return body
    parts = [body]
    while message["type"] == "http.request" and message.get("more_body", False):
        message = await request.receive()
        parts.append(message.get("body", b""))
    if message["type"] != "http.request":
        raise ClientDisconnect
    return b"".join(parts)


def form_of(body: bytes) -> dict[str, str]:
    """Return the fields of a form; HTTP 400 for anything that is none."""
    try:
        fields = dict(
            parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS, strict_parsing=True)
        )
    except ValueError:
        raise HTTPException(400, "the form cannot be read") from None
    if any("\0" in name or "\0" in value for name, value in fields.items()):
        raise HTTPException(400, "the form holds a NUL")
    return fields


def read(shape: type[_M], value: object) -> _M:
    """Return the value of a body in its shape; HTTP 422 says which field is wrong."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None
