"""Projects as screen 5 and the command line show them: a list with health, and one project whole."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, Reach, Standing, may, require
from sessiontui.domain.errors import NotFound
from sessiontui.domain.instants import from_ms
from sessiontui.domain.visits.condition import condition_of
from sessiontui.domain.visits.words import ItemState
from sessiontui.domain.vocabulary import Status
from sessiontui.services.context import Context
from sessiontui.services.projects.knowing import facts_of, require_project, standing
from sessiontui.services.projects.lines import ActivityLine as ActivityLine
from sessiontui.services.projects.lines import HereNow as HereNow
from sessiontui.services.projects.lines import ItemLine as ItemLine
from sessiontui.services.projects.lines import ProjectBoard as ProjectBoard
from sessiontui.services.projects.lines import ProjectLine as ProjectLine
from sessiontui.services.projects.lines import ProjectPage as ProjectPage
from sessiontui.services.projects.lines import QuestionLine as QuestionLine
from sessiontui.services.projects.lines import SessionOf as SessionOf
from sessiontui.services.projects.lines import VisitLine as VisitLine
from sessiontui.services.projects.lines import activity_line, here_of, item_line, line_of, question_line, visit_line
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads import projects as kept
from sessiontui.store.reads import visits as kept_visits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessiontui.services.visits.summing import Summary
    from sessiontui.store.reads.project_rows import ItemRow, ProjectRow

SHOWN: Final = 200
"""Visits, activities and sessions of one project that are shown: the latest."""


async def board(context: Context, *, by: Actor, now: datetime, archived: bool = False) -> ProjectBoard:
    """Return the projects that somebody may see: all, or their own; those with the newest activity first."""
    reach = require(by, Action.SEE_PROJECTS, Standing(authored=True)).reach
    fetch = context.db.fetch
    rows = await kept.everything(fetch, archived=archived, own=by.id if reach is Reach.OWN else None)
    return ProjectBoard(taken_at=now, lines=tuple(await _lines(context, rows, by=by, now=now)))


async def page(context: Context, project_id: int, *, by: Actor, now: datetime) -> ProjectPage:
    """Return one project whole; the visits of others are for those who may see them."""
    fetch = context.db.fetch
    row = await kept.one(fetch, project_id)
    if row is None:
        raise NotFound(f"there is no project #{project_id}")
    await require_project(fetch, Action.SEE_PROJECTS, project_id, by=by)
    (line,) = await _lines(context, [row], by=by, now=now)
    items = await kept.items(fetch, [project_id])
    visits = await kept_visits.of_project(fetch, project_id, limit=SHOWN)
    if may(by, Action.SEE_PROJECTS).reach is not Reach.YES:
        visits = [one for one in visits if one.person_id == by.id]
    history = await _histories(context, items)
    return ProjectPage(
        taken_at=now,
        line=line,
        items=tuple(item_line(one, history.get(one.id, ())) for one in items),
        questions=tuple(question_line(one) for one in await kept.questions(fetch, [project_id], pending=False)),
        activities=tuple(activity_line(one) for one in await kept.activities(fetch, [project_id], limit=SHOWN)),
        visits=tuple(visit_line(one) for one in visits),
        sessions=tuple(
            SessionOf(id=number, title=title, status=Status(status), starts_at=from_ms(starts), decided=decided)
            for number, title, status, starts, decided in await kept.sessions_of(fetch, project_id, limit=SHOWN)
        ),
        summary=await _own_summary(context, project_id, by=by, now=now),
    )


async def _own_summary(context: Context, project_id: int, *, by: Actor, now: datetime) -> Summary | None:
    from sessiontui.services.visits.summing import summary  # which rests on this room

    return None if by.id is None else await summary(context, by.id, project_id, by=by, now=now)


async def _lines(context: Context, rows: Sequence[ProjectRow], *, by: Actor, now: datetime) -> list[ProjectLine]:
    fetch = context.db.fetch
    ids = [row.id for row in rows]
    facts = await facts_of(fetch, ids)
    opened = await kept_visits.open_in(fetch, ids)
    names = await kept_people.names(fetch, [row.author_id for row in rows if row.author_id is not None])
    changes_all = may(by, Action.CHANGE_PROJECTS, Standing()).allowed
    return [
        line_of(
            row,
            facts[row.id],
            condition_of(facts[row.id], now, context.visits),
            here_of([one for one in opened if one.project_id == row.id], now, context.visits),
            author=names.get(row.author_id or 0, ""),
            now=now,
            rules=context.visits,
            may_change=row.archived_at is None
            and (changes_all or may(by, Action.CHANGE_PROJECTS, await standing(fetch, by, row.id)).allowed),
        )
        for row in rows
    ]


async def _histories(
    context: Context, items: Sequence[ItemRow]
) -> dict[int, tuple[tuple[ItemState, datetime, str, str], ...]]:
    found: dict[int, list[tuple[ItemState, datetime, str, str]]] = {}
    for one in await kept.changes(context.db.fetch, [item.id for item in items]):
        found.setdefault(one.item_id, []).append((ItemState(one.state), from_ms(one.at), one.by_name, one.reason))
    return {item_id: tuple(steps) for item_id, steps in found.items()}
