"""What is measured of the installation: calls by endpoint, errors by kind, the health over time."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from sessiontui.store.columns import Instant


class EndpointMinute(SQLModel, table=True):
    """The calls of one endpoint within one minute that took about as long; ``minute`` counts from 1970.

    ``refused`` are those whose sender was in the wrong, ``errors`` those that failed here.
    """

    __tablename__ = "endpoint_minute"

    endpoint: str = Field(primary_key=True)
    minute: int = Field(primary_key=True, sa_type=BigInteger, index=True)
    bucket: int = Field(primary_key=True)
    calls: int
    refused: int
    errors: int


class ErrorTally(SQLModel, table=True):
    """The errors of one kind at one place within one hour, with what the last one said; ``hour`` counts from 1970."""

    __tablename__ = "error_tally"

    place: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    hour: int = Field(primary_key=True, sa_type=BigInteger, index=True)
    number: int
    last_at: datetime = Field(sa_type=Instant)
    message: str


class HealthPoint(SQLModel, table=True):
    """The score of the installation at one instant, and the part that was the worst."""

    __tablename__ = "health_point"

    at: datetime = Field(primary_key=True, sa_type=Instant)
    score: int
    worst: str
