"""How long what was read stays fresh in the client, and how many looks that spares."""

from __future__ import annotations

from collections.abc import Callable

from tests.client.conftest import Handle
from tests.client.desk import Desk, FakeClock

HOUR, FIVE_MINUTES = 3600, 300


async def test_a_session_is_fresh_for_an_hour_and_a_search_for_five_minutes(
    make: Callable[..., Handle], desk: Desk, clock: FakeClock
) -> None:
    client = make()
    await client.create_session({"title": "Circle", "starts_at": "2026-05-04T14:00:00Z"})
    for read, path, life in (
        (lambda: client.session(1), "/api/sessions/1", HOUR),
        (lambda: client.sessions("circle"), "/api/sessions", FIVE_MINUTES),
    ):
        await read()
        asked = len(desk.paths(path))
        clock.seconds += life - 1
        await read()
        assert len(desk.paths(path)) == asked
        clock.seconds += 2
        await read()  # at once from what is there, looked up behind the caller's back
        await client.settled()
        assert len(desk.paths(path)) == asked + 1


async def test_repeated_searches_are_answered_from_the_cache(make: Callable[..., Handle], desk: Desk) -> None:
    client = make()
    for _ in range(5):
        for query in ("status:waiting", "grief", "mentor:lee"):
            await client.sessions(query)
    told = client.client.statistics().cache
    assert told.hit_rate is not None
    assert told.hit_rate >= 0.75
    assert len(desk.paths("/api/sessions")) == 3
