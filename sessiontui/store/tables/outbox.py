"""The outbox: what is sent to someone, one recipient a row, from its cause to its delivery."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class Notification(SQLModel, table=True):
    """One letter to one recipient, written in the transaction of its cause.

    ``occurrence`` says what it is about, so that the same cause never writes it twice; ``message_id`` is the same at
    every attempt. ``not_before`` moves on with each attempt that failed. ``about_start`` is the start of the session
    that the text speaks of: a reminder about another one is no longer true. ``cause_id`` is the audit entry of the
    act behind it. ``last_error`` also says why a letter was held back. ``own_channel`` is the way by which this one
    leaves, empty for that of the settings.
    """

    __table_args__ = (
        Index("notification_due", "state", "not_before"),
        Index("notification_session", "session_id", "state"),
        Index("notification_person", "person_id"),
        Index("notification_cause", "cause_id"),
        Index("notification_resend", "resend_of"),
        Index("notification_told", "session_id", "person_id", "kind"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    channel: str
    person_id: int | None = Field(default=None, foreign_key="person.id")
    name: str = ""
    address: str
    session_id: int | None = Field(default=None, foreign_key="session.id", ondelete="SET NULL")
    subject: str
    body: str
    headers: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    attachments: list[Json] = Field(default_factory=list, sa_type=JsonText)
    state: str = "pending"
    message_id: str = Field(unique=True)
    occurrence: str = Field(unique=True)
    not_before: datetime = Field(sa_type=Instant)
    about_start: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = 0
    last_error: str = ""
    created_at: datetime = Field(sa_type=Instant)
    claimed_at: datetime | None = Field(default=None, sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    cause_id: int | None = Field(default=None, foreign_key="audit_entry.id")
    resend_of: int | None = Field(default=None, foreign_key="notification.id")
    own_channel: str = ""
