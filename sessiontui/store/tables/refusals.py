"""How often people were refused."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from sessiontui.store.columns import Instant


class RefusalTally(SQLModel, table=True):
    """Of one person, the refusals of an hour from ``since`` on: those audited, and ``more`` that were counted."""

    __tablename__ = "refusal_tally"

    person_id: int = Field(primary_key=True, foreign_key="person.id", ondelete="CASCADE")
    since: datetime = Field(sa_type=Instant)
    written: int = 0
    more: int = 0
