"""What is shown of projects: rows of the list, one project whole, and how what is kept becomes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.visits.advising import blockers
from sessiontui.domain.visits.condition import Condition
from sessiontui.domain.visits.facts import ProjectFacts, Snapshot
from sessiontui.domain.visits.words import ActivityKind, ItemState
from sessiontui.domain.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessiontui.domain.visits.rules import VisitRules
    from sessiontui.services.visits.summing import Summary
    from sessiontui.store.reads.project_rows import ActivityRow, ItemRow, ProjectRow, QuestionRow
    from sessiontui.store.reads.visits import VisitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class HereNow:
    """Somebody at work now: who, and since when; ``last`` is their last activity."""

    person_id: int
    person: str
    since: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectLine:
    """One project as a row; ``last_active`` is nothing where nothing ever happened."""

    id: int
    slug: str
    name: str
    description: str
    created_at: datetime
    archived_at: datetime | None
    last_active: datetime | None
    decided: int
    exploring: int
    parked: int
    questions: int
    blockers: int
    condition: Condition
    here: tuple[HereNow, ...] = ()
    author: str = ""
    external_id: str = ""
    may_change: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectBoard:
    """All projects that somebody may see, at one instant."""

    taken_at: datetime
    lines: tuple[ProjectLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """One item: its state, since when, in which session it got there, and its history, the oldest step first."""

    id: int
    title: str
    note: str
    state: ItemState
    since: datetime
    created_by: str
    session_id: int | None
    session: str
    reopened_at: datetime | None
    history: tuple[tuple[ItemState, datetime, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine:
    """One question, with its answer where it has one."""

    id: int
    text: str
    item_id: int | None
    asked_at: datetime
    asked_by: str
    answer: str
    answered_at: datetime | None
    answered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLine:
    """One reported activity; what blocks does so until ``settled_at``."""

    id: int
    kind: ActivityKind
    text: str
    at: datetime
    by: str
    is_agent: bool
    blocks: bool
    settled_at: datetime | None
    settled_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """One visit; ``ended_at`` is nothing while it goes on, ``ended_by`` is the word for what ended it."""

    id: int
    person_id: int
    person: str
    started_at: datetime
    ended_at: datetime | None
    last_activity: datetime
    activities: int
    ended_by: str
    decided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOf:
    """One session of a project, and how many of its items were decided in it."""

    id: int
    title: str
    status: Status
    starts_at: datetime
    decided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPage:
    """One project whole; ``summary`` is what the one who looks finds, nothing for the product itself."""

    taken_at: datetime
    line: ProjectLine
    items: tuple[ItemLine, ...] = ()
    questions: tuple[QuestionLine, ...] = ()
    activities: tuple[ActivityLine, ...] = ()
    visits: tuple[VisitLine, ...] = ()
    sessions: tuple[SessionOf, ...] = ()
    summary: Summary | None = None
    is_past: bool = False
    """Whether it tells what was true at an instant of the past."""

    def in_state(self, state: ItemState) -> tuple[ItemLine, ...]:
        """Return the items of a state, those that came into it last first."""
        return tuple(
            sorted(
                (one for one in self.items if one.state is state), key=lambda one: (-one.since.timestamp(), one.id)
            )
        )


def line_of(
    row: ProjectRow,
    facts: ProjectFacts,
    condition: Condition,
    here: tuple[HereNow, ...],
    *,
    author: str,
    now: datetime,
    rules: VisitRules,
    may_change: bool,
) -> ProjectLine:
    """Return a project as a row, by its facts at an instant."""
    return ProjectLine(
        id=row.id,
        slug=row.slug,
        name=row.name,
        description=row.description,
        created_at=row.created_at,
        archived_at=row.archived_at,
        last_active=row.active_at,
        decided=len(facts.in_state(ItemState.DECIDED)),
        exploring=len(facts.in_state(ItemState.EXPLORING)),
        parked=len(facts.in_state(ItemState.PARKED)),
        questions=len(facts.questions),
        blockers=len(blockers(facts, now, rules)),
        condition=condition,
        here=here,
        author=author,
        external_id=row.external_id or "",
        may_change=may_change,
    )


def here_of(visits: Sequence[VisitRow], now: datetime, rules: VisitRules) -> tuple[HereNow, ...]:
    """Return who is at work: whose visit is open, and has not been idle for too long."""
    return tuple(
        HereNow(person_id=one.person_id, person=one.person, since=one.started_at, last=one.last_activity)
        for one in visits
        if now - one.last_activity < rules.idle_after
    )


def item_line(row: ItemRow, history: tuple[tuple[ItemState, datetime, str, str], ...]) -> ItemLine:
    """Return an item with its history."""
    return ItemLine(
        id=row.id,
        title=row.title,
        note=row.note,
        state=ItemState(row.state),
        since=row.since,
        created_by=row.created_by,
        session_id=row.session_id,
        session=row.session,
        reopened_at=row.reopened_at,
        history=history,
    )


def question_line(row: QuestionRow) -> QuestionLine:
    """Return a question with its answer."""
    return QuestionLine(
        id=row.id,
        text=row.text,
        item_id=row.item_id,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        answer=row.answer,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
    )


def activity_line(row: ActivityRow) -> ActivityLine:
    """Return a reported activity."""
    return ActivityLine(
        id=row.id,
        kind=ActivityKind(row.kind),
        text=row.text,
        at=row.at,
        by=row.by,
        is_agent=row.person_id is None,
        blocks=row.blocks,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
    )


def visit_line(row: VisitRow) -> VisitLine:
    """Return a visit, with how many items were decided in it once it is over."""
    news = Snapshot.read(row.at_end).decided - Snapshot.read(row.at_start).decided
    return VisitLine(
        id=row.id,
        person_id=row.person_id,
        person=row.person,
        started_at=row.started_at,
        ended_at=row.ended_at,
        last_activity=row.last_activity,
        activities=row.activities,
        ended_by=row.ended_by,
        decided=len(news) if row.ended_at is not None else 0,
    )
