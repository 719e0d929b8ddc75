"""The stream of changes: server-sent events, read line by line."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

from sessiontui.client.calls import Json

SILENCE: Final = 60.0
"""Seconds without a line, comments included, after which a stream counts as broken and is opened anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something changed at the server: ``id`` continues a stream after it, ``content`` is what it tells."""

    id: str
    event: str = "message"
    content: Json = None


@dataclass(slots=True)
class ChangeReader:
    """Puts changes together from the lines of a stream.

    >>> reader = ChangeReader()
    >>> [reader.feed(line) for line in ("id: 7", "event: session", 'data: {"id": 4711}', "")][-1]
    Change(id='7', event='session', content={'id': 4711})
    """

    last_id: str = ""
    retry: float | None = None
    _event: str = ""
    _data: list[str] = field(default_factory=list)

    def feed(self, line: str) -> Change | None:
        """Take in one line without its end; return the change that it completes."""
        if not line:
            return self._complete()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "id" if "\0" not in value:
                self.last_id = value
            case "event":
                self._event = value
            case "data":
                self._data.append(value)
            case "retry" if value.isascii() and value.isdigit():
                self.retry = int(value[:9]) / 1000
        return None

    def drop(self) -> None:
        """Forget what a broken stream left unfinished; it comes again."""
        self._event = ""
        self._data.clear()

    def _complete(self) -> Change | None:
        text, event = "\n".join(self._data), self._event
        had_data = bool(self._data)
        self.drop()
        if not had_data:
            return None
        try:
            content: Json = json.loads(text)
        except (ValueError, RecursionError):
            content = text
        return Change(id=self.last_id, event=event or "message", content=content)
