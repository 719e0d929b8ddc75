"""What tests about logins share: a client with its key, and what is live of a login."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sessiontui.domain.errors import SessiontuiError, Unauthenticated
from sessiontui.domain.logins.settings import LoginRules
from sessiontui.services import logins
from sessiontui.services.context import Context
from sessiontui.services.logins import Tokens, clients
from tests.conftest import NOON, Stage

HOUR, MIN, SEC, MS = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1), timedelta(milliseconds=1)


def ruled(stage: Stage, **rules: object) -> Context:
    """Return the stage's context with other rules for logins."""
    return replace(stage.context, logins=replace(LoginRules(), **rules))


async def make_client(stage: Stage, name: str = "portal", scopes: str = "read write events", **more: object) -> str:
    """Make a client and return its key."""
    return (await clients.add(stage.context, name, scopes, by=stage.root, at=NOON - HOUR, **more)).shown


async def signed_in(stage: Stage, *, at=NOON, device: str = "server 1", name: str = "portal") -> Tokens:
    """Make a client and sign it in."""
    return await logins.sign_in(stage.context, key=await make_client(stage, name), device=device, at=at)


async def why(context: Context, token: str, at) -> str:
    """Return why an access token stands for nobody, empty where it stands for somebody."""
    try:
        await logins.authenticate(context, token, at=at)
    except Unauthenticated as error:
        return error.reason
    return ""


async def refreshed(context: Context, token: str, at) -> Tokens | str:
    """Return the next tokens, or the name of the error."""
    try:
        return await logins.refresh(context, token, at=at)
    except SessiontuiError as error:
        return type(error).__name__ if not isinstance(error, Unauthenticated) else error.reason


def everything_in(path: Path) -> bytes:
    """Return all bytes of a database with its log."""
    return b"".join(part.read_bytes() for part in sorted(path.parent.glob(f"{path.name}*")))
