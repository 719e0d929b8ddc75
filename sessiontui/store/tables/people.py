"""People, and the ids by which other systems know them."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class Person(SQLModel, table=True):
    """Anyone: participant, mentor, author, admin. ``email_key`` and ``name_key`` are folded for matching.

    ``no_mail`` are the kinds of letters that they do not want, ``quiet`` the hours in which they want none, written
    ``22:00-07:00``; ``mail_channel`` and ``language`` are empty for those of the installation. ``digest_on`` is the
    last day, in their zone, of which they were told or had nothing to be told. ``erased_at`` is since when they are
    forgotten: their row stays, so that sessions keep somebody in their place.
    """

    __table_args__ = (Index("person_staff", "role", sqlite_where=text("role IN ('admin', 'superadmin', 'viewer')")),)

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
    no_mail: list[Json] = Field(default_factory=list, sa_type=JsonText)
    quiet: str = ""
    mail_channel: str = ""
    language: str = ""
    digest_on: str = ""
    erased_at: datetime | None = Field(default=None, sa_type=Instant)


class OutsideId(SQLModel, table=True):
    """The id of a person in one other system."""

    __tablename__ = "outside_id"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    source: str
    external_id: str


class PersonTally(SQLModel, table=True):
    """What the list of people tells of one of them; triggers keep it, whoever writes.

    ``sessions`` is how many they host or take part in, ``pending`` how many of their requests wait. They came to
    ``came`` of ``booked`` newest bookings, as was told at ``told_at`` and holds before ``told_until``; without it
    what is over has changed since, and is told anew.
    """

    __tablename__ = "person_tally"
    __table_args__ = (
        Index("person_tally_sessions", "sessions"),
        Index("person_tally_seen", "seen_at"),
        Index("person_tally_pending", "person_id", sqlite_where=text("pending > 0")),
        Index("person_tally_untold", "person_id", sqlite_where=text("told_at IS NULL")),
        Index("person_tally_until", "told_until", sqlite_where=text("told_until IS NOT NULL")),
    )

    person_id: int | None = Field(default=None, primary_key=True, foreign_key="person.id", ondelete="CASCADE")
    sessions: int = 0
    takes_part: int = 0
    hosts: int = 0
    pending: int = 0
    seen_at: datetime | None = Field(default=None, sa_type=Instant)
    came: int = 0
    booked: int = 0
    told_at: datetime | None = Field(default=None, sa_type=Instant)
    told_until: datetime | None = Field(default=None, sa_type=Instant)
