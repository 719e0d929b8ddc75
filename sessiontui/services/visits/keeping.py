"""Visits inside a transaction: opened, closed with a snapshot, and what is known of everybody kept up to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.instants import maybe_ms, maybe_rfc3339, rfc3339, to_ms
from sessiontui.domain.visits.advising import Obstacle, Step, blockers, suggested_steps
from sessiontui.domain.visits.facts import ProjectFacts, Snapshot
from sessiontui.domain.visits.rules import VisitRules
from sessiontui.domain.visits.since import decided_since
from sessiontui.domain.visits.words import EndedBy, ItemState
from sessiontui.store import visiting
from sessiontui.store.compact import dump
from sessiontui.store.reads import projects as kept_projects
from sessiontui.store.reads import visits as kept
from sessiontui.store.reads.visits import VisitRow

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What is to be done in a project, and what stands in the way."""

    facts: ProjectFacts
    steps: tuple[Step, ...]
    blockers: tuple[Obstacle, ...]

    @classmethod
    def on(cls, facts: ProjectFacts, now: datetime, rules: VisitRules) -> Advice:
        """Return the advice on the facts of a project."""
        return cls(facts=facts, steps=suggested_steps(facts, now, rules), blockers=blockers(facts, now, rules))


async def snapshot(fetch: Fetch, project_id: int, at: datetime) -> Snapshot:
    """Return how the items and questions of a project stood at an instant, by its history."""
    states = await kept_projects.states_at(fetch, project_id, to_ms(at))
    questions = await kept_projects.questions_at(fetch, project_id, to_ms(at))
    return Snapshot.of(((item_id, ItemState(state)) for item_id, state in states), questions)


async def open_visit(
    tx: Tx, person_id: int, project_id: int, at: datetime, *, details: Mapping[str, Json] | None = None
) -> int:
    """Open a visit with a snapshot and return its id; there must be no open one. ``details`` are a platform's own."""
    return await tx.insert(
        "user_sessions",
        user_id=person_id,
        project_id=project_id,
        session_start=at,
        last_activity=at,
        snapshot_at_start=(await snapshot(tx.fetch, project_id, at)).as_json(),
        metadata=dict(details or {}),
    )


async def close_visit(tx: Tx, visit: VisitRow, at: datetime, by: EndedBy) -> None:
    """End an open visit at an instant, with a snapshot of that instant; never before it began.

    Whoever ends a visit is there; whoever begins the next one was last seen when they were.
    """
    end = max(at, visit.started_at)
    await tx.update(
        "user_sessions",
        visit.id,
        is_active=False,
        session_end=end,
        last_activity=end if by is EndedBy.PERSON else min(visit.last_activity, end),
        ended_by=str(by),
        snapshot_at_end=(await snapshot(tx.fetch, visit.project_id, end)).as_json(),
    )


async def renew(tx: Tx, project_id: int, rules: VisitRules) -> int:
    """Bring what is known of everybody in a project up to date, and return how many rows changed."""
    rows = await kept.analytics_of(tx.fetch, project_id)
    if not rows:
        return 0
    from sessiontui.services.projects.knowing import facts_of  # which rests on this for its acts

    advice = Advice.on((await facts_of(tx.fetch, [project_id]))[project_id], tx.at, rules)
    counts = _counts(advice.facts)
    decided = frozenset(one.id for one in advice.facts.in_state(ItemState.DECIDED))
    steps, standing = dump(_steps(advice.steps)), dump(_blockers(advice.blockers))
    closed = {one.person_id: one for one in await kept.newest_of_each(tx.fetch, project_id, active=False)}
    opened = {one.person_id: one for one in await kept.newest_of_each(tx.fetch, project_id, active=True)}
    changed = []
    for row in rows:
        last, now_open = closed.get(row.person_id), opened.get(row.person_id)
        before = None if last is None else Snapshot.read(last.at_end)
        since = len(decided_since(decided, before))
        seen = [one.last_activity for one in (last, now_open) if one is not None]
        values = (
            maybe_ms(max(seen, default=row.last_activity)) if seen else maybe_ms(row.last_activity),
            maybe_ms(last.last_activity if last is not None else None),
            since,
            *counts,
            steps,
            standing,
        )
        present = (
            maybe_ms(row.last_activity),
            maybe_ms(row.previous_activity),
            row.decided_since,
            row.exploring,
            row.parked,
            row.pending_questions,
            dump(list(row.steps)),
            dump(list(row.blockers)),
        )
        if values != present:
            changed.append((*values, tx.now, row.person_id, project_id))
    await visiting.write_analytics(tx, changed)
    return len(changed)


def step_json(step: Step) -> dict[str, Json]:
    """Return a step as it is stored and told."""
    return {
        "priority": str(step.priority),
        "text": step.text,
        "fact": step.fact,
        "rule": str(step.rule),
        "since": maybe_rfc3339(step.since),
        "item": step.item_id,
        "question": step.question_id,
        "activity": step.activity_id,
    }


def blocker_json(one: Obstacle) -> dict[str, Json]:
    """Return a blocker as it is stored and told."""
    return {
        "type": str(one.type),
        "text": one.text,
        "sentence": one.sentence,
        "fact": one.fact,
        "since": rfc3339(one.since),
        "item": one.item_id,
        "question": one.question_id,
        "activity": one.activity_id,
    }


def _steps(steps: Iterable[Step]) -> list[Json]:
    # What is stored names no ages: they would be wrong a minute later, and every row would change with the clock.
    return [{**step_json(step), "fact": ""} for step in steps]


def _blockers(standing: Iterable[Obstacle]) -> list[Json]:
    return [{**blocker_json(one), "fact": ""} for one in standing]


def _counts(facts: ProjectFacts) -> Sequence[int]:
    return (
        len(facts.in_state(ItemState.EXPLORING)),
        len(facts.in_state(ItemState.PARKED)),
        len(facts.questions),
    )
