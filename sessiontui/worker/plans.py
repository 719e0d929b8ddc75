"""Which jobs there are, what each does, and how often.

A job that runs every few seconds finds nothing most of the time. It has a question in ``services.due`` that is asked
first, its ``ask``: one look into an index, on the event loop, through ``glance`` alone. Only where that says yes is
there a run, with its task, its reads on another thread and its transaction. A new job of this kind::

    async def postcards(context: Context, *, at: datetime) -> bool:  # in services/due.py
        return bool(await kept.postcards_due(context.db.glance, to_ms(at), limit=1))

    Plan(name="postcards", act=postcards.send, ask=due.postcards, every=timedelta(seconds=2))

A job that runs every ten seconds or more may do without; it puts its questions into one ``look``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sessiontui.services import analytics, backups, due, events, followups, hooks, jobs, risk, series, ticking
from sessiontui.services.alerts import jobs as alert_jobs
from sessiontui.services.context import Context
from sessiontui.services.delivery import digests, posting, reminders
from sessiontui.services.editing import drafts
from sessiontui.services.files import clearing
from sessiontui.services.logins import keeping
from sessiontui.services.measuring import checking
from sessiontui.services.places import looking, rolls, working
from sessiontui.services.plans import watching
from sessiontui.services.visits import going


class Act(Protocol):
    """What a job does: it is told the instant and the epoch that its writes name, and says what it touched."""

    async def __call__(self, context: Context, *, at: datetime, epoch: int | None) -> int:
        """Do it once and return how many things were touched."""
        ...


class Ask(Protocol):
    """What is asked before a job runs: whether it may find anything to do; it costs microseconds and never waits."""

    async def __call__(self, context: Context, *, at: datetime) -> bool:
        """Return whether to run; what is in doubt is a yes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One job: its name, what it does, how often, and how long after the worker took the lead for the first time.

    ``ask`` tells cheaply whether a run may find anything to do. The lateness of a ``prompt`` job is the worker's
    lateness.
    """

    name: str
    act: Act
    ask: Ask | None = None
    every: timedelta
    first_after: timedelta = timedelta()
    prompt: bool = False


PLANS: Final[Sequence[Plan]] = (
    Plan(name="status-tick", act=ticking.tick, ask=due.tick, every=timedelta(seconds=1), prompt=True),
    Plan(name="presence-sweep", act=ticking.sweep, every=timedelta(seconds=15)),
    Plan(name="outbox", act=posting.deliver, ask=due.outbox, every=timedelta(seconds=2)),
    Plan(name="milestones", act=watching.watch, ask=watching.due, every=timedelta(seconds=1)),
    Plan(name="places", act=working.work, ask=due.places, every=timedelta(seconds=2)),
    Plan(name="hooks", act=hooks.fold, ask=hooks.is_due, every=timedelta(seconds=1)),
    Plan(name="tidy-hooks", act=hooks.tidy, every=timedelta(hours=6), first_after=timedelta(minutes=5)),
    Plan(name="links", act=looking.look, every=timedelta(seconds=15), first_after=timedelta(seconds=5)),
    Plan(name="past-participants", act=rolls.ask, every=timedelta(minutes=1), first_after=timedelta(seconds=30)),
    Plan(name="reminders", act=reminders.remind_due, every=timedelta(seconds=15), first_after=timedelta(seconds=3)),
    Plan(name="digest", act=digests.tell_days, every=timedelta(minutes=5), first_after=timedelta(seconds=50)),
    Plan(name="follow-ups", act=followups.follow_up_ended, ask=due.follow_ups, every=timedelta(seconds=10)),
    Plan(name="risk", act=risk.keep, every=timedelta(minutes=1), first_after=timedelta(seconds=75)),
    Plan(name="double-bookings", act=alert_jobs.clashes, ask=due.clashes, every=timedelta(seconds=1)),
    Plan(name="installation-alerts", act=alert_jobs.stand, every=timedelta(seconds=10)),
    Plan(
        name="figures",
        act=analytics.redo,
        ask=due.figures,
        every=timedelta(seconds=30),
        first_after=timedelta(seconds=20),
    ),
    Plan(name="idle-visits", act=going.close_idle, ask=going.is_due, every=timedelta(seconds=15)),
    Plan(name="series", act=series.stamp, every=timedelta(hours=1), first_after=timedelta(seconds=10)),
    Plan(name="files", act=clearing.clear, every=timedelta(hours=1), first_after=timedelta(minutes=3)),
    Plan(name="catch-up", act=ticking.catch_up, ask=due.catch_up, every=timedelta(seconds=5)),
    Plan(name="forget-keys", act=events.forget_keys, every=timedelta(hours=1), first_after=timedelta(minutes=2)),
    Plan(name="logins", act=keeping.keep, every=timedelta(minutes=1), first_after=timedelta(seconds=25)),
    Plan(name="metrics", act=checking.write_down, every=timedelta(minutes=1), first_after=timedelta(seconds=40)),
    Plan(name="health-check", act=checking.check, every=timedelta(minutes=5), first_after=timedelta(seconds=20)),
    Plan(name="retention", act=checking.tidy, every=timedelta(hours=1), first_after=timedelta(minutes=4)),
    Plan(name="tidy-books", act=jobs.tidy, every=timedelta(hours=1), first_after=timedelta(minutes=1)),
    Plan(name="tidy-drafts", act=drafts.clean, every=timedelta(hours=6), first_after=timedelta(minutes=3)),
    # It only looks whether a day has passed since the last one, so that a console open for an hour makes one too.
    Plan(name="daily-backup", act=backups.daily, every=timedelta(minutes=10), first_after=timedelta(minutes=2)),
)
"""The jobs of the product."""
