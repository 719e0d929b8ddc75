"""The program's own shapes: a mapping of JSON values becomes one record, or a reason why not.

The same shapes are the lines of JSON Lines, the rows of CSV and the bodies of the HTTP API.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import parse_instant
from sessiontui.domain.text import MAX_TAG, MAX_TAGS
from sessiontui.domain.vocabulary import Control, Kind, Move, Priority, RequestState, Role
from sessiontui.intake.addresses import is_address
from sessiontui.intake.findings import MAX_TITLE
from sessiontui.intake.records import (
    JsonValue,
    MoveRecord,
    PersonRecord,
    PresenceRecord,
    RequestRecord,
    SessionRecord,
    SurveyRecord,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from enum import StrEnum

    from sessiontui.intake.findings import Findings
    from sessiontui.intake.records import Record

_E = TypeVar("_E", bound="StrEnum")

DEFAULT_LENGTH: Final = timedelta(minutes=60)
"""How long a session lasts whose end nobody states."""

_LATER: Final = frozenset(
    ("goal", "milestone", "blocker", "comment", "project", "item", "question", "visit", "activity")
)
_MAX_ID: Final = 500
_MAX_LINK: Final = 2000
_MAX_SHORT: Final = 100
_MAX_DEPTH: Final = 32  # far deeper than any form, far shallower than what recursion survives
_MAX_CAPACITY: Final = 1_000_000
_MAX_RATING: Final = 5
_MISSING: Final = "is missing"


@dataclass(slots=True)
class _Fields:
    """The fields of one thing, asked for one by one; those never asked for are told at the end."""

    values: Mapping[str, JsonValue]
    line: int
    findings: Findings
    asked: set[str] = field(default_factory=lambda: {"type"})

    def raw(self, name: str) -> JsonValue:
        """Return a field, ``None`` where it is missing."""
        self.asked.add(name)
        return self.values.get(name)

    def text(self, name: str, limit: int | None = None) -> str | None:
        """Return text, cut where it is too long."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise _wrong(name, value, "is not text")
        kept = self.findings.text(value, line=self.line, what=name, **({"limit": limit} if limit else {}))
        return kept or None

    def id(self, name: str) -> str | None:
        """Return an outside id; a whole number is one as well."""
        value = self.raw(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value) if abs(value) < 10**40 else "9" * (_MAX_ID + 1)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise _wrong(name, value, "is not an id")
        clean = self.findings.text(value, line=self.line, what=name).strip()
        if not clean:
            raise _wrong(name, value, "is not an id")
        if len(clean) > _MAX_ID:
            raise _wrong(name, value, f"is longer than {_MAX_ID} characters")
        return clean

    def needed_id(self, name: str) -> str:
        """Return an outside id that must be there."""
        return _needed(name, self.id(name))

    def instant(self, name: str) -> datetime | None:
        """Return an instant; it must state its offset."""
        value = self.raw(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise _wrong(name, value, "is not an instant")
        try:
            return parse_instant(value)
        except BadInput as error:
            raise BadInput(f"{name}: {error.detail}", hint=error.hint) from None

    def needed_instant(self, name: str) -> datetime:
        """Return an instant that must be there."""
        return _needed(name, self.instant(name))

    def choice(self, name: str, words: type[_E]) -> _E | None:
        """Return one of the words of a vocabulary."""
        value = self.raw(name)
        if value is None or value == "":
            return None
        try:
            return words(value) if isinstance(value, str) else words(str(value))
        except ValueError:
            raise _wrong(name, value, f"is none of {', '.join(words)}") from None

    def number(self, name: str) -> int | None:
        """Return a whole number from 0 on."""
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise _wrong(name, value, "is not a whole number")
        if not 0 <= value <= _MAX_CAPACITY:
            raise _wrong(name, value, f"is not between 0 and {_MAX_CAPACITY}")
        return int(value)

    def yes_or_no(self, name: str) -> bool | None:
        """Return true or false."""
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        raise _wrong(name, value, "is neither true nor false")

    def tags(self, name: str) -> tuple[str, ...]:
        """Return tags, each once, in the order of the file."""
        value = self.raw(name)
        if value is None:
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise _wrong(name, value, "is not a list")
        if any(not isinstance(tag, str) for tag in value):
            raise _wrong(name, value, "is not a list of texts")
        tags = [
            self.findings.text(tag.strip(), line=self.line, what="a tag", limit=MAX_TAG)
            for tag in value
            if isinstance(tag, str)
        ]
        if len(tags) > MAX_TAGS:
            self.findings.note(f"line {self.line}: only the first {MAX_TAGS} tags were kept")
        return tuple(dict.fromkeys(tag for tag in tags[:MAX_TAGS] if tag))

    def mapping(self, name: str) -> Mapping[str, JsonValue]:
        """Return free fields."""
        value = self.raw(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise _wrong(name, value, "is not an object")
        return {
            self.findings.text(key, line=self.line, what=name, limit=MAX_TITLE): self._clean(inner, name, 1)
            for key, inner in value.items()
        }

    def email(self, name: str) -> str | None:
        """Return an address; one that is none is left out with a note."""
        value = self.text(name)
        if value is None or is_address(value.strip()):
            return value.strip() if value else None
        self.findings.note(f"line {self.line}: {value[:60]!r} is not an e-mail address and was left out")
        return None

    def zone(self, name: str) -> str | None:
        """Return the name of a time zone; an unknown one is left out with a note."""
        value = self.text(name, _MAX_SHORT)
        if value is None or is_zone(value):
            return value
        self.findings.note(f"line {self.line}: {value[:60]!r} is not a time zone and was left out")
        return None

    def note_unknown(self, shape: str) -> None:
        """Tell of fields that the shape does not have, each once for the file."""
        for name in self.values:
            if name not in self.asked:
                self.findings.note(f"the field {name[:60]!r} of a {shape} is not known and was left out")

    def _clean(self, value: JsonValue, name: str, depth: int) -> JsonValue:
        if depth > _MAX_DEPTH:
            raise BadInput(f"{name}: is nested more than {_MAX_DEPTH} levels deep")
        if isinstance(value, str):
            return self.findings.text(value, line=self.line, what=name)
        if isinstance(value, Mapping):
            return {
                self.findings.text(key, line=self.line, what=name, limit=MAX_TITLE): self._clean(
                    inner, name, depth + 1
                )
                for key, inner in value.items()
            }
        if isinstance(value, Sequence):
            return [self._clean(inner, name, depth + 1) for inner in value]
        return value


def record_of(values: Mapping[str, JsonValue], *, line: int, findings: Findings) -> Record:
    """Return the record that an object with a ``type`` stands for.

    Raises ``BadInput`` that names the field and what is wrong with it.
    """
    shape = values.get("type")
    if shape is None:
        raise BadInput(f"type: {_MISSING}; known are {', '.join(_SHAPES)}")
    if not isinstance(shape, str) or shape not in _SHAPES:
        if isinstance(shape, str) and shape in _LATER:
            raise BadInput(f"type: {shape!r} is not supported yet")
        raise BadInput(f"type: {_shown(shape)} is none of {', '.join(_SHAPES)}")
    fields = _Fields(values, line, findings)
    record = _SHAPES[shape](fields)
    fields.note_unknown(shape)
    return record


def is_zone(name: str) -> bool:
    """Return whether a name is that of an IANA time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _person(f: _Fields) -> PersonRecord:
    return PersonRecord(
        line=f.line,
        id=f.needed_id("id"),
        name=f.text("name", MAX_TITLE),
        email=f.email("email"),
        phone=f.text("phone", _MAX_SHORT),
        role=f.choice("role", Role),
        zone=f.zone("zone"),
        source=f.text("source", _MAX_SHORT),
    )


def _session(f: _Fields) -> SessionRecord:
    starts_at = f.needed_instant("starts_at")
    ends_at = f.instant("ends_at")
    if ends_at is None:
        try:
            ends_at = starts_at + DEFAULT_LENGTH
        except OverflowError:
            raise BadInput("starts_at: lies at the end of the calendar") from None
    if ends_at <= starts_at:
        raise BadInput("ends_at: is not after starts_at")
    title = f.text("title", MAX_TITLE)
    if title is None or not title.strip():
        raise BadInput(f"title: {_MISSING}")
    return SessionRecord(
        line=f.line,
        id=f.needed_id("id"),
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        description=f.text("description"),
        kind=f.choice("kind", Kind) or Kind.CONVERSATION,
        author=f.id("author"),
        mentor=f.id("mentor"),
        control=f.choice("control", Control) or Control.SCHEDULED,
        capacity=f.number("capacity"),
        priority=f.choice("priority", Priority) or Priority.NORMAL,
        tags=f.tags("tags"),
        fields=f.mapping("fields"),
        link=f.text("link", _MAX_LINK),
        created_at=f.instant("created_at"),
        started_at=f.instant("started_at"),
        completed_at=f.instant("completed_at"),
        cancelled_at=f.instant("cancelled_at"),
        cancel_reason=f.text("cancel_reason"),
        zone=f.zone("zone"),
        source=f.text("source", _MAX_SHORT),
    )


def _request(f: _Fields) -> RequestRecord:
    return RequestRecord(
        line=f.line,
        session=f.needed_id("session"),
        person=f.needed_id("person"),
        state=f.choice("state", RequestState) or RequestState.PENDING,
        requested_at=f.instant("requested_at"),
        decided_at=f.instant("decided_at"),
        decided_by=f.id("decided_by"),
        reason=f.text("reason"),
        message=f.text("message"),
        source=f.text("source", _MAX_SHORT),
    )


def _presence(f: _Fields) -> PresenceRecord:
    return PresenceRecord(
        line=f.line,
        session=f.needed_id("session"),
        person=f.needed_id("person"),
        joined_at=f.needed_instant("joined_at"),
        left_at=f.instant("left_at"),
        role=f.text("role", _MAX_SHORT),
        source=f.text("source", _MAX_SHORT),
    )


def _move(f: _Fields) -> MoveRecord:
    move = _needed("move", f.choice("move", Move))
    starts_at, ends_at, mentor = f.instant("starts_at"), f.instant("ends_at"), f.id("mentor")
    if move in {Move.EXTEND, Move.RESCHEDULE}:
        _needed("ends_at", ends_at)
    if move is Move.RESCHEDULE:
        _needed("starts_at", starts_at)
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise BadInput("ends_at: is not after starts_at")
    return MoveRecord(
        line=f.line,
        session=f.needed_id("session"),
        move=move,
        at=f.needed_instant("at"),
        by=f.id("by"),
        reason=f.text("reason"),
        starts_at=starts_at,
        ends_at=ends_at,
        mentor=mentor,
        source=f.text("source", _MAX_SHORT),
    )


def _survey(f: _Fields) -> SurveyRecord:
    rating, comment, may_tell = f.number("rating"), f.text("comment"), f.yes_or_no("may_tell")
    if rating is not None and not 1 <= rating <= _MAX_RATING:
        raise BadInput(f"rating: {rating} is not between 1 and {_MAX_RATING}")
    if rating is None and comment is None and may_tell is None:
        raise BadInput("rating, comment and may_tell: at least one must be there")
    return SurveyRecord(
        line=f.line,
        session=f.needed_id("session"),
        person=f.needed_id("person"),
        rating=rating,
        comment=comment,
        may_tell=may_tell,
        answered_at=f.instant("answered_at"),
        source=f.text("source", _MAX_SHORT),
    )


_SHAPES: Final[dict[str, Callable[[_Fields], Record]]] = {
    "person": _person,
    "session": _session,
    "request": _request,
    "presence": _presence,
    "move": _move,
    "survey": _survey,
}

SHAPE_NAMES: Final = (*_SHAPES, *sorted(_LATER))
"""Every word that ``type`` can be, those included that are recognised and not taken yet."""

_T = TypeVar("_T")


def _needed(name: str, value: _T | None) -> _T:
    if value is None:
        raise BadInput(f"{name}: {_MISSING}")
    return value


def _wrong(name: str, value: JsonValue, why: str) -> BadInput:
    return BadInput(f"{name}: {_shown(value)} {why}")


def _shown(value: JsonValue) -> str:
    if isinstance(value, str):
        return repr(value[:40])
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, Sequence):
        return "a list"
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a very large number"
    return json.dumps(value)
