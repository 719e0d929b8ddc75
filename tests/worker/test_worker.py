from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import apscheduler.schedulers.base
import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import ReadOnly
from sessiontui.domain.vocabulary import Status
from sessiontui.services import boards, jobs, leading, sessions
from sessiontui.services.context import Context
from sessiontui.services.jobs import Books, JobLine
from sessiontui.store.engine import Database
from sessiontui.store.tx import Tx
from sessiontui.worker.plans import PLANS, Plan
from sessiontui.worker.watchdog import ClockWatch
from sessiontui.worker.worker import Pace, Worker

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SOON = timedelta(milliseconds=50)
FAST = Pace(poll=0.02, look=0.02, hear=0.02, rest=0.2, renew=0.05, length=timedelta(seconds=0.4))


class Counter:
    """A job that counts its runs, and can be made to fail or to take its time."""

    def __init__(self) -> None:
        self.calls: list[tuple[datetime, int | None]] = []
        self.under_way = self.most_at_once = 0
        self.takes = 0.0
        self.fails = False

    async def __call__(self, context: Context, *, at: datetime, epoch: int | None) -> int:
        del context
        self.calls.append((at, epoch))
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            await asyncio.sleep(self.takes)
        finally:
            self.under_way -= 1
        if self.fails:
            raise ZeroDivisionError("nothing by nothing")
        return 0


@pytest.fixture
def counter() -> Counter:
    return Counter()


def make(context: Context, counter: Counter, *, holder: str = "a", every: timedelta = SOON, **more: object) -> Worker:
    plans = (Plan(name="count", act=counter, every=every, prompt=True),)
    arguments = {"clock": lambda: NOON, "wall": real, "monotonic": time.monotonic, "pace": FAST, **more}
    return Worker(context, holder=holder, plans=plans, **arguments)  # type: ignore[arg-type]


def real() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - these tests run in real time


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[Worker]:
    worker.start()
    try:
        yield worker
    finally:
        await worker.stop()


async def until(holds: Callable[[], bool], within: float = 60.0) -> None:
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)


async def rested(counter: Counter) -> int:
    """Wait until a job is no longer run, and return how often it was; one that goes on fails."""
    async with asyncio.timeout(60):
        while True:
            before = len(counter.calls)
            await asyncio.sleep(0.3)
            if len(counter.calls) == before:
                return before


async def line(context: Context) -> JobLine:
    return (await jobs.lines(context))[0]


async def test_it_leads_runs_its_jobs_and_keeps_the_books(context: Context, counter: Counter) -> None:
    async with working(make(context, counter)) as worker:
        await until(lambda: len(counter.calls) >= 3)
        assert worker.leads
    assert counter.calls[0] == (NOON, 1)
    told = await line(context)
    assert told.runs == len(counter.calls)
    assert told.last_at == NOON
    assert (await leading.leader(context)) == ""
    assert await context.db.fetch("SELECT count(*) FROM job_run") == [(0,)]


async def test_a_job_that_fails_goes_on_and_says_so(context: Context, counter: Counter) -> None:
    counter.fails = True
    async with working(make(context, counter)):
        await until(lambda: len(counter.calls) >= 3)
    told = await line(context)
    assert told.errors == told.runs >= 3
    assert told.last_error == "ZeroDivisionError: nothing by nothing"
    assert await context.db.fetch("SELECT count(*) FROM job_run") == [(1,)]


async def test_runs_never_overlap_even_when_one_is_wanted(context: Context, counter: Counter, me: Actor) -> None:
    counter.takes = 0.2
    async with working(make(context, counter)):
        await until(lambda: bool(counter.calls))
        await jobs.run_now(context, "count", by=me, at=NOON)
        await until(lambda: len(counter.calls) >= 3)
    assert counter.most_at_once == 1


async def test_a_wish_from_another_process_is_heard_once(
    context: Context, other: Context, counter: Counter, me: Actor
) -> None:
    async with working(make(context, counter, every=timedelta(hours=1))):
        await until(lambda: len(counter.calls) == 1)
        await jobs.run_now(other, "count", by=me, at=NOON)
        await until(lambda: len(counter.calls) == 2)
        async with asyncio.timeout(60):
            while await jobs.wishes(other):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
    assert len(counter.calls) == 2


async def test_a_paused_job_rests_unless_wanted_and_goes_on_when_resumed(
    context: Context, other: Context, counter: Counter, me: Actor
) -> None:
    async with working(make(context, counter)):
        await until(lambda: bool(counter.calls))
        await jobs.pause(other, "count", by=me, at=NOON)
        before = await rested(counter)
        await jobs.run_now(other, "count", by=me, at=NOON)
        await until(lambda: len(counter.calls) == before + 1)
        await asyncio.sleep(0.15)
        assert len(counter.calls) == before + 1
        await jobs.resume(other, "count", by=me, at=NOON)
        await until(lambda: len(counter.calls) > before + 2)


