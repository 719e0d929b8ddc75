"""Figures kept ready for the analytics, and the hours whose figures are to be made anew."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

_ORDERED = {"sqlite_with_rowid": False}
"""Rows lie in the order of their key, so that a period is one stretch."""


class Rollup(SQLModel, table=True):
    """The sums of the sessions of one value of one dimension that start in one piece of time.

    ``level`` is how long the piece is, ``slot`` when it begins, in milliseconds; the sums are those of
    ``domain.analytics.Sums``.
    """

    __tablename__ = "rollup"
    __table_args__ = _ORDERED

    dim: str = Field(primary_key=True)
    level: int = Field(primary_key=True)
    slot: int = Field(primary_key=True, sa_type=BigInteger)
    key: str = Field(primary_key=True)
    sessions: int = Field(sa_type=BigInteger)
    complete: int = Field(sa_type=BigInteger)
    early: int = Field(sa_type=BigInteger)
    no_show: int = Field(sa_type=BigInteger)
    cancelled: int = Field(sa_type=BigInteger)
    seen: int = Field(sa_type=BigInteger)
    asked: int = Field(sa_type=BigInteger)
    joined: int = Field(sa_type=BigInteger)
    approved: int = Field(sa_type=BigInteger)
    rejected: int = Field(sa_type=BigInteger)
    ended_asked: int = Field(sa_type=BigInteger)
    ended_approved: int = Field(sa_type=BigInteger)
    came: int = Field(sa_type=BigInteger)
    answered: int = Field(sa_type=BigInteger)
    slow: int = Field(sa_type=BigInteger)
    actual_ms: int = Field(sa_type=BigInteger)
    efficiency: int = Field(sa_type=BigInteger)
    squares: int = Field(sa_type=BigInteger)
    ran_0: int = Field(sa_type=BigInteger)
    ran_1: int = Field(sa_type=BigInteger)
    ran_2: int = Field(sa_type=BigInteger)
    ran_3: int = Field(sa_type=BigInteger)
    ran_4: int = Field(sa_type=BigInteger)
    ran_5: int = Field(sa_type=BigInteger)
    ran_6: int = Field(sa_type=BigInteger)
    ran_7: int = Field(sa_type=BigInteger)
    ran_8: int = Field(sa_type=BigInteger)


class RollupSpread(SQLModel, table=True):
    """How many durations of one bucket there are in one piece of time; of days also which, eight bytes each."""

    __tablename__ = "rollup_spread"
    __table_args__ = _ORDERED

    measure: str = Field(primary_key=True)
    level: int = Field(primary_key=True)
    bucket: int = Field(primary_key=True)
    slot: int = Field(primary_key=True, sa_type=BigInteger)
    kind: str = Field(primary_key=True)
    n: int
    held: bytes


class RollupCrowd(SQLModel, table=True):
    """Who was seen in one piece of time, and who more than once, as packed bits."""

    __tablename__ = "rollup_crowd"
    __table_args__ = _ORDERED

    level: int = Field(primary_key=True)
    slot: int = Field(primary_key=True, sa_type=BigInteger)
    kind: str = Field(primary_key=True)
    once: bytes
    again: bytes


class RollupCourse(SQLModel, table=True):
    """The running totals of one day in UTC, of one kind or, without one, of all sessions."""

    __tablename__ = "rollup_course"
    __table_args__ = _ORDERED

    kind: str = Field(primary_key=True)
    slot: int = Field(primary_key=True, sa_type=BigInteger)
    held: bytes


class RollupDirty(SQLModel, table=True):
    """An hour, counted from 1970, some session of which has changed since its figures were made."""

    __tablename__ = "rollup_dirty"

    hour: int | None = Field(default=None, primary_key=True)
