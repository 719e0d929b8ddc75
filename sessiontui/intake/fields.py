"""The fields of one outside thing, asked for one by one: each is what it should be, or ``BadInput`` says why not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import parse_instant
from sessiontui.domain.text import MAX_TAG, MAX_TAGS
from sessiontui.domain.zones import named_zone
from sessiontui.intake.addresses import is_address
from sessiontui.intake.findings import MAX_TITLE
from sessiontui.intake.records import JsonValue

if TYPE_CHECKING:
    from datetime import datetime
    from enum import StrEnum

    from sessiontui.intake.findings import Findings

_E = TypeVar("_E", bound="StrEnum")
_T = TypeVar("_T")

MAX_SHORT: Final = 100
"""Characters of a short text: a phone number, a zone, the name of a source."""

MISSING: Final = "is missing"

MAX_IDS: Final = 1000
"""Ids in one list."""

_MAX_ID: Final = 500
_MAX_DEPTH: Final = 32  # far deeper than any form, far shallower than what recursion survives
_MAX_CAPACITY: Final = 1_000_000


@dataclass(slots=True)
class Fields:
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
            raise wrong(name, value, "is not text")
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
            raise wrong(name, value, "is not an id")
        clean = self.findings.text(value, line=self.line, what=name).strip()
        if not clean:
            raise wrong(name, value, "is not an id")
        if len(clean) > _MAX_ID:
            raise wrong(name, value, f"is longer than {_MAX_ID} characters")
        return clean

    def needed_id(self, name: str) -> str:
        """Return an outside id that must be there."""
        return needed(name, self.id(name))

    def instant(self, name: str) -> datetime | None:
        """Return an instant; it must state its offset."""
        value = self.raw(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise wrong(name, value, "is not an instant")
        try:
            return parse_instant(value)
        except BadInput as error:
            raise BadInput(f"{name}: {error.detail}", hint=error.hint) from None

    def needed_instant(self, name: str) -> datetime:
        """Return an instant that must be there."""
        return needed(name, self.instant(name))

    def choice(self, name: str, words: type[_E]) -> _E | None:
        """Return one of the words of a vocabulary."""
        value = self.raw(name)
        if value is None or value == "":
            return None
        try:
            return words(value) if isinstance(value, str) else words(str(value))
        except ValueError:
            raise wrong(name, value, f"is none of {', '.join(words)}") from None

    def number(self, name: str, *, most: int = _MAX_CAPACITY) -> int | None:
        """Return a whole number from 0 on."""
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise wrong(name, value, "is not a whole number")
        if not 0 <= value <= most:
            raise wrong(name, value, f"is not between 0 and {most}")
        return int(value)

    def yes_or_no(self, name: str) -> bool | None:
        """Return true or false."""
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        raise wrong(name, value, "is neither true nor false")

    def ids(self, name: str) -> tuple[str, ...] | None:
        """Return a list of outside ids, each once, ``None`` where the field is missing."""
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise wrong(name, value, "is not a list")
        if not all(isinstance(one, str | int) and not isinstance(one, bool) and str(one).strip() for one in value):
            raise wrong(name, value, "is not a list of ids")
        if len(value) > MAX_IDS:
            raise wrong(name, value, f"has more than {MAX_IDS} ids")
        found = (self.findings.text(str(one), line=self.line, what=name).strip()[:_MAX_ID] for one in value)
        return tuple(dict.fromkeys(found))

    def tags(self, name: str) -> tuple[str, ...]:
        """Return tags, each once, in the order of the file."""
        value = self.raw(name)
        if value is None:
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise wrong(name, value, "is not a list")
        if any(not isinstance(tag, str) for tag in value):
            raise wrong(name, value, "is not a list of texts")
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
            raise wrong(name, value, "is not an object")
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
        value = self.text(name, MAX_SHORT)
        if value is None or named_zone(value) is not None:
            return value
        self.findings.note(f"line {self.line}: {value[:60]!r} is not a time zone and was left out")
        return None

    def note_unknown(self, shape: str) -> None:
        """Tell of fields that the shape does not have and that say anything, each once for the file."""
        for name, value in self.values.items():
            if name not in self.asked and value is not None:
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


def needed(name: str, value: _T | None) -> _T:
    """Return a value that must be there; ``BadInput`` names what is missing."""
    if value is None:
        raise BadInput(f"{name}: {MISSING}")
    return value


def wrong(name: str, value: JsonValue, why: str) -> BadInput:
    """Return the error that names a field, shows its value and says why it will not do."""
    return BadInput(f"{name}: {shown(value)} {why}")


def shown(value: JsonValue) -> str:
    """Return a value as an error shows it."""
    if isinstance(value, str):
        return repr(value[:40])
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, Sequence):
        return "a list"
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a very large number"
    return json.dumps(value)