async def test_one_of_two_leads_and_hands_over_at_once(context: Context, other: Context) -> None:
    mine, theirs = Counter(), Counter()
    slow = replace(FAST, length=timedelta(hours=1))  # nobody waits for the end of a lease here
    async with working(make(other, theirs, holder="b", pace=slow)) as second:
        await until(lambda: second.leads)
        async with working(make(context, mine, holder="a", pace=slow)) as first:
            await first.settled.wait()
            await until(lambda: len(theirs.calls) > 3)
            assert not first.leads
            assert not mine.calls
            await second.stop()
            await until(lambda: first.leads)
            await until(lambda: len(mine.calls) > 2)
            assert {epoch for _, epoch in mine.calls} == {2}


async def test_a_leader_whose_lease_was_taken_stands_down_and_takes_it_back_later(
    context: Context, other: Context, counter: Counter
) -> None:
    async with working(make(context, counter)) as worker:
        await until(lambda: worker.leads)
        async with other.db.write(by=leading.WORKER, at=NOON) as tx:
            await tx.run("UPDATE lease SET epoch = epoch + 1, holder = 'b', renewals = renewals + 1, locked = 0")
        await until(lambda: not worker.leads)
        assert await leading.leader(other) == "b"
        await until(lambda: worker.leads)  # "b" never renews
        lease = await leading.look(other)
        assert lease is not None
        assert (lease.holder, lease.epoch) == ("a", 3)


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(days=-1), timedelta(hours=1), timedelta(days=1)])
async def test_a_clock_that_steps_stops_no_job(
    context: Context, counter: Counter, monkeypatch: pytest.MonkeyPatch, step: timedelta
) -> None:
    offset = timedelta()

    class Stepped(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            del tz
            return real() + offset

    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Stepped)
    async with working(make(context, counter, wall=lambda: real() + offset)):
        await until(lambda: len(counter.calls) >= 2)
        offset = step
        before = len(counter.calls)
        await until(lambda: len(counter.calls) >= before + 5)
        await asyncio.sleep(0.1)
    rows = await context.db.fetch("SELECT error FROM job_run WHERE job = 'clock'")
    assert len(rows) == 1
    assert ("back" in str(rows[0][0])) == (step < timedelta())


