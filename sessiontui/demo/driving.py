"""Driving a platform through its API: the living simulator, a steady load beside it, and what came of both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from sessiontui.demo.crowd import ordinary
from sessiontui.demo.faults import Faults, FaultyTransport
from sessiontui.demo.load import Load
from sessiontui.demo.names import MESSAGES
from sessiontui.demo.outside import Outside, Tally
from sessiontui.demo.simulator import STEP, Simulator
from sessiontui.domain.errors import NotAllowed, SessiontuiError
from sessiontui.domain.vocabulary import Role
from sessiontui.services.sessions import SessionDraft

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sessiontui.client import AsyncClient, RetryPolicy, Statistics
    from sessiontui.client.shapes import PresenceEvent

TELL_EVERY: Final = 0.5
"""Seconds between two lines about how it goes."""

STOP_WITHIN: Final = 10.0
"""Seconds that calls under way have to end."""

ENOUGH: Final = 12
"""Sessions about now without which a platform seems dead: then that many are made."""

AROUND: Final = timedelta(hours=1)

SOON: Final = timedelta(minutes=10)
"""How long before their start sessions have let in who asked: somebody has to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a drive: what went through the doors, how the client fared, which faults were made."""

    tally: Tally
    load: Tally
    client: Statistics
    faults: Mapping[str, int]
    latest: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether every event, act, call and way to a login is accounted for."""
        rungs = self.client.rungs.values()
        return (
            self.tally.adds_up
            and self.load.adds_up
            and self.client.calls == self.client.answered + self.client.failed
            and all(one.tried == one.succeeded + one.refused + one.troubled for one in rungs)
        )

    @property
    def line(self) -> str:
        """How it goes, in one line."""
        events = self.tally.acknowledged + self.load.acknowledged
        open_ = self.tally.offered + self.load.offered - events - self.tally.refused - self.load.refused
        told = [
            f"{events} events acknowledged",
            f"{open_ - self.tally.failed - self.load.failed} under way",
            f"{self.tally.done} acts",
            f"{sum(self.client.repeated.values())} repeated",
            f"login {self.client.state}",
        ]
        failed = self.tally.failed + self.load.failed + self.tally.acts_failed
        if failed:
            told.insert(2, f"{failed} failed")
        if self.latest:
            told.append(f"{self.latest} late")
        if self.faults:
            told.append(f"{sum(self.faults.values())} faults")
        return ", ".join(told)

    def as_json(self) -> dict[str, object]:
        """Return all counts for JSON."""
        return {
            "living": _counts(self.tally),
            "load": _counts(self.load),
            "calls": {
                "made": self.client.calls,
                "answered": self.client.answered,
                "failed": self.client.failed,
                "repeated": {str(name): number for name, number in self.client.repeated.items()},
            },
            "ladder": {str(rung): asdict(count) for rung, count in self.client.rungs.items()},
            "faults": dict(self.faults),
            "adds_up": self.adds_up,
        }


@asynccontextmanager
async def connected(
    url: str, key: str, *, faults: Faults, rng: Random, policy: RetryPolicy | None = None
) -> AsyncIterator[Driver]:
    """Yield a driver of the platform at an address; ``faults`` stand between it and the server."""
    import httpx

    from sessiontui.client import AsyncClient, Cache
    from sessiontui.client.building import LIMITS, TIMEOUT

    way = FaultyTransport(httpx.AsyncHTTPTransport(limits=LIMITS), faults, rng)
    http = httpx.AsyncClient(transport=way, timeout=TIMEOUT)
    # A simulator looks at what has just changed: nothing that it reads is worth keeping.
    cache = Cache(max_entries=0)
    async with AsyncClient(url, key=key, device="simulator", http=http, cache=cache, policy=policy) as client:
        yield Driver(client, way, rng)


