"""Who else works on a session."""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel

from sessiontui.store.columns import Instant


class Collaborator(SQLModel, table=True):
    """One person who works on a session that is not theirs: owner, collaborator or viewer of it."""

    __table_args__ = (Index("collaborator_person", "person_id", "session_id"),)

    session_id: int = Field(primary_key=True, foreign_key="session.id", ondelete="CASCADE")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    role: str
    added_by_id: int | None = Field(default=None, foreign_key="person.id")
    added_at: datetime = Field(sa_type=Instant)
