"""Projects at an instant of the past: what was true then by the knowledge of today, so names and texts are today's.

Items stand as their histories say, questions and reports as they were open then, and visits as far as they had come.
How many signs of work a visit had by then is not kept: one that goes on tells none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, Reach, Standing, may, require
from sessiontui.domain.errors import NotFound
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.visits.advising import Obstacle, Step, blockers, suggested_steps
from sessiontui.domain.visits.condition import condition_of
from sessiontui.domain.visits.facts import ProjectFacts, Snapshot
from sessiontui.domain.visits.since import decided_since, idle_since
from sessiontui.domain.visits.words import ItemState
from sessiontui.services import boards
from sessiontui.services.context import Context
from sessiontui.services.projects.knowing import facts_from, require_project
from sessiontui.services.projects.lines import (
    ProjectBoard,
    ProjectLine,
    ProjectPage,
    SessionOf,
    activity_line,
    here_of,
    item_line,
    line_of,
    question_line,
    visit_line,
)
from sessiontui.services.visits.summing import Summary
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads import projects as kept
from sessiontui.store.reads import visits as kept_visits

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reads.project_rows import ActivityRow, ChangeRow, ItemRow, ProjectRow, QuestionRow
    from sessiontui.store.reads.visits import VisitRow

SHOWN: Final = 200
"""Visits, activities and sessions of one project that are shown: the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stood:
    """A project with all that was in it at an instant; the newest visits and activities first."""

    at: datetime
    row: ProjectRow
    items: Sequence[ItemRow]
    steps: dict[int, tuple[ChangeRow, ...]]
    questions: Sequence[QuestionRow]
    activities: Sequence[ActivityRow]
    visits: Sequence[VisitRow]

    @property
    def facts(self) -> ProjectFacts:
        """What next steps, blockers and health follow from."""
        return facts_from(
            self.items,
            [one for one in self.questions if one.answered_at is None],
            [one for one in self.activities if one.blocks and one.settled_at is None],
            last_activity=self.row.active_at,
        )


async def board(context: Context, *, by: Actor, at: datetime) -> ProjectBoard:
    """Return the projects that there were at an instant and that somebody may see, the last active ones first."""
    reach = require(by, Action.SEE_PROJECTS, Standing(authored=True)).reach
    fetch = context.db.fetch
    rows = await kept.everything(fetch, archived=True, own=by.id if reach is Reach.OWN else None)
    stood = [await _stood(fetch, row, at) for row in rows if row.created_at <= at]
    lines = [await _line(context, one) for one in stood]
    lines.sort(key=lambda line: (line.archived_at is not None, -(line.last_active or line.created_at).timestamp()))
    return ProjectBoard(taken_at=at, lines=tuple(lines))


async def page(context: Context, project_id: int, *, by: Actor, at: datetime) -> ProjectPage:
    """Return one project whole as it was at an instant; ``NotFound`` where there was none yet."""
    stood = await _seen(context, project_id, by=by, at=at)
    sees_all = may(by, Action.SEE_PROJECTS).reach is Reach.YES
    return ProjectPage(
        taken_at=at,
        line=await _line(context, stood),
        items=tuple(
            item_line(
                one,
                tuple((ItemState(s.state), from_ms(s.at), s.by_name, s.reason) for s in stood.steps[one.id]),
            )
            for one in stood.items
        ),
        questions=tuple(question_line(one) for one in stood.questions),
        activities=tuple(activity_line(one) for one in stood.activities[:SHOWN]),
        visits=tuple(visit_line(one) for one in stood.visits if sees_all or one.person_id == by.id)[:SHOWN],
        sessions=await _sessions(context, stood, by=by),
        summary=None if by.id is None else await _summary(context, stood, by.id),
        is_past=True,
    )


async def summary(context: Context, person_id: int, project_id: int, *, by: Actor, at: datetime) -> Summary:
    """Return what a person would have found who came to a project at an instant."""
    stood = await _seen(context, project_id, by=by, at=at, person_id=person_id)
    if await kept_people.by_id(context.db.fetch, person_id) is None:
        raise NotFound(f"there is no person #{person_id}")
    return await _summary(context, stood, person_id)


async def advice(
    context: Context, project_id: int, *, by: Actor, at: datetime
) -> tuple[tuple[Step, ...], tuple[Obstacle, ...]]:
    """Return the next steps of a project at an instant, and what stood in its way."""
    facts = (await _seen(context, project_id, by=by, at=at)).facts
    return suggested_steps(facts, at, context.visits), blockers(facts, at, context.visits)


async def _seen(
    context: Context, project_id: int, *, by: Actor, at: datetime, person_id: int | None = None
) -> _Stood:
    """Return a project that somebody may see as it was; ``NotFound`` where there was none yet."""
    fetch = context.db.fetch
    row = await kept.one(fetch, project_id)
    if row is None or row.created_at > at:
        raise NotFound(f"there was no project #{project_id} then")
    await require_project(fetch, Action.SEE_PROJECTS, project_id, by=by, person_id=person_id)
    return await _stood(fetch, row, at)


