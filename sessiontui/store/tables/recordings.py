"""Recordings of sessions: where each lies, who may see it, and who opened it when."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel, UniqueConstraint

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class Recording(SQLModel, table=True):
    """One recording of a session; one that was removed stays, with the instant, so that it can come back."""

    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("recording_session", "session_id", "added_at", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    source: str = "local"
    external_id: str | None = None
    title: str
    link: str
    length_ms: int | None = Field(default=None, sa_type=BigInteger)
    audience: str
    imported: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    added_at: datetime = Field(sa_type=Instant)
    added_by: str = ""
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    removed_by: str = ""


class RecordingReader(SQLModel, table=True):
    """One person who may see a recording, where those who may are named one by one."""

    __tablename__ = "recording_reader"

    recording_id: int = Field(primary_key=True, foreign_key="recording.id", ondelete="CASCADE")
    person_id: int = Field(primary_key=True, foreign_key="person.id", index=True)


class RecordingOpening(SQLModel, table=True):
    """One time that somebody had the link of a recording handed out."""

    __tablename__ = "recording_opening"
    __table_args__ = (Index("recording_opening_recording", "recording_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    recording_id: int = Field(foreign_key="recording.id", ondelete="CASCADE")
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    by_name: str
    at: datetime = Field(sa_type=Instant)
