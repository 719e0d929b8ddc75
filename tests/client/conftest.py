"""Both clients under one handle, and the fake control room that they call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from sessiontui.client import AsyncClient, Client
from tests.client.desk import KEY, Desk, FakeClock, surroundings


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(clock: FakeClock) -> Iterator[Desk]:
    with Desk(now=clock.wall) as desk:
        yield desk


class Handle:
    """One client, plain or asyncio: what is called is awaited either way."""

    def __init__(self, client: Client | AsyncClient) -> None:
        self.client = client

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self.client, name)
        if isinstance(self.client, AsyncClient):
            return method
        return lambda *args, **words: asyncio.to_thread(method, *args, **words)

    async def run(self, wait: Callable[..., object], *args: object) -> None:
        """Wait for something of another thread."""
        await asyncio.to_thread(wait, *args)

    async def settled(self) -> None:
        """Wait until nothing goes on behind the caller's back."""
        if isinstance(self.client, AsyncClient):
            await asyncio.gather(*self.client._tasks)
        else:
            for thread in self.client._threads:
                await asyncio.to_thread(thread.join, 5)

    async def changes(self, count: int, *, after: str = "") -> list[Any]:
        if isinstance(self.client, AsyncClient):
            stream = self.client.changes(after=after)
            found = [await anext(stream) for _ in range(count)]
            await stream.aclose()
            return found
        plain = self.client.changes(after=after)
        return await asyncio.to_thread(lambda: [next(plain) for _ in range(count)])


@pytest.fixture(params=["plain", "awaited"])
async def make(request: pytest.FixtureRequest, desk: Desk, clock: FakeClock) -> AsyncIterator[Callable[..., Handle]]:
    made: list[Handle] = []

    def build(*, luck: float = 0.5, room: int = 100, ask: Any = None, **options: Any) -> Handle:
        around = surroundings(clock, luck=luck, room=room)
        options = {"key": KEY, **options}
        client: Client | AsyncClient
        if request.param == "plain":
            client = Client(desk.url, surroundings=around, sleep=clock.sleep, ask=ask, **options)
        else:

            async def awaited(why: Any) -> Any:
                return ask(why)

            told = None if ask is None else awaited
            client = AsyncClient(desk.url, surroundings=around, sleep=clock.rest, ask=told, **options)
        made.append(Handle(client))
        return made[-1]

    yield build
    for handle in made:
        await handle.close(drain=0)
