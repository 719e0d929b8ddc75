"""Forms that were left half typed."""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class Draft(SQLModel, table=True):
    """What a person had typed into a form when they left it, and how the form had been opened."""

    __table_args__ = (Index("draft_at", "at"),)

    person_id: int = Field(primary_key=True, foreign_key="person.id", ondelete="CASCADE")
    form: str = Field(primary_key=True)
    body: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    at: datetime = Field(sa_type=Instant)
