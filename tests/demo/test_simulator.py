from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count
from random import Random

import pytest

from sessiontui.demo.clock import ScaledClock
from sessiontui.demo.inside import Inside
from sessiontui.demo.simulator import MAX_DEEDS, Simulator, run
from sessiontui.demo.worlds import build
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.vocabulary import Badge, Move, RequestState, Status
from sessiontui.services import boards, requests, sessions, ticking

STEP = timedelta(seconds=30)


async def test_life_goes_on_and_rows_stay_right(fresh, now):
    context = await fresh()
    world = await build(context, now=now)
    simulator = Simulator(Inside(context), Random(1), speed=60, silent=world.silent)
    before = (await boards.board(context, "", now=now, by=Actor.system())).counts
    seen: set[Status] = set()
    for number in range(200):
        now += STEP
        assert await simulator.step(now) <= MAX_DEEDS + 2
        await ticking.tick(context, at=now)
        if number % 30 == 0:
            await ticking.sweep(context, at=now)
            seen |= {
                status
                for status, n in (await boards.board(context, "", now=now, by=Actor.system())).counts.items()
                if n
            }
    board = await boards.board(context, "", now=now, limit=500, by=Actor.system())
    assert board.total > len(world.sessions)
    assert board.counts[Status.ENDED_COMPLETE] > before[Status.ENDED_COMPLETE]
    assert board.counts[Status.ACTIVE] >= 2
    assert {Status.ACTIVE, Status.WAITING, Status.UPCOMING, Status.HAS_REQUESTS, Status.CANCELLED} <= seen
    assert await ticking.rebuild(context, at=now) == 0


async def test_nobody_who_beats_goes_stale(fresh, now):
    context = await fresh()
    world = await build(context, "every-status", now=now)
    simulator = Simulator(Inside(context), Random(1), speed=60, moves=world.moves, silent=world.silent)
    for _ in range(20):
        now += STEP
        await simulator.step(now)
        await ticking.tick(context, at=now)
    board = await boards.board(context, "status:active", now=now, by=Actor.system())
    titles = {line.title for line in board.lines}
    assert {"Mock interview: backend", "Carers' hour"} <= titles
    assert not any(Badge.STALE in line.badges for line in board.lines)
    assert board.total == len(world.sessions)


async def test_a_hold_up_loses_nobody(fresh, now):
    context = await fresh()
    world = await build(context, "every-status", now=now)
    simulator = Simulator(Inside(context), Random(1), speed=60, moves=False, silent=world.silent)
    await simulator.step(now)
    now += timedelta(minutes=4)
    await ticking.sweep(context, at=now)
    await simulator.step(now)
    hour = next(line for line in (await boards.board(context, "carers", now=now, by=Actor.system())).lines)
    assert (hour.active, hour.left) == (4, 0)


async def test_a_console_that_opens_slowly_finds_everyone_still_there(fresh, now):
    context = await fresh()
    world = await build(context, "every-status", now=now)
    simulator = Simulator(Inside(context), Random(1), speed=60, moves=False, silent=world.silent, since=world.now)
    now += timedelta(minutes=3)
    await ticking.sweep(context, at=now)
    await ticking.tick(context, at=now)
    lost = (await boards.board(context, "carers", now=now, by=Actor.system())).lines[0]
    assert lost.active == 0
    await simulator.step(now)
    hour = (await boards.board(context, "carers", now=now, by=Actor.system())).lines[0]
    assert (hour.active, hour.left) == (4, 0)


async def test_an_admin_may_change_anything_under_it(fresh, now):
    context = await fresh()
    world = await build(context, now=now)
    chance = Random(7)
    simulator = Simulator(Inside(context), Random(2), speed=60, silent=world.silent)
    done = 0
    for _ in range(90):
        now += STEP
        await simulator.step(now)
        await ticking.tick(context, at=now)
        board = await boards.board(context, "", now=now, by=Actor.system())
        line = chance.choice(board.lines)
        move = chance.choice(list(Move))
        waiting = await requests.pending_of(context, [line.id])
        try:
            if waiting and chance.random() < 0.5:
                state = chance.choice((RequestState.APPROVED, RequestState.REJECTED))
                await requests.decide(context, waiting, state, by=world.actor, at=now)
            else:
                await sessions.move(
                    context,
                    move,
                    line.id,
                    by=world.actor,
                    at=now,
                    starts_at=line.starts_at + STEP if move is Move.RESCHEDULE else None,
                    ends_at=line.ends_at + STEP if move in (Move.RESCHEDULE, Move.EXTEND) else None,
                    mentor_id=0 if move is Move.REASSIGN else None,
                )
            done += 1
        except SessiontuiError:
            continue
    assert done > 20
    assert await ticking.rebuild(context, at=now) == 0


async def test_the_same_seed_gives_the_same_life(fresh, now):
    taken = []
    for _ in range(2):
        context, instant = await fresh(), now
        world = await build(context, now=now)
        simulator = Simulator(Inside(context), Random(5), speed=60, silent=world.silent)
        for _ in range(30):
            instant += STEP
            await simulator.step(instant)
            await ticking.tick(context, at=instant)
        taken.append((await boards.board(context, "", now=instant, limit=500, by=Actor.system())).lines)
    assert taken[0] == taken[1]


async def test_a_database_that_is_busy_loses_no_arrivals(fresh, now, monkeypatch):
    from sessiontui.domain.errors import Unavailable
    from sessiontui.services import presence

    context = await fresh()
    world = await build(context, "storm-of-joins", now=now)
    simulator = Simulator(Inside(context), Random(1), speed=60, silent=world.silent)
    record, failures = presence.record, count()

    async def sometimes(*args: object, **kwargs: object) -> object:
        if next(failures) % 2 == 0:
            raise Unavailable("the database is busy")
        return await record(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(presence, "record", sometimes)
    before = max(line.active for line in (await boards.board(context, "", now=now, by=Actor.system())).lines)
    for _ in range(10):
        now += STEP
        await simulator.step(now)
        await ticking.tick(context, at=now)
    assert next(failures) > 2
    assert max(line.active for line in (await boards.board(context, "", now=now, by=Actor.system())).lines) > before


async def test_run_follows_the_clock_until_it_is_stopped(fresh, now):
    context = await fresh()
    world = await build(context, "storm-of-joins", now=now)
    seconds = count()
    stop = asyncio.Event()

    def real() -> float:
        second = next(seconds)
        if second == 3:
            stop.set()
        return float(second)

    clock = ScaledClock(now, speed=60, real=real)
    await asyncio.wait_for(run(context, world, clock, speed=60, stop=stop), timeout=20)
    assert clock.now() == now + timedelta(minutes=4)
    assert await ticking.tick(context, at=now + timedelta(minutes=4)) > 0


def test_a_clock_runs_forwards_only(now):
    with pytest.raises(ValueError, match="cannot run"):
        ScaledClock(now, speed=0, real=lambda: 0.0)
