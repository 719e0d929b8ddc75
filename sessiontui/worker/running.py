"""One wrapper round every run: what it did, how long it took, and whatever went wrong, caught and kept.

This is one of the three frontiers where any error is caught: a job that fails is tried again at its next turn, and
no job that fails takes another with it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.errors import Conflict, SessiontuiError
from sessiontui.domain.text import safe_line
from sessiontui.services.jobs import Ran, Tally
from sessiontui.worker.plans import Plan

REPEATED_AFTER: Final = timedelta(minutes=1)
"""How long a job that fails the same way again and again is only counted."""

TOLD_EVERY: Final = timedelta(minutes=1)
"""How long the runs of a job that does nothing are only counted."""

_NO_TIME: Final = timedelta()

LOG: Final = logging.getLogger("sessiontui.worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one attempt; ``fenced`` says that it met another hand, perhaps another worker's."""

    touched: int = 0
    error: str = ""
    fenced: bool = False


async def attempt(name: str, act: Callable[[], Awaitable[int]]) -> Outcome:
    """Do something once and return what came of it, whatever it raises."""
    try:
        return Outcome(touched=await act())
    except SessiontuiError as error:
        return Outcome(error=str(error), fenced=isinstance(error, Conflict))
    except Exception as error:
        LOG.exception("%s failed", name)
        return Outcome(error=safe_line(f"{type(error).__name__}: {error}"))


def may_find(question: Coroutine[None, None, bool]) -> bool:
    """Return what is asked before a run; what would have to wait, or fails, is a yes: the run will tell.

    The question is answered here and now, without a task.
    """
    try:
        question.send(None)
    except StopIteration as answer:
        return bool(answer.value)
    except Exception:  # noqa: BLE001 - a frontier, see the module
        return True
    question.close()
    return True


class Entry:
    """One job of this worker with its standing since the books were last written."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.paused = False
        self.task: asyncio.Task[None] | None = None
        self.done_at: float | None = None
        self._last_at: datetime | None = None
        self._took: timedelta | None = None
        self._last_error = ""
        self._reported_at: datetime | None = None
        self._runs = 0
        self._errors = 0
        self._tallied_at: datetime | None = None
        self._has_news = False

    @property
    def runs_now(self) -> bool:
        """Whether a run is under way."""
        return self.task is not None and not self.task.done()

    def note(self, outcome: Outcome, *, at: datetime, took: timedelta) -> Ran | None:
        """Count a run, and return it if it is worth a line of its own: idle runs and repeated failures are not."""
        repeated = (
            outcome.error == self._last_error
            and self._reported_at is not None
            and timedelta() <= at - self._reported_at < REPEATED_AFTER
        )
        self._runs += 1
        self._errors += bool(outcome.error)
        self._has_news = self._has_news or bool(outcome.touched) or outcome.error != self._last_error
        self._last_at, self._took, self._last_error = at, took, outcome.error
        if not outcome.touched and (not outcome.error or repeated):
            return None
        self._reported_at = at if outcome.error else None
        return Ran(job=self.plan.name, at=at, took=took, touched=outcome.touched, error=outcome.error)

    def rest(self, at: datetime) -> None:
        """Count a turn at which there was nothing to do, as a run that took no time."""
        self._runs += 1
        self._has_news = self._has_news or bool(self._last_error)
        self._last_at, self._took, self._last_error = at, _NO_TIME, ""

    def tally(self, *, at_last: bool = False) -> Tally | None:
        """Return what is to be written down, and begin to count anew; ``None`` if it never ran since.

        Runs that did nothing are written down once in ``TOLD_EVERY``, and ``at_last``: a worker at rest writes its
        lease alone.
        """
        told, last = self._tallied_at, self._last_at
        if not self._runs or last is None:
            return None
        is_fresh = told is not None and timedelta() <= last - told < TOLD_EVERY
        if is_fresh and not self._has_news and not at_last:
            return None
        self._tallied_at, self._has_news = last, False
        tally = Tally(
            job=self.plan.name,
            last_at=self._last_at,
            took=self._took,
            next_at=None if self._last_at is None else self._last_at + self.plan.every,
            runs=self._runs,
            errors=self._errors,
            last_error=self._last_error,
        )
        self._runs = self._errors = 0
        return tally

    def put_back(self, tally: Tally) -> None:
        """Count again what could not be written down."""
        self._runs += tally.runs
        self._errors += tally.errors
        self._tallied_at = None

    def lateness(self, now: float) -> timedelta:
        """Return by how much the job missed its turn, ``now`` on the monotonic clock; a paused one is never late."""
        if self.done_at is None or self.paused:
            return timedelta()
        return max(timedelta(), timedelta(seconds=now - self.done_at) - self.plan.every)
