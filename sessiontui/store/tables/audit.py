"""The audit trail, chained by hashes, and the change log that live screens follow."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class AuditEntry(SQLModel, table=True):
    """Who did what to which thing, when and why; ``hash`` covers the entry and the hash before it."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_subject", "subject", "subject_id"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Instant)
    by_id: int | None = Field(default=None, index=True)
    by_name: str
    action: str
    subject: str
    subject_id: int | None = None
    sentence: str
    reason: str = ""
    detail: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    reversible: bool = False
    undoes: int | None = None
    undone_by: int | None = None
    hash: str


class ChangeLog(SQLModel, table=True):
    """Which session changed, in the order of commits; live screens read on from the last ``seq`` they saw."""

    __tablename__ = "change_log"
    __table_args__ = {"sqlite_autoincrement": True}

    seq: int | None = Field(default=None, primary_key=True)
    session_id: int
    at: datetime = Field(sa_type=Instant)
