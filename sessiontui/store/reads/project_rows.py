"""Projects, items, questions and activities as they are kept, and how rows of answers become them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast

from sessiontui.domain.chain import Json
from sessiontui.domain.instants import from_ms, maybe_instant
from sessiontui.store.reader import Row, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRow:
    """One project as it is kept."""

    id: int
    slug: str
    name: str
    description: str
    author_id: int | None
    created_at: datetime
    active_at: datetime | None
    archived_at: datetime | None
    version: int
    source: str
    external_id: str | None
    imported: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """One item as it is kept; ``session`` is the title of the session in which it came into its state."""

    id: int
    project_id: int
    title: str
    note: str
    state: str
    since: datetime
    session_id: int | None
    session: str
    created_at: datetime
    created_by: str
    touched_at: datetime
    reopened_at: datetime | None
    removed_at: datetime | None
    source: str
    external_id: str | None
    imported: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """One question as it is kept."""

    id: int
    project_id: int
    item_id: int | None
    text: str
    asked_at: datetime
    asked_by_id: int | None
    asked_by: str
    answer: str
    answered_at: datetime | None
    answered_by_id: int | None
    answered_by: str
    removed_at: datetime | None
    source: str
    external_id: str | None
    imported: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRow:
    """One reported activity; ``by`` is the person's name, else the agent's."""

    id: int
    project_id: int
    person_id: int | None
    agent: str
    by: str
    kind: str
    blocks: bool
    text: str
    at: datetime
    item_id: int | None
    settled_at: datetime | None
    settled_by: str
    source: str
    external_id: str | None


class ChangeRow(NamedTuple):
    """One step in the history of an item; ``at`` is milliseconds."""

    id: int
    item_id: int
    state: str
    at: int
    by_id: int | None
    by_name: str
    session_id: int | None
    reason: str


def project_row(row: Row) -> ProjectRow:
    """Return a project from the columns that the questions about projects ask for."""
    return ProjectRow(
        id=_int(row[0]),
        slug=str(row[1]),
        name=str(row[2]),
        description=str(row[3]),
        author_id=_maybe_int(row[4]),
        created_at=from_ms(_int(row[5])),
        active_at=maybe_instant(_maybe_int(row[6])),
        archived_at=maybe_instant(_maybe_int(row[7])),
        version=_int(row[8]),
        source=str(row[9]),
        external_id=_maybe_str(row[10]),
        imported=json.loads(str(row[11])),
    )


def item_row(row: Row) -> ItemRow:
    """Return an item from the columns that the questions about projects ask for."""
    return ItemRow(
        id=_int(row[0]),
        project_id=_int(row[1]),
        title=str(row[2]),
        note=str(row[3]),
        state=str(row[4]),
        since=from_ms(_int(row[5])),
        session_id=_maybe_int(row[6]),
        session=str(row[7]),
        created_at=from_ms(_int(row[8])),
        created_by=str(row[9]),
        touched_at=from_ms(_int(row[10])),
        reopened_at=maybe_instant(_maybe_int(row[11])),
        removed_at=maybe_instant(_maybe_int(row[12])),
        source=str(row[13]),
        external_id=_maybe_str(row[14]),
        imported=json.loads(str(row[15])),
    )


def question_row(row: Row) -> QuestionRow:
    """Return a question from the columns that the questions about projects ask for."""
    return QuestionRow(
        id=_int(row[0]),
        project_id=_int(row[1]),
        item_id=_maybe_int(row[2]),
        text=str(row[3]),
        asked_at=from_ms(_int(row[4])),
        asked_by_id=_maybe_int(row[5]),
        asked_by=str(row[6]),
        answer=str(row[7]),
        answered_at=maybe_instant(_maybe_int(row[8])),
        answered_by_id=_maybe_int(row[9]),
        answered_by=str(row[10]),
        removed_at=maybe_instant(_maybe_int(row[11])),
        source=str(row[12]),
        external_id=_maybe_str(row[13]),
        imported=json.loads(str(row[14])),
    )


def activity_row(row: Row) -> ActivityRow:
    """Return an activity from the columns that the questions about projects ask for."""
    return ActivityRow(
        id=_int(row[0]),
        project_id=_int(row[1]),
        person_id=_maybe_int(row[2]),
        agent=str(row[3]),
        by=str(row[4]),
        kind=str(row[5]),
        blocks=bool(row[6]),
        text=str(row[7]),
        at=from_ms(_int(row[8])),
        item_id=_maybe_int(row[9]),
        settled_at=maybe_instant(_maybe_int(row[10])),
        settled_by=str(row[11]),
        source=str(row[12]),
        external_id=_maybe_str(row[13]),
    )


def _int(value: Value) -> int:
    return cast("int", value)


def _maybe_int(value: Value) -> int | None:
    return cast("int | None", value)


def _maybe_str(value: Value) -> str | None:
    return None if value is None else str(value)
