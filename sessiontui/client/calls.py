"""One call of the API as a value: what is asked, what may be cached, how the answer is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeAlias, TypeVar
from urllib.parse import urlencode

from sessiontui.client.errors import (
    Busy,
    ClientError,
    Conflict,
    LockedOut,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refused,
)  # fmt: skip
from sessiontui.client.retrying import BUSY

T = TypeVar("T")

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

_CONFLICTS: Final = frozenset({None, "about:blank", "/problems/conflict"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What goes over the wire; ``path`` holds the query too."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; the names of ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Json:
        """Return the body as JSON, ``None`` for an empty one; ``Busy`` where a proxy or a fault spoilt it."""
        if not self.body:
            return None
        try:
            value: Json = json.loads(self.body)
        except (ValueError, RecursionError):
            raise Busy("the server answered something that is no JSON", status=self.status) from None
        return value

    def members(self) -> dict[str, Json]:
        """Return the body as a JSON object, an empty one where it is none."""
        value = self.json()
        return value if isinstance(value, dict) else {}

    @property
    def retry_after(self) -> float | None:
        """The seconds that the server asks to wait, where it does so in seconds."""
        text = self.headers.get("retry-after", "").strip()
        return float(text[:9]) if text.isascii() and text.isdigit() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """A call and how its answer is read.

    ``body`` is sent as JSON, ``content`` as it is. ``key`` is the idempotency key of a write; one is drawn where it
    is empty, and kept over all repetitions.
    ``lifetime`` above 0 lets the answer of a GET be cached for so many seconds; a write lets the cache forget what
    was read at or below the paths in ``spoils``. ``if_match`` is the version that a write is meant for.
    """

    method: str
    path: str
    read: Callable[[Answer], T]
    params: Mapping[str, str | int | None] = field(default_factory=dict)
    body: Json = None
    content: bytes | None = None
    key: str = ""
    if_match: str = ""
    lifetime: float = 0.0
    spoils: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Path and query: what the cache knows the answer by."""
        given = {name: value for name, value in self.params.items() if value is not None}
        return f"{self.path}?{urlencode(given)}" if given else self.path

    @property
    def is_write(self) -> bool:
        """Whether it changes something, and so needs an idempotency key to be repeated."""
        return self.method not in {"GET", "HEAD"}


def failure(answer: Answer) -> ClientError | None:
    """Return the error that an answer stands for, ``None`` for a good one."""
    status = answer.status
    if 200 <= status < 400:
        return None
    problem = _problem(answer)
    detail = str(problem.get("detail") or problem.get("title") or f"the server answered {status}")
    kind: type[ClientError]
    match status:
        case 401:
            kind = NotSignedIn
        case 403:
            kind = NotAllowed
        case 404 | 410:
            kind = NotFound
        case 412:
            kind = Conflict
        case 409:  # rules of the domain that forbid it are 409 too, and no reason to read anew
            kind = Conflict if problem.get("type") in _CONFLICTS else Refused
        case 423:
            kind = LockedOut
        case _ if status in BUSY or status >= 500:
            kind = Busy
        case _:
            kind = Refused
    return kind(
        detail, hint=str(problem.get("hint") or ""), status=status, problem=problem, retry_after=answer.retry_after
    )


def _problem(answer: Answer) -> dict[str, object]:
    try:
        return dict(answer.members())
    except Busy:
        return {}
