"""The rows of the desk as they were made: one is made again only when its session or its minutes changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sessiontui.domain.vocabulary import Status
from sessiontui.tui.present.columns import Row
from sessiontui.tui.present.line import row
from sessiontui.tui.present.look import Look
from sessiontui.tui.present.times import NEAR

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionLine

_MINUTE: Final = timedelta(minutes=1)
_SECOND: Final = timedelta(seconds=1)

_DAY_PART: Final = timedelta(minutes=15)
"""A day begins at a multiple of this in every zone there is."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class _Made(NamedTuple):
    """A row with what it was made of, and from when to when it tells the time right."""

    line: SessionLine
    since: datetime
    until: datetime
    row: Row


class Rows:
    """Makes rows of sessions, and keeps them."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._made: dict[int, _Made] = {}
        self._lasting: tuple[datetime, datetime] | None = None
        """From when to when the rows last looked at say what there is to say, if their sessions stay as they are."""

    def last(self, now: datetime) -> bool:
        """Tell whether the rows that ``renewed`` was last asked for would look the same at an instant."""
        return self._lasting is not None and self._lasting[0] <= now < self._lasting[1]

    def of(self, lines: Iterable[SessionLine], now: datetime) -> list[Row]:
        """Return the rows of a window; all others are forgotten."""
        before, self._made, self._lasting = self._made, {}, None
        for line in lines:
            known = before.get(line.id)
            self._made[line.id] = known if known is not None and _lasts(known, line, now) else self._make(line, now)
        return [made.row for made in self._made.values()]

    def renewed(self, lines: Iterable[SessionLine], now: datetime) -> list[Row]:
        """Return the rows of those of the window's sessions that would look other than their rows do."""
        fresh, until = [], now + _DAY_PART
        for line in lines:
            known = self._made.get(line.id)
            if known is None:
                continue
            if not _lasts(known, line, now):
                known = self._made[line.id] = self._make(line, now)
                fresh.append(known.row)
            until = min(until, known.until)
        self._lasting = now, until
        return fresh

    def _make(self, line: SessionLine, now: datetime) -> _Made:
        return _Made(line, now, told_until(line, now), row(line, now, self._look))


def told_until(line: SessionLine, now: datetime) -> datetime:
    """Return the instant from which the row of a session that stays as it is may look other than it does now."""
    ahead = line.starts_at - now
    waits = line.status is Status.WAITING
    if waits and ahead <= timedelta():
        step = _SECOND if -ahead < _MINUTE else _MINUTE
        return now + step - -ahead % step
    if timedelta() < ahead and (waits or ahead <= NEAR):
        step = _SECOND if ahead <= _MINUTE else _MINUTE
        return now + ahead % step + timedelta.resolution  # five minutes are told until there is less
    part = now + _DAY_PART - (now - _EPOCH) % _DAY_PART
    return part if ahead <= timedelta() else min(part, line.starts_at - NEAR)


def _lasts(made: _Made, line: SessionLine, now: datetime) -> bool:
    """Tell whether a row still says what there is to say."""
    return (line is made.line or line == made.line) and made.since <= now < made.until
