"""A steady load of presence events through the API: people come, beat and leave in sessions made for it.

Every event has a key of its own and is offered once to the library, which repeats it as often as it must; what was
acknowledged can be looked up afterwards, event by event.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.client.errors import ClientError, Conflict, LoginNeeded
from sessiontui.demo.outside import LOAD_TITLE, SOURCE
from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import MILLISECOND, rfc3339

if TYPE_CHECKING:
    from sessiontui.client import AsyncClient
    from sessiontui.client.shapes import NewPerson, NewSession, PresenceEvent
    from sessiontui.demo.outside import Tally

TICK: Final = 0.1
"""Seconds between two batches."""

BATCH: Final = 500
"""Events of one call at most."""

LANES: Final = 4
"""Queues in which the events of a session stay in order, as a platform's do; each has one call under way."""

SESSIONS: Final = 40
PEOPLE: Final = 50
"""Sessions, and people in each, of a load of 500 events a second: each person is heard of every four seconds."""

FULL: Final = 500.0
"""Events a second of such a load; a smaller one has fewer sessions and people."""

BEATS: Final = 8
"""Heartbeats between coming and leaving."""

LENGTH: Final = timedelta(hours=2)


@dataclass(slots=True)
class _Seat:
    """Somebody in a session: how many events they have had, and when the last one was."""

    session: int
    person: str
    number: int = 0
    last: datetime | None = None


@dataclass(slots=True)
class _Lane:
    """The seats of some sessions, and how many of their events wait."""

    seats: deque[_Seat] = field(default_factory=deque)
    late: int = 0


@dataclass(slots=True, kw_only=True)
class Load:
    """``rate`` events a second; ``acknowledged`` is told every event that the server has, right after its answer.

    ``clock`` says what time it is at the server, ``monotonic`` counts seconds.
    """

    client: AsyncClient
    rate: float
    tally: Tally
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    acknowledged: Callable[[Sequence[PresenceEvent]], None] = lambda _: None
    name: str = "load"
    _lanes: list[_Lane] = field(default_factory=lambda: [_Lane() for _ in range(LANES)])

    @property
    def latest(self) -> int:
        """How many events wait although they are due: the server is away, or slower than the load."""
        return sum(lane.late for lane in self._lanes)

    def __post_init__(self) -> None:
        """Refuse a rate at which nothing happens."""
        if self.rate <= 0:
            raise BadInput("a load has more than 0 events a second")

    async def prepare(self) -> None:
        """Make the people, unless an earlier load has, and sessions of its own."""
        share = min(self.rate / FULL, 1.0)
        people = max(4, round(PEOPLE * share))
        for number in range(people):
            person: NewPerson = {"name": f"Load {number + 1}", "id": f"load{number + 1}", "source": SOURCE}
            with suppress(Conflict):
                await self.client.add_person(person)
        starts_at = self.clock()
        ends_at = starts_at + LENGTH
        for number in range(max(LANES, round(SESSIONS * share))):
            new: NewSession = {
                "title": f"{LOAD_TITLE} {number + 1} ({self.name})",
                "starts_at": rfc3339(starts_at),
                "ends_at": rfc3339(ends_at),
            }
            session = (await self.client.create_session(new))["id"]
            seats = self._lanes[number % LANES].seats
            seats.extend(_Seat(session, f"{SOURCE}:load{place + 1}") for place in range(people))

    async def run(self, stop: asyncio.Event) -> None:
        """Keep the load up until ``stop`` is set and what is under way has ended; ``LoginNeeded`` ends it."""
        async with asyncio.TaskGroup() as group:
            for lane in self._lanes:
                group.create_task(self._keep_up(lane, stop))

    async def _keep_up(self, lane: _Lane, stop: asyncio.Event) -> None:
        began, offered, rate = self.monotonic(), 0, self.rate / LANES
        while not stop.is_set():
            lane.late = int((self.monotonic() - began) * rate) - offered
            if lane.late > 0:
                events = [self._next(lane) for _ in range(min(lane.late, BATCH))]
                offered += len(events)
                await self._report(events)
            if lane.late < BATCH:
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), TICK)

    def _next(self, lane: _Lane) -> PresenceEvent:
        """Return the next event of whoever has waited for longest, later than their last."""
        seat = lane.seats.popleft()
        lane.seats.append(seat)
        at = self.clock()
        if seat.last is not None and at <= seat.last:
            at = seat.last + MILLISECOND
        place = seat.number % (BEATS + 2)
        seat.number += 1
        seat.last = at
        return {
            "session": seat.session,
            "person": seat.person,
            "kind": "join" if place == 0 else "leave" if place == BEATS + 1 else "heartbeat",
            "at": rfc3339(at),
            "key": f"{self.name}:{seat.person}:{seat.number}",
        }

    async def _report(self, events: Sequence[PresenceEvent]) -> None:
        self.tally.offered += len(events)
        try:
            answer = await self.client.report_presence(events)
        except BaseException as error:  # also when stopped in the middle: nobody knows
            self.tally.failed += len(events)
            if isinstance(error, ClientError) and not isinstance(error, LoginNeeded):
                return
            raise
        refused = {one["place"] for one in answer["refused"]}
        self.tally.acknowledged += answer["acknowledged"]
        self.tally.repeated += answer["repeated"]
        self.tally.refused += len(refused)
        self.acknowledged([event for place, event in enumerate(events) if place not in refused])
