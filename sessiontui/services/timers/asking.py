"""Looking at a timer before it is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.alerts.timers import timer_of
from sessiontui.domain.errors import NotAllowed, NotFound, Refused
from sessiontui.domain.history import facts_at
from sessiontui.domain.lifecycle import Facts
from sessiontui.services.context import Context
from sessiontui.services.rights import verdict
from sessiontui.store.histories import load
from sessiontui.store.nearby import nearby
from sessiontui.store.reads import timers as stored

if TYPE_CHECKING:
    from sessiontui.domain.alerts.timers import Timer
    from sessiontui.domain.history import History
    from sessiontui.store.histories import Fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A timer as it is shown to whoever is to stop it.

    ``stopped_at`` is when the product stopped it because nobody else had; ``None`` while it runs. ``ends_at`` is
    when the work was to be done.
    """

    title: str
    since: datetime
    active_at: datetime
    ends_at: datetime
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """The history of a work session, its facts now, and its timer."""

    history: History
    facts: Facts
    timer: Timer


async def running(context: Context, session_id: int, *, now: datetime, by: Actor) -> Running:
    """Return the timer of a work session; ``Refused`` says why there is none that could be stopped."""
    answer = await verdict(context.db.fetch, by, Action.COMPLETE, session_id)
    if not answer.allowed:
        raise NotAllowed(answer.reason, hint=answer.hint, action=Action.COMPLETE, session_id=session_id)
    found = await clocked(context.db.fetch, context, session_id, now)
    return Running(
        title=await stored.title(context.db.fetch, session_id),
        since=found.timer.since,
        active_at=found.timer.active_at,
        ends_at=found.facts.ends_at,
        stopped_at=found.timer.stopped_at,
    )


async def clocked(fetch: Fetch, context: Context, session_id: int, now: datetime) -> Clocked:
    """Return a work session with its timer; ``Refused`` says why there is none."""
    history = (await load(fetch, [session_id])).get(session_id)
    if history is None:
        raise NotFound(f"there is no session #{session_id}")
    facts = facts_at(history, now, rules=context.rules)
    around = (await nearby(fetch, {session_id: ("", "")}))[session_id].around
    timer = timer_of(facts, now, context.rules, active_at=around.active_at)
    if timer is None:
        raise Refused(
            f"no timer runs here: it is {facts.control}, of kind {facts.kind}",
            hint="only work sessions have a timer: start and resume set it going",
            title="Nothing to stop",
        )
    return Clocked(history=history, facts=facts, timer=timer)
