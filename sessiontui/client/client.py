"""The plain client: every call returns when it has its answer; threads may share one client."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self, TypeVar

import httpx

from sessiontui.client.api import Api
from sessiontui.client.building import (
    LIMITS,
    TIMEOUT,
    Surroundings,
    address,
    answer_of,
    build,
    unreachable,
)
from sessiontui.client.cache import Cache
from sessiontui.client.calls import Answer, Call, Request
from sessiontui.client.changes import SILENCE, Change, ChangeReader
from sessiontui.client.errors import ClientError, Unreachable
from sessiontui.client.project_shapes import Tracked
from sessiontui.client.reporting import Reporter
from sessiontui.client.retrying import RetryPolicy
from sessiontui.client.side import Side
from sessiontui.client.steps import Alone, Aside, Ask, Load, Save, Send, Step, Steps, Wait
from sessiontui.client.tokens import Password, Shelf, Tokens
from sessiontui.client.tracking import PERSISTENCE, ActivityQueue

T = TypeVar("T")

DRAIN: Final = 5.0
"""Seconds that ``close`` gives to reports that still wait."""

LONGEST_REST: Final = 60.0
"""Seconds between two rounds of chores at most: a machine that slept is noticed within them."""


@dataclass(slots=True)
class _Flight:
    """Work under way that others wait for, until its lease ends."""

    until: float
    result: Future[object] = field(default_factory=Future)


class Client(Api, Side):
    """Calls the control room at ``url`` for a platform.

    It signs in with a client ``key`` (or several: the next is tried where one is refused), with ``tokens`` from
    elsewhere, or with what ``ask`` returns; ``shelf`` shares a login between processes. Use it as a context, or
    ``start`` and ``close`` it: between them it renews its login and sends heartbeats on its own.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | Sequence[str] = "",
        tokens: Tokens | None = None,
        shelf: Shelf | None = None,
        ask: Callable[[ClientError], Tokens | Password | None] | None = None,
        device: str = "",
        policy: RetryPolicy | None = None,
        cache: Cache | None = None,
        http: httpx.Client | None = None,
        surroundings: Surroundings | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        outside = surroundings or Surroundings()
        core = build(
            key=key,
            device=device,
            tokens=tokens,
            has_shelf=shelf is not None,
            can_ask=ask is not None,
            policy=policy or RetryPolicy(),
            cache=cache,
            surroundings=outside,
        )
        self.url = address(url)
        self._http = http or httpx.Client(timeout=TIMEOUT, limits=LIMITS)
        self._shelf = shelf
        self._ask = ask
        self._sleep = sleep
        self._flights: dict[Hashable, _Flight] = {}
        self._closing = threading.Event()
        self._roll = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._keeper: threading.Thread | None = None
        self._reporter = Reporter(ActivityQueue(room=outside.room), send=self._report)
        # The core is advanced by one thread at a time.
        super().__init__(core, self._reporter, new_key=outside.new_key, monitor=threading.RLock())

    # -- life -----------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Begin to keep the login: renewals ahead of time, heartbeats, a clean cache."""
        with self._monitor:
            if self._keeper is None:
                self._keeper = self._spawn(self._keep)

    def close(self, *, drain: float = DRAIN) -> None:
        """Stop keeping the login; reports of activity that wait have ``drain`` seconds to get out."""
        until = time.monotonic() + drain
        self._reporter.drain(drain)
        self._closing.set()
        self._reporter.close()
        for thread in list(self._threads):
            if thread is not threading.current_thread():
                thread.join(timeout=max(until - time.monotonic(), 1.0))
        self._reporter.join(1.0)
        self._http.close()

    # -- calls ----------------------------------------------------------------------------------------------

    def call(self, call: Call[T], *, policy: RetryPolicy | None = None) -> T:
        """Make a call, repeated by ``policy`` if one is given; raises ``ClientError``."""
        return self._drive(self._core.perform(call, policy))

    def renew(self) -> None:
        """Renew the login now, whether it is due or not."""
        self._drive(self._core.renew())

    def changes(self, *, after: str = "") -> Iterator[Change]:
        """Yield what changes at the server, from now on or after a change that was seen; it reconnects by itself."""
        reader = ChangeReader(last_id=after)
        repeating = self._core.repeating()
        while not self._closing.is_set():
            error: ClientError
            try:
                for change in self._stream(reader):
                    repeating = self._core.repeating()
                    if change is not None:
                        yield change
                error = Unreachable("the stream of changes ended")
            except ClientError as met:
                error = met
            reader.drop()
            with self._monitor:
                pause = self._core.pause(repeating, error)
            self._wait(pause if reader.retry is None else max(pause, reader.retry))

    # -- carrying out steps ---------------------------------------------------------------------------------

    def _drive(self, steps: Steps[T]) -> T:
        """Carry out one step after the other until the work returns or raises."""
        reply: object = None
        error: ClientError | None = None
        try:
            while True:
                with self._monitor:
                    step = steps.send(reply) if error is None else steps.throw(error)
                reply = error = None
                try:
                    reply = self._do(step)
                except ClientError as met:
                    error = met
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            with self._monitor:
                steps.close()

    def _do(self, step: Step) -> object:
        match step:
            case Send():
                return self._send(step.request)
            case Wait():
                self._wait(step.seconds)
            case Alone():
                return self._alone(step)
            case Aside():
                with self._monitor:
                    if not self._is_flying(step.alone.name):
                        self._spawn(lambda: self._try(step.alone))
            case Load():
                return None if self._shelf is None else self._shelf.load()
            case Save():
                self._save(step.tokens)
            case Ask():
                return None if self._ask is None else self._ask(step.why)
        return None

    def _send(self, request: Request) -> Answer:
        if self._closing.is_set():
            raise Unreachable("the client is closed")
        try:
            return answer_of(
                self._http.request(
                    request.method, self.url + request.path, headers=dict(request.headers), content=request.body
                )
            )
        except httpx.RequestError as error:
            raise unreachable(self.url, error) from None
        except RuntimeError:  # httpx says so of a call on a client that was closed just now
            if not self._closing.is_set():
                raise
            raise Unreachable("the client is closed") from None

    def _wait(self, seconds: float) -> None:
        if self._sleep is not None:
            self._sleep(seconds)
        elif self._closing.wait(seconds):
            raise Unreachable("the client was closed meanwhile")

    def _alone(self, step: Alone) -> object:
        while True:
            with self._monitor:
                now = self._core.renewal.now()
                flight = self._flights.get(step.name)
                is_mine = flight is None or flight.until <= now
                if flight is None or is_mine:
                    flight = self._flights[step.name] = _Flight(now + step.lease)
            if is_mine:
                return self._fly(step, flight)
            with suppress(TimeoutError):
                return flight.result.result(timeout=flight.until - now)

    def _fly(self, step: Alone, flight: _Flight) -> object:
        try:
            result = self._drive(step.work())
        except ClientError as error:
            flight.result.set_exception(error)
            raise
        except BaseException:
            flight.result.set_exception(Unreachable("whoever was at it was interrupted"))
            raise
        else:
            flight.result.set_result(result)
            return result
        finally:
            with self._monitor:
                if self._flights.get(step.name) is flight:
                    del self._flights[step.name]

    def _is_flying(self, name: Hashable) -> bool:
        flight = self._flights.get(name)
        return flight is not None and flight.until > self._core.renewal.now()

    def _save(self, tokens: Tokens | None) -> None:
        if self._shelf is None:
            return
        try:
            self._shelf.save(tokens)
        except OSError:
            self._core.renewal.unsaved += 1

    def _stream(self, reader: ChangeReader) -> Iterator[Change | None]:
        """Yield the changes of one connection, and first ``None`` once it stands."""
        access = self._drive(self._core.access())
        headers = {"authorization": f"Bearer {access}", "accept": "text/event-stream"}
        if reader.last_id:
            headers["last-event-id"] = reader.last_id
        timeout = httpx.Timeout(SILENCE, connect=TIMEOUT.connect)
        try:
            with self._http.stream("GET", f"{self.url}/api/changes", headers=headers, timeout=timeout) as response:
                if response.status_code != httpx.codes.OK:
                    response.read()
                with self._monitor:
                    answer = Answer(status=response.status_code) if response.is_success else answer_of(response)
                    error = self._core.judge(answer, access)
                if error is not None:
                    raise error
                yield None
                for line in response.iter_lines():
                    change = reader.feed(line)
                    if change is not None:
                        yield change
        except httpx.RequestError as error:
            raise unreachable(self.url, error) from None

    # -- what goes on beside the calls ----------------------------------------------------------------------

    def _spawn(self, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, name="sessiontui-client", daemon=True)
        thread.start()
        with self._roll:
            self._threads = [*(other for other in self._threads if other.is_alive()), thread]
        return thread

    def _try(self, step: Alone) -> None:
        with suppress(ClientError):
            self._alone(step)

    def _keep(self) -> None:
        rest = 0.0
        while not self._closing.wait(min(rest, LONGEST_REST)):
            try:
                rest = self._drive(self._core.chores())
            except ClientError:  # counted where it happened; the next call tells whoever needs to know
                rest = LONGEST_REST

    def _report(self, call: Call[Tracked]) -> Tracked:
        return self.call(call, policy=PERSISTENCE)
