"""Presence: raw signals as they arrived, the stays they fold into, and attendees nobody identified yet."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from sessiontui.store.columns import Instant


class Attendee(SQLModel, table=True):
    """Someone whom a report names; ``person_id`` is empty until it is known who they are."""

    __table_args__ = (UniqueConstraint("session_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    key: str
    name: str
    name_key: str = ""
    email: str = ""
    external_id: str = ""
    person_id: int | None = Field(default=None, foreign_key="person.id")


class PresenceSignal(SQLModel, table=True):
    """One raw event, kept as it came; ``key`` makes a repeated delivery recognisable."""

    __tablename__ = "presence_signal"
    __table_args__ = (
        UniqueConstraint("session_id", "key"),
        Index("presence_signal_stream", "session_id", "person_id", "connection", "at"),
        Index("presence_signal_end", "session_id", "at", sqlite_where=text("signal = 'end'")),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    key: str
    person_id: int | None = Field(default=None, foreign_key="person.id")
    attendee_id: int | None = Field(default=None, foreign_key="attendee.id")
    signal: str
    at: datetime = Field(sa_type=Instant)
    until: datetime | None = Field(default=None, sa_type=Instant)
    source: str
    connection: str = ""
    approximate: bool = False
    received_at: datetime = Field(sa_type=Instant)


class Presence(SQLModel, table=True):
    """One stay of one person or attendee, folded from the raw signals.

    ``connection`` is ``None`` for one that a report stated whole, and for those from before it was kept.
    """

    __table_args__ = (
        Index(
            "presence_unknown",
            "session_id",
            sqlite_where=text("person_id IS NULL AND attendee_id IS NOT NULL"),
        ),
        Index("presence_approximate", "session_id", sqlite_where=text("approximate")),
        Index("presence_session", "session_id", "left_at"),
        Index("presence_open", "session_id", sqlite_where=text("left_at IS NULL")),
        Index("presence_person", "person_id", "session_id", "connection", "joined_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    attendee_id: int | None = Field(default=None, foreign_key="attendee.id")
    joined_at: datetime = Field(sa_type=Instant)
    left_at: datetime | None = Field(default=None, sa_type=Instant)
    heartbeat_at: datetime | None = Field(default=None, sa_type=Instant)
    source: str
    approximate: bool = False
    connection: str | None = None
