"""What the no-show risk has learned, and what it said of each session."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class RiskFit(SQLModel, table=True):
    """The newest fit to past bookings; ``ended`` is how many sessions had ended when it was made."""

    __tablename__ = "risk_fit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Instant)
    until: datetime | None = Field(default=None, sa_type=Instant)
    cases: int
    people: int
    base_rate: float
    strength: float
    intercept: float
    effects: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    ended: int


class SessionRisk(SQLModel, table=True):
    """The chance that nobody comes, as last said of one session.

    ``basis`` is a digest of what it was computed from, empty once nothing is said any more. ``marked`` says that the
    session bears the badge now, ``warned_at`` since when it was first marked; it stays, so that the warning can be
    judged afterwards.
    """

    __tablename__ = "session_risk"
    __table_args__ = (
        Index("session_risk_marked", "session_id", sqlite_where=text("marked")),
        Index("session_risk_warned", "warned_at", sqlite_where=text("warned_at IS NOT NULL")),
    )

    session_id: int = Field(primary_key=True, foreign_key="session.id", ondelete="CASCADE")
    chance: float
    base_rate: float
    cases: int
    facts: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    at: datetime = Field(sa_type=Instant)
    basis: str
    marked: bool = False
    warned_at: datetime | None = Field(default=None, sa_type=Instant)
