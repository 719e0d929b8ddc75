"""The worker of one process: it observes until it leads, then runs the jobs, renews its lease and keeps the books."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sessiontui.domain.beats import until_beat
from sessiontui.domain.errors import Conflict
from sessiontui.services import jobs, leading
from sessiontui.services.context import Context
from sessiontui.services.jobs import Wish
from sessiontui.services.leading import FileLock, Lease, Observer
from sessiontui.worker.books import BookKeeping, lateness
from sessiontui.worker.lull import Lull
from sessiontui.worker.plans import PLANS, Plan
from sessiontui.worker.rota import Rota
from sessiontui.worker.running import LOG, Entry, attempt
from sessiontui.worker.watchdog import ClockWatch

LAST_WAIT: Final = 0.4
"""Seconds that each of the last steps may take: a worker stops within a second."""

YIELDING: Final = 1.5
"""How much longer one who gave the lock back waits than one who wants it: they try on the same beats of the clock."""


TRIES: Final = 10
"""Tries for the file lock after somebody was heard to give it back: the kernel says so a moment before."""

MOMENT: Final = 0.002
"""Seconds that this moment is waited for, before the first of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often the worker does what is no job, in seconds, and the length of its lease."""

    poll: float = 0.1
    """Between two tries for the file lock, once somebody was heard to give it back, or where that cannot be heard:
    the time within which the lead of a killed worker is taken over."""
    look: float = 1.0
    """Between two looks at the lease while observing."""
    hear: float = 1.0
    """Between two looks at what people want of the jobs, and at the clocks, while leading."""
    rest: float = 1.0
    """Without a try for the lock after losing it, so that whoever leads gets it."""
    renew: float = leading.RENEW_EVERY.total_seconds()
    length: timedelta = leading.LENGTH


class Worker:
    """The worker of one process, on one event loop; started and stopped once.

    ``clock`` is the instant that the jobs are told; ``wall`` is the host's clock where that is another one.
    ``monotonic`` returns seconds that never go back. ``holder`` says to people which process this is.
    """

    def __init__(
        self,
        context: Context,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        holder: str,
        wall: Callable[[], datetime] | None = None,
        plans: Sequence[Plan] = PLANS,
        pace: Pace | None = None,
    ) -> None:
        self._context = context
        self._clock = clock
        self._wall = wall or clock
        self._monotonic = monotonic
        self._holder = holder
        self._pace = pace or Pace()
        self._entries = {plan.name: Entry(plan) for plan in plans}
        self._lock = FileLock(context.db.path)
        self._parting = leading.parting(self._lock, self._hear_parting)
        self._tries = TRIES
        """How often the lock is still to be tried for at the faster pace."""
        self._turn = asyncio.Event()
        """Set when it is time to look at the lease, to try for a lock that is given back, or to see to something."""
        self._observer = Observer(monotonic)
        self._lease: Lease | None = None
        self._planned = False
        self._heard_of: int | None = None
        """The version of the database at which people's wishes were last asked for."""
        self._next_look = self._next_renewal = self._next_try = float("-inf")
        self._ending = asyncio.Event()
        self.settled = asyncio.Event()
        """Set once this worker leads or has seen another that does."""
        self._lead: asyncio.Task[None] | None = None
        self._asleep: set[asyncio.Task[None]] = set()
        self._books = BookKeeping(self._entries)
        self._rota = Rota(plans, fire=self._fire, ask=self._go_round, monotonic=monotonic)
        self._lulls = {plan.name: Lull(plan.ask) for plan in plans if plan.ask is not None}
        self._wishes = Lull(jobs.is_wished)
        self._keeps_some_paused = False
        self._watch = ClockWatch(self._wall, monotonic)
        self._step: timedelta | None = None
        """By how much the clock was seen to step, until that was seen to."""

    @property
    def leads(self) -> bool:
        """Whether this worker leads, as far as it knows."""
        return self._lease is not None

    def start(self) -> None:
        """Begin to observe, and to lead as soon as nobody does; ``ReadOnly`` where nothing may be written."""
        self._context.db.require_writable()
        self._rota.start()
        self._watch.step()
        self._lead = asyncio.create_task(self._repeat("lead", self._attend, self._await_turn), name="worker-lead")

    async def run(self) -> None:
        """Work until ``end`` is called, then stop."""
        self.start()
        await self._ending.wait()
        await self.stop()

    def end(self) -> None:
        """Make ``run`` stop; may be called by a signal."""
        self._ending.set()

    async def stop(self) -> None:
        """End every run, write the books and give the lead back, within a second."""
        self._ending.set()
        for task in tuple(self._asleep):  # what is at work may end by itself
            task.cancel()
        self._rota.stop()
        self._parting.close()
        under_way = [self._lead, *(entry.task for entry in self._entries.values())]
        await _finish([task for task in under_way if task is not None], LAST_WAIT)
        lease, self._lease = self._lease, None
        if lease is not None:
            await _finish([asyncio.create_task(self._give_back(lease))], LAST_WAIT)
        self._lock.let_go()

    # -- the lead -----------------------------------------------------------------------------------------

    async def _repeat(
        self, name: str, act: Callable[[], Awaitable[int]], pause: Callable[[], Coroutine[None, None, None]]
    ) -> None:
        said = ""
        while not self._ending.is_set():
            outcome = await attempt(name, act)
            if outcome.error and outcome.error != said:
                LOG.warning("%s: %s", name, outcome.error)
            said = outcome.error
            await pause()

    async def _sleep(self, seconds: float) -> None:
        """Sleep until the next beat of so many seconds, on which others wake too."""
        with self._may_be_broken_off():
            await asyncio.sleep(until_beat(asyncio.get_running_loop().time(), seconds))

    async def _await_turn(self) -> None:
        """Sleep until the lead asks for something: a leader until a round calls, others until it may be free."""
        if self._lease is not None and self._rota.goes_every(self._pace.hear):
            await self._until_called()
        elif self._lease is not None:
            await self._sleep(self._pace.hear)
        elif self._tries > 0 or not self._parting.listen():
            self._tries -= self._tries > 0
            await self._sleep(self._pace.poll)
        else:
            loop = asyncio.get_running_loop()
            timer = loop.call_later(until_beat(loop.time(), self._pace.look), self._turn.set)
            await self._until_called()
            timer.cancel()

    async def _until_called(self) -> None:
        self._turn.clear()
        with self._may_be_broken_off():
            await self._turn.wait()

    @contextmanager
    def _may_be_broken_off(self) -> Iterator[None]:
        """Let the task be cancelled where it is when the worker stops: it is not at work."""
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._asleep.add(task)
        try:
            yield
        finally:
            self._asleep.discard(task)

    def _hear_parting(self) -> None:
        """Try for the lock that is given back: a few times, because the kernel says so a moment before it is free."""
        self._parting.forget()
        self._tries = TRIES
        asyncio.get_running_loop().call_later(MOMENT, self._turn.set)

    async def _attend(self) -> int:
        lease = self._lease
        if lease is None:
            await self._observe()
        else:
            await self._keep(lease)
        return 0

    async def _observe(self) -> None:
        now = self._monotonic()
        got = now >= self._next_try and self._lock.grab()
        if not got and now < self._next_look:
            return
        self._next_look = now + self._pace.look / 2
        seen = await leading.look(self._context)
        observed = None if seen is None else self._observer.see(seen)
        if seen is None or leading.is_free(seen, observed=observed, locked=got):
            lease = await leading.take(
                self._context,
                holder=self._holder,
                at=self._wall(),
                length=self._pace.length,
                observed=observed,
                locked=self._lock.held,
            )
            if lease is not None:
                self._begin_to_lead(lease)
                await self._keep(lease)
                return
        self.settled.set()
        if got:  # the leader lives, without the lock: it shall have it
            self._rest()

    def _begin_to_lead(self, lease: Lease) -> None:
        self._lease = lease
        self._parting.close()
        self._planned = False
        self.settled.set()
        self._next_renewal = self._monotonic() + self._pace.renew
        LOG.info("leads in epoch %d", lease.epoch)

    async def _keep(self, lease: Lease) -> None:
        if not self._planned:
            every = [(entry.plan.name, entry.plan.every) for entry in self._entries.values()]
            try:
                await jobs.name_all(self._context, every, at=self._wall(), epoch=lease.epoch)
            except Conflict:
                self._stand_down()
                return
        version = await self._context.db.pulse()
        if version != self._heard_of or not self._planned:
            self._heard_of = version
            self._hear(await jobs.wishes(self._context))
        if not self._planned:  # and not before it is known what is paused
            for entry in self._entries.values():
                entry.done_at = self._monotonic()
                self._rota.plan(entry.plan)
            self._planned = True
        await self._heed_clock(lease)
        now = self._monotonic()
        if now >= self._next_try and not self._lock.held:
            self._next_try = now + self._pace.rest
            if self._lock.grab():
                self._next_renewal = now
        if now >= self._next_renewal:
            self._next_renewal = now + self._pace.renew
            await self._renew(lease)

    async def _renew(self, lease: Lease) -> None:
        books = self._books.close()
        renewed = False
        try:
            self._lease = await leading.renew(
                self._context,
                lease,
                at=self._wall(),
                late=lateness(self._entries.values(), self._monotonic()),
                locked=self._lock.held,
                books=books,
            )
            renewed = True
        except Conflict:
            self._stand_down()
        finally:
            if not renewed:
                self._books.reopen(books)

    def _stand_down(self) -> None:
        LOG.warning("another worker leads now")
        self._lease = None
        self._rota.clear()
        self._rest()

    def _rest(self) -> None:
        self._lock.let_go()
        self._next_try = self._monotonic() + YIELDING * self._pace.rest

    async def _give_back(self, lease: Lease) -> None:
        async def release() -> int:
            await leading.release(self._context, lease, at=self._wall(), books=self._books.close(at_last=True))
            return 0

        await attempt("release", release)

    # -- the jobs -----------------------------------------------------------------------------------------

    def _go_round(self, names: Sequence[str]) -> None:
        """Begin those of some jobs that may find anything to do, and call for the lead where it is asked for."""
        if self._lease is None or self._ending.is_set():
            return
        at, now, news = self._clock(), self._monotonic(), self._context.db.news()
        if self._is_called_for(at, now, news):
            self._turn.set()
        for name in names:
            entry = self._entries[name]
            if entry.paused or entry.runs_now:
                continue
            if self._lulls[name].may_find(self._context, at=at, news=news):
                self._begin(entry)
            else:
                entry.done_at = now
                entry.rest(at)

    def _is_called_for(self, at: datetime, now: float, news: tuple[int, int] | None) -> bool:
        """Tell whether there is anything for the lead to see to: the lease, the lock, a clock, people's wishes."""
        self._step = self._watch.step() or self._step
        return (
            now >= self._next_renewal
            or self._step is not None
            or not self._lock.held
            or self._keeps_some_paused
            or self._wishes.may_find(self._context, at=at, news=news)
        )

    def _fire(self, name: str) -> None:
        entry = self._entries[name]
        if not entry.paused:
            self._begin(entry)

    def _hear(self, wishes: Sequence[Wish]) -> None:
        paused = {wish.job for wish in wishes if wish.paused}
        self._keeps_some_paused = bool(paused)
        for name, entry in self._entries.items():
            if entry.paused and name not in paused:
                entry.done_at = self._monotonic()
            entry.paused = name in paused
        for wish in wishes:
            wanted = self._entries.get(wish.job)
            if wanted is not None and wish.wanted_at and not self._books.is_granted(wish.job, wish.wanted_at):
                self._begin(wanted, wanted_at=wish.wanted_at)

    def _begin(self, entry: Entry, *, wanted_at: datetime | None = None) -> None:
        if self._lease is not None and not entry.runs_now and not self._ending.is_set():
            entry.task = asyncio.create_task(self._run(entry, self._lease.epoch, wanted_at), name=entry.plan.name)

    async def _run(self, entry: Entry, epoch: int, wanted_at: datetime | None) -> None:
        at, began = self._clock(), self._monotonic()

        async def act() -> int:
            return await entry.plan.act(self._context, at=at, epoch=epoch)

        outcome = await attempt(entry.plan.name, act)
        entry.done_at = self._monotonic()
        self._books.note(entry.note(outcome, at=at, took=timedelta(seconds=entry.done_at - began)))
        if wanted_at is not None:
            self._books.grant(entry.plan.name, wanted_at)
        if outcome.fenced or wanted_at is not None:
            self._next_renewal = float("-inf")

    # -- the clock ----------------------------------------------------------------------------------------

    async def _heed_clock(self, lease: Lease) -> None:
        """Plan the jobs anew where the clock was set, or the machine slept."""
        step, self._step = self._watch.step() or self._step, None
        if step is None:
            return
        self._rota.clear()
        for entry in self._entries.values():
            self._rota.plan(entry.plan)
        sentence = await jobs.note_step(self._context, step, at=self._wall(), epoch=lease.epoch)
        LOG.warning("%s: the jobs were planned anew", sentence)


async def _finish(tasks: Sequence[asyncio.Task[None]], seconds: float) -> None:
    """Wait so long for tasks to end by themselves, then cancel those that have not."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=seconds)