async def test_without_the_watchdog_a_clock_set_back_would_stop_the_jobs(
    context: Context, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the test above guards against is real: the library alone stands still."""
    offset = timedelta()

    class Stepped(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            del tz
            return real() + offset

    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Stepped)
    async with working(make(context, counter)):
        await until(lambda: len(counter.calls) >= 2)
        offset = timedelta(hours=-1)
        await asyncio.sleep(0.1)
        before = len(counter.calls)
        await asyncio.sleep(0.3)
        assert len(counter.calls) == before


async def test_it_moves_sessions_through_their_life(context: Context, other: Context, me: Actor) -> None:
    draft = sessions.SessionDraft(
        title="Grief circle", starts_at=NOON + timedelta(hours=1), ends_at=NOON + timedelta(hours=2), publish=True
    )
    await sessions.create(context, draft, by=me, at=NOON)
    late = NOON + timedelta(minutes=61)
    worker = Worker(
        context, clock=lambda: late, wall=real, monotonic=time.monotonic, holder="a", plans=PLANS, pace=FAST
    )
    async with working(worker), asyncio.timeout(60):
        while not (await boards.board(other, "", now=late, by=Actor.system())).counts.get(Status.WAITING):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.02)
    told = {line.name: line for line in await jobs.lines(other)}
    assert told["status-tick"].runs >= 1
    assert told["status-tick"].errors == 0
    assert (await context.db.fetch("SELECT job, touched FROM job_run"))[0] == ("status-tick", 1)


async def test_an_idle_worker_changes_nothing_that_a_console_shows(context: Context, counter: Counter) -> None:
    async with working(make(context, counter)):
        await until(lambda: len(counter.calls) > 5)
    rows = await context.db.fetch("SELECT (SELECT count(*) FROM audit_entry), (SELECT count(*) FROM change_log)")
    assert rows == [(0, 0)]


async def test_it_stops_though_a_job_hangs(context: Context, counter: Counter) -> None:
    counter.takes = 3600
    worker = make(context, counter)
    worker.start()
    await until(lambda: bool(counter.calls))
    async with asyncio.timeout(60):
        await worker.stop()
    assert counter.under_way == 0
    assert await leading.leader(context) == ""


async def test_run_ends_when_told(context: Context, counter: Counter) -> None:
    worker = make(context, counter)
    running = asyncio.create_task(worker.run())
    await until(lambda: worker.leads)
    worker.end()
    await asyncio.wait_for(running, 60)
    assert await leading.leader(context) == ""


async def test_a_database_open_for_reading_has_no_worker(context: Context, counter: Counter) -> None:
    db = await Database.open(context.db.path, read_only=True)
    try:
        with pytest.raises(ReadOnly):
            make(Context(db=db), counter).start()
    finally:
        await db.close()


async def test_a_database_that_fails_for_a_while_is_lived_through(
    context: Context, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with working(make(context, counter)) as worker:
        await until(lambda: worker.leads)
        whole = leading.renew

        async def broken(*_: object, **__: object) -> leading.Lease:
            raise OSError("disk I/O error")

        monkeypatch.setattr(leading, "renew", broken)
        before = len(counter.calls)
        await until(lambda: len(counter.calls) > before + 4)
        monkeypatch.setattr(leading, "renew", whole)
        await asyncio.sleep(0.15)
        assert worker.leads
    assert (await line(context)).runs == len(counter.calls)


async def test_a_job_with_nothing_to_do_costs_no_run_and_no_transaction(
    context: Context, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[datetime] = []
    is_due = False

    async def ask(_: Context, *, at: datetime) -> bool:
        asked.append(at)
        return is_due

    plan = Plan(name="count", act=counter, ask=ask, every=SOON, prompt=True)
    worker = Worker(context, holder="a", plans=(plan,), clock=lambda: NOON, monotonic=time.monotonic, pace=FAST)
    told: list[int] = []
    write_books = jobs.write_books

    async def noted(tx: Tx, books: Books) -> None:
        told.append(len(books.tallies))
        await write_books(tx, books)

    monkeypatch.setattr(leading, "write_books", noted)
    monkeypatch.setattr(context.db, "news", lambda: None)  # nobody knows whether anything was committed
    async with working(worker):
        await until(lambda: len(asked) >= 6)
        assert counter.calls == []
        assert sum(told) <= 1
        is_due = True
        await until(lambda: bool(counter.calls))
    assert (await line(context)).runs == len(asked)


async def test_at_rest_every_question_is_answered_on_the_event_loop(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    await context.db.glance("SELECT 1")

    async def hop(*_: object, **__: object) -> None:
        raise AssertionError("a question left the event loop")

    monkeypatch.setattr(context.db, "fetch", hop)
    monkeypatch.setattr(context.db, "look", hop)
    asks = [plan.ask for plan in PLANS if plan.ask is not None]
    assert [plan.name for plan in PLANS if plan.every <= timedelta(seconds=5) and plan.ask is None] == []
    for ask in asks:
        for second in range(120):
            assert not await ask(context, at=NOON + timedelta(seconds=second))


async def test_jobs_that_are_asked_go_on_after_the_clock_was_set_back(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[datetime] = []

    async def ask(_: Context, *, at: datetime) -> bool:
        asked.append(at)
        return False

    async def act(_: Context, *, at: datetime, epoch: int | None) -> int:
        raise AssertionError("there was nothing to do")

    monkeypatch.setattr(context.db, "news", lambda: None)  # nobody knows whether anything was committed
    plans = tuple(Plan(name=name, act=act, ask=ask, every=SOON) for name in ("first", "second"))
    worker = Worker(context, holder="a", plans=plans, clock=lambda: NOON, monotonic=time.monotonic, pace=FAST)
    async with working(worker):
        await until(lambda: len(asked) >= 4)
        assert worker._rota.on_round == {"first", "second"}
        steps = [timedelta(hours=-1)]
        monkeypatch.setattr(ClockWatch, "step", lambda _: steps.pop() if steps else None)
        await until(lambda: not steps)
        asked.clear()
        await until(lambda: len(asked) >= 4)
    assert worker._rota.scheduled == frozenset()


async def test_a_leader_that_goes_rounds_is_called_for_what_there_is_to_see_to_and_for_nothing_else(
    context: Context, monkeypatch: pytest.MonkeyPatch, me: Actor
) -> None:
    asked: list[datetime] = []
    kept: list[int] = []
    keep = Worker._keep

    async def ask(_: Context, *, at: datetime) -> bool:
        asked.append(at)
        return False

    async def counted(worker: Worker, lease: leading.Lease) -> None:
        kept.append(lease.epoch)
        await keep(worker, lease)

    counter = Counter()
    monkeypatch.setattr(Worker, "_keep", counted)
    plans = (Plan(name="count", act=counter, ask=ask, every=SOON),)
    pace = replace(FAST, hear=1.0, renew=60.0, length=timedelta(minutes=3))
    worker = Worker(
        context, holder="a", plans=plans, clock=lambda: NOON, wall=real, monotonic=time.monotonic, pace=pace
    )
    async with working(worker):
        await until(lambda: worker._rota.goes_every(pace.hear))
        await until(lambda: worker._lead is not None and worker._lead in worker._asleep)
        kept.clear()
        rounds = iter(range(1_000))
        monkeypatch.setattr(worker._watch, "step", lambda: next(rounds) and None)
        await until(lambda: next(rounds) > 20)
        assert kept == []

        await jobs.run_now(context, "count", by=me, at=NOON)
        await until(lambda: len(counter.calls) == 1)
        await until(lambda: worker._lead in worker._asleep)

        steps = [timedelta(hours=1)]
        monkeypatch.setattr(worker._watch, "step", lambda: steps.pop() if steps else None)
        await until(lambda: not steps and worker._step is None)
        await until(lambda: worker._lead in worker._asleep)

        worker._next_renewal = float("-inf")
        seen = len(kept)
        await until(lambda: len(kept) > seen)
    assert asked
