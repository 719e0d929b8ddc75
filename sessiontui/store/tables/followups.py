"""What comes after a session: surveys, questions and tasks with their answers, and stories worth telling."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from sessiontui.store.columns import Instant


class FollowUp(SQLModel, table=True):
    """One thing asked of one person after a session, or to be looked into, and what came of it.

    ``person_id`` is empty for a task that nobody is asked about. ``rating`` is 1 to 5, ``may_tell`` whether the
    person agreed to having the story told; ``source`` says how the answer came.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        Index("follow_up_session", "session_id", "state"),
        Index("follow_up_person", "person_id"),
        Index("follow_up_answered", "answered_at"),
        Index("follow_up_open", "state", "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    kind: str
    occurrence: str = Field(unique=True)
    state: str = "open"
    created_at: datetime = Field(sa_type=Instant)
    notification_id: int | None = Field(default=None, foreign_key="notification.id")
    rating: int | None = None
    answer: str = ""
    may_tell: bool | None = None
    source: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_by: str = ""
    note: str = ""


class SuccessStory(SQLModel, table=True):
    """A session that went so well that it is worth telling, in the words of whoever marked it."""

    __tablename__ = "success_story"

    session_id: int = Field(primary_key=True, foreign_key="session.id", ondelete="CASCADE")
    text: str = ""
    told_at: datetime = Field(sa_type=Instant)
    told_by: str = ""
