"""Work beside a screen: it begins, it ends what went before, and where it never begins nothing is left of it."""

from __future__ import annotations

import asyncio
import gc
from functools import partial

from textual.app import App

from sessiontui.tui.background import in_background
from tests.tui.at_rest import until


async def test_work_that_never_begins_leaves_nothing_that_nobody_awaits() -> None:
    did: list[str] = []

    async def work() -> None:
        did.append("work")

    app = App[None]()
    async with app.run_test() as pilot:
        in_background(app, work).cancel()
        await pilot.pause()
        gc.collect()  # what was made and never awaited would be complained of
        assert not did
        in_background(app, work)
        await until(pilot, lambda: did)


class Unspeakable:
    """What is dear to describe."""

    def __repr__(self) -> str:
        raise AssertionError


async def test_what_work_is_about_is_not_described() -> None:
    did: list[object] = []

    async def work(about: object) -> None:
        did.append(about)

    app = App[None]()
    async with app.run_test() as pilot:
        in_background(app, partial(work, Unspeakable()))
        await until(pilot, lambda: len(did))


async def test_exclusive_work_ends_what_went_before_in_its_group() -> None:
    did: list[str] = []

    async def ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            did.append("ended")

    app = App[None]()
    async with app.run_test() as pilot:
        in_background(app, ever, group="one")
        in_background(app, ever, group="other")
        await pilot.pause()
        in_background(app, ever, group="one", exclusive=True)
        await until(pilot, lambda: did)
        assert did == ["ended"]
