"""What keeps the product itself running: jobs, the lease, settings and remembered views."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class Job(SQLModel, table=True):
    """The standing of one job of the worker."""

    name: str = Field(primary_key=True)
    every_ms: int
    paused: bool = False
    wanted_at: datetime | None = Field(default=None, sa_type=Instant)
    last_at: datetime | None = Field(default=None, sa_type=Instant)
    took_ms: int | None = None
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    runs: int = 0
    errors: int = 0
    last_error: str = ""


class JobRun(SQLModel, table=True):
    """One run of a job that did something or failed; idle runs are only counted."""

    __tablename__ = "job_run"

    id: int | None = Field(default=None, primary_key=True)
    job: str = Field(index=True)
    at: datetime = Field(sa_type=Instant)
    took_ms: int
    touched: int = 0
    error: str = ""


class Lease(SQLModel, table=True):
    """Who leads; every write of the worker names the epoch and fails when it is no longer the current one.

    ``late_ms`` is how late the tick was at the last renewal; ``locked`` whether the holder has the file lock too.
    """

    name: str = Field(primary_key=True)
    holder: str = ""
    epoch: int = 0
    renewals: int = 0
    renewed_at: datetime | None = Field(default=None, sa_type=Instant)
    length_ms: int = 0
    late_ms: int = 0
    locked: bool = False


class Setting(SQLModel, table=True):
    """One setting of the installation that lives in the database."""

    key: str = Field(primary_key=True)
    value: str


class Remembered(SQLModel, table=True):
    """View state of one person: filter, sort, columns, theme."""

    person_id: int = Field(primary_key=True)
    key: str = Field(primary_key=True)
    value: str


class IdempotencyKey(SQLModel, table=True):
    """The first answer to what someone sent under a key of their own, told again to whoever repeats it.

    ``by_id`` is 0 for the product itself. ``asked`` is a digest of what was sent.
    """

    __tablename__ = "idempotency_key"

    by_id: int = Field(primary_key=True)
    key: str = Field(primary_key=True)
    asked: str
    answer: dict[str, Json] = Field(sa_type=JsonText)
    at: datetime = Field(sa_type=Instant, index=True)


class SourceSeen(SQLModel, table=True):
    """When each source of data was last heard."""

    __tablename__ = "source_seen"

    source: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
