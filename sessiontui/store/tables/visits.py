"""Visits: who was at work on which project from when to when, and what is known of each person and project."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, Index, SQLModel, UniqueConstraint, text

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class Visit(SQLModel, table=True):
    """One person at work on one project; at most one visit of a person to a project is active.

    The snapshots hold the ids of items by state and of open questions. ``ended_by`` is the word for what ended it.
    """

    __tablename__ = "user_sessions"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("user_sessions_active", "user_id", "project_id", unique=True, sqlite_where=text("is_active")),
        Index("user_sessions_idle", "last_activity", sqlite_where=text("is_active")),
        Index("user_sessions_user", "user_id", "project_id", "session_start"),
        Index("user_sessions_project", "project_id", "session_start"),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="person.id")
    project_id: int = Field(foreign_key="project.id", ondelete="CASCADE")
    session_start: datetime = Field(sa_type=Instant)
    session_end: datetime | None = Field(default=None, sa_type=Instant)
    is_active: bool = True
    last_activity: datetime = Field(sa_type=Instant)
    activities: int = 0
    ended_by: str = ""
    snapshot_at_start: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    snapshot_at_end: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    details: dict[str, Json] = Field(sa_column=Column("metadata", JsonText, nullable=False))
    """The column is called ``metadata``, as no attribute of a mapped class can be; who writes a row gives it."""
    source: str = "sessiontui"
    external_id: str | None = None


class SessionAnalytics(SQLModel, table=True):
    """What is known of one person and one project, kept up to date by every act, visit and activity."""

    __tablename__ = "session_analytics"
    __table_args__ = (
        UniqueConstraint("user_id", "project_id"),
        Index("session_analytics_project", "project_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="person.id")
    project_id: int = Field(foreign_key="project.id", ondelete="CASCADE")
    last_activity: datetime | None = Field(default=None, sa_type=Instant)
    previous_activity: datetime | None = Field(default=None, sa_type=Instant)
    items_decided_since: int = 0
    items_exploring: int = 0
    items_parked: int = 0
    pending_questions: int = 0
    suggested_next_steps: list[Json] = Field(default_factory=list, sa_type=JsonText)
    active_blockers: list[Json] = Field(default_factory=list, sa_type=JsonText)
    updated_at: datetime = Field(sa_type=Instant)


class ActivityKeys(SQLModel, table=True):
    """The keys of the signs of activity that one transaction has counted, as digests of eight bytes each."""

    __tablename__ = "activity_keys"

    id: int | None = Field(default=None, primary_key=True)
    digests: bytes
    at: datetime = Field(sa_type=Instant)


class ActivityTally(SQLModel, table=True):
    """How many activities were tracked in one hour, and how many were lost, by the reason."""

    __tablename__ = "activity_tally"

    hour: int = Field(primary_key=True)
    done: int = 0
    refused: int = 0
    dropped: int = 0
