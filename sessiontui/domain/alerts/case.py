"""What the rules of alerts are told about one session: its facts, and what follows from the history around them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sessiontui.domain.history import History
from sessiontui.domain.lifecycle import MOVES, Derived, Facts
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
class Surroundings:
    """What bears on the alerts of a session and is not in its history.

    ``feed_silent`` says that the session's source is silent, so that nobody knows who joined.
    """

    link: str = ""
    feed_silent: bool = False
    overlaps: tuple[Overlap, ...] = ()
    chance: Chance | None = None
    undelivered: tuple[Undelivered, ...] = ()


NO_SURROUNDINGS = Surroundings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One session at one instant, as the rules look at it.

    ``open_since`` is when people could first come as it now stands: created, published, resumed or reopened.
    ``emptied_at`` is when somebody who had been approved last lost the seat.
    """

    facts: Facts
    derived: Derived
    around: Surroundings = NO_SURROUNDINGS
    open_since: datetime | None = None
    emptied_at: datetime | None = None


def case_of(history: History, facts: Facts, derived: Derived, at: datetime, around: Surroundings) -> Case:
    """Return the case of a session whose facts and derivation at an instant are known."""
    return Case(
        facts=facts,
        derived=derived,
        around=around,
        open_since=_open_since(history, at),
        emptied_at=_emptied_at(history, at) if not facts.approved else None,
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
