"""Attendance that was set by hand."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from sessiontui.store.columns import Instant


class AttendanceMark(SQLModel, table=True):
    """One correction of a person's attendance; the newest that was not taken back holds.

    An empty ``verdict`` goes back to what presence tells. ``voided_by`` is the audit entry that took it back.
    """

    __tablename__ = "attendance_mark"
    __table_args__ = (Index("attendance_mark_session", "session_id", "person_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id", index=True)
    verdict: str
    reason: str = ""
    by_id: int | None = None
    by_name: str = ""
    at: datetime = Field(sa_type=Instant)
    voided_by: int | None = None
