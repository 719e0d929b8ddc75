"""What platforms tell of how people took part."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel, UniqueConstraint


class Engagement(SQLModel, table=True):
    """How one person took part in one session, by one source; what it does not tell is empty.

    ``key`` is how the source names the person. An attendee whom nobody has identified is named by ``attendee_id``.
    """

    __table_args__ = (UniqueConstraint("session_id", "source", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    source: str
    key: str
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    attendee_id: int | None = Field(default=None, foreign_key="attendee.id", index=True)
    talk_ms: int | None = Field(default=None, sa_type=BigInteger)
    webcam_ms: int | None = Field(default=None, sa_type=BigInteger)
    messages: int | None = None
    reactions: int | None = None
    raised_hands: int | None = None
    poll_answers: int | None = None
