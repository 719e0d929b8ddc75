"""Which jobs there are, what each does, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sessiontui.services import backups, jobs, ticking
from sessiontui.services.context import Context


class Act(Protocol):
    """What a job does: it is told the instant and the epoch that its writes name, and says what it touched."""

    async def __call__(self, context: Context, *, at: datetime, epoch: int | None) -> int:
        """Do it once and return how many things were touched."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One job: its name, what it does, how often, and how long after the worker took the lead for the first time.

    The lateness of a ``prompt`` job is the worker's lateness.
    """

    name: str
    act: Act
    every: timedelta
    first_after: timedelta = timedelta()
    prompt: bool = False


PLANS: Final[Sequence[Plan]] = (
    Plan(name="status-tick", act=ticking.tick, every=timedelta(seconds=1), prompt=True),
    Plan(name="presence-sweep", act=ticking.sweep, every=timedelta(seconds=15)),
    Plan(name="tidy-books", act=jobs.tidy, every=timedelta(hours=1), first_after=timedelta(minutes=1)),
    # It only looks whether a day has passed since the last one, so that a console open for an hour makes one too.
    Plan(name="daily-backup", act=backups.daily, every=timedelta(minutes=10), first_after=timedelta(seconds=3)),
)
"""The jobs of the product."""