async def _stood(fetch: Fetch, row: ProjectRow, at: datetime) -> _Stood:
    items = [one for one in await kept.items(fetch, [row.id], removed=True) if not _is_over(one.removed_at, at)]
    steps: dict[int, list[ChangeRow]] = {}
    for step in await kept.changes(fetch, [one.id for one in items]):
        if step.at <= to_ms(at):
            steps.setdefault(step.item_id, []).append(step)
    names = await kept.titles(fetch, {own[-1].session_id or 0 for own in steps.values()})
    questions = [
        one if _is_over(one.answered_at, at) else replace(one, answered_at=None, answer="", answered_by="")
        for one in await kept.questions(fetch, [row.id], pending=False, removed=True)
        if one.asked_at <= at and not _is_over(one.removed_at, at)
    ]
    activities = [
        one if _is_over(one.settled_at, at) else replace(one, settled_at=None, settled_by="")
        for one in await kept.activities(fetch, [row.id])
        if one.at <= at
    ]
    visits = [_visit(one, at) for one in await kept_visits.of_project(fetch, row.id) if one.started_at <= at]
    stood = _Stood(
        at=at,
        row=replace(row, archived_at=row.archived_at if _is_over(row.archived_at, at) else None),
        items=[_item(one, steps[one.id], names, at) for one in items if one.id in steps],
        steps={number: tuple(own) for number, own in steps.items()},
        questions=questions,
        activities=activities,
        visits=visits,
    )
    return replace(stood, row=replace(stood.row, active_at=_active(stood)))


def _item(row: ItemRow, steps: Sequence[ChangeRow], names: dict[int, str], at: datetime) -> ItemRow:
    last = steps[-1]
    since = from_ms(last.at)
    return replace(
        row,
        state=last.state,
        since=since,
        session_id=last.session_id,
        session=names.get(last.session_id or 0, ""),
        touched_at=row.touched_at if row.touched_at <= at else since,
        reopened_at=_reopened(steps),
    )


def _reopened(steps: Sequence[ChangeRow]) -> datetime | None:
    """Return when an item went from decided to something else, unless it has been decided again since."""
    found = None
    for before, step in pairwise(steps):
        if step.state == ItemState.DECIDED:
            found = None
        elif before.state == ItemState.DECIDED:
            found = from_ms(step.at)
    return found


def _visit(row: VisitRow, at: datetime) -> VisitRow:
    if _is_over(row.ended_at, at):
        return row
    counted = row.activities if row.last_activity <= at else 0
    return replace(
        row, ended_at=None, ended_by="", at_end={}, last_activity=min(row.last_activity, at), activities=counted
    )


def _active(stood: _Stood) -> datetime | None:
    """Return when anything happened last: exactly where nothing happened since, else by what is known to have."""
    row = stood.row
    if row.active_at is None or row.active_at <= stood.at:
        return row.active_at
    known = [from_ms(step.at) for steps in stood.steps.values() for step in steps]
    known += [asked.answered_at or asked.asked_at for asked in stood.questions]
    known += [report.settled_at or report.at for report in stood.activities]
    known += [one.last_activity for one in stood.visits]
    return max(known, default=None)


async def _line(context: Context, stood: _Stood) -> ProjectLine:
    facts, row, rules = stood.facts, stood.row, context.visits
    names = await kept_people.names(context.db.fetch, [] if row.author_id is None else [row.author_id])
    return line_of(
        row,
        facts,
        condition_of(facts, stood.at, rules),
        here_of([one for one in reversed(stood.visits) if one.ended_at is None], stood.at, rules),
        author=names.get(row.author_id or 0, ""),
        now=stood.at,
        rules=rules,
        may_change=False,
    )


async def _sessions(context: Context, stood: _Stood, *, by: Actor) -> tuple[SessionOf, ...]:
    """Return the sessions of the project as they were, as far as somebody may see them."""
    word = f"project:{stood.row.slug}"
    found = await boards.board(context, word, now=stood.at, as_of=stood.at, by=by, zone=context.zone, limit=SHOWN)
    decided = [one.session_id for one in stood.items if one.state == ItemState.DECIDED]
    lines = sorted(found.lines, key=lambda line: (line.starts_at, line.id), reverse=True)
    return tuple(
        SessionOf(
            id=line.id,
            title=line.title,
            status=line.status,
            starts_at=line.starts_at,
            decided=decided.count(line.id),
        )
        for line in lines
    )


async def _summary(context: Context, stood: _Stood, person_id: int) -> Summary:
    """Return what a person would have found who came then."""
    facts, rules = stood.facts, context.visits
    own = [one for one in stood.visits if one.person_id == person_id]
    going_on = next((one for one in own if one.ended_at is None), None)
    over = None if going_on is None else idle_since(going_on.last_activity, stood.at, rules)
    closed = max((one for one in own if one.ended_at is not None), key=lambda one: one.last_activity, default=None)
    before, snapshot = (None, None) if closed is None else (closed.last_activity, Snapshot.read(closed.at_end))
    if going_on is not None and over is not None:
        from sessiontui.services.visits import keeping

        before, snapshot = over, await keeping.snapshot(context.db.fetch, stood.row.id, over)
        going_on = None
    decided = facts.in_state(ItemState.DECIDED)
    news = decided_since(frozenset(one.id for one in decided), snapshot)
    return Summary(
        taken_at=stood.at,
        person_id=person_id,
        project_id=stood.row.id,
        project=stood.row.name,
        before=before,
        visit_since=None if going_on is None else going_on.started_at,
        decided=tuple(one for one in decided if one.id in news),
        exploring=facts.in_state(ItemState.EXPLORING),
        parked=facts.in_state(ItemState.PARKED),
        questions=tuple(facts.questions),
        steps=suggested_steps(facts, stood.at, rules),
        blockers=blockers(facts, stood.at, rules),
    )


def _is_over(ended: datetime | None, at: datetime) -> bool:
    return ended is not None and ended <= at
