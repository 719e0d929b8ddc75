"""What is typed into the session form, and what it means: one pure judgement of all its fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from sessiontui.domain.errors import BadInput
from sessiontui.domain.records import field, record
from sessiontui.domain.recurrence import read_rule, write_rule
from sessiontui.domain.text import MAX_BLOCK, MAX_LINE
from sessiontui.domain.vocabulary import Kind, Priority
from sessiontui.tui.dialogs.wall_clock import Reading, read_end, read_instant
from sessiontui.tui.dialogs.zones import known_zone

MAX_SEATS: Final = 1_000_000  # these three as services.sessions keeps them, which loads the database
MAX_TAGS: Final = 50
MAX_TAG: Final = 60


@record(kw_only=True)
class Typed:
    """The form as it is typed: everything a text, save what is chosen from a list."""

    title: str = ""
    kind: Kind = Kind.CONVERSATION
    start: str = ""
    length: str = "60 min"
    zone: str = "UTC"
    mentor_id: int | None = None
    mentor: str = ""
    author_id: int | None = None
    author: str = ""
    capacity: str = ""
    priority: Priority = Priority.NORMAL
    tags: str = ""
    description: str = ""
    link: str = ""
    platform: str = ""
    publish: bool = True
    repeats: str = ""
    template: str = ""
    without: str = ""


@record(kw_only=True)
class Entry:
    """The form as it is meant; a ``capacity`` of zero means no limit.

    ``rule`` makes it a series, at its wall-clock time in ``zone``. ``template`` is the word of the template whose
    plan it begins with, ``without`` holds keys of goals that are left out. ``changed`` names the fields of ``Typed``
    that are not as the form was opened with.
    """

    title: str
    kind: Kind
    starts_at: datetime
    ends_at: datetime
    mentor_id: int | None
    author_id: int | None
    capacity: int
    priority: Priority
    tags: tuple[str, ...]
    description: str
    link: str
    publish: bool
    platform: str = ""
    zone: str = "UTC"
    rule: str = ""
    template: str = ""
    without: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()


@record
class Before:
    """A session before it is edited: its exact window, and the form as it was opened."""

    starts_at: datetime
    ends_at: datetime
    typed: Typed


@record
class Judgement:
    """The meaning if all is well, what is wrong by field, and what was assumed."""

    entry: Entry | None
    errors: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def judge(typed: Typed, *, now: datetime, before: Before | None = None) -> Judgement:
    """Judge a form; what is unchanged of a session being edited is right as it is, and stays to the millisecond."""
    errors: dict[str, str] = {}
    changed = _changed(typed, None if before is None else before.typed)
    window, notes = _window(typed, errors, now=now, before=before, changed=changed)
    title = typed.title.strip()
    if not title:
        errors["title"] = "a session needs a title"
    elif len(title) > MAX_LINE:
        errors["title"] = f"at most {MAX_LINE} characters"
    if len(typed.description) > MAX_BLOCK:
        errors["description"] = f"at most {MAX_BLOCK} characters"
    seats = _seats(typed.capacity, errors)
    tags = _tags(typed.tags, errors)
    link = _link(typed.link, errors)
    rule = _rule(typed.repeats, errors)
    if before is None and typed.platform and link:
        errors["platform"] = "a room brings a link of its own: empty the link, or choose it here"
    if before is not None:
        errors = {name: error for name, error in errors.items() if name in changed or name == "title"}
    if window is None or errors:
        return Judgement(None, errors, notes)
    entry = Entry(
        title=title,
        kind=typed.kind,
        starts_at=window[0],
        ends_at=window[1],
        mentor_id=typed.mentor_id,
        author_id=typed.author_id,
        capacity=seats,
        priority=typed.priority,
        tags=tags,
        description=typed.description.strip(),
        link=link,
        publish=typed.publish,
        platform=typed.platform,
        zone=str(known_zone(typed.zone) or "UTC"),
        rule=rule,
        template=typed.template,
        without=frozenset(key for key in typed.without.split(",") if key),
        changed=changed,
    )
    return Judgement(entry, errors, notes)


def _changed(typed: Typed, before: Typed | None) -> frozenset[str]:
    names = [part.name for part in fields(Typed)]
    if before is None:
        return frozenset(names)
    return frozenset(name for name in names if getattr(typed, name) != getattr(before, name))


def _window(
    typed: Typed,
    errors: dict[str, str],
    *,
    now: datetime,
    before: Before | None,
    changed: frozenset[str],
) -> tuple[tuple[datetime, datetime] | None, tuple[str, ...]]:
    if before is not None and not changed & {"start", "length", "zone"}:
        return (before.starts_at, before.ends_at), ()
    zone = known_zone(typed.zone)
    if zone is None:
        errors["zone"] = "no such zone: write it like Europe/Madrid"
        return None, ()
    try:
        if before is not None and not changed & {"start", "zone"}:
            start = Reading(before.starts_at)
        else:
            anchor = None if before is None else before.starts_at
            start = read_instant(typed.start, now=now, zone=zone, anchor=anchor)
    except BadInput as error:
        errors["start"] = f"{error.detail}: {error.hint}"
        return None, ()
    try:
        if before is not None and "length" not in changed:
            end = Reading(start.at + (before.ends_at - before.starts_at))
        else:
            end = read_end(typed.length, start=start.at, now=now, zone=zone)
    except BadInput as error:
        errors["length"] = f"{error.detail}: write 60 min, 1h30m or 15:00"
        return None, ()
    notes = [note for note in (start.note, end.note) if note]
    if start.at < now:
        notes.append("starts in the past")
    return (start.at.astimezone(UTC), end.at.astimezone(UTC)), tuple(notes)


def _seats(text: str, errors: dict[str, str]) -> int:
    word = text.strip()
    if not word:
        return 0
    if re.fullmatch(r"\d{1,7}", word, re.ASCII) is None or int(word) > MAX_SEATS:
        errors["capacity"] = f"a number from 0 to {MAX_SEATS}; empty means no limit"
        return 0
    return int(word)


def _tags(text: str, errors: dict[str, str]) -> tuple[str, ...]:
    tags = tuple(dict.fromkeys(tag for part in text.split(",") if (tag := " ".join(part.split()))))
    if len(tags) > MAX_TAGS:
        errors["tags"] = f"at most {MAX_TAGS} tags"
    elif any(len(tag) > MAX_TAG for tag in tags):
        errors["tags"] = f"a tag has at most {MAX_TAG} characters; commas part tags"
    return tags


def _rule(text: str, errors: dict[str, str]) -> str:
    """Return the rule of a series as it is kept, empty where nothing repeats."""
    if not text.strip():
        return ""
    try:
        return write_rule(read_rule(text))
    except BadInput as error:
        errors["repeats"] = f"{error.detail}: {error.hint}" if error.hint else error.detail
        return ""


def _link(text: str, errors: dict[str, str]) -> str:
    link = text.strip()
    if not link:
        return ""
    try:
        parts = urlsplit(link)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or any(char.isspace() for char in link):
        errors["link"] = "write the whole address, beginning with https://"
    return link
