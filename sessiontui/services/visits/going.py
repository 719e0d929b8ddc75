"""Visits begin and end: by the person, by their next one, or half an hour after the last sign of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import WORKER, Action, Actor
from sessiontui.domain.errors import NotFound, Refused
from sessiontui.domain.instants import to_ms
from sessiontui.domain.phrases import count
from sessiontui.domain.visits.since import idle_since
from sessiontui.domain.visits.words import EndedBy
from sessiontui.services.context import Context
from sessiontui.services.projects.changing import audit, stir
from sessiontui.services.projects.knowing import ensure, require_project
from sessiontui.services.receipt import Receipt
from sessiontui.services.visits.keeping import close_visit, open_visit, renew
from sessiontui.store.reads import projects as kept_projects
from sessiontui.store.reads import visits as kept
from sessiontui.store.visiting import ensure_analytics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessiontui.domain.chain import Json

STARTED: Final = "visit.start"
ENDED: Final = "visit.end"
CLOSED: Final = "visit.idle"
"""The acts, as the audit trail names them."""

AT_ONCE: Final = 200
"""Idle visits that are closed in one transaction."""


async def start(
    context: Context,
    person_id: int,
    project_id: int,
    *,
    by: Actor,
    at: datetime,
    details: Mapping[str, Json] | None = None,
) -> Receipt:
    """Begin a visit; an open one of the same person to the same project is ended first, with a snapshot of now."""
    async with context.db.write(by=by, at=at) as tx:
        row = await ensure(tx, Action.VISIT, project_id)
        await require_project(tx.fetch, Action.VISIT, project_id, by=by, person_id=person_id)
        person = await tx.person(person_id)
        before = await kept.open_one(tx.fetch, person_id, project_id)
        if before is not None:
            over = idle_since(before.last_activity, at, context.visits)
            await close_visit(tx, before, over or at, EndedBy.IDLE if over else EndedBy.NEXT)
        visit_id = await open_visit(tx, person_id, project_id, at, details=details)
        await ensure_analytics(tx, person_id, project_id)
        await stir(tx, project_id)
        await renew(tx, project_id, context.visits)
        ended = "; the visit before was ended" if before is not None else ""
        sentence = f"{person.name} began a visit to {row.name}{ended}"
        await audit(tx, STARTED, sentence, project_id, reversible=False, person=person_id, visit=visit_id)
    return Receipt(sentence=sentence, people=(person_id,), project=project_id, part=visit_id)


async def end(context: Context, person_id: int, project_id: int, *, by: Actor, at: datetime) -> Receipt:
    """End the open visit of a person to a project, with a snapshot; ``Refused`` where there is none."""
    async with context.db.write(by=by, at=at) as tx:
        row = await kept_projects.one(tx.fetch, project_id)
        if row is None:
            raise NotFound(f"there is no project #{project_id}")
        await require_project(tx.fetch, Action.VISIT, project_id, by=by, person_id=person_id)
        person = await tx.person(person_id)
        visit = await kept.open_one(tx.fetch, person_id, project_id)
        if visit is None:
            raise Refused(f"{person.name} has no open visit to {row.name}")
        over = idle_since(visit.last_activity, at, context.visits)
        await close_visit(tx, visit, over or at, EndedBy.IDLE if over else EndedBy.PERSON)
        await stir(tx, project_id, over)
        await renew(tx, project_id, context.visits)
        sentence = f"{person.name} ended the visit to {row.name}"
        await audit(tx, ENDED, sentence, project_id, reversible=False, person=person_id, visit=visit.id)
    return Receipt(sentence=sentence, people=(person_id,), project=project_id, part=visit.id)


async def close_idle(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Close visits without activity for half an hour, each at its last activity, and return how many there were."""
    before = to_ms(at - context.visits.idle_after)
    if not await kept.is_idle_due(context.db.fetch, before=before):
        return 0
    async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
        found = await kept.idle(tx.fetch, before=before, limit=AT_ONCE)
        for visit in found:
            await close_visit(tx, visit, visit.last_activity, EndedBy.IDLE)
        for project_id in dict.fromkeys(visit.project_id for visit in found):
            await renew(tx, project_id, context.visits)
        if found:
            people: list[Json] = [visit.person_id for visit in found]
            await tx.audit(
                CLOSED,
                f"closed {count(len(found), 'idle visit')} at the last activity",
                subject="project",
                subject_id=found[0].project_id if len({one.project_id for one in found}) == 1 else None,
                detail={"visits": [visit.id for visit in found], "people": people},
            )
    return len(found)


async def is_due(context: Context, *, at: datetime) -> bool:
    """Tell cheaply whether a visit may be idle, before the worker's job is begun."""
    return await kept.is_idle_due(context.db.glance, before=to_ms(at - context.visits.idle_after))
