"""What can go wrong between a platform and the control room, sorted by what helps against it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar


class Trouble(StrEnum):
    """The class of an error: it decides what the client does about it by itself."""

    AUTH = "auth"
    """The token is not taken: renew the login, then call again."""
    NETWORK = "network"
    """Nothing came back: call again, under the same idempotency key."""
    SERVER = "server"
    """The server is busy or broken: call again later, when it says so or after a growing pause."""
    REFUSED = "refused"
    """The call itself is wrong or forbidden: calling again changes nothing."""


class ClientError(Exception):
    """Base of all errors of this library.

    ``detail`` says what happened and why, ``hint`` what to do. ``status`` is the HTTP status and ``problem`` the
    body of the answer, where there was one; ``retry_after`` are the seconds that the server asks to wait.
    """

    trouble: ClassVar[Trouble] = Trouble.REFUSED

    def __init__(
        self,
        detail: str,
        *,
        hint: str = "",
        status: int | None = None,
        problem: Mapping[str, object] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        self.status = status
        self.problem: Mapping[str, object] = problem or {}
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{self.detail} ({self.hint})" if self.hint else self.detail

    @property
    def word(self) -> str:
        """The short word of the problem's type, such as ``conflict``; empty where the server named none."""
        return str(self.problem.get("type", "")).rpartition("/")[2]


class Unreachable(ClientError):
    """Nothing came back, also after all repetitions: the server, or the way to it, is down."""

    trouble = Trouble.NETWORK


class Busy(ClientError):
    """The server answers 429 or 5xx, also after all repetitions."""

    trouble = Trouble.SERVER


class NotSignedIn(ClientError):
    """The server does not take the token of this call."""

    trouble = Trouble.AUTH


class LoginNeeded(ClientError):
    """Every way to a login is spent: somebody has to sign in, or a new client key is needed."""

    trouble = Trouble.AUTH


class LockedOut(LoginNeeded):
    """Too many wrong sign-ins: none is taken for ``retry_after`` seconds."""


class Refused(ClientError):
    """The server understood the call and does not do it; the detail is its own sentence."""


class NotAllowed(Refused):
    """The login lacks the scope, or its role lacks the right."""


class NotFound(Refused):
    """There is no such thing, or this login may not see it."""


class Conflict(Refused):
    """Somebody else changed it first: read it again, then decide; ``problem`` says which fields, who and when."""
