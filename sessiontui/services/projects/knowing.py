"""Which project is meant, who may do what to it, and the facts of it that the rules look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor, Reach, Standing, may, reach
from sessiontui.domain.errors import BadInput, NotAllowed, NotFound
from sessiontui.domain.query.folding import worded
from sessiontui.domain.visits.facts import ItemFact, ProjectFacts, QuestionFact, ReportFact
from sessiontui.domain.visits.words import ActivityKind, ItemState
from sessiontui.services.context import Context
from sessiontui.store.reads import projects as kept
from sessiontui.store.reads.project_rows import ProjectRow

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reads.project_rows import ActivityRow, ItemRow, QuestionRow
    from sessiontui.store.tx import Tx


async def find(context: Context, text: str) -> ProjectRow:
    """Return the project that a text means: ``12``, ``#12``, its word, an outside id, ``source:id`` or its name.

    Raises ``NotFound``, and ``BadInput`` where it means several.
    """
    fetch, wanted = context.db.fetch, text.strip()
    digits = wanted.removeprefix("#")
    if digits.isascii() and digits.isdigit() and len(digits) < 16:
        found = await kept.one(fetch, int(digits))
        if found is not None:
            return found
    rows = await kept.meant(fetch, wanted, slug=worded(wanted))
    if not rows and ":" in wanted:
        source, _, outside = wanted.partition(":")
        rows = await kept.meant(fetch, outside, slug="", source=source)
    if not rows:
        raise NotFound(
            f"there is no project {wanted[:60]!r}", hint="'sessiontui projects list' tells which there are"
        )
    if len(rows) > 1 and rows[0].slug != worded(wanted):
        named = ", ".join(f"{row.name} #{row.id}" for row in rows[:5])
        raise BadInput(f"{wanted[:60]!r} may be {named}", hint="write the number")
    return rows[0]


async def standing(fetch: Fetch, actor: Actor, project_id: int) -> Standing:
    """Return how an actor stands to a project: it is their own if they made it or were ever at work on it."""
    if actor.id is None:
        return Standing()
    return Standing(authored=await kept.is_own(fetch, project_id, actor.id))


async def require_project(
    fetch: Fetch, action: Action, project_id: int, *, by: Actor, person_id: int | None = None
) -> None:
    """Raise ``NotAllowed`` unless somebody has the right; ``person_id`` is whose visits it is about.

    Who has a right to their own projects alone has it for themselves alone.
    """
    own = Standing() if reach(by, action) is Reach.YES else await standing(fetch, by, project_id)
    answer = may(by, action, own)
    if not answer.allowed:
        raise NotAllowed(answer.reason, hint=answer.hint, action=action)
    if answer.reach is Reach.OWN and person_id is not None and person_id != by.id:
        raise NotAllowed("the visits of others are seen and made by admins", hint="ask an admin", action=action)


async def ensure(tx: Tx, action: Action, project_id: int, *, archived: bool = False) -> ProjectRow:
    """Return the project that is about to be changed, once the right to it is known; refuse one that was put away."""
    row = await kept.one(tx.fetch, project_id)
    if row is None:
        raise NotFound(f"there is no project #{project_id}")
    await require_project(tx.fetch, action, project_id, by=tx.by)
    if row.archived_at is not None and not archived:
        from sessiontui.domain.errors import Refused

        raise Refused(
            f"{row.name} was put away", hint=f"bring it back: sessiontui projects edit {row.slug} --restore"
        )
    return row


async def facts_of(fetch: Fetch, project_ids: Sequence[int]) -> dict[int, ProjectFacts]:
    """Return the facts of projects that next steps, blockers and health are derived from."""
    items = await kept.items(fetch, project_ids)
    questions = await kept.questions(fetch, project_ids)
    reports = await kept.activities(fetch, project_ids, standing=True)
    active: dict[int, datetime | None] = {}
    for project_id in project_ids:
        row = await kept.one(fetch, project_id)
        active[project_id] = None if row is None else row.active_at
    return {
        project_id: facts_from(
            [one for one in items if one.project_id == project_id],
            [one for one in questions if one.project_id == project_id],
            [one for one in reports if one.project_id == project_id],
            last_activity=active[project_id],
        )
        for project_id in project_ids
    }


def facts_from(
    items: Sequence[ItemRow],
    questions: Sequence[QuestionRow],
    reports: Sequence[ActivityRow],
    *,
    last_activity: datetime | None,
) -> ProjectFacts:
    """Return the facts of one project from its items, its open questions and what stands in its way."""
    return ProjectFacts(
        items=[
            ItemFact(
                id=one.id,
                title=one.title,
                state=ItemState(one.state),
                since=one.since,
                touched_at=one.touched_at,
                reopened_at=one.reopened_at,
            )
            for one in items
        ],
        questions=[
            QuestionFact(id=one.id, text=one.text, asked_at=one.asked_at, asked_by=one.asked_by, item_id=one.item_id)
            for one in questions
        ],
        reports=[
            ReportFact(
                id=one.id, kind=ActivityKind(one.kind), text=one.text, at=one.at, by=one.by, item_id=one.item_id
            )
            for one in reports
        ],
        last_activity=last_activity,
    )
