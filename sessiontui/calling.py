"""One careful way to call another system over HTTP: time-outs, few retries, and errors that say what to do."""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.domain.errors import BadInput, NotAllowed, NotFound, Refused, Unavailable

if TYPE_CHECKING:
    import httpx

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

MAX_ANSWER: Final = 8 * 1024 * 1024
"""Bytes; a page of three hundred participants has a hundredth of it."""

ATTEMPTS: Final = 4
LATER: Final = "try again later, or use the backup link"

LONGEST_WAIT: Final = 30.0
"""Seconds; whoever asks for a longer pause is asked again later, not waited for."""

_FIRST_WAIT: Final = 0.5
_CONNECT: Final = 10.0
_READ: Final = 30.0
_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_UNTOUCHED: Final = frozenset({429, 503})
"""Answers after which even a call that makes something may be repeated: nothing was begun."""


class Busy(Unavailable):
    """The other system cannot take it now and did not take it; ``wait`` is the pause in seconds that it asks for."""

    def __init__(self, detail: str, *, hint: str = "", wait: float | None = None) -> None:
        super().__init__(detail, hint=hint)
        self.wait = wait


class NoAnswer(Unavailable):
    """Nothing came back: nobody knows whether the other system took it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other system answered."""

    status: int
    body: bytes

    def json(self, name: str) -> dict[str, Json]:
        """Return the answer as a JSON object; ``Unavailable`` where it is none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise Unavailable(f"{name} answered something that is no JSON object")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Calls one other system. ``sleep`` takes seconds, ``now`` is the instant against which HTTP dates are read.

    ``attempts`` is how often a call is tried; callers with a schedule of their own try once. ``later`` is what a
    person is advised to do while the other system does not work.
    """

    name: str
    client: httpx.AsyncClient
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    luck: Callable[[], float] = field(default=random.random)
    attempts: int = ATTEMPTS
    later: str = LATER

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: Json = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        repeatable: bool | None = None,
        accept: frozenset[int] = frozenset(),
    ) -> Answer:
        """Send one request and return the answer, whose status is 2xx or among ``accept``.

        ``content`` is a body that is sent byte by byte. Who is busy is asked again with capped, fully jittered
        waits; ``Retry-After`` wins. Calls that make something (POST, unless ``repeatable``) are repeated only when
        surely nothing was begun. Raises ``Busy``, ``NoAnswer``, ``NotAllowed``, ``NotFound``, ``Refused``.
        """
        import httpx

        again = method != "POST" if repeatable is None else repeatable
        for attempt in range(1, self.attempts + 1):
            last = attempt == self.attempts
            try:
                answer, wait = await self._once(
                    method, url, headers=headers, params=params, body=body, form=form, content=content
                )
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:  # nothing was sent
                if last:
                    raise Busy(f"{self.name} cannot be reached: {_said(error)}", hint=self.later) from None
                await self.sleep(self._pause(attempt, None))
                continue
            except (httpx.InvalidURL, UnicodeError) as error:  # the latter of host names that no register takes
                raise BadInput(f"that is no web address: {_said(error)}") from None
            except httpx.RequestError as error:
                if last or not again:
                    raise NoAnswer(f"{self.name} did not answer: {_said(error)}", hint=self.later) from None
                await self.sleep(self._pause(attempt, None))
                continue
            if answer.status in accept or 200 <= answer.status < 300:
                return answer
            busy = answer.status in _BUSY and (again or answer.status in _UNTOUCHED)
            if not busy or last or (wait is not None and wait > LONGEST_WAIT):
                raise self._error(answer, wait)
            await self.sleep(self._pause(attempt, wait))
        raise AssertionError("the last attempt returns or raises")

    async def _once(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None,
        params: Mapping[str, str] | None,
        body: Json,
        form: Mapping[str, str] | None,
        content: bytes | None,
    ) -> tuple[Answer, float | None]:
        import httpx

        request = self.client.build_request(
            method,
            url,
            headers=dict(headers or {}),
            params=None if params is None else dict(params),
            json=body if body is not None else None,
            data=None if form is None else dict(form),
            content=content,
            timeout=httpx.Timeout(_READ, connect=_CONNECT),
        )
        # Redirects are not followed: credentials belong to the host that they were made for.
        response = await self.client.send(request, stream=True, follow_redirects=False)
        try:
            parts, size = [], 0
            async for part in response.aiter_bytes():
                size += len(part)
                if size > MAX_ANSWER:
                    raise Unavailable(f"{self.name} answered with more than {MAX_ANSWER // 1_048_576} MB")
                parts.append(part)
        finally:
            await response.aclose()
        return Answer(response.status_code, b"".join(parts)), self._retry_after(response.headers.get("retry-after"))

    def _pause(self, attempt: int, wait: float | None) -> float:
        return wait if wait is not None else self.luck() * min(_FIRST_WAIT * 2**attempt, LONGEST_WAIT)

    def _retry_after(self, value: str | None) -> float | None:
        """Return the seconds that a header asks to wait, given as a number or as a date."""
        if not value:
            return None
        text = value.strip()
        if text.isascii() and text.isdigit():
            return float(text[:9])
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
        return max(0.0, (at - self.now()).total_seconds())

    def _error(self, answer: Answer, wait: float | None) -> Exception:
        said = _message(answer)
        match answer.status:
            case 401:
                return NotAllowed(f"{self.name} does not accept the credentials{said}", hint="check its settings")
            case 403:
                return NotAllowed(f"{self.name} does not allow it{said}", hint="check what its credentials may do")
            case 404:
                return NotFound(f"{self.name} has nothing at that address{said}")
            case 429:
                hint = self.later if wait is None else f"try again in {wait:.0f} s"
                return Busy(f"{self.name} asks for fewer calls{said}", hint=hint, wait=wait)
            case status if status >= 500:
                return Busy(f"{self.name} is in trouble (HTTP {status}){said}", hint=self.later, wait=wait)
            case status:
                return Refused(f"{self.name} refused it (HTTP {status}){said}")


def _message(answer: Answer) -> str:
    """Return what the other system says for itself, as the end of a sentence."""
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    for name in ("message", "reason", "error_description", "error"):
        text = value.get(name) if isinstance(value, dict) else None
        if isinstance(text, str) and text:
            return ": " + " ".join(text.split())[:200]
    return ""


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
