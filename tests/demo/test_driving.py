"""The living simulator through the HTTP API: what it does is there afterwards, and every count adds up."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import timedelta
from random import Random

import httpx
import pytest

from sessiontui.client import AsyncClient, Cache
from sessiontui.demo.driving import Driver
from sessiontui.demo.faults import Fault, Faults, FaultyTransport
from sessiontui.demo.inside import Inside
from sessiontui.demo.load import Load
from sessiontui.demo.outside import LOADED, Tally
from sessiontui.demo.simulator import Simulator
from sessiontui.demo.worlds import build
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotAllowed, NotFound, Unavailable
from sessiontui.server.app import build as build_app
from sessiontui.server.serving import Serving
from sessiontui.services import boards, ticking
from sessiontui.services.context import Context
from sessiontui.services.logins import clients

STEP = timedelta(seconds=30)


class World:
    """A world with a server on it, in this process; its clock is moved by the test."""

    def __init__(self, context: Context, key: str, now) -> None:
        self.context = context
        self.key = key
        self.now = now
        serving = Serving(context=context, clock=lambda: self.now, monotonic=time.monotonic)
        self.app = httpx.ASGITransport(app=build_app(serving))

    def driver(self, faults: Faults | None = None, *, key: str = "") -> Driver:
        way = FaultyTransport(self.app, faults or Faults(), Random(3))
        http = httpx.AsyncClient(transport=way, base_url="http://desk")
        client = AsyncClient("http://desk", key=key or self.key, http=http, cache=Cache(max_entries=0))
        return Driver(client, way, Random(1))


@pytest.fixture
async def world(fresh, now) -> World:
    context = await fresh()
    await build(context, "every-status", now=now)
    made = await clients.add(context, "simulator", "read,write,events", by=Actor.system("test"), at=now)
    return World(context, made.shown, now)


async def test_both_doors_show_the_same_platform(world: World) -> None:
    driver = world.driver()
    inside, outside = Inside(world.context), driver.doors
    assert await outside.everyone() == await inside.everyone()
    window = world.now - timedelta(hours=5), world.now + timedelta(hours=8)
    seen = [await doors.look(*window, now=world.now) for doors in (inside, outside)]
    assert list(seen[0]) == list(seen[1])
    for one in seen[0]:
        here, there = [await doors.read(one.id, now=world.now) for doors in (inside, outside)]
        assert (here.seen, set(here.requests), set(here.presence)) == (
            there.seen, set(there.requests), set(there.presence),
        )  # fmt: skip
        assert here.host_id == there.host_id
    await driver.client.close(drain=0)


async def test_life_goes_on_through_the_api_although_it_is_full_of_faults(world: World) -> None:
    driver = world.driver(Faults(errors=0.05, drops=0.1, revocations=0.02))
    simulator = Simulator(driver.doors, Random(1), speed=60)
    before = (await boards.board(world.context, "", now=world.now, by=Actor.system())).total
    driver.client._sleep = _at_once
    for _ in range(60):
        world.now += STEP
        await simulator.step(world.now)
        await ticking.tick(world.context, at=world.now)
    outcome = driver.outcome()
    assert outcome.adds_up
    assert outcome.tally.done > 5
    assert outcome.tally.acknowledged > 50
    assert outcome.tally.failed == outcome.tally.acts_failed == 0
    assert outcome.faults[Fault.REVOCATION] > 0
    assert sum(one.succeeded for one in outcome.client.rungs.values()) > 1
    assert (await boards.board(world.context, "", now=world.now, by=Actor.system())).total >= before
    assert await ticking.rebuild(world.context, at=world.now) == 0
    assert "events acknowledged" in outcome.line
    assert outcome.as_json()["adds_up"] is True
    await driver.client.close(drain=0)


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


async def test_a_load_is_made_once_and_every_event_arrives(world: World) -> None:
    driver = world.driver(Faults(drops=0.2))
    driver.client._sleep = _at_once
    kept: Counter[tuple[object, str]] = Counter()
    seconds = iter(number / 10 for number in range(10_000))
    stop = asyncio.Event()

    def monotonic() -> float:
        second = next(seconds)
        if second > 2:
            stop.set()
        return second

    load = Load(
        client=driver.client,
        rate=100,
        tally=Tally(),
        clock=lambda: world.now,
        monotonic=monotonic,
        acknowledged=lambda events: kept.update((event["session"], event["key"]) for event in events),
    )
    await load.prepare()
    await load.run(stop)
    assert load.tally.adds_up
    assert load.tally.acknowledged == sum(kept.values()) == load.tally.offered > 90
    assert max(kept.values()) == 1
    stored = await world.context.db.fetch("SELECT count(*) FROM presence_signal WHERE key LIKE '%/load:%'")
    assert tuple(stored[0]) == (load.tally.acknowledged,)
    await load.prepare()
    people = await driver.doors.everyone()
    assert not any(one.name.startswith("Load ") for one in people.values()), LOADED
    await driver.client.close(drain=0)


async def test_an_empty_platform_is_furnished(fresh, now) -> None:
    context = await fresh()
    await build(context, "empty", now=now)
    made = await clients.add(context, "simulator", "read,write,events", by=Actor.system("test"), at=now)
    world = World(context, made.shown, now)
    driver = world.driver()
    await driver._furnish()
    board = await boards.board(context, "", now=now, by=Actor.system())
    assert board.total == 12
    assert any(line.approved for line in board.lines)
    await driver._furnish()
    assert (await boards.board(context, "", now=now, by=Actor.system())).total == 12
    await driver.client.close(drain=0)


async def test_without_a_login_it_ends_with_a_sentence(world: World) -> None:
    driver = world.driver(key="wrong")
    with pytest.raises(NotAllowed, match="no way to sign in is left"):
        await driver.run(asyncio.Event(), monotonic=time.monotonic)
    await driver.client.close(drain=0)


async def test_the_errors_of_the_client_are_told_in_the_words_of_the_house(world: World) -> None:
    driver = world.driver()
    with pytest.raises(NotFound):
        await driver.doors.read(999_999, now=world.now)
    driver.client._sleep = _at_once
    driver._way._faults = Faults(drops=1)
    with pytest.raises(Unavailable):
        await driver.doors.read(1, now=world.now)
    await driver.client.close(drain=0)


def test_a_tally_that_lacks_one_does_not_add_up() -> None:
    assert Tally(offered=2, acknowledged=1, failed=1, acts=1, acts_refused=1).adds_up
    assert not Tally(offered=2, acknowledged=1).adds_up
    assert not Tally(acts=1).adds_up


def test_a_load_of_nothing_is_refused() -> None:
    with pytest.raises(BadInput):
        Load(client=None, rate=0, tally=Tally(), clock=None, monotonic=None)  # type: ignore[arg-type]
