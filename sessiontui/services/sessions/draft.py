"""What is written about a session: a draft of a new one, an edit of one that is there, both made fit to be stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.chain import Json
from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import EARLIEST, LATEST, is_in_calendar
from sessiontui.domain.text import MAX_TAG, MAX_TAGS, safe_block, safe_line
from sessiontui.domain.vocabulary import Kind, Priority

if TYPE_CHECKING:
    from sessiontui.domain.templates.shape import TemplateRef

MAX_CAPACITY: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDraft:
    """What a new session is made from; a ``capacity`` of zero means no limit."""

    title: str
    starts_at: datetime
    ends_at: datetime
    kind: Kind = Kind.CONVERSATION
    author_id: int | None = None
    mentor_id: int | None = None
    capacity: int = 0
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    description: str = ""
    link: str = ""
    platform: str = ""
    """Where it meets: without a link, a room is made there."""
    fields: Mapping[str, Json] = field(default_factory=dict)
    publish: bool = False
    template: TemplateRef | None = None
    """Whose plan it begins with; everything else has been taken from it, or left, by whoever fills this in."""
    outside: tuple[str, str] | None = None
    """The platform that has it too, and the id by which it knows it there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEdit:
    """What is to change of a session; ``None`` leaves a thing as it is."""

    title: str | None = None
    kind: Kind | None = None
    capacity: int | None = None
    priority: Priority | None = None
    tags: tuple[str, ...] | None = None
    description: str | None = None
    link: str | None = None
    fields: Mapping[str, Json] | None = None


def checked(given: SessionDraft | SessionEdit) -> dict[str, object]:
    """Return the written parts of a draft or an edit as they may be stored."""
    values = {
        part.name: getattr(given, part.name) for part in fields(SessionEdit) if getattr(given, part.name) is not None
    }
    if "title" in values:
        values["title"] = safe_line(values["title"]).strip()
        if not values["title"]:
            raise BadInput("a session needs a title", place="title")
    if not 0 <= values.get("capacity", 0) <= MAX_CAPACITY:
        raise BadInput(f"{values['capacity']} seats are not possible", place="capacity")
    if "tags" in values:
        tags = [safe_line(tag, MAX_TAG).strip() for tag in values["tags"]]
        values["tags"] = [tag for tag in dict.fromkeys(tags) if tag][:MAX_TAGS]
    for name, clean in (("description", safe_block), ("link", safe_line)):
        if name in values:
            values[name] = clean(values[name]).strip()
    for name in ("kind", "priority"):
        if name in values:
            values[name] = str(values[name])
    if "fields" in values:
        values["fields"] = dict(values["fields"])
    if isinstance(given, SessionDraft):
        values.pop("capacity", None)
    return values


def check_window(starts_at: datetime, ends_at: datetime) -> None:
    """Refuse a window that ends before it starts, or lies outside the calendar."""
    if not is_in_calendar(starts_at, ends_at):
        raise BadInput(f"a session lies in the years {EARLIEST} to {LATEST}", place="starts_at")
    if ends_at <= starts_at:
        raise BadInput("the session would end before it starts", place="ends_at", hint="give a later end")
