"""What is kept about people beside themselves: notes, duplicates made one, and entries whose names were taken out."""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class PersonNote(SQLModel, table=True):
    """What somebody wrote about a person for others who administer the platform, as it stands."""

    __tablename__ = "person_note"
    __table_args__ = (Index("person_note_person", "person_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE")
    text: str
    at: datetime = Field(sa_type=Instant)
    by_id: int | None = None
    by_name: str = ""
    removed_at: datetime | None = Field(default=None, sa_type=Instant)


class PersonNoteBefore(SQLModel, table=True):
    """What a note said before it was edited: since when, and by whose hand."""

    __tablename__ = "person_note_before"
    __table_args__ = (Index("person_note_before_note", "note_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    note_id: int = Field(foreign_key="person_note.id", ondelete="CASCADE")
    text: str
    at: datetime = Field(sa_type=Instant)
    by_name: str = ""


class PersonMerge(SQLModel, table=True):
    """Two people who were one: ``gone_id`` is the number that is no longer used, ``kept_before`` what was changed.

    ``kept_version`` is the version of the one who was kept, right after.
    """

    __tablename__ = "person_merge"
    __table_args__ = (Index("person_merge_kept", "kept_id"), Index("person_merge_gone", "gone_id"))

    id: int | None = Field(default=None, primary_key=True)
    kept_id: int
    gone_id: int
    at: datetime = Field(sa_type=Instant)
    by_name: str = ""
    kept_before: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    kept_version: int
    undone: bool = False


class PersonMergeRow(SQLModel, table=True):
    """One row that a merge gave to the person who was kept, by its key; or put away as a ``whole``."""

    __tablename__ = "person_merge_row"
    __table_args__ = (Index("person_merge_row_merge", "merge_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    merge_id: int = Field(foreign_key="person_merge.id", ondelete="CASCADE")
    noun: str
    column: str = ""
    key: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    whole: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)


class AuditRedaction(SQLModel, table=True):
    """An audit entry out of which an erasure took a name; ``digest`` is that of what it says since."""

    __tablename__ = "audit_redaction"
    __table_args__ = (Index("audit_redaction_erasure", "erasure_id", "entry_id"),)

    entry_id: int = Field(primary_key=True)
    erasure_id: int = Field(primary_key=True)
    digest: str
