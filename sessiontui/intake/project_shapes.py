"""The shapes of projects and visits: a mapping of JSON values becomes one record, or a reason why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.visits.words import ActivityKind, ItemState
from sessiontui.intake.fields import MAX_SHORT, MISSING, Fields, needed
from sessiontui.intake.findings import MAX_TITLE
from sessiontui.intake.project_records import (
    ActivityRecord,
    ItemRecord,
    ProjectRecord,
    QuestionRecord,
    StepRecord,
    VisitRecord,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessiontui.intake.records import Record

_MOST_STEPS: Final = 1_000
_MOST_SIGNS: Final = 1_000_000_000


def _project(f: Fields) -> ProjectRecord:
    return ProjectRecord(
        line=f.line,
        id=f.needed_id("id"),
        name=_words(f, "name"),
        description=f.text("description"),
        author=f.id("author"),
        created_at=f.instant("created_at"),
        archived_at=f.instant("archived_at"),
        source=f.text("source", MAX_SHORT),
    )


def _item(f: Fields) -> ItemRecord:
    history, at = _history(f), f.instant("at")
    state = f.choice("state", ItemState)
    if history and state is not None and history[-1].state is not state:
        raise BadInput(f"state: {state} is not the last state of its history, {history[-1].state}")
    return ItemRecord(
        line=f.line,
        id=f.needed_id("id"),
        project=f.needed_id("project"),
        title=_words(f, "title"),
        note=f.text("note"),
        state=history[-1].state if history else state or ItemState.EXPLORING,
        at=at,
        by=f.id("by"),
        session=f.id("session"),
        history=history,
        source=f.text("source", MAX_SHORT),
    )


def _history(f: Fields) -> tuple[StepRecord, ...]:
    value = f.raw("history")
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) > _MOST_STEPS:
        raise BadInput(f"history: is not a list of at most {_MOST_STEPS} steps")
    steps = []
    for one in value:
        if not isinstance(one, Mapping):
            raise BadInput("history: a step is not an object")
        step = Fields(one, f.line, f.findings)
        steps.append(
            StepRecord(
                state=needed("history: state", step.choice("state", ItemState)),
                at=step.needed_instant("at"),
                by=step.id("by"),
                session=step.id("session"),
                reason=step.text("reason"),
            )
        )
    return tuple(sorted(steps, key=lambda step: step.at))


def _question(f: Fields) -> QuestionRecord:
    answer, answered_at = f.text("answer"), f.instant("answered_at")
    if answered_at is not None and answer is None:
        raise BadInput(f"answer: {MISSING}")
    return QuestionRecord(
        line=f.line,
        id=f.needed_id("id"),
        project=f.needed_id("project"),
        text=needed("text", f.text("text")),
        item=f.id("item"),
        asked_at=f.instant("asked_at"),
        asked_by=f.id("asked_by"),
        answer=answer,
        answered_at=answered_at,
        answered_by=f.id("answered_by"),
        source=f.text("source", MAX_SHORT),
    )


def _visit(f: Fields) -> VisitRecord:
    started_at, ended_at = f.needed_instant("started_at"), f.instant("ended_at")
    if ended_at is not None and ended_at < started_at:
        raise BadInput("ended_at: is before started_at")
    return VisitRecord(
        line=f.line,
        id=f.needed_id("id"),
        project=f.needed_id("project"),
        person=f.needed_id("person"),
        started_at=started_at,
        ended_at=ended_at,
        last_activity=f.instant("last_activity"),
        activities=f.number("activities", most=_MOST_SIGNS),
        source=f.text("source", MAX_SHORT),
    )


def _activity(f: Fields) -> ActivityRecord:
    kind, text = f.choice("kind", ActivityKind) or ActivityKind.MESSAGE, f.text("text")
    person, agent = f.id("person"), f.text("agent", MAX_SHORT)
    if kind.blocks and text is None:
        raise BadInput(f"text: {MISSING}: it says what is {kind}")
    if person is None and agent is None:
        raise BadInput("person, agent: one of them must be there")
    return ActivityRecord(
        line=f.line,
        id=f.needed_id("id"),
        project=f.needed_id("project"),
        kind=kind,
        person=person,
        agent=agent,
        text=text,
        at=f.instant("at"),
        item=f.id("item"),
        settled_at=f.instant("settled_at"),
        settled_by=f.text("settled_by", MAX_TITLE),
        source=f.text("source", MAX_SHORT),
    )


def _words(f: Fields, name: str) -> str:
    value = f.text(name, MAX_TITLE)
    if value is None or not value.strip():
        raise BadInput(f"{name}: {MISSING}")
    return value


PROJECT_SHAPES: Final[dict[str, Callable[[Fields], Record]]] = {
    "project": _project,
    "item": _item,
    "question": _question,
    "visit": _visit,
    "activity": _activity,
}
