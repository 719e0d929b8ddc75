"""The figures of visits over a stretch of time, for ``stats visits``, the screen and the API alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Action, Actor, Reach, Standing, require
from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import from_ms, maybe_ms
from sessiontui.domain.visits.figures import VisitFact, VisitFigures, figures_of
from sessiontui.services.context import Context
from sessiontui.store.reads import visits as kept


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitReport:
    """The figures of the visits that began in a stretch and are over, of all projects or of one."""

    taken_at: datetime
    since: datetime | None
    until: datetime | None
    project_id: int | None
    figures: VisitFigures


async def report(
    context: Context,
    *,
    by: Actor,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    project_id: int | None = None,
    zone: ZoneInfo | None = None,
) -> VisitReport:
    """Return the figures of visits; who sees their own figures alone is told of their own visits."""
    reach = require(by, Action.ANALYTICS, Standing(hosts=True)).reach
    if since is not None and until is not None and since >= until:
        raise BadInput("the period ends before it begins", hint="--since has to be earlier than --until")
    bounds = (maybe_ms(since), maybe_ms(until))
    own = by.id if reach is Reach.OWN else None
    rows = await kept.closed_between(context.db.fetch, *bounds, project_id=project_id, own=own)
    tracked, lost = (0, 0) if own is not None else await kept.tallied(context.db.fetch, *bounds)
    facts = [
        VisitFact(
            person_id=person,
            project_id=project,
            started_at=from_ms(start),
            ended_at=from_ms(end),
            decided=decided,
        )
        for person, project, start, end, decided in rows
    ]
    return VisitReport(
        taken_at=now,
        since=since,
        until=until,
        project_id=project_id,
        figures=figures_of(facts, zone=zone or context.zone, tracked=tracked, lost=lost),
    )
