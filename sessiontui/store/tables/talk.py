"""Talk in a session: comments with what they said before, who is named in them, and who has read how far."""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class Comment(SQLModel, table=True):
    """One comment; one that was deleted keeps its place, so that answers stand below it."""

    __table_args__ = (UniqueConstraint("source", "external_id"), Index("comment_session", "session_id", "id"))

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    parent_id: int | None = Field(default=None, foreign_key="comment.id", ondelete="CASCADE", index=True)
    author_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    body: str
    created_at: datetime = Field(sa_type=Instant)
    edited_at: datetime | None = Field(default=None, sa_type=Instant)
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)
    deleted_by_id: int | None = Field(default=None, foreign_key="person.id")
    source: str = "local"
    external_id: str | None = None
    imported: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)


class CommentVersion(SQLModel, table=True):
    """What a comment said before it was edited, and since when it had said so."""

    __tablename__ = "comment_version"
    __table_args__ = (Index("comment_version_comment", "comment_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    comment_id: int = Field(foreign_key="comment.id", ondelete="CASCADE")
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE", index=True)
    body: str
    at: datetime = Field(sa_type=Instant)


class Mention(SQLModel, table=True):
    """Somebody who was named in a comment, and told of it."""

    comment_id: int = Field(primary_key=True, foreign_key="comment.id", ondelete="CASCADE")
    person_id: int = Field(primary_key=True, foreign_key="person.id", index=True)
    at: datetime = Field(sa_type=Instant)


class TalkLook(SQLModel, table=True):
    """When somebody looked at the talk of a session last: what is newer is new to them."""

    __tablename__ = "talk_look"

    session_id: int = Field(primary_key=True, foreign_key="session.id", ondelete="CASCADE")
    person_id: int = Field(primary_key=True, foreign_key="person.id", index=True)
    at: datetime = Field(sa_type=Instant)
