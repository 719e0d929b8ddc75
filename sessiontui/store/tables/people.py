"""People, and the ids by which other systems know them."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from sessiontui.store.columns import Instant


class Person(SQLModel, table=True):
    """Anyone: participant, mentor, author, admin. ``email_key`` and ``name_key`` are folded for matching."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    name_key: str = Field(index=True)
    email: str = ""
    email_key: str = Field(default="", index=True)
    phone: str = ""
    role: str = "participant"
    zone: str = ""
    os_user: str | None = Field(default=None, unique=True)
    created_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1


class OutsideId(SQLModel, table=True):
    """The id of a person in one other system."""

    __tablename__ = "outside_id"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    source: str
    external_id: str
