"""What admins chose about attendees of reports, to be remembered."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from sessiontui.store.columns import Instant


class AttendeeChoice(SQLModel, table=True):
    """Whom somebody took an attendee for, in all meetings of a ``scope``; the newest that was not taken back holds.

    ``scope`` names a series (``series:12``) or the meetings that a platform gives one id (``meeting:84512345678``).
    """

    __tablename__ = "attendee_choice"
    __table_args__ = (Index("attendee_choice_scope", "scope", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    scope: str
    key: str
    person_id: int = Field(foreign_key="person.id", index=True)
    by_name: str = ""
    at: datetime = Field(sa_type=Instant)
    voided_by: int | None = None
