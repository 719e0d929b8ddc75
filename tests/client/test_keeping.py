"""What a client does on its own: renewals ahead of time, heartbeats, a clean cache, and no calls lost to idling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from sessiontui.client import NEVER, AsyncClient, Busy, Client, LoginState, Rung, Tokens
from tests.client.conftest import Handle
from tests.client.desk import KEY, Desk, FakeClock, Fault, surroundings

Make = Callable[..., Handle]


async def chores(handle: Handle) -> float:
    """Do one round of what the client does on its own."""
    if isinstance(handle.client, AsyncClient):
        return await handle.client._drive(handle.client._core.chores())
    return await asyncio.to_thread(handle.client._drive, handle.client._core.chores())


async def test_a_login_is_renewed_before_it_ends(make: Make, desk: Desk, clock: FakeClock) -> None:
    client = make(luck=0.0)
    await client.sessions()
    clock.seconds += 3000
    await chores(client)
    assert desk.issued == {"client_key": 1}
    clock.seconds += 300
    await chores(client)
    assert desk.issued == {"client_key": 1, "refresh": 1}
    assert client.client.statistics().state is LoginState.FRESH


async def test_a_call_with_a_login_that_is_due_does_not_wait_for_its_renewal(
    make: Make, desk: Desk, clock: FakeClock
) -> None:
    client = make(luck=0.0)
    await client.sessions()
    clock.seconds += 3400
    desk.hold.clear()
    desk.awaited = "/auth/refresh"
    await client.create_session({"title": "a", "starts_at": "", "ends_at": ""})
    await client.run(desk.arrived.wait, 5)
    assert client.client.statistics().state is LoginState.REFRESHING
    await client.create_session({"title": "b", "starts_at": "", "ends_at": ""})
    desk.hold.set()
    await client.settled()
    assert desk.issued == {"client_key": 1, "refresh": 1}


async def test_a_quiet_client_sends_heartbeats(make: Make, desk: Desk, clock: FakeClock) -> None:
    client = make()
    await client.sessions()
    for _ in range(4):
        clock.seconds += 150
        await chores(client)
    assert desk.paths("/auth/heartbeat") == ["/auth/heartbeat"] * 2
    told = client.client.statistics()
    assert (told.heartbeats, told.heartbeats_missed, told.score) == (2, 0, 100)


async def test_a_busy_client_needs_none(make: Make, desk: Desk, clock: FakeClock) -> None:
    desk.live["given"] = clock.wall() + 9_000
    client = make(tokens=Tokens(access="given", expires_in=9_000, expires_at=clock.wall() + 9_000))
    for _ in range(4):
        clock.seconds += 200
        await client.create_session({"title": "a", "starts_at": "", "ends_at": ""})
        await chores(client)
    assert desk.paths("/auth") == []


async def test_the_server_is_told_which_rungs_had_to_be_taken(make: Make, desk: Desk, clock: FakeClock) -> None:
    client = make()
    for _ in range(2):
        await client.sessions()
        await chores(client)
        await chores(client)
        desk.live.clear()
        clock.seconds += 601
    told = [one.body for one in desk.seen if one.path == "/auth/heartbeat"]
    assert [one["ladder"] for one in told] == [{"silent": 1}, {"refresh": 1, "silent": 1}]


async def test_the_server_is_told_how_the_cache_does_by_a_busy_client_too(
    make: Make, desk: Desk, clock: FakeClock
) -> None:
    client = make()
    await client.sessions()
    await chores(client)
    assert caches(desk) == [(1, 0, 1)]
    for _ in range(4):
        clock.seconds += 200  # it is heard more often than heartbeats are due
        await client.create_session({"title": "a", "starts_at": "", "ends_at": ""})
        await client.sessions()
        await client.sessions()
        await chores(client)
    assert caches(desk) == [(1, 0, 1), (1, 3, 4)], "anew after ten minutes"


async def test_a_client_that_looks_nothing_up_tells_nothing_of_its_cache(
    make: Make, desk: Desk, clock: FakeClock
) -> None:
    client = make()
    await client.create_session({"title": "a", "starts_at": "", "ends_at": ""})
    clock.seconds += 301
    await chores(client)
    assert [one.body for one in desk.seen if one.path == "/auth/heartbeat"] == [{"ladder": {"silent": 1}}]


def caches(desk: Desk) -> list[tuple[int, int, int]]:
    """Return what was told of the cache with each heartbeat: entries, looks that were answered, misses."""
    told = [one.body["cache"] for one in desk.seen if one.path == "/auth/heartbeat"]
    return [(one["entries"], one["hits"] + one["stale_hits"], one["misses"]) for one in told]


async def test_a_server_that_is_only_busy_has_not_heard_of_the_login(
    make: Make, desk: Desk, clock: FakeClock
) -> None:
    client = make(policy=NEVER)
    await client.sessions()
    before = client.client._core.renewal.login.heard_at
    clock.seconds += 10
    desk.faults.append(Fault(path="/api", status=503))
    with pytest.raises(Busy):
        await client.sessions("x")
    assert client.client._core.renewal.login.heard_at == before
    await client.sessions("y")
    assert client.client._core.renewal.login.heard_at == before + 10


async def test_a_heartbeat_that_is_lost_is_counted_and_harms_nothing(
    make: Make, desk: Desk, clock: FakeClock
) -> None:
    client = make()
    await client.sessions()
    clock.seconds += 301
    desk.faults.extend(Fault(path="/auth/heartbeat", status=404) for _ in range(1))
    await chores(client)
    assert client.client.statistics().heartbeats_missed == 1
    assert client.client.statistics().state is LoginState.FRESH


async def test_chores_tell_when_they_are_wanted_again(make: Make, clock: FakeClock) -> None:
    client = make(luck=0.0)
    assert await chores(client) == 60
    await client.sessions()
    assert await chores(client) == 60
    clock.seconds += 290
    assert await chores(client) == pytest.approx(10)
    clock.seconds += 3000
    assert await chores(client) == pytest.approx(10)


async def test_old_entries_leave_the_cache(make: Make, desk: Desk, clock: FakeClock) -> None:
    client = make()
    await client.sessions()
    clock.seconds += 601
    await chores(client)
    told = client.client.statistics().cache
    assert (told.entries, told.expired) == (0, 1)


async def test_a_call_after_a_night_asleep_succeeds(make: Make, desk: Desk, clock: FakeClock) -> None:
    client = make()
    await client.create_session({"title": "a", "starts_at": "", "ends_at": ""})
    clock.epoch += 10 * 3600  # the monotonic clock stood still
    desk.revoke("expired")
    await client.create_session({"title": "b", "starts_at": "", "ends_at": ""})
    assert len(desk.sessions) == 2
    assert client.client.statistics().rungs[Rung.KEY].succeeded == 2


async def test_the_clients_clock_is_the_servers(make: Make, desk: Desk, clock: FakeClock) -> None:
    desk.now = lambda: clock.wall() + 7200
    client = make()
    await client.sessions()
    assert client.client.statistics().skew == pytest.approx(7200, abs=1)
    assert client.client.now().timestamp() == pytest.approx(desk.now(), abs=1)
    assert client.client.statistics().state is LoginState.FRESH, "a clock that is off ages no token"


def test_a_started_client_keeps_its_login_until_it_is_closed(desk: Desk) -> None:
    clock = FakeClock()
    desk.now = clock.wall
    with Client(desk.url, key=KEY, surroundings=surroundings(clock, luck=0.0), sleep=clock.sleep) as client:
        client.sessions()
        keeper = client._keeper
        assert keeper is not None
        assert keeper.is_alive()
    assert not keeper.is_alive()


async def test_a_started_asyncio_client_renews_on_its_own(desk: Desk, clock: FakeClock) -> None:
    turn = asyncio.Event()
    waits: list[float] = []

    async def rest(seconds: float) -> None:
        waits.append(seconds)
        clock.seconds += seconds
        await asyncio.sleep(0)
        if len(waits) > 70:
            turn.set()
            await asyncio.Event().wait()

    client = AsyncClient(desk.url, key=KEY, surroundings=surroundings(clock, luck=0.0), sleep=rest)
    await client.sessions()
    async with client:
        await asyncio.wait_for(turn.wait(), 10)
        assert desk.issued == {"client_key": 1, "refresh": 1}
        assert client.statistics().heartbeats > 5
        assert max(waits) <= 60
