"""The rooms of sessions on meeting platforms, what platforms are asked to do, and whether links work."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from sessiontui.store.columns import Instant


class Place(SQLModel, table=True):
    """One room, from the wish for it on; it is a session's place where ``session.place_id`` names it.

    ``passcode`` and ``host_link`` are sealed for their cell. ``key`` is what the platform knows the wish by, ``told``
    the digest of what it was told last. A place whose session is gone waits for its room to be ended.
    """

    __table_args__ = (
        Index("place_session", "session_id"),
        Index("place_sealed", "id", sqlite_where=text("passcode != '' OR host_link != ''")),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int | None = Field(default=None, foreign_key="session.id", ondelete="SET NULL")
    platform: str
    state: str = "wanted"
    key: str = ""
    room_id: str = ""
    occurrence: str = ""
    link: str = ""
    passcode: str = Field(default="", repr=False)
    host_link: str = Field(default="", repr=False)
    told: str = ""
    rolled_at: datetime | None = Field(default=None, sa_type=Instant)


class PlaceOrder(SQLModel, table=True):
    """One thing that a platform is asked to do; ``next`` is what follows, ``cause_id`` the act that asked for it."""

    __tablename__ = "place_order"
    __table_args__ = (
        Index("place_order_due", "state", "not_before"),
        Index("place_order_place", "place_id", "state"),
        Index("place_order_cause", "cause_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="place.id")
    kind: str
    next: str = ""
    state: str = "pending"
    attempts: int = 0
    not_before: datetime = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)
    last_error: str = ""
    cause_id: int | None = Field(default=None, foreign_key="audit_entry.id")


class LinkLook(SQLModel, table=True):
    """What was last seen of the link of one session."""

    __tablename__ = "link_look"

    session_id: int = Field(primary_key=True, foreign_key="session.id", ondelete="CASCADE")
    link: str
    works: bool
    fact: str
    at: datetime = Field(sa_type=Instant)
    since: datetime = Field(sa_type=Instant)
    failures: int = 0
