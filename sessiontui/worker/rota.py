"""When each job has its turn: those that are asked first on one round of their own, all others by the scheduler.

The scheduler's way of waking, sorting and submitting costs more than all the questions of a round together.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from typing import Final

from sessiontui.domain.beats import until_beat
from sessiontui.worker.beat import Beat
from sessiontui.worker.planner import Planner
from sessiontui.worker.plans import Plan

_SECOND: Final = timedelta(seconds=1)


class Rota:
    """Calls ``fire`` with the name of a job when its turn has come; ``monotonic`` returns seconds.

    Those that are asked first are told to ``ask`` instead, all of one round at once, in every round, also where there
    are none.
    """

    def __init__(
        self,
        plans: Sequence[Plan],
        *,
        fire: Callable[[str], None],
        ask: Callable[[Sequence[str]], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._fire = fire
        self._ask = ask
        self._monotonic = monotonic
        self._rounds: dict[str, tuple[float, float]] = {}
        """When each of the jobs that are asked on the rounds has its turn, on the monotonic clock, and how often."""
        asked = (plan.every.total_seconds() for plan in plans if _is_on_round(plan))
        self._round = min(asked, default=_SECOND.total_seconds())
        self._next_round: asyncio.Handle | None = None
        self._scheduler = Planner(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        if all(plan.every >= _SECOND for plan in plans):
            self._scheduler.beat = _SECOND.total_seconds()
        _quieten("apscheduler")

    @property
    def on_round(self) -> frozenset[str]:
        """The names of the jobs that are asked on the rounds, once they are planned."""
        return frozenset(self._rounds)

    def goes_every(self, seconds: float) -> bool:
        """Tell whether rounds are gone by now, and at least that often."""
        return self._next_round is not None and self._round <= seconds

    @property
    def scheduled(self) -> frozenset[str]:
        """The names of all others."""
        return frozenset(job.id for job in self._scheduler.get_jobs())

    def start(self) -> None:
        """Begin to count the time."""
        self._scheduler.start()

    def stop(self) -> None:
        """Call nobody any more."""
        self._end_rounds()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def plan(self, plan: Plan) -> None:
        """Give a job its turns from now on, in place of those it had."""
        if _is_on_round(plan):
            self._rounds[plan.name] = (
                self._monotonic() + plan.first_after.total_seconds(),
                plan.every.total_seconds(),
            )
            if self._next_round is None:
                self._next_round = asyncio.get_running_loop().call_soon(self._go_round)
            return
        if self._scheduler.get_job(plan.name) is not None:
            self._scheduler.remove_job(plan.name)
        self._scheduler.add_job(
            self._fire, Beat(plan.every, first_after=plan.first_after), args=[plan.name], id=plan.name
        )

    def clear(self) -> None:
        """Forget all turns."""
        self._end_rounds()
        self._scheduler.remove_all_jobs()
        self._rounds.clear()

    def _go_round(self) -> None:
        """Ask those whose turn it is, and go on with the next round, on the beat of all who look again and again."""
        loop = asyncio.get_running_loop()
        self._next_round = loop.call_later(until_beat(loop.time(), self._round), self._go_round)
        now = self._monotonic()
        soon = now + self._round / 2
        due = [name for name, (at, _) in self._rounds.items() if at <= soon]
        for name in due:
            every = self._rounds[name][1]
            self._rounds[name] = (now + every, every)
        self._ask(due)

    def _end_rounds(self) -> None:
        if self._next_round is not None:
            self._next_round.cancel()
            self._next_round = None


def _is_on_round(plan: Plan) -> bool:
    return plan.ask is not None


def _quieten(name: str) -> None:
    """Keep a library from writing on a terminal that is not its own."""
    logger = logging.getLogger(name)
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
