"""What people learn in sessions."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from sessiontui.store.columns import Instant


class SkillPractice(SQLModel, table=True):
    """What one person says they knew of a skill before a session and after it, in points from 0 to 100.

    ``source`` says how the answer came, ``by_name`` who wrote it down.
    """

    __tablename__ = "skill_practice"
    __table_args__ = (UniqueConstraint("session_id", "person_id", "skill"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id", index=True)
    skill: str
    before: float
    after: float
    at: datetime = Field(sa_type=Instant)
    source: str = "manual"
    by_name: str = ""
