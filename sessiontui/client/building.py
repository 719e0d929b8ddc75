"""What both clients are made from: the core with its login, its cache and its chances."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from sessiontui.client.cache import Cache
from sessiontui.client.calls import Answer
from sessiontui.client.clock import Clock, SystemClock
from sessiontui.client.core import Core
from sessiontui.client.errors import Refused, Unreachable
from sessiontui.client.login import LEASE
from sessiontui.client.renewing import Means, Renewal
from sessiontui.client.retrying import RetryPolicy
from sessiontui.client.tokens import Tokens
from sessiontui.client.tracking import ROOM

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
"""Seconds: who cannot connect within five will not within thirty."""

LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=4.0)
"""Connections are let go after 4 s of rest, before common servers close them: then no call meets a closed one."""


def draw() -> float:
    """Return a number between 0 and 1."""
    return random.random()  # noqa: S311 - it spreads clients over time and keeps no secret


def new_key() -> str:
    """Return an idempotency key that nobody else uses."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a client takes from the world outside; tests hand in their own.

    ``lease`` are the seconds after which a renewal is given up, ``room`` the reports of activity that may wait.
    """

    clock: Clock = field(default_factory=SystemClock)
    luck: Callable[[], float] = draw
    new_key: Callable[[], str] = new_key
    lease: float = LEASE
    room: int = ROOM


def build(
    *,
    key: str | Sequence[str],
    device: str,
    tokens: Tokens | None,
    has_shelf: bool,
    can_ask: bool,
    policy: RetryPolicy,
    cache: Cache | None,
    surroundings: Surroundings,
) -> Core:
    """Return the core of a client."""
    keys = (key,) if isinstance(key, str) else tuple(key)
    means = Means(keys=tuple(one for one in keys if one), device=device, has_shelf=has_shelf, can_ask=can_ask)
    renewal = Renewal(
        means,
        policy=policy,
        clock=surroundings.clock,
        luck=surroundings.luck,
        tokens=tokens,
        lease=surroundings.lease,
    )
    return Core(
        renewal,
        policy=policy,
        cache=Cache() if cache is None else cache,
        luck=surroundings.luck,
        new_key=surroundings.new_key,
    )


def address(url: str) -> str:
    """Return the address of a control room without its last slash; raises ``Refused`` where it is none."""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and url.isprintable()
    except ValueError:
        is_good = False
    if not is_good:
        raise Refused(f"{url!r} is no address", hint="write it like https://desk.example.org")
    return url.rstrip("/")


def answer_of(response: httpx.Response) -> Answer:
    """Return what came back in the library's own words."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status=response.status_code, headers=headers, body=response.content)


def unreachable(url: str, error: Exception) -> Unreachable:
    """Return the error for a call that brought nothing back."""
    said = " ".join(str(error).split())[:200] or type(error).__name__
    return Unreachable(f"{url} did not answer: {said}", hint="check the address, the network, and that it runs")