class Driver:
    """Drives one platform; the same seed gives the same wishes, whatever the platform makes of them."""

    def __init__(self, client: AsyncClient, way: FaultyTransport, rng: Random) -> None:
        self.client = client
        self.doors = Outside(client)
        self._way = way
        self._rng = rng
        self._load: Load | None = None

    def outcome(self) -> Outcome:
        """Return what has come of it so far."""
        return Outcome(
            tally=self.doors.tally,
            load=Tally() if self._load is None else self._load.tally,
            client=self.client.statistics(),
            faults={str(fault): number for fault, number in self._way.counts.items() if number},
            latest=0 if self._load is None else self._load.latest,
        )

    async def run(
        self,
        stop: asyncio.Event,
        *,
        monotonic: Callable[[], float],
        rate: float = 0.0,
        tell: Callable[[Outcome], None] = lambda _: None,
        acknowledged: Callable[[Sequence[PresenceEvent]], None] = lambda _: None,
    ) -> Outcome:
        """Let the platform live until ``stop`` is set, under ``rate`` presence events a second on top.

        ``tell`` hears now and then how it goes, ``acknowledged`` each event of the load that the server has.
        Raises ``NotAllowed`` where every way to a login is spent, ``Unavailable`` where the first look fails.
        """
        from sessiontui.client.errors import ClientError

        work: list[asyncio.Task[None]] = []
        try:
            async with asyncio.TaskGroup() as group:
                if rate > 0:
                    self._load = Load(
                        client=self.client,
                        rate=rate,
                        tally=Tally(),
                        clock=self.client.now,
                        monotonic=monotonic,
                        acknowledged=acknowledged,
                    )
                    await self._load.prepare()
                    work.append(group.create_task(self._load.run(stop)))
                work.append(group.create_task(self._live(stop)))
                group.create_task(self._tell(stop, tell))
                group.create_task(_end(stop, work))
        except* ClientError as errors:
            first: BaseException = errors
            while isinstance(first, BaseExceptionGroup):
                first = first.exceptions[0]
            hint = first.hint if isinstance(first, ClientError) else ""
            raise NotAllowed(getattr(first, "detail", str(first)), hint=hint) from None
        return self.outcome()

    async def _furnish(self) -> None:
        """Make sessions that begin about now on a platform that has next to none, with people who ask for them."""
        now, rng, doors = self.client.now(), self._rng, self.doors
        if len(await doors.look(now - AROUND, now + AROUND, now=now)) >= ENOUGH:
            return
        people = await doors.everyone()
        mentors = [one for one in people.values() if one.role is Role.MENTOR]
        guests = [one for one in people.values() if one.role is Role.PARTICIPANT]
        rng.shuffle(guests)
        for number in range(ENOUGH if mentors else 0):
            scene, host = ordinary(rng, starts=0), mentors[number % len(mentors)]
            starts_at = now.replace(second=0, microsecond=0) + timedelta(minutes=5 * number - 15)
            draft = SessionDraft(
                title=scene.title,
                kind=scene.kind,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=scene.minutes),
                author_id=host.id,
                mentor_id=host.id,
                capacity=scene.capacity,
                tags=scene.tags,
                description=scene.description,
                link=scene.link,
                publish=True,
            )
            made = await doors.schedule(draft, host=host, now=now)
            begins = starts_at <= now + SOON
            for who in guests[number % 4 :: 4][: rng.randint(3, 6)]:  # neighbours in time share nobody
                with suppress(SessiontuiError):
                    await doors.ask(made, who, message=rng.choice(MESSAGES), now=now)
                    if begins:
                        await doors.let_in(made, who)

    async def _live(self, stop: asyncio.Event) -> None:
        with suppress(SessiontuiError):
            await self._furnish()
        simulator = Simulator(self.doors, self._rng)
        while not stop.is_set():
            with suppress(SessiontuiError):  # counted at the doors; the next step tries what is due then
                await simulator.step(self.client.now())
            await _rest(stop, STEP)

    async def _tell(self, stop: asyncio.Event, tell: Callable[[Outcome], None]) -> None:
        while not stop.is_set():
            await _rest(stop, TELL_EVERY)
            tell(self.outcome())


async def _end(stop: asyncio.Event, work: Sequence[asyncio.Task[None]]) -> None:
    """Let work end by itself once ``stop`` is set, but not for ever: a server may be away."""
    await stop.wait()
    _, late = await asyncio.wait(work, timeout=STOP_WITHIN)
    for task in late:
        task.cancel()


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def _counts(tally: Tally) -> dict[str, object]:
    return asdict(tally)
