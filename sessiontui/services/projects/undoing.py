"""Acts on projects are taken back, unless something rests on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action
from sessiontui.domain.errors import Conflict, NotFound, Refused
from sessiontui.services.projects import changing, items, questions
from sessiontui.services.projects.knowing import require_project
from sessiontui.services.rights import require_session
from sessiontui.services.visits.keeping import renew
from sessiontui.store.reads import projects as kept

if TYPE_CHECKING:
    from sessiontui.domain.visits.rules import VisitRules
    from sessiontui.store.tables import AuditEntry
    from sessiontui.store.tx import Tx

ACTS: Final = frozenset(
    {
        changing.ADDED, changing.EDITED, changing.ARCHIVED, changing.RESTORED, items.ADDED, items.MOVED, items.EDITED,
        items.REMOVED, questions.ASKED, questions.ANSWERED, questions.REMOVED, questions.REPORTED_ACT,
        questions.SETTLED,
    }
)  # fmt: skip
"""The acts on projects that can be undone."""

_SINCE: Final = "it was changed since"


async def take_back(tx: Tx, act: AuditEntry, seal: int, rules: VisitRules) -> None:
    """Undo one act on a project."""
    project_id = cast("int", act.detail["project"])
    row = await kept.one(tx.fetch, project_id)
    if row is None:
        raise NotFound(f"there is no project #{project_id}")
    await require_project(tx.fetch, Action.CHANGE_PROJECTS, project_id, by=tx.by)
    if act.action == changing.ADDED:
        if not await kept.is_bare(tx.fetch, project_id):
            raise Refused(f"{row.name} has something in it already", hint="put it away instead")
        await kept.forget(tx.run, project_id)
        return
    if act.action in (changing.ARCHIVED, changing.RESTORED):
        if (row.archived_at is not None) != (act.action == changing.ARCHIVED):
            raise Conflict(_SINCE)
        await tx.update("project", project_id, archived_at=tx.at if act.action == changing.RESTORED else None)
        return
    if act.action == changing.EDITED:
        before, after = _both(act)
        if any(getattr(row, name) != value for name, value in after.items()):
            raise Conflict(_SINCE)
        await tx.update("project", project_id, **before)
    elif "item" in act.detail:
        await _item(tx, act, seal)
    elif "question" in act.detail:
        await _question(tx, act)
    else:
        await _activity(tx, act)
    await renew(tx, project_id, rules)


async def take_back_session(tx: Tx, act: AuditEntry) -> None:
    """Undo that a session was put into a project, or taken out of one."""
    session = await tx.claim(cast("int", act.subject_id))
    await require_session(tx, Action.EDIT, session)
    if session.project_id != act.detail["after"]:
        raise Conflict(_SINCE)
    await tx.update("session", cast("int", session.id), project_id=act.detail["before"])


async def _item(tx: Tx, act: AuditEntry, seal: int) -> None:
    item_id = cast("int", act.detail["item"])
    item = await kept.item(tx.fetch, item_id)
    if item is None:
        raise NotFound(f"there is no item #{item_id}")
    steps = await kept.changes(tx.fetch, [item_id])
    if act.action == items.ADDED:
        if len(steps) > 1 or item.removed_at is not None:
            raise Conflict(_SINCE)
        await tx.update("item", item_id, removed_at=tx.at)
    elif act.action == items.REMOVED:
        if item.removed_at is None:
            raise Conflict(_SINCE)
        await tx.update("item", item_id, removed_at=None)
    elif act.action == items.EDITED:
        before, after = _both(act)
        if any(getattr(item, name) != value for name, value in after.items()):
            raise Conflict(_SINCE)
        await tx.update("item", item_id, **before)
    else:
        if not steps or steps[-1].id != act.detail["change"]:
            raise Conflict(_SINCE)
        await tx.update("item_change", steps[-1].id, voided_by=seal)
        await items.settle(tx, item_id)


async def _question(tx: Tx, act: AuditEntry) -> None:
    question_id = cast("int", act.detail["question"])
    question = await kept.question(tx.fetch, question_id)
    if question is None:
        raise NotFound(f"there is no question #{question_id}")
    if act.action == questions.ASKED:
        if question.answered_at is not None or question.removed_at is not None:
            raise Conflict("it was answered or taken out since")
        await tx.update("question", question_id, removed_at=tx.at)
    elif act.action == questions.REMOVED:
        if question.removed_at is None:
            raise Conflict(_SINCE)
        await tx.update("question", question_id, removed_at=None)
    else:
        if question.answered_at is None:
            raise Conflict(_SINCE)
        await tx.update("question", question_id, answer="", answered_at=None, answered_by_id=None, answered_by="")


async def _activity(tx: Tx, act: AuditEntry) -> None:
    activity_id = cast("int", act.detail["activity"])
    activity = await kept.activity(tx.fetch, activity_id)
    if activity is None:
        raise NotFound(f"there is no blocker #{activity_id}")
    settled = act.action == questions.REPORTED_ACT
    if (activity.settled_at is None) != settled:
        raise Conflict(_SINCE)
    await tx.update(
        "activity", activity_id, settled_at=tx.at if settled else None, settled_by="taken back" if settled else ""
    )


def _both(act: AuditEntry) -> tuple[dict[str, object], dict[str, object]]:
    return cast("dict[str, object]", act.detail["before"]), cast("dict[str, object]", act.detail["after"])
