"""Templates: the plans that sessions are made from, each with all the versions that it had."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class Template(SQLModel, table=True):
    """One template; ``version`` is its newest one, ``retired_at`` since when nothing is made from it any more.

    A built-in one stands here from its first use on; until then the package alone has it.
    """

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    kind: str
    built_in: bool = False
    version: int = 1
    author_id: int | None = Field(default=None, foreign_key="person.id")
    created_at: datetime = Field(sa_type=Instant)
    retired_at: datetime | None = Field(default=None, sa_type=Instant)


class TemplateVersion(SQLModel, table=True):
    """What a template said from one change to the next; never rewritten, for sessions keep theirs."""

    __tablename__ = "template_version"
    __table_args__ = (UniqueConstraint("template_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    template_id: int = Field(foreign_key="template.id", ondelete="CASCADE")
    version: int
    body: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    at: datetime = Field(sa_type=Instant)
    by_id: int | None = None
    by_name: str = ""
