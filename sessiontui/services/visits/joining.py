"""Two people made one: open visits that would stand beside each other are ended first, and what is kept follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain.visits.words import EndedBy
from sessiontui.services.visits.keeping import close_visit, renew
from sessiontui.store.reads import visits as kept
from sessiontui.store.visiting import ensure_analytics

if TYPE_CHECKING:
    from sessiontui.domain.visits.rules import VisitRules
    from sessiontui.store.tx import Tx


async def end_doubles(tx: Tx, *, kept_id: int, gone_id: int) -> None:
    """End the open visits of the one who goes to projects where the one who stays has one as well."""
    for project_id in await kept.both_open(tx.fetch, kept_id, gone_id):
        visit = await kept.open_one(tx.fetch, gone_id, project_id)
        if visit is not None:
            await close_visit(tx, visit, tx.at, EndedBy.MERGE)


async def follow(tx: Tx, rules: VisitRules, *person_ids: int) -> None:
    """Bring what is kept of people in their projects up to date."""
    for person_id in person_ids:
        for project_id in await kept.projects_of(tx.fetch, person_id):
            await ensure_analytics(tx, person_id, project_id)
            await renew(tx, project_id, rules)
