"""Files and links of a session: their versions, the bytes by content hash, and who opened which."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from sessiontui.store.columns import Instant


class Attachment(SQLModel, table=True):
    """One version of a file; its bytes lie under ``sha256`` until ``cleared_at``, shared by all that are the same."""

    __table_args__ = (
        UniqueConstraint("session_id", "name_key", "version"),
        Index("attachment_removed", "removed_at", sqlite_where=text("removed_at IS NOT NULL AND cleared_at IS NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    name: str
    name_key: str
    version: int
    sha256: str = Field(index=True)
    size: int = Field(sa_type=BigInteger)
    media_type: str
    added_by_id: int | None = Field(default=None, foreign_key="person.id")
    added_at: datetime = Field(sa_type=Instant)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    removed_by_id: int | None = Field(default=None, foreign_key="person.id")
    cleared_at: datetime | None = Field(default=None, sa_type=Instant)


class AttachmentOpening(SQLModel, table=True):
    """One time that somebody had the bytes of a version handed out."""

    __tablename__ = "attachment_opening"
    __table_args__ = (Index("attachment_opening_attachment", "attachment_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    attachment_id: int = Field(foreign_key="attachment.id", ondelete="CASCADE")
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    at: datetime = Field(sa_type=Instant)


class SessionLink(SQLModel, table=True):
    """A page on the web that belongs to a session."""

    __tablename__ = "session_link"
    __table_args__ = (Index("session_link_session", "session_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    title: str
    link: str
    added_by_id: int | None = Field(default=None, foreign_key="person.id")
    added_at: datetime = Field(sa_type=Instant)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
