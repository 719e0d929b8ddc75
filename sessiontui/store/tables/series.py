"""Series: the recurrence that sessions are stamped from."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class Series(SQLModel, table=True):
    """One series: its pattern in wall-clock time of ``zone``, and what each of its sessions begins with.

    ``starts``, ``added`` and ``excluded`` are wall-clock times (``2026-05-05T18:00:00``). Up to ``stamped_until`` all
    dates are sessions; it is empty once the series can have no further date. ``parted_from`` is the series that it
    went on from with other dates. ``imported`` is what a calendar said of it last. Each
    date gets the plan of its template, without the goals that ``template_without`` names.
    """

    __tablename__ = "series"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("series_stamped", "stamped_until", sqlite_where=text("stamped_until IS NOT NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str = "local"
    external_id: str | None = None
    title: str
    description: str = ""
    kind: str
    priority: str = "normal"
    tags: list[str] = Field(default_factory=list, sa_type=JsonText)
    link: str = ""
    platform: str = ""
    fields: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    author_id: int | None = Field(default=None, foreign_key="person.id")
    mentor_id: int | None = Field(default=None, foreign_key="person.id")
    capacity: int = 0
    zone: str
    starts: str
    length_ms: int = Field(sa_type=BigInteger)
    rule: str = ""
    added: list[str] = Field(default_factory=list, sa_type=JsonText)
    excluded: list[str] = Field(default_factory=list, sa_type=JsonText)
    published: bool = True
    imported: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    parted_from: int | None = Field(default=None, foreign_key="series.id")
    template_id: int | None = Field(default=None, foreign_key="template.id")
    template_version: int = 0
    template_without: list[str] = Field(default_factory=list, sa_type=JsonText)
    stamped_until: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1
