"""What the rules of alerts are told about one session: its facts, and what follows from the history around them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sessiontui.domain.history import History
from sessiontui.domain.lifecycle import Derived, Facts
from sessiontui.domain.moves import MOVES
from sessiontui.domain.vocabulary import Control, RequestState

_OPEN = frozenset({Control.SCHEDULED, Control.RUNNING})
"""The controls under which people may come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """One double booking of a session: who, in which other session, and since when it is so."""

    who: str
    other_id: int
    other: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """The chance that nobody comes, from 0 to 1, as it was last worked out."""

    nobody: float
    at: datetime
    base_rate: float | None = None
    cases: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """One message about a session that did not arrive, or perhaps did not, since an instant."""

    what: str
    state: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLink:
    """A link that does not work, the fact behind it, and since when."""

    fact: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What bears on the alerts of a session and is not in its history.

    ``has_room``: a platform keeps a room for it, though it may have no link that all share. ``broken`` is what was
    last seen of its link, where that does not work. ``active_at`` is when somebody last did anything about a work
    session. ``feed_silent`` says that the session's source is silent, so
    that nobody knows who joined.
    """

    link: str = ""
    has_room: bool = False
    broken: BrokenLink | None = None
    feed_silent: bool = False
    overlaps: tuple[Overlap, ...] = ()
    chance: Chance | None = None
    undelivered: tuple[Undelivered, ...] = ()
    active_at: datetime | None = None


NO_SURROUNDINGS = Surroundings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One session at one instant, as the rules look at it.

    ``open_since`` is when people could first come as it now stands: created, published, resumed or reopened.
    ``emptied_at`` is when somebody who had been approved last lost the seat. ``freed_at`` is when the session was
    full for the last time, where it has seats now and somebody asks for one.
    """

    facts: Facts
    derived: Derived
    around: Surroundings = NO_SURROUNDINGS
    open_since: datetime | None = None
    emptied_at: datetime | None = None
    freed_at: datetime | None = None


def case_of(history: History, facts: Facts, derived: Derived, at: datetime, around: Surroundings) -> Case:
    """Return the case of a session whose facts and derivation at an instant are known."""
    return Case(
        facts=facts,
        derived=derived,
        around=around,
        open_since=_open_since(history, at),
        emptied_at=_emptied_at(history, at) if not facts.approved else None,
        freed_at=_freed_at(history, at) if facts.pending and facts.approved < facts.capacity else None,
    )


def _open_since(history: History, at: datetime) -> datetime | None:
    control, since = history.control, history.created_at
    for change in sorted(history.changes, key=lambda change: change.at):
        if change.at > at:
            break
        if change.move is None or control not in MOVES[change.move]:
            continue
        before, control = control, MOVES[change.move][control]
        if control in _OPEN and before not in _OPEN:
            since = change.at
    return since


def _emptied_at(history: History, at: datetime) -> datetime | None:
    last: datetime | None = None
    for request in history.requests:
        before: RequestState | None = None
        for since, state in request.steps:
            if since is not None and since > at:
                break
            lost = before is RequestState.APPROVED and state is not RequestState.APPROVED
            if lost and since is not None and (last is None or since > last):
                last = since
            before = state
    return last


def _freed_at(history: History, at: datetime) -> datetime | None:
    """Return the instant from which a session that was full has had seats; ``None`` where it never was full."""
    seats, taken = history.capacity, 0
    turns: list[tuple[datetime, int, int | None]] = [
        (change.at, 0, change.capacity) for change in history.changes if change.capacity is not None
    ]
    for request in history.requests:
        has_seat = False
        for since, state in request.steps:
            gains = (state is RequestState.APPROVED) - has_seat
            has_seat = state is RequestState.APPROVED
            if since is None:
                taken += gains
            elif gains:
                turns.append((since, gains, None))
    is_full, freed = 0 < seats <= taken, None
    for since, gains, capacity in sorted(turns, key=lambda turn: turn[0]):
        if since > at:
            break
        taken += gains
        seats = seats if capacity is None else capacity
        was_full, is_full = is_full, 0 < seats <= taken
        if was_full and not is_full:
            freed = since
    return freed
