"""Questions of projects, and what stands in the way of them: asked and answered, reported and settled."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import BadInput, NotFound, Refused
from sessiontui.domain.text import safe_block
from sessiontui.domain.visits.words import REPORTED, ActivityKind
from sessiontui.services.context import Context
from sessiontui.services.projects.changing import audit, stir
from sessiontui.services.projects.knowing import ensure
from sessiontui.services.receipt import Receipt
from sessiontui.services.visits.keeping import renew
from sessiontui.store.reads import projects as kept

if TYPE_CHECKING:
    from sessiontui.store.reads.project_rows import ActivityRow, QuestionRow
    from sessiontui.store.tx import Tx

ASKED: Final = "project.question-ask"
ANSWERED: Final = "project.question-answer"
REMOVED: Final = "project.question-remove"
REPORTED_ACT: Final = "project.blocker-report"
SETTLED: Final = "project.blocker-settle"
"""The acts, as the audit trail names them."""

MAX_TEXT: Final = 2_000
"""Characters of a question, an answer or a report."""

_SHOWN: Final = 60


async def ask(
    context: Context, project_id: int, text: str, *, by: Actor, at: datetime, item_id: int | None = None
) -> Receipt:
    """Ask a question in a project, about one of its items if one is named."""
    clean = worded(text, "a question")
    async with context.db.write(by=by, at=at) as tx:
        row = await ensure(tx, Action.CHANGE_PROJECTS, project_id)
        await require_item(tx, item_id, project_id)
        question_id = await tx.insert(
            "question",
            project_id=project_id,
            item_id=item_id,
            text=clean,
            asked_at=at,
            asked_by_id=by.id,
            asked_by=by.name,
        )
        await _follow(tx, context, project_id, item_id)
        sentence = f"asked in {row.name}: {_short(clean)}"
        entry = await audit(tx, ASKED, sentence, project_id, question=question_id)
    return Receipt(sentence=sentence, undo=entry, project=project_id, part=question_id)


async def answer(context: Context, question_id: int, text: str, *, by: Actor, at: datetime) -> Receipt:
    """Answer a question."""
    clean = worded(text, "an answer")
    async with context.db.write(by=by, at=at) as tx:
        question = await _there(tx, question_id)
        row = await ensure(tx, Action.CHANGE_PROJECTS, question.project_id)
        if question.answered_at is not None:
            raise Refused(f"{question.answered_by or 'somebody'} has answered it: {_short(question.answer)}")
        await tx.update(
            "question", question_id, answer=clean, answered_at=at, answered_by_id=by.id, answered_by=by.name
        )
        await _follow(tx, context, question.project_id, question.item_id)
        sentence = f"answered in {row.name}: {_short(question.text)}"
        entry = await audit(tx, ANSWERED, sentence, question.project_id, question=question_id)
    return Receipt(sentence=sentence, undo=entry, project=question.project_id, part=question_id)


async def remove(context: Context, question_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Take a question out of its project."""
    async with context.db.write(by=by, at=at) as tx:
        question = await _there(tx, question_id)
        row = await ensure(tx, Action.CHANGE_PROJECTS, question.project_id)
        await tx.update("question", question_id, removed_at=at)
        await _follow(tx, context, question.project_id, None)
        sentence = f"took a question out of {row.name}: {_short(question.text)}"
        entry = await audit(tx, REMOVED, sentence, question.project_id, reason=reason, question=question_id)
    return Receipt(sentence=sentence, undo=entry, project=question.project_id, part=question_id)


async def report(
    context: Context,
    project_id: int,
    kind: ActivityKind,
    text: str,
    *,
    by: Actor,
    at: datetime,
    item_id: int | None = None,
) -> Receipt:
    """Report by hand what stands in the way of a project."""
    if not kind.blocks:
        raise BadInput(f"{kind} does not stand in the way", hint=f"one of {', '.join(REPORTED)}")
    clean = worded(text, "what stands in the way")
    async with context.db.write(by=by, at=at) as tx:
        row = await ensure(tx, Action.CHANGE_PROJECTS, project_id)
        await require_item(tx, item_id, project_id)
        activity_id = await tx.insert(
            "activity",
            project_id=project_id,
            person_id=by.id,
            kind=str(kind),
            blocks=True,
            text=clean,
            at=at,
            item_id=item_id,
        )
        await _follow(tx, context, project_id, item_id)
        sentence = f"reported in {row.name}: {REPORTED[kind].words.lower()} {_short(clean)}"
        entry = await audit(tx, REPORTED_ACT, sentence, project_id, activity=activity_id)
    return Receipt(sentence=sentence, undo=entry, project=project_id, part=activity_id)


async def settle(context: Context, activity_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Note that what was reported does not stand in the way any more."""
    async with context.db.write(by=by, at=at) as tx:
        activity: ActivityRow | None = await kept.activity(tx.fetch, activity_id)
        if activity is None or not activity.blocks:
            raise NotFound(f"there is no blocker #{activity_id}")
        row = await ensure(tx, Action.CHANGE_PROJECTS, activity.project_id)
        if activity.settled_at is not None:
            raise Refused(f"{activity.settled_by or 'somebody'} has settled it")
        await tx.update("activity", activity_id, settled_at=at, settled_by=by.name)
        await _follow(tx, context, activity.project_id, activity.item_id)
        sentence = f"settled in {row.name}: {_short(activity.text)}"
        entry = await audit(tx, SETTLED, sentence, activity.project_id, reason=reason, activity=activity_id)
    return Receipt(sentence=sentence, undo=entry, project=activity.project_id, part=activity_id)


async def require_item(tx: Tx, item_id: int | None, project_id: int) -> None:
    """Raise ``NotFound`` where an item that is named is none of the project."""
    if item_id is not None:
        item = await kept.item(tx.fetch, item_id)
        if item is None or item.removed_at is not None or item.project_id != project_id:
            raise NotFound(f"there is no item #{item_id} in this project")


def worded(text: str, what: str) -> str:
    """Return a text fit to be kept; ``BadInput`` where nothing is left of it."""
    clean = safe_block(text, MAX_TEXT).strip()
    if not clean:
        raise BadInput(f"{what} needs words")
    return clean


async def _there(tx: Tx, question_id: int) -> QuestionRow:
    question = await kept.question(tx.fetch, question_id)
    if question is None or question.removed_at is not None:
        raise NotFound(f"there is no question #{question_id}")
    return question


async def _follow(tx: Tx, context: Context, project_id: int, item_id: int | None) -> None:
    if item_id is not None:
        await tx.update("item", item_id, touched_at=tx.at)
    await stir(tx, project_id)
    await renew(tx, project_id, context.visits)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
