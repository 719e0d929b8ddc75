from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.vocabulary import Role
from sessiontui.services import jobs, leading, people
from sessiontui.services.context import Context
from sessiontui.services.jobs import Books, Ran, Tally
from sessiontui.services.leading import Lease
from sessiontui.store.engine import Database

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def context(tmp_path: Path) -> AsyncIterator[Context]:
    db = await Database.open(tmp_path / "desk" / "a.db")
    yield Context(db=db)
    await db.close()


@pytest.fixture
async def me(context: Context) -> Actor:
    return await people.identify(context, os_user="root", name="Root", at=NOON)


@pytest.fixture
async def lease(context: Context) -> Lease:
    lease = await leading.take(context, holder="a", at=NOON)
    assert lease is not None
    await jobs.name_all(context, [("tick", SECOND), ("sweep", 15 * SECOND)], at=NOON, epoch=lease.epoch)
    return lease


async def test_named_jobs_are_shown_before_they_ran(context: Context, lease: Lease) -> None:
    lines = await jobs.lines(context)
    assert [(line.name, line.every, line.runs, line.last_at) for line in lines] == [
        ("sweep", 15 * SECOND, 0, None),
        ("tick", SECOND, 0, None),
    ]


async def test_naming_again_keeps_the_standing(context: Context, me: Actor, lease: Lease) -> None:
    await jobs.pause(context, "tick", by=me, at=NOON)
    await jobs.name_all(context, [("tick", 2 * SECOND)], at=NOON, epoch=lease.epoch)
    tick = (await jobs.lines(context))[1]
    assert tick.paused
    assert tick.every == 2 * SECOND


async def test_books_add_up_and_keep_what_is_not_told(context: Context, lease: Lease) -> None:
    tally = Tally(
        job="tick", last_at=NOON, took=3 * SECOND, next_at=NOON + SECOND, runs=5, errors=1, last_error="disk"
    )
    ran = Ran(job="tick", at=NOON, took=SECOND, touched=2)
    lease = await leading.renew(context, lease, at=NOON, books=Books(tallies=(tally,), runs=(ran,)))
    later = replace(tally, runs=2, errors=0, last_error="", last_at=NOON + SECOND)
    await leading.renew(context, lease, at=NOON, books=Books(tallies=(later,)))
    tick = (await jobs.lines(context))[1]
    assert (tick.runs, tick.errors, tick.last_error, tick.last_at) == (7, 1, "", NOON + SECOND)
    assert await context.db.fetch("SELECT job, touched, error FROM job_run") == [("tick", 2, "")]


async def test_wishes_reach_the_worker_and_a_later_one_survives_the_answer(
    context: Context, me: Actor, lease: Lease
) -> None:
    receipt = await jobs.run_now(context, "sweep", by=me, at=NOON)
    assert receipt.sentence == "asked for sweep to run now"
    wish = (await jobs.wishes(context))[0]
    assert (wish.job, wish.wanted_at) == ("sweep", NOON)
    await jobs.run_now(context, "sweep", by=me, at=NOON + SECOND)
    lease = await leading.renew(context, lease, at=NOON, books=Books(granted=(("sweep", NOON),)))
    assert (await jobs.wishes(context))[0].wanted_at == NOON + SECOND
    await leading.renew(context, lease, at=NOON, books=Books(granted=(("sweep", NOON + SECOND),)))
    assert await jobs.wishes(context) == ()


async def test_asking_says_that_it_waits_where_nobody_leads(context: Context, me: Actor, lease: Lease) -> None:
    await leading.release(context, lease, at=NOON)
    assert "waits until a worker leads" in (await jobs.run_now(context, "tick", by=me, at=NOON)).sentence


async def test_pausing_and_resuming_are_audited_and_refused_twice(context: Context, me: Actor, lease: Lease) -> None:
    await jobs.pause(context, "tick", by=me, at=NOON)
    with pytest.raises(Refused, match="paused already"):
        await jobs.pause(context, "tick", by=me, at=NOON)
    await jobs.resume(context, "tick", by=me, at=NOON)
    with pytest.raises(Refused, match="not paused"):
        await jobs.resume(context, "tick", by=me, at=NOON)
    actions = await context.db.fetch("SELECT action FROM audit_entry WHERE subject = 'job' ORDER BY id")
    assert actions == [("job.pause",), ("job.resume",)]


async def test_an_unknown_job_is_named_with_those_that_exist(context: Context, me: Actor, lease: Lease) -> None:
    with pytest.raises(NotFound) as caught:
        await jobs.run_now(context, "\x1b[31mnone", by=me, at=NOON)
    assert "sweep, tick" in caught.value.hint
    assert "\x1b" not in caught.value.detail


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTICIPANT, Role.MENTOR])
async def test_jobs_are_steered_by_admins_alone(context: Context, lease: Lease, role: Role) -> None:
    someone = Actor(7, "Someone", role)
    for steer in (jobs.run_now, jobs.pause, jobs.resume):
        with pytest.raises(NotAllowed):
            await steer(context, "tick", by=someone, at=NOON)


async def test_tidying_keeps_what_is_young_and_the_head_of_the_change_log(context: Context, lease: Lease) -> None:
    old, young = NOON - timedelta(days=8), NOON - timedelta(days=1)
    books = Books(runs=tuple(Ran(job="tick", at=at, took=SECOND, touched=1) for at in (old, young)))
    await leading.renew(context, lease, at=NOON, books=books)
    async with context.db.write(by=leading.WORKER, at=NOON) as tx:
        for at in (1, 2):
            await tx.run("INSERT INTO change_log (session_id, at) VALUES (1, ?)", (at,))
    assert await jobs.tidy(context, at=NOON, epoch=lease.epoch) == 2
    assert await context.db.fetch("SELECT (SELECT count(*) FROM job_run), (SELECT max(seq) FROM change_log)") == [
        (1, 2)
    ]


async def test_a_fenced_worker_writes_no_books(context: Context, lease: Lease) -> None:
    await leading.release(context, lease, at=NOON)
    await leading.take(context, holder="b", at=NOON)
    with pytest.raises(Conflict):
        await jobs.tidy(context, at=NOON, epoch=lease.epoch)
    with pytest.raises(Conflict):
        await jobs.note_step(context, -timedelta(hours=1), at=NOON, epoch=lease.epoch)
