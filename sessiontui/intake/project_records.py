"""What files tell of projects: their items with histories, questions, visits and reported activity.

``None`` means that the file does not say. Projects, items and people are named by outside ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sessiontui.domain.visits.words import ActivityKind, ItemState

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRecord:
    """One project."""

    line: int
    id: str
    name: str
    description: str | None = None
    author: str | None = None
    created_at: datetime | None = None
    archived_at: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One step in the history of an item; ``session`` is the one in which it was taken."""

    state: ItemState
    at: datetime
    by: str | None = None
    session: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecord:
    """One item; without a ``history`` its state, since ``at``, is all that is known of it."""

    line: int
    id: str
    project: str
    title: str
    note: str | None = None
    state: ItemState = ItemState.EXPLORING
    at: datetime | None = None
    by: str | None = None
    session: str | None = None
    history: tuple[StepRecord, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRecord:
    """One question of a project, answered where it has an answer."""

    line: int
    id: str
    project: str
    text: str
    item: str | None = None
    asked_at: datetime | None = None
    asked_by: str | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecord:
    """One visit of a person to a project; it is open where it has no end."""

    line: int
    id: str
    project: str
    person: str
    started_at: datetime
    ended_at: datetime | None = None
    last_activity: datetime | None = None
    activities: int | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRecord:
    """What a person or an agent reported of a project."""

    line: int
    id: str
    project: str
    kind: ActivityKind = ActivityKind.MESSAGE
    person: str | None = None
    agent: str | None = None
    text: str | None = None
    at: datetime | None = None
    item: str | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None
    source: str | None = None


PartRecord: TypeAlias = ItemRecord | QuestionRecord | VisitRecord | ActivityRecord
"""What belongs to a project."""
