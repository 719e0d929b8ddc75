"""One content line of iCalendar: its name, its parameters and its value, read by the icalendar library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME: Final = re.compile(r"[ \t]*([A-Za-z0-9_\-]+)[ \t]*(?=[;:])")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_LISTED: Final = re.compile(r"(?:[^,\\]|\\.?)+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ContentLine:
    """A logical line: the number of its first physical line, its upper-case name, its text, its raw value."""

    line: int
    name: str
    text: str
    value: str

    @classmethod
    def of(cls, line: int, text: str) -> ContentLine:
        """Take the name and the value apart; a line without either has an empty name."""
        found = _NAME.match(text)
        at = _colon(text)
        if found is None or at < 0:
            return cls(line, "", text, "")
        return cls(line, found[1].upper(), text, text[at + 1 :])

    def parameters(self) -> Mapping[str, str]:
        """Return the parameters by upper-case name; of several values the first. Raises ``BadInput``."""
        if self.text[: len(self.name) + 1].upper() == f"{self.name}:":
            return {}
        from icalendar.parser import Contentline  # slow to import, and needed for calendars alone

        try:
            _, parameters, _ = Contentline(self.text).parts()  # type: ignore[no-untyped-call]
        except (ValueError, IndexError, KeyError) as error:
            raise BadInput(f"{self.name}: {str(error).rsplit(': ', 1)[-1]}") from None
        return {
            key.upper(): value if isinstance(value, str) else str(next(iter(value), ""))
            for key, value in parameters.items()
        }

    def plain(self) -> str:
        """Return the value as text, its escapes resolved."""
        return _unescaped(self.value)

    def words(self) -> tuple[str, ...]:
        """Return the texts of a list that commas part, their escapes resolved."""
        return tuple(_unescaped(part[0]).strip() for part in _LISTED.finditer(self.value))

    def time(self, text: str | None = None) -> date | datetime | timedelta:
        """Return the date, wall-clock time, time in UTC, or length that the value is. Raises ``BadInput``."""
        from icalendar.prop import vDDDTypes  # as above

        raw = (self.value if text is None else text).strip()
        try:
            value = vDDDTypes.from_ical(raw)  # type: ignore[no-untyped-call]
        except (ValueError, IndexError, KeyError, TypeError, OverflowError):
            raise BadInput(f"{self.name}: {raw[:40]!r} is not a time") from None
        if not isinstance(value, date | datetime | timedelta):
            raise BadInput(f"{self.name}: {raw[:40]!r} is not a time")
        return value


def _colon(text: str) -> int:
    """Return where the value begins: behind the first colon that no quotes enclose, else the first of all."""
    quoted = False
    for index, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == ":" and not quoted:
            return index
    return text.find(":")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] in {"n", "N"} else found[1], text)
