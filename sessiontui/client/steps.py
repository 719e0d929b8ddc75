"""What the core asks of the outside. The core itself neither calls, waits nor locks: it yields one of these.

That is how the plain and the asyncio client share every rule: each carries out the same few steps in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, cast

from sessiontui.client.calls import Answer, Request
from sessiontui.client.errors import ClientError
from sessiontui.client.tokens import Password, Tokens

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request; the reply is an ``Answer``, or ``Unreachable`` is thrown in."""

    request: Request


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Alone:
    """Do the work unless someone is at work under the same name: then share what that brings, error or not.

    Who is at it for longer than ``lease`` seconds is not waited for any more.
    """

    name: Hashable
    work: Callable[[], Steps[object]]
    lease: float


@dataclass(frozen=True, slots=True)
class Aside:
    """Do the same behind the caller's back; nobody waits, and an error is told to nobody."""

    alone: Alone


@dataclass(frozen=True, slots=True)
class Load:
    """Take tokens from the shelf; the reply is ``Tokens`` or ``None``."""


@dataclass(frozen=True, slots=True)
class Save:
    """Put tokens on the shelf."""

    tokens: Tokens | None


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask whoever uses the client to sign in; the reply is ``Tokens``, a ``Password`` or ``None``."""

    why: ClientError


Step: TypeAlias = Send | Wait | Alone | Aside | Load | Save | Ask

Steps: TypeAlias = Generator[Step, object, T]
"""A piece of work of the core: it yields steps, is sent their replies, and returns its result."""


def send(request: Request) -> Steps[Answer]:
    """Send a request and return the answer; raises ``Unreachable``."""
    return cast("Answer", (yield Send(request)))


def alone(name: Hashable, work: Callable[[], Steps[T]], *, lease: float) -> Steps[T]:
    """Do work once for all who want it at the same time, and return what it brings."""
    return cast("T", (yield Alone(name, work, lease)))


def load() -> Steps[Tokens | None]:
    """Return what the shelf holds."""
    return cast("Tokens | None", (yield Load()))


def ask(why: ClientError) -> Steps[Tokens | Password | None]:
    """Return what somebody gave who was asked to sign in."""
    return cast("Tokens | Password | None", (yield Ask(why)))
