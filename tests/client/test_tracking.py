"""Reports of activity: whoever makes one neither waits nor fails, and what became of each is counted."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.client import ActivityCounts, AsyncClient, Client
from sessiontui.client.project_shapes import Activity
from sessiontui.client.tracking import BATCH, ActivityQueue
from tests.client.conftest import Handle
from tests.client.desk import Desk, FakeClock, Fault, surroundings

Make = Callable[..., Handle]


def whole(counts: ActivityCounts) -> bool:
    """Whether the counts add up."""
    settled = counts.acknowledged + counts.dropped + counts.refused + counts.failed
    return counts.taken == settled + counts.waiting + counts.under_way


def activity(key: str) -> Activity:
    return {"project": "garden", "user": "ana", "key": key}


@given(
    st.lists(st.sampled_from(["put", "take", "acknowledged", "dropped", "refused", "failed", "give up"])),
    st.integers(1, 5),
)
def test_the_counts_add_up_whatever_happens(deeds: list[str], room: int) -> None:
    queue, number = ActivityQueue(room=room), 0
    for deed in deeds:
        match deed:
            case "put":
                number += 1
                queue.put(activity(str(number)))
            case "take":
                queue.take()
            case "give up":
                queue.give_up()
            case outcome if queue.counts().under_way:
                queue.settle(**{outcome: 1})
        assert whole(queue.counts())
        assert queue.counts().waiting <= room
    assert queue.counts().taken == number


def test_the_newest_reports_are_kept() -> None:
    queue = ActivityQueue(room=2)
    assert [queue.put(activity(key)) for key in "abc"] == [True, True, False]
    assert [one["key"] for one in queue.take()] == ["b", "c"]


def test_a_batch_has_a_limit() -> None:
    queue = ActivityQueue()
    for number in range(BATCH + 1):
        queue.put(activity(str(number)))
    assert [len(queue.take()) for _ in range(3)] == [BATCH, 1, 0]


async def test_reports_arrive_although_the_network_fails(make: Make, desk: Desk) -> None:
    client = make()
    desk.faults.extend(
        [
            Fault(path="/api/sessions/track", after=True),
            Fault(path="/api/sessions/track", status=503),
            Fault(path="/api"),
        ]
    )
    for number in range(20):
        assert client.client.track_activity("ana", "garden", kind="edit", text=str(number), agent="ai", item=4)
    await client.close()
    assert sorted(int(str(one["text"])) for one in desk.activities.values()) == list(range(20))
    assert {
        (one["user"], one["project"], one["kind"], one["agent"], one["item"]) for one in desk.activities.values()
    } == {("ana", "garden", "edit", "ai", 4)}
    assert client.client.activities() == ActivityCounts(taken=20, acknowledged=20)


async def test_a_refused_report_is_counted_and_takes_no_other_along(make: Make, desk: Desk) -> None:
    client = make()
    desk.hold.clear()
    desk.awaited = "/auth"
    for number in range(5):
        client.client.track_activity("ana", "garden", kind="nonsense" if number == 2 else "message")
    desk.hold.set()
    await client.close()
    assert client.client.activities() == ActivityCounts(taken=5, acknowledged=4, refused=1)


async def test_what_the_server_has_no_room_for_is_counted(make: Make, desk: Desk) -> None:
    client = make()
    desk.room = 2
    for _ in range(3):
        client.client.track_activity("ana", "garden")
    await client.close()
    assert client.client.activities() == ActivityCounts(taken=3, acknowledged=2, dropped=1)


async def test_nobody_waits_for_a_server_that_hangs(make: Make, desk: Desk) -> None:
    client = make(room=100)
    desk.hold.clear()
    desk.awaited = "/auth"
    longest = 0.0
    for _ in range(1_000):
        began = time.perf_counter()
        client.client.track_activity("ana", "garden")
        longest = max(longest, time.perf_counter() - began)
    assert longest < 2.0  # the server hangs for ten
    counts = client.client.activities()
    assert counts.waiting <= 100
    assert counts.dropped == 1_000 - counts.waiting - counts.under_way > 0
    desk.hold.set()
    await client.close(drain=0)
    assert whole(client.client.activities())
    assert client.client.activities().waiting == 0


async def test_a_report_after_the_end_fails_quietly(make: Make, desk: Desk) -> None:
    client = make()
    await client.close(drain=0)
    client.client.track_activity("ana", "garden")
    assert client.client.activities() == ActivityCounts(taken=1, failed=1)


def test_reports_from_outside_the_loop_are_sent_at_the_end(desk: Desk, clock: FakeClock) -> None:
    import asyncio

    client = AsyncClient(desk.url, key="key-1", surroundings=surroundings(clock), sleep=clock.rest)
    client.track_activity("ana", "garden")
    asyncio.run(client.close())
    assert client.activities().acknowledged == 1


def test_without_threads_reports_wait_and_nobody_hears_of_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("can't start new thread")

    client = Client(desk.url, key="key-1")
    with monkeypatch.context() as patched:
        patched.setattr("threading.Thread.start", fail)
        client.track_activity("ana", "garden")
    assert client.activities().waiting == 1
    client.close(drain=0)
