"""Sessions, the changes they went through, and the counts that the desk shows."""

from datetime import datetime

from sqlalchemy import DDL, BigInteger, Index, event, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText
from sessiontui.store.reads.orders import BESIDE as _WIDE
from sessiontui.store.stretches import ASTRAY, ASTRAY_START

_INSTANTS = ("ends_at", "final_end_at", "created_at")


class Session(SQLModel, table=True):
    """One session: what its source first said (``base_*``), what holds now, and what follows from it.

    The columns from ``status`` to ``actual_ms`` are derived by ``store.deriving`` in the transaction that
    changes anything they depend on, and by the status tick when only time did.
    """

    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        # What orders the desk also knows what is archived, so that counting rows off touches the index alone.
        # The two by which it is mostly ordered know what filters ask about, so that no row is looked at to test it.
        Index("session_rank", "rank", "id", *_WIDE),
        Index("session_start", "starts_at", "id", *(name for name in _WIDE if name != "starts_at")),
        Index("session_astray", "rank", "id", "archived_at", "starts_at", *_INSTANTS, sqlite_where=text(ASTRAY)),
        Index("session_astray_start", "starts_at", "id", "archived_at", *_INSTANTS, sqlite_where=text(ASTRAY_START)),
        Index("session_title", "title_words", "id", "archived_at"),
        Index("session_pending", "pending", "id", "archived_at"),
        Index("session_due", "next_transition_at", sqlite_where=text("next_transition_at IS NOT NULL")),
        Index("session_here", "active", sqlite_where=text("active > 0")),
        Index("session_end", "ends_at"),
        Index("session_long", "ends_at", "starts_at", sqlite_where=text("ends_at - starts_at > 129600000")),
        Index("session_overbooked", "id", sqlite_where=text("capacity > 0 AND approved > capacity")),
        Index("session_flagged", "id", sqlite_where=text("flags != ''")),
        Index("session_created", "created_at"),
        Index("session_slot", "series_id", "slot", unique=True, sqlite_where=text("series_id IS NOT NULL")),
        Index("session_mentor", "mentor_id", "starts_at"),
        Index("session_authored", "author_id", "starts_at", sqlite_where=text("mentor_id IS NULL")),
        Index("session_progress", "progress", sqlite_where=text("progress IS NOT NULL")),
        Index("session_template", "template_id", "starts_at", sqlite_where=text("template_id IS NOT NULL")),
        Index("session_project", "project_id", "starts_at", sqlite_where=text("project_id IS NOT NULL")),
        Index("session_unfigured", "id", sqlite_where=text("asked < 0")),
        Index(
            "session_unplaced",
            "id",
            sqlite_where=text("(place_id IS NOT NULL OR backup_id IS NOT NULL) AND placed_version < version"),
        ),
        Index("session_tasks", "tasks", sqlite_where=text("tasks > 0")),
        # What few sessions have; store.narrowing says which questions they answer.
        Index("session_sought", "approved", sqlite_where=text("approved > 4")),
        Index("session_turned_away", "rejected", sqlite_where=text("rejected > 1")),
        Index("session_visited", "departed", sqlite_where=text("departed > 4")),
        Index("session_enduring", "actual_ms", sqlite_where=text("actual_ms > 10800000")),
        Index("session_lasting", text("ends_at - starts_at"), sqlite_where=text("ends_at - starts_at > 10800000")),
        Index("session_brief", text("ends_at - starts_at"), sqlite_where=text("ends_at - starts_at < 1500000")),
        Index("session_roomy", "capacity", sqlite_where=text("capacity > 20")),
        Index(
            "session_overrun",
            text("actual_ms * 1.0 / (ends_at - starts_at)"),
            sqlite_where=text("actual_ms >= ends_at - starts_at"),
        ),
        Index("session_stale", "id", sqlite_where=text("instr(badges, 'STALE') > 0")),
        Index("session_begun", "control", sqlite_where=text("control IN ('running', 'paused')")),
        Index("session_untagged", "id", sqlite_where=text("tag_keys = ''")),
        Index("session_unlinked", "id", sqlite_where=text("link = ''")),
        Index("session_archived", "archived_at", sqlite_where=text("archived_at IS NOT NULL")),
        Index("session_waiting", "rank", "id", *_WIDE, sqlite_where=text("pending > 0")),
        Index("session_alerted", "rank", "id", *_WIDE, sqlite_where=text("alerted > 0")),
        Index("session_ahead", "starts_at", "id", "archived_at", sqlite_where=text("final_end_at IS NULL")),
        Index(
            "session_unfollowed",
            "final_end_at",
            sqlite_where=text("final_end_at IS NOT NULL AND followed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str = "local"
    external_id: str | None = Field(default=None, index=True)
    title: str
    description: str = ""
    kind: str
    priority: str = "normal"
    tags: list[str] = Field(default_factory=list, sa_type=JsonText)
    fields: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    link: str = ""
    meeting_key: str = Field(default="", index=True)
    meeting_id: str = Field(default="", index=True)
    author_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    created_at: datetime | None = Field(default=None, sa_type=Instant)
    imported: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    haystack: str = ""
    title_words: str = ""
    tag_keys: str = ""
    base_control: str
    base_starts_at: datetime = Field(sa_type=Instant)
    base_ends_at: datetime = Field(sa_type=Instant)
    base_mentor_id: int | None = Field(default=None, foreign_key="person.id")
    base_capacity: int = 0
    control: str
    starts_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    mentor_id: int | None = Field(default=None, foreign_key="person.id")
    capacity: int = 0
    archived_at: datetime | None = Field(default=None, sa_type=Instant)
    status: str = "created"
    provisional: bool = False
    badges: str = ""
    rank: int = Field(default=0, sa_type=BigInteger)
    next_transition_at: datetime | None = Field(default=None, sa_type=Instant)
    final_end_at: datetime | None = Field(default=None, sa_type=Instant)
    pending: int = 0
    approved: int = 0
    rejected: int = 0
    active: int = 0
    departed: int = 0
    actual_ms: int = Field(default=0, sa_type=BigInteger)
    version: int = 1
    changed_at: datetime | None = Field(default=None, sa_type=Instant)
    tasks: int = 0
    followed_at: datetime | None = Field(default=None, sa_type=Instant)
    flags: str = ""
    lift: int = 2
    asked: int = -1
    answered: int = 0
    slow: int = 0
    seen: int = 0
    came: int = 0
    joined: int = 0
    seen_ids: bytes | None = None
    ended_reason: str = ""
    derived_at: datetime | None = Field(default=None, sa_type=Instant)
    heads_at: datetime | None = Field(default=None, sa_type=Instant)
    rule: int = 0
    pace: int = 0
    together_ms: int | None = Field(default=None, sa_type=BigInteger)
    begun_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    paused_at: datetime | None = Field(default=None, sa_type=Instant)
    present_since: datetime | None = Field(default=None, sa_type=Instant)
    last_left_at: datetime | None = Field(default=None, sa_type=Instant)
    series_id: int | None = Field(default=None, foreign_key="series.id")
    slot: str = ""
    platform: str = ""
    place_id: int | None = None
    backup_id: int | None = None
    backup_link: str = ""
    alerted: int = 0
    placed_version: int = 0
    template_id: int | None = Field(default=None, foreign_key="template.id")
    template_version: int = 0
    progress: int | None = None
    project_id: int | None = Field(default=None, foreign_key="project.id")


event.listen(
    SQLModel.metadata.tables["session"],
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        "CREATE VIRTUAL TABLE session_words USING fts5 (haystack, content = 'session', content_rowid = 'id',"
        " tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3', detail = none, columnsize = 0)"
    ),
)
"""The words of sessions, kept by ``store.haystack``; it finds candidates, the text itself says which are meant."""


class SessionChange(SQLModel, table=True):
    """One move or edit of control, schedule, mentor or capacity, at its instant; never rewritten.

    ``voided_by`` is the audit entry that took it back: it then counts as never having been.
    """

    __tablename__ = "session_change"
    __table_args__ = (
        UniqueConstraint("session_id", "key"),
        Index("session_change_at", "session_id", "at", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="session.id", ondelete="CASCADE")
    key: str | None = None
    at: datetime = Field(sa_type=Instant)
    move: str | None = None
    starts_at: datetime | None = Field(default=None, sa_type=Instant)
    ends_at: datetime | None = Field(default=None, sa_type=Instant)
    mentor_id: int | None = None
    capacity: int | None = None
    by_id: int | None = None
    by_name: str = ""
    reason: str = ""
    voided_by: int | None = None


class StatusCount(SQLModel, table=True):
    """How many sessions that are not archived have a status; kept by the write path."""

    __tablename__ = "status_count"

    status: str = Field(primary_key=True)
    n: int = 0
    pending: int = 0


class WordsDue(SQLModel, table=True):
    """A session whose searchable text is to be brought up to date."""

    __tablename__ = "words_due"

    session_id: int = Field(primary_key=True, foreign_key="session.id", ondelete="CASCADE")


class SettlingDue(SQLModel, table=True):
    """A session that a large import brought: seen already, but what hangs on it is still to follow."""

    __tablename__ = "settling_due"

    session_id: int = Field(primary_key=True, foreign_key="session.id", ondelete="CASCADE")
