"""The asyncio client: every call is awaited; the tasks of one event loop share it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Hashable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import httpx

from sessiontui.client.api import AwaitedApi
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
from sessiontui.client.client import DRAIN, LONGEST_REST
from sessiontui.client.errors import ClientError, Unreachable
from sessiontui.client.project_shapes import Tracked
from sessiontui.client.retrying import RetryPolicy
from sessiontui.client.side import Side
from sessiontui.client.steps import Alone, Aside, Ask, Load, Save, Send, Step, Steps, Wait
from sessiontui.client.task_reporting import TaskReporter
from sessiontui.client.tokens import Password, Shelf, Tokens
from sessiontui.client.tracking import PERSISTENCE, ActivityQueue

T = TypeVar("T")


@dataclass(slots=True)
class _Flight:
    """Work under way that others wait for, until its lease ends."""

    until: float
    task: asyncio.Task[object]


class AsyncClient(AwaitedApi, Side):
    """Calls the control room at ``url`` for a platform; see ``Client``, whose twin it is.

    ``track_activity``, ``statistics``, ``activities`` and ``forget`` are plain: they wait for nothing. Everything
    happens on the event loop on which it is started.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | Sequence[str] = "",
        tokens: Tokens | None = None,
        shelf: Shelf | None = None,
        ask: Callable[[ClientError], Awaitable[Tokens | Password | None]] | None = None,
        device: str = "",
        policy: RetryPolicy | None = None,
        cache: Cache | None = None,
        http: httpx.AsyncClient | None = None,
        surroundings: Surroundings | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
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
        self._http = http or httpx.AsyncClient(timeout=TIMEOUT, limits=LIMITS)
        self._shelf = shelf
        self._ask = ask
        self._sleep = sleep
        self._flights: dict[Hashable, _Flight] = {}
        self._is_closed = False
        self._tasks: set[asyncio.Task[object]] = set()
        self._keeper: asyncio.Task[object] | None = None
        self._reporter = TaskReporter(ActivityQueue(room=outside.room), send=self._report, spawn=self._spawn)
        super().__init__(core, self._reporter, new_key=outside.new_key, monitor=nullcontext())

    # -- life -----------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def start(self) -> None:
        """Begin to keep the login: renewals ahead of time, heartbeats, a clean cache."""
        if self._keeper is None:
            self._keeper = self._spawn(self._keep())

    async def close(self, *, drain: float = DRAIN) -> None:
        """Stop keeping the login; reports of activity that wait have ``drain`` seconds to get out."""
        await self._reporter.drain(drain)
        self._is_closed = True
        self._reporter.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.aclose()

    # -- calls ----------------------------------------------------------------------------------------------

    async def call(self, call: Call[T], *, policy: RetryPolicy | None = None) -> T:
        """Make a call, repeated by ``policy`` if one is given; raises ``ClientError``."""
        return await self._drive(self._core.perform(call, policy))

    async def renew(self) -> None:
        """Renew the login now, whether it is due or not."""
        await self._drive(self._core.renew())

    async def changes(self, *, after: str = "") -> AsyncIterator[Change]:
        """Yield what changes at the server, from now on or after a change that was seen; it reconnects by itself."""
        reader = ChangeReader(last_id=after)
        repeating = self._core.repeating()
        while not self._is_closed:
            error: ClientError
            try:
                async for change in self._stream(reader):
                    repeating = self._core.repeating()
                    if change is not None:
                        yield change
                error = Unreachable("the stream of changes ended")
            except ClientError as met:
                error = met
            reader.drop()
            pause = self._core.pause(repeating, error)
            await self._sleep(pause if reader.retry is None else max(pause, reader.retry))

    # -- carrying out steps ---------------------------------------------------------------------------------

    async def _drive(self, steps: Steps[T]) -> T:
        """Carry out one step after the other until the work returns or raises."""
        reply: object = None
        error: ClientError | None = None
        try:
            while True:
                step = steps.send(reply) if error is None else steps.throw(error)
                reply = error = None
                try:
                    reply = await self._do(step)
                except ClientError as met:
                    error = met
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            steps.close()

    async def _do(self, step: Step) -> object:
        match step:
            case Send():
                return await self._send(step.request)
            case Wait():
                await self._sleep(step.seconds)
            case Alone():
                return await self._alone(step)
            case Aside():
                self._flight(step.alone)
            case Load():
                return None if self._shelf is None else await asyncio.to_thread(self._shelf.load)
            case Save():
                await self._save(step.tokens)
            case Ask():
                return None if self._ask is None else await self._ask(step.why)
        return None

    async def _send(self, request: Request) -> Answer:
        if self._is_closed:
            raise Unreachable("the client is closed")
        try:
            return answer_of(
                await self._http.request(
                    request.method, self.url + request.path, headers=dict(request.headers), content=request.body
                )
            )
        except httpx.RequestError as error:
            raise unreachable(self.url, error) from None

    async def _alone(self, step: Alone) -> object:
        while True:
            flight = self._flight(step)
            rest = flight.until - self._core.renewal.now()
            try:
                # Shielded: whoever stops waiting does not stop what others wait for.
                return await asyncio.wait_for(asyncio.shield(flight.task), rest)
            except TimeoutError:
                flight.task.cancel()
            except asyncio.CancelledError:
                own = asyncio.current_task()
                if self._is_closed or own is None or own.cancelling():
                    raise  # not the work was given up, but whoever waits for it
            if self._flights.get(step.name) is flight:
                del self._flights[step.name]

    def _flight(self, step: Alone) -> _Flight:
        """Return the work under way of this name, begun now where there is none."""
        now = self._core.renewal.now()
        flight = self._flights.get(step.name)
        if flight is not None and flight.until <= now:
            flight.task.cancel()
            flight = None
        if flight is None or flight.task.done():
            task = self._spawn(self._drive(step.work()))
            flight = self._flights[step.name] = _Flight(now + step.lease, task)
            task.add_done_callback(lambda _: self._land(step.name, flight))
        return flight

    def _land(self, name: Hashable, flight: _Flight) -> None:
        if self._flights.get(name) is flight:
            del self._flights[name]

    async def _save(self, tokens: Tokens | None) -> None:
        if self._shelf is None:
            return
        try:
            await asyncio.to_thread(self._shelf.save, tokens)
        except OSError:
            self._core.renewal.unsaved += 1

    async def _stream(self, reader: ChangeReader) -> AsyncIterator[Change | None]:
        """Yield the changes of one connection, and first ``None`` once it stands."""
        access = await self._drive(self._core.access())
        headers = {"authorization": f"Bearer {access}", "accept": "text/event-stream"}
        if reader.last_id:
            headers["last-event-id"] = reader.last_id
        timeout = httpx.Timeout(SILENCE, connect=TIMEOUT.connect)
        try:
            async with self._http.stream(
                "GET", f"{self.url}/api/changes", headers=headers, timeout=timeout
            ) as response:
                if response.status_code != httpx.codes.OK:
                    await response.aread()
                answer = Answer(status=response.status_code) if response.is_success else answer_of(response)
                error = self._core.judge(answer, access)
                if error is not None:
                    raise error
                yield None
                async for line in response.aiter_lines():
                    change = reader.feed(line)
                    if change is not None:
                        yield change
        except httpx.RequestError as error:
            raise unreachable(self.url, error) from None

    # -- what goes on beside the calls ----------------------------------------------------------------------

    def _spawn(self, work: Coroutine[object, object, object]) -> asyncio.Task[object]:
        task: asyncio.Task[object] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that nobody complains where nobody waited

    async def _keep(self) -> None:
        while True:
            try:
                rest = await self._drive(self._core.chores())
            except ClientError:  # counted where it happened; the next call tells whoever needs to know
                rest = LONGEST_REST
            await self._sleep(min(rest, LONGEST_REST))

    async def _report(self, call: Call[Tracked]) -> Tracked:
        return await self.call(call, policy=PERSISTENCE)
