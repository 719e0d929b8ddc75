"""Doors: raw webhooks as they came, which session a reported meeting is, and the tokens of calendar feeds."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from sessiontui.store.columns import Instant


class HookEvent(SQLModel, table=True):
    """One webhook, kept as it came; ``key`` makes a repeated delivery recognisable.

    ``meeting`` is the platform's id of the one occurrence, ``participant`` that of one connection to it. ``told``
    says why it was not taken.
    """

    __tablename__ = "hook_event"
    __table_args__ = (
        UniqueConstraint("source", "key"),
        Index("hook_event_waiting", "state", "tried_at", sqlite_where=text("state IN ('new', 'unplaced')")),
        Index("hook_event_participant", "source", "meeting", "participant"),
        Index("hook_event_received", "received_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str
    key: str
    meeting: str = ""
    participant: str = ""
    body: str = Field(repr=False)
    received_at: datetime = Field(sa_type=Instant)
    tried_at: datetime | None = Field(default=None, sa_type=Instant)
    state: str = "new"
    told: str = ""


class HookMeeting(SQLModel, table=True):
    """Which session one occurrence of a meeting is, once that was found out."""

    __tablename__ = "hook_meeting"

    source: str = Field(primary_key=True)
    meeting: str = Field(primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE", index=True)


class CalendarFeed(SQLModel, table=True):
    """A calendar that one person subscribes to; of its token the digest alone is kept."""

    __tablename__ = "calendar_feed"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(unique=True, repr=False)
    created_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
