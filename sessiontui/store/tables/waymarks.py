"""Marks along the orders of the desk, by which the row of a number is found."""

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel


class Waymark(SQLModel, table=True):
    """How many sessions that are not archived stand in an order from one place to the next mark; kept by triggers.

    ``road`` is the column of the order. ``place`` is of whatever type that column is: the first mark stands before
    all there can be, with ``id`` 0.
    """

    __tablename__ = "waymark"
    __table_args__ = {"sqlite_with_rowid": False}

    road: str = Field(primary_key=True)
    place: int | str = Field(primary_key=True, sa_type=LargeBinary)
    id: int = Field(primary_key=True)
    n: int
