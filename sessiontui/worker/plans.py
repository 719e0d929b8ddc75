"""Which jobs there are, what each does, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sessiontui.services import (
    alert_jobs,
    analytics,
    backups,
    delivery,
    events,
    followups,
    jobs,
    reminders,
    risk,
    series,
    ticking,
)
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
    Plan(name="outbox", act=delivery.deliver, every=timedelta(seconds=2)),
    Plan(name="reminders", act=reminders.remind_due, every=timedelta(seconds=15), first_after=timedelta(seconds=3)),
    Plan(name="follow-ups", act=followups.follow_up_ended, every=timedelta(seconds=10)),
    Plan(name="risk", act=risk.keep, every=timedelta(minutes=1), first_after=timedelta(seconds=75)),
    Plan(name="double-bookings", act=alert_jobs.clashes, every=timedelta(seconds=1)),
    Plan(name="installation-alerts", act=alert_jobs.stand, every=timedelta(seconds=10)),
    Plan(name="figures", act=analytics.redo, every=timedelta(seconds=30), first_after=timedelta(seconds=20)),
    Plan(name="series", act=series.stamp, every=timedelta(hours=1), first_after=timedelta(seconds=10)),
    Plan(name="catch-up", act=ticking.catch_up, every=timedelta(seconds=5)),
    Plan(name="forget-keys", act=events.forget_keys, every=timedelta(hours=1), first_after=timedelta(minutes=2)),
    Plan(name="tidy-books", act=jobs.tidy, every=timedelta(hours=1), first_after=timedelta(minutes=1)),
    # It only looks whether a day has passed since the last one, so that a console open for an hour makes one too.
    Plan(name="daily-backup", act=backups.daily, every=timedelta(minutes=10), first_after=timedelta(minutes=2)),
)
"""The jobs of the product."""
