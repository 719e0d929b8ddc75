"""Join requests and the states they went through."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, UniqueConstraint

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class JoinRequest(SQLModel, table=True):
    """One person's wish to take part in one session."""

    __tablename__ = "join_request"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        Index("join_request_state", "session_id", "state"),
        Index("join_request_person", "person_id", "session_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id")
    state: str = "pending"
    message: str = ""
    requested_at: datetime | None = Field(default=None, sa_type=Instant)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    decided_by: str = ""
    reason: str = ""
    imported: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    version: int = 1


class RequestChange(SQLModel, table=True):
    """One state of a request, with the instant from which it holds (``None``: always)."""

    __tablename__ = "request_change"
    __table_args__ = (Index("request_change_request", "request_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="join_request.id", ondelete="CASCADE")
    at: datetime | None = Field(default=None, sa_type=Instant)
    state: str
    by_id: int | None = None
    by_name: str = ""
    reason: str = ""
