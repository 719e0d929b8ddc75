"""How the feed rests: it looks while somebody writes, and sleeps for the rest of the second while nobody does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import pytest

from sessiontui.tui.feed import rest as rest_of_feed
from sessiontui.tui.feed.rest import AFTER, PATIENCE, Rest
from sessiontui.tui.port import Reads

INTERVAL = 0.005


class Quiet:
    """Reads of a database to which somebody writes when told so."""

    def __init__(self, *, hears: bool = True) -> None:
        self.hears = hears
        self.listened = self.forgotten = 0
        self.is_closed = self.is_written = False
        self.heard: Callable[[], None] = lambda: None

    def stirring(self, heard: Callable[[], None]) -> Quiet:
        self.heard = heard
        return self

    def listen(self) -> bool:
        self.listened += 1
        return self.hears

    def write(self) -> None:
        self.is_written = True
        self.heard()

    def forget(self) -> bool:
        self.forgotten += 1
        written, self.is_written = self.is_written, False
        return written

    def close(self) -> None:
        self.is_closed = True


def rest_of(reads: Quiet) -> Rest:
    return Rest(cast("Reads", reads), INTERVAL)


async def test_it_listens_and_is_woken_by_a_write_and_looks_until_that_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rest_of_feed, "SECOND", 3600.0)
    reads = Quiet()
    rest = rest_of(reads)
    for _ in range(AFTER):
        await rest.until_beat(7, busy=False)
    assert reads.listened == 0
    asleep = asyncio.ensure_future(rest.until_beat(7, busy=False))
    await asyncio.sleep(4 * INTERVAL)
    assert reads.listened == 1
    assert not asleep.done()
    reads.write()
    await asyncio.wait_for(asleep, 0.5)
    for _ in range(3):  # a commit is heard of before it is seen
        await rest.until_beat(7, busy=False)
    assert reads.listened == 1
    again = asyncio.ensure_future(rest.until_beat(8, busy=False))
    await asyncio.sleep(4 * INTERVAL)
    assert reads.listened == 2  # it was about nothing that is shown
    again.cancel()
    rest.close()
    assert reads.is_closed


async def test_what_is_heard_of_and_never_seen_is_waited_for_in_a_few_looks_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rest_of_feed, "SECOND", 0.02)
    reads = Quiet()
    rest = rest_of(reads)
    for _ in range(AFTER):
        await rest.until_beat(7, busy=False)
    reads.is_written = True
    for _ in range(PATIENCE + 1):
        await rest.until_beat(7, busy=False)
    assert reads.listened == 1
    await rest.until_beat(7, busy=False)
    assert reads.listened == 2


async def test_what_changed_something_is_followed_by_another_look() -> None:
    reads = Quiet()
    rest = rest_of(reads)
    await rest.until_beat(7, busy=True)
    for _ in range(AFTER - 1):
        await rest.until_beat(7, busy=False)
    assert reads.listened == 0


async def test_business_keeps_it_looking() -> None:
    reads = Quiet()
    rest = rest_of(reads)
    for _ in range(6):
        await rest.until_beat(0, busy=True)
    assert reads.listened == 0


async def test_where_nothing_can_be_heard_it_looks_on() -> None:
    reads = Quiet(hears=False)
    rest = rest_of(reads)
    async with asyncio.timeout(15):
        for _ in range(20):
            await rest.until_beat(1, busy=False)
    assert reads.forgotten == 20


async def test_a_quiet_second_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_of_feed, "SECOND", 0.05)
    reads = Quiet()
    rest = rest_of(reads)
    for _ in range(AFTER):
        await rest.until_beat(7, busy=False)
    async with asyncio.timeout(60):
        await rest.until_beat(7, busy=False)
    assert reads.listened == 1


async def test_in_a_storm_the_second_is_waited_for_without_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_of_feed, "SECOND", 0.05)
    reads = Quiet()
    rest = rest_of(reads)
    async with asyncio.timeout(60):
        await rest.until_second()
    assert (reads.listened, reads.forgotten) == (0, 0)
