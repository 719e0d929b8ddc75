"""A process makes its database slim again and again, whatever becomes of one time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import cast

from sessiontui.domain.errors import Unavailable
from sessiontui.runtime.thrift import stay_small
from sessiontui.store.engine import Database


class Slimming:
    """A database that is in trouble the first time, and says when it was asked for the third."""

    def __init__(self) -> None:
        self.times = 0
        self.third = asyncio.Event()

    async def slim(self) -> None:
        self.times += 1
        if self.times == 1:
            raise Unavailable("the database is busy")
        if self.times == 3:
            self.third.set()


async def test_it_goes_on_after_trouble_until_it_is_cancelled():
    database = Slimming()
    task = asyncio.create_task(stay_small(cast("Database", database), first=0, every=0.01))
    async with asyncio.timeout(30):
        await database.third.wait()
    assert not task.done()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()


async def test_nothing_is_done_at_the_start():
    database = Slimming()
    task = asyncio.create_task(stay_small(cast("Database", database), first=3_600))
    await asyncio.sleep(0)
    task.cancel()
    assert database.times == 0
