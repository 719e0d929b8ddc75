"""Which rows the passing time alone changes, and when each of them was last derived."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from sessiontui.domain.vocabulary import Control, Status

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionLine

TELL_EVERY: Final = timedelta(seconds=15)
"""How long a row that moves may stay as it was derived: its texts tell minutes."""

NEAR: Final = timedelta(hours=2)
"""How long before its start a session is watched by the second; well before it counts as upcoming."""

_MINUTE: Final = timedelta(minutes=1)


Coming: TypeAlias = Callable[[Sequence[int]], Awaitable[Mapping[int, datetime]]]
"""Tells when time alone changes each of some sessions next."""


class _Near(NamedTuple):
    """Which sessions of a view time alone may change, and until when it is these."""

    lines: tuple[SessionLine, ...]
    view: Sequence[int]
    until: datetime
    ids: list[int]


class Passing:
    """Knows when each line of a window was derived, and which of those in view are to be derived anew."""

    def __init__(self) -> None:
        self.told_at: dict[int, datetime] = {}
        """When each line of the window was derived."""
        self._near: _Near | None = None
        self._coming: tuple[list[int], int, Mapping[int, datetime]] | None = None
        """When time changes some sessions next, for which of them and which place in the change log."""

    def tell(self, ids: Iterable[int], at: datetime) -> None:
        """Note that some lines were derived."""
        self.told_at |= dict.fromkeys(ids, at)

    def begin(self, lines: Iterable[SessionLine], at: datetime, *, kept: Iterable[SessionLine] = ()) -> None:
        """Note the lines of a new window; those that were ``kept`` from the last one were derived when they were."""
        before = self.told_at
        self.told_at = dict.fromkeys((line.id for line in lines), at)
        self.told_at |= {line.id: before[line.id] for line in kept if line.id in self.told_at}

    def moving(self, lines: tuple[SessionLine, ...], view: Sequence[int], now: datetime) -> list[int]:
        """Return which of the sessions in view the passing time alone may change within the next seconds."""
        known = self._near
        if known is None or known.lines is not lines or known.view != view or now >= known.until:
            known = self._near = _near(lines, view, now)
        return known.ids

    async def late(self, near: list[int], now: datetime, *, asked: Coming, sequence: int) -> frozenset[int]:
        """Return which of the sessions that move time has changed by now.

        When it will is ``asked`` again only after a commit: ``sequence`` is the place in the change log.
        """
        known = self._coming
        if known is None or known[0] is not near or known[1] != sequence:
            known = self._coming = near, sequence, await asked(near)
        return frozenset(session_id for session_id, at in known[2].items() if at <= now)

    def ticks(self, line: SessionLine, now: datetime) -> bool:
        """Tell whether another minute is to be told of a row, or it was told long ago."""
        gone = now - self.told_at.get(line.id, now)
        runs = line.status is Status.ACTIVE and line.actual // _MINUTE != (line.actual + gone) // _MINUTE
        return runs or gone >= TELL_EVERY


def moves(line: SessionLine, now: datetime) -> bool:
    """Tell whether a session is near enough to its time; of all others the window tells soon enough."""
    if line.archived_at is not None or line.control in (Control.DRAFT, Control.CANCELLED):
        return False
    return not (line.starts_at - now > NEAR or (line.status.is_ended and not line.provisional))


def _near(lines: tuple[SessionLine, ...], view: Sequence[int], now: datetime) -> _Near:
    """Find what moves in a view; others come near one by one, the first of them at ``until``."""
    seen = frozenset(view)
    within = [line for line in lines if line.id in seen]
    ids = [line.id for line in within if moves(line, now)]
    coming = (line.starts_at - NEAR for line in within if line.starts_at - now > NEAR)
    return _Near(lines, view, min(coming, default=now + NEAR), ids)
