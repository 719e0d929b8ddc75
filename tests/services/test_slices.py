"""Long calculations leave turns to the event loop, give the same results, and can be broken off."""

from __future__ import annotations

import asyncio
import contextlib
from itertools import pairwise
from random import Random
from time import perf_counter, thread_time

from sessiontui.domain.risk import fit, recorded
from sessiontui.domain.risk.fitting import fitting
from sessiontui.domain.risk.records import recording
from sessiontui.domain.risk.steps import Steps
from sessiontui.services.context import UTC
from sessiontui.services.slices import WORK, Slices
from tests.domain.risk_world import clinic


def busy(steps: int, done: list[int]) -> Steps[str]:
    """Work for half a slice in each step."""
    for step in range(steps):
        until = perf_counter() + WORK / 2
        while perf_counter() < until:
            pass
        done.append(step)
        yield
    return "done"


async def test_others_have_their_turn_meanwhile():
    done: list[int] = []
    task = asyncio.create_task(Slices().finish(busy(20, done)))
    turns: list[int] = []
    while not task.done():
        turns.append(len(done))
        await asyncio.sleep(0)
    assert await task == "done"
    assert max(after - before for before, after in pairwise(turns)) <= 3


async def test_who_waits_no_longer_ends_the_work():
    done: list[int] = []
    task = asyncio.create_task(Slices().finish(busy(1_000, done)))
    while not done:  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    worked = len(done)
    await asyncio.sleep(0.05)
    assert 0 < len(done) == worked < 1_000


async def test_a_fit_in_steps_is_the_same_fit():
    cases = clinic(600)
    slices = Slices()
    seen = await slices.finish(recording(cases, UTC))
    assert seen == recorded(cases, UTC)
    assert await slices.finish(fitting(seen)) == fit(seen)


def test_no_step_of_a_fit_is_long():
    cases = clinic(6_000)
    Random(1).shuffle(cases)
    longest = []
    for steps in (recording(cases, UTC), fitting(recorded(cases, UTC))):
        taken = []
        while True:
            began = thread_time()
            if next(steps, "end") == "end":
                break
            taken.append(thread_time() - began)
        longest.append(sorted(taken)[-max(2, len(taken) // 50)])
    assert max(longest) < 0.004, longest
