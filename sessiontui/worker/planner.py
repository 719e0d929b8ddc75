"""The library's scheduler, made to cost next to nothing while nothing is due.

Its own wakes the event loop through a pipe to itself, and gives every job a task that makes a task. Here jobs that
are due within the same beat, a second where none is more frequent, share one turn of the loop with whatever else is
done then, and each is begun by a plain call.
"""

from __future__ import annotations

import sys
from datetime import datetime

from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from sessiontui.domain.beats import TENTH, until_beat


class Planner(AsyncIOScheduler):  # type: ignore[misc] # the library has no types
    """Begins jobs on the event loop, at every ``beat`` seconds of its clock."""

    beat: float = TENTH

    def _start_timer(self, wait_seconds: float | None) -> None:
        self._stop_timer()
        if wait_seconds is not None:
            loop = self._eventloop
            earliest = loop.time() + wait_seconds
            self._timeout = loop.call_at(earliest + until_beat(earliest, self.beat), self._turn)

    def _turn(self) -> None:
        self._stop_timer()
        self._start_timer(self._process_jobs())

    def _create_default_executor(self) -> BaseExecutor:
        return _AtOnce()


class _AtOnce(BaseExecutor):  # type: ignore[misc] # the library has no types
    """Calls a job, which does no more than to begin."""

    def _do_submit_job(self, job: Job, run_times: list[datetime]) -> None:
        try:
            events = run_job(job, job._jobstore_alias, run_times, self._logger.name)  # noqa: SLF001 - as its own do
        except BaseException:
            self._run_job_error(job.id, *sys.exc_info()[1:])
            raise
        self._run_job_success(job.id, events)
