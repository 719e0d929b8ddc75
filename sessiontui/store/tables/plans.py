"""Plans of sessions: goals with what they need and when they were in work, milestones, checklists, blockers.

What is taken out of a plan keeps its row, so that the act can be undone and the past stays what it was. ``imported``
is what a file said of a part last.
"""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel, UniqueConstraint, text

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class Goal(SQLModel, table=True):
    """One goal; ``phase`` is empty where it has none, ``settled_at`` is when it was done or dropped."""

    __table_args__ = (UniqueConstraint("source", "external_id"), Index("goal_session", "session_id", "position"))

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    parent_id: int | None = Field(default=None, foreign_key="goal.id", ondelete="CASCADE", index=True)
    title: str
    criteria: str = ""
    weight: int = 1
    phase: str = ""
    progress: int = 0
    state: str = "open"
    position: int = 0
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = ""
    settled_at: datetime | None = Field(default=None, sa_type=Instant)
    settled_by: str = ""
    working_since: datetime | None = Field(default=None, sa_type=Instant)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    source: str = "local"
    external_id: str | None = None
    imported: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)


class GoalNeed(SQLModel, table=True):
    """A goal that is to be done before another one."""

    __tablename__ = "goal_need"

    goal_id: int = Field(primary_key=True, foreign_key="goal.id", ondelete="CASCADE")
    needs_id: int = Field(primary_key=True, foreign_key="goal.id", ondelete="CASCADE", index=True)


class GoalWork(SQLModel, table=True):
    """A stretch in which a goal was in work, over by now; the one that is not stands in the goal."""

    __tablename__ = "goal_work"

    id: int | None = Field(default=None, primary_key=True)
    goal_id: int = Field(foreign_key="goal.id", ondelete="CASCADE", index=True)
    from_at: datetime = Field(sa_type=Instant)
    to_at: datetime = Field(sa_type=Instant)


class Milestone(SQLModel, table=True):
    """One milestone; ``look_at`` is when the worker looks next whether what it measures was reached."""

    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("milestone_session", "session_id", "position"),
        Index("milestone_look", "look_at", sqlite_where=text("look_at IS NOT NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    title: str
    rule: str = "manual"
    threshold: int = 0
    position: int = 0
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = ""
    reached_at: datetime | None = Field(default=None, sa_type=Instant)
    reached_by: str = ""
    look_at: datetime | None = Field(default=None, sa_type=Instant)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    source: str = "local"
    external_id: str | None = None
    imported: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)


class CheckItem(SQLModel, table=True):
    """One item of a checklist."""

    __tablename__ = "check_item"
    __table_args__ = (
        Index("check_item_session", "session_id", "position"),
        Index("check_item_outside", "source", "external_id", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    title: str
    position: int = 0
    created_at: datetime = Field(sa_type=Instant)
    created_by: str = ""
    done_at: datetime | None = Field(default=None, sa_type=Instant)
    done_by: str = ""
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    source: str = "local"
    external_id: str | None = None
    imported: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)


class Blocker(SQLModel, table=True):
    """What keeps a session, or one goal of it, from going on."""

    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("blocker_session", "session_id", "id"),
        Index(
            "blocker_open",
            "kind",
            "session_id",
            sqlite_where=text("resolved_at IS NULL AND removed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    goal_id: int | None = Field(default=None, foreign_key="goal.id", ondelete="SET NULL", index=True)
    kind: str
    severity: str
    title: str
    detail: str = ""
    opened_at: datetime = Field(sa_type=Instant)
    opened_by: str = ""
    resolved_at: datetime | None = Field(default=None, sa_type=Instant)
    resolved_by: str = ""
    resolution: str = ""
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    source: str = "local"
    external_id: str | None = None
    imported: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
