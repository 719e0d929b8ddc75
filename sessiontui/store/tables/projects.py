"""Projects: what visits work on, with items and the history of their states, questions, and reported activity.

What is taken out keeps its row, so that the act can be undone and the past stays what it was.
"""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel, UniqueConstraint, text

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class Project(SQLModel, table=True):
    """One project; ``slug`` is the word by which it is written in queries and commands.

    ``active_at`` is when anything happened in it last: an act, a report, a visit.
    """

    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    description: str = ""
    author_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    created_at: datetime = Field(sa_type=Instant)
    active_at: datetime | None = Field(default=None, sa_type=Instant)
    archived_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1
    source: str = "sessiontui"
    external_id: str | None = None
    imported: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)


class Item(SQLModel, table=True):
    """One item of a project in its present state; ``since`` is when it came into it, ``session_id`` where."""

    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("item_project", "project_id", "state", "since"),
        Index("item_session", "session_id", sqlite_where=text("session_id IS NOT NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", ondelete="CASCADE")
    title: str
    note: str = ""
    state: str
    since: datetime = Field(sa_type=Instant)
    session_id: int | None = Field(default=None, foreign_key="session.id", ondelete="SET NULL")
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = ""
    touched_at: datetime = Field(sa_type=Instant)
    reopened_at: datetime | None = Field(default=None, sa_type=Instant)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    source: str = "sessiontui"
    external_id: str | None = None
    imported: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)


class ItemChange(SQLModel, table=True):
    """One step in the history of an item: the state it came into, when, by whom, in which session.

    ``voided_by`` is the audit entry that took the step back.
    """

    __tablename__ = "item_change"
    __table_args__ = (Index("item_change_item", "item_id", "at", "id"), Index("item_change_at", "state", "at"))

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id", ondelete="CASCADE")
    state: str
    at: datetime = Field(sa_type=Instant)
    by_id: int | None = None
    by_name: str = ""
    session_id: int | None = Field(default=None, foreign_key="session.id", ondelete="SET NULL", index=True)
    reason: str = ""
    voided_by: int | None = None


class Question(SQLModel, table=True):
    """One question of a project; without ``answered_at`` it is pending."""

    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("question_project", "project_id", "answered_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", ondelete="CASCADE")
    item_id: int | None = Field(default=None, foreign_key="item.id", ondelete="SET NULL", index=True)
    text: str
    asked_at: datetime = Field(sa_type=Instant)
    asked_by_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    asked_by: str = ""
    answer: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    answered_by_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    answered_by: str = ""
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    source: str = "sessiontui"
    external_id: str | None = None
    imported: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)


class Activity(SQLModel, table=True):
    """What a person, or an agent named by ``agent``, reported of a project; what blocks does so until it is settled.

    A bare sign of being at work has no row: it moves the last activity of the visit, which counts it.
    """

    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("activity_project", "project_id", "at"),
        Index("activity_open", "project_id", "kind", sqlite_where=text("blocks AND settled_at IS NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", ondelete="CASCADE")
    visit_id: int | None = Field(default=None, foreign_key="user_sessions.id", ondelete="SET NULL", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    agent: str = ""
    kind: str
    blocks: bool = False
    text: str = ""
    at: datetime = Field(sa_type=Instant)
    item_id: int | None = Field(default=None, foreign_key="item.id", ondelete="SET NULL", index=True)
    settled_at: datetime | None = Field(default=None, sa_type=Instant)
    settled_by: str = ""
    source: str = "sessiontui"
    external_id: str | None = None
