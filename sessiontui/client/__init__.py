"""The library for platforms: it signs in, keeps the login, repeats what failed, and caches what it read.

It stands alone, needs httpx and nothing else, and is at home in threads (``Client``) and in asyncio
(``AsyncClient``). Every route is a method of both::

    with Client("https://desk.example.org", key=KEY) as desk:
        session = desk.create_session({"title": "Grief circle", "starts_at": ..., "ends_at": ...})
        desk.signal(session["id"], "zoom:ana", "join")
        desk.track_activity("ana", "garden")

Errors are ``ClientError`` and its kinds; whatever a repetition can mend has been repeated before one is raised.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sessiontui.client.async_client import AsyncClient
    from sessiontui.client.building import Surroundings
    from sessiontui.client.cache import Cache, CacheStatistics
    from sessiontui.client.changes import Change
    from sessiontui.client.client import Client
    from sessiontui.client.core import Statistics
    from sessiontui.client.errors import (
        Busy,
        ClientError,
        Conflict,
        LockedOut,
        LoginNeeded,
        NotAllowed,
        NotFound,
        Refused,
        Trouble,
        Unreachable,
    )  # fmt: skip
    from sessiontui.client.ladder import Rung, RungCount
    from sessiontui.client.login import Band, LoginState
    from sessiontui.client.retrying import NEVER, RetryPolicy, Strategy
    from sessiontui.client.tokens import FileShelf, Password, Shelf, Tokens
    from sessiontui.client.tracking import ActivityCounts

__all__ = [
    "NEVER", "ActivityCounts", "AsyncClient", "Band", "Busy", "Cache", "CacheStatistics", "Change", "Client",
    "ClientError", "Conflict", "FileShelf", "LockedOut", "LoginNeeded", "LoginState", "NotAllowed", "NotFound",
    "Password", "Refused", "RetryPolicy", "Rung", "RungCount", "Shelf", "Statistics", "Strategy", "Surroundings",
    "Tokens", "Trouble", "Unreachable",
]  # fmt: skip

_PLACES: Final = {
    "ActivityCounts": "tracking",
    "AsyncClient": "async_client",
    "Band": "login",
    "Busy": "errors",
    "Cache": "cache",
    "CacheStatistics": "cache",
    "Change": "changes",
    "Client": "client",
    "ClientError": "errors",
    "Conflict": "errors",
    "FileShelf": "tokens",
    "LockedOut": "errors",
    "LoginNeeded": "errors",
    "LoginState": "login",
    "NEVER": "retrying",
    "NotAllowed": "errors",
    "NotFound": "errors",
    "Password": "tokens",
    "Refused": "errors",
    "RetryPolicy": "retrying",
    "Rung": "ladder",
    "RungCount": "ladder",
    "Shelf": "tokens",
    "Statistics": "core",
    "Strategy": "retrying",
    "Surroundings": "building",
    "Tokens": "tokens",
    "Trouble": "errors",
    "Unreachable": "errors",
}
"""In which module each name is found: whoever only needs the errors does not wait for httpx."""


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value: object = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    globals()[name] = value
    return value
