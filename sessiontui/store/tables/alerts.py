"""What needs someone: alerts, double bookings, and how often each source usually sends."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class Alert(SQLModel, table=True):
    """One thing that needs, or needed, someone: open from ``opened_at`` until ``resolved_at``.

    ``subject`` says what it is about (``session:4711``, ``source:zoom``, ``installation``); one alert of a rule is
    open per subject. ``level`` is 0 for critical, 1 for warning, 2 for notice. ``facts`` is a list of pairs.
    """

    __table_args__ = (
        Index("alert_open", "rule", "subject", unique=True, sqlite_where=text("resolved_at IS NULL")),
        # Everything that the count in the header asks about: where only some of them count, the index alone is read.
        Index(
            "alert_standing",
            "level",
            "opened_at",
            "id",
            "acknowledged_at",
            "snoozed_until",
            sqlite_where=text("resolved_at IS NULL"),
        ),
        Index(
            "alert_put_off",
            "snoozed_until",
            "level",
            sqlite_where=text("snoozed_until IS NOT NULL AND resolved_at IS NULL AND acknowledged_at IS NULL"),
        ),
        Index("alert_of_session", "session_id", "resolved_at"),
        Index("alert_of_subject", "subject", "rule", "opened_at"),
        Index("alert_over", "resolved_at", sqlite_where=text("resolved_at IS NOT NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    rule: str
    subject: str
    session_id: int | None = Field(default=None, foreign_key="session.id", ondelete="CASCADE")
    level: int
    facts: list[Json] = Field(default_factory=list, sa_type=JsonText)
    opened_at: datetime = Field(sa_type=Instant)
    acknowledged_by_id: int | None = None
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = Field(default=None, sa_type=Instant)
    snoozed_by: str = ""
    snoozed_at: datetime | None = Field(default=None, sa_type=Instant)
    snoozed_until: datetime | None = Field(default=None, sa_type=Instant)
    note: str = ""
    escalated_at: datetime | None = Field(default=None, sa_type=Instant)
    resolved_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1


class AlertCount(SQLModel, table=True):
    """How many alerts of a level are open, and how many of these somebody took up; kept by triggers."""

    __tablename__ = "alert_count"

    level: int = Field(primary_key=True)
    n: int = 0
    taken: int = 0


class Clash(SQLModel, table=True):
    """One person who is expected in two overlapping sessions; kept in both directions by its own job."""

    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE", primary_key=True)
    other_id: int = Field(foreign_key="session.id", ondelete="CASCADE", primary_key=True, index=True)
    person_id: int = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant)


class ClashDue(SQLModel, table=True):
    """A session whose double bookings are to be looked up again, since what they depend on changed at an instant."""

    __tablename__ = "clash_due"

    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE", primary_key=True)
    at: datetime = Field(sa_type=Instant)


class SourceGap(SQLModel, table=True):
    """How many pauses of about one length a source made on one day; ``size`` is the binary logarithm of seconds."""

    __tablename__ = "source_gap"

    source: str = Field(primary_key=True)
    day: int = Field(primary_key=True)
    size: int = Field(primary_key=True)
    n: int
