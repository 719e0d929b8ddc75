"""What somebody finds who comes back to a project: the summary, the figures kept of them, next steps and blockers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import NotFound
from sessiontui.domain.visits.facts import ItemFact, QuestionFact, Snapshot
from sessiontui.domain.visits.since import counted, decided_since, idle_since, time_since_last
from sessiontui.domain.visits.words import ItemState
from sessiontui.services.context import Context
from sessiontui.services.projects.knowing import facts_of, require_project
from sessiontui.services.visits.keeping import Advice, renew, snapshot
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads import projects as kept_projects
from sessiontui.store.reads import visits as kept
from sessiontui.store.visiting import ensure_analytics

if TYPE_CHECKING:
    from sessiontui.domain.visits.advising import Obstacle, Step
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reads.visits import AnalyticsRow, VisitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """When somebody was last at work on a project before now, and how it stood then."""

    at: datetime
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a person finds in a project at one instant; ``before`` is nothing on a first visit.

    ``visit_since`` is when the visit began that is going on, if one is.
    """

    taken_at: datetime
    person_id: int
    project_id: int
    project: str
    before: datetime | None
    visit_since: datetime | None
    decided: tuple[ItemFact, ...]
    exploring: tuple[ItemFact, ...]
    parked: tuple[ItemFact, ...]
    questions: tuple[QuestionFact, ...]
    steps: tuple[Step, ...]
    blockers: tuple[Obstacle, ...]

    @property
    def since(self) -> str:
        """How long ago the last visit was, in words."""
        return time_since_last(self.before, self.taken_at)

    @property
    def counts(self) -> str:
        """The four counts in one line."""
        return counted(len(self.decided), len(self.exploring), len(self.parked), len(self.questions))


async def summary(context: Context, person_id: int, project_id: int, *, by: Actor, now: datetime) -> Summary:
    """Return what a person finds who comes to a project now."""
    fetch = context.db.fetch
    name = await _seen(fetch, person_id, project_id, by=by)
    before, going_on = await _before(context, fetch, person_id, project_id, now)
    advice = await advice_on(context, project_id, now=now)
    decided = advice.facts.in_state(ItemState.DECIDED)
    news = decided_since(frozenset(one.id for one in decided), None if before is None else before.snapshot)
    return Summary(
        taken_at=now,
        person_id=person_id,
        project_id=project_id,
        project=name,
        before=None if before is None else before.at,
        visit_since=None if going_on is None else going_on.started_at,
        decided=tuple(one for one in decided if one.id in news),
        exploring=advice.facts.in_state(ItemState.EXPLORING),
        parked=advice.facts.in_state(ItemState.PARKED),
        questions=tuple(advice.facts.questions),
        steps=advice.steps,
        blockers=advice.blockers,
    )


async def since_last(context: Context, person_id: int, project_id: int, *, by: Actor, now: datetime) -> str:
    """Return how long ago a person was last at work on a project, such as ``2 hours ago``."""
    fetch = context.db.fetch
    await _seen(fetch, person_id, project_id, by=by)
    before, _ = await _before(context, fetch, person_id, project_id, now)
    return time_since_last(None if before is None else before.at, now)


async def steps(context: Context, project_id: int, *, by: Actor, now: datetime) -> tuple[Step, ...]:
    """Return the next steps of a project, the most pressing first, each with the fact behind it."""
    await _seen(context.db.fetch, None, project_id, by=by)
    return (await advice_on(context, project_id, now=now)).steps


async def standing_blockers(context: Context, project_id: int, *, by: Actor, now: datetime) -> tuple[Obstacle, ...]:
    """Return what stands in the way of a project, by type, each with its age and the fact behind it."""
    await _seen(context.db.fetch, None, project_id, by=by)
    return (await advice_on(context, project_id, now=now)).blockers


async def analytics(context: Context, person_id: int, project_id: int, *, by: Actor, now: datetime) -> AnalyticsRow:
    """Get what is known of a person and a project, or create it; it is brought up to date first."""
    fetch = context.db.fetch
    await _seen(fetch, person_id, project_id, by=by)
    found = await kept.analytics(fetch, person_id, project_id)
    if context.db.read_only:
        if found is None:
            raise NotFound(f"nothing is kept of person #{person_id} in project #{project_id}")
        return found
    return await update_analytics(context, person_id, project_id, at=now)


async def update_analytics(context: Context, person_id: int, project_id: int, *, at: datetime) -> AnalyticsRow:
    """Bring what is known of a person and a project up to date, and return it."""
    async with context.db.write(by=Actor.system("visits"), at=at) as tx:
        await ensure_analytics(tx, person_id, project_id)
        await renew(tx, project_id, context.visits)
        found = await kept.analytics(tx.fetch, person_id, project_id)
    if found is None:
        raise NotFound(f"nothing is kept of person #{person_id} in project #{project_id}")
    return found


async def newest_visit(context: Context, person_id: int, project_id: int) -> VisitRow:
    """Return the open visit of a person to a project, else the one that ended last; ``NotFound`` without any."""
    fetch = context.db.fetch
    found = await kept.open_one(fetch, person_id, project_id) or await kept.last_closed(fetch, person_id, project_id)
    if found is None:
        raise NotFound(f"person #{person_id} never visited project #{project_id}")
    return found


async def advice_on(context: Context, project_id: int, *, now: datetime) -> Advice:
    """Return the facts of a project with what follows from them."""
    facts = (await facts_of(context.db.fetch, [project_id]))[project_id]
    return Advice.on(facts, now, context.visits)


async def _seen(fetch: Fetch, person_id: int | None, project_id: int, *, by: Actor) -> str:
    """Return the name of a project that somebody may see; raise where there is none, no such person, or no right."""
    row = await kept_projects.one(fetch, project_id)
    if row is None:
        raise NotFound(f"there is no project #{project_id}")
    await require_project(fetch, Action.SEE_PROJECTS, project_id, by=by, person_id=person_id)
    if person_id is not None and await kept_people.by_id(fetch, person_id) is None:
        raise NotFound(f"there is no person #{person_id}")
    return row.name


async def _before(
    context: Context, fetch: Fetch, person_id: int, project_id: int, now: datetime
) -> tuple[Before | None, VisitRow | None]:
    """Return when somebody was there last and how it stood then, and the visit that goes on now."""
    opened = await kept.open_one(fetch, person_id, project_id)
    if opened is not None:
        over = idle_since(opened.last_activity, now, context.visits)
        if over is not None:  # nobody has closed it yet
            return Before(at=over, snapshot=await snapshot(fetch, project_id, over)), None
    closed = await kept.last_closed(fetch, person_id, project_id)
    if closed is None or closed.ended_at is None:
        return None, opened
    return Before(at=closed.last_activity, snapshot=Snapshot.read(closed.at_end)), opened
