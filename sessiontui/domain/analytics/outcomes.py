"""What one session adds to the figures: counts and durations that can be summed, and who was seen in it.

Only what is over counts for what came of it: a session that has ended for good, or was cancelled. One that ended
provisionally may go on, so it counts as one that is still open. A draft adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.history import History, RequestLife
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.lifecycle import Derived, Facts
from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import Kind, RequestState, Status

_PENDING: Final = RequestState.PENDING

_DECIDED: Final = frozenset({RequestState.APPROVED, RequestState.REJECTED})

SLOW_AFTER: Final = timedelta(hours=24)
"""An answer to a request that takes longer counts as slow."""

UNIT: Final = 1_000_000_000
"""Efficiency is summed in whole billionths, so that sums are exact in any order."""

COARSE: Final = 1_000
"""The squares of efficiency are summed in thousandths: they serve the width of an interval alone."""

MOST: Final = 1_000
"""Beyond a thousandfold of what was planned, efficiency is taken as that: such reports are mistaken."""

BINS: Final = (0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5)
"""Where the bars of the efficiency histogram meet; the first begins at 0, the last has no end."""

BIN_NAMES: Final = tuple(f"ran_{number}" for number in range(len(BINS) + 1))


@record(kw_only=True)
class Sums:
    """Counts over any number of sessions; adding two gives those of both.

    ``sessions`` are the published ones. ``ended_asked`` and ``ended_approved`` are people who asked and who were
    approved, ``came`` those of the approved who were seen, all over ended sessions; ``seen`` is over cancelled ones
    too. ``joined`` are requests that led to a presence, ``answered`` those of the decided whose wait is known.
    ``efficiency`` and its squares are over ended sessions with someone present, and so are the bars ``ran_…``.
    """

    sessions: int = 0
    complete: int = 0
    early: int = 0
    no_show: int = 0
    cancelled: int = 0
    seen: int = 0
    asked: int = 0
    joined: int = 0
    approved: int = 0
    rejected: int = 0
    ended_asked: int = 0
    ended_approved: int = 0
    came: int = 0
    answered: int = 0
    slow: int = 0
    actual_ms: int = 0
    efficiency: int = 0
    squares: int = 0
    ran_0: int = 0
    ran_1: int = 0
    ran_2: int = 0
    ran_3: int = 0
    ran_4: int = 0
    ran_5: int = 0
    ran_6: int = 0
    ran_7: int = 0
    ran_8: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(**{name: getattr(self, name) + getattr(other, name) for name in SUM_NAMES})

    @property
    def ended(self) -> int:
        """Sessions that have ended for good."""
        return self.complete + self.early + self.no_show

    @property
    def met(self) -> int:
        """Ended sessions with someone present."""
        return self.complete + self.early

    @property
    def decided(self) -> int:
        """Requests that were approved or rejected."""
        return self.approved + self.rejected

    @property
    def starts(self) -> int:
        """Sessions that were or are to be held: published and not cancelled."""
        return self.sessions - self.cancelled

    @property
    def bins(self) -> tuple[int, ...]:
        """The bars of the efficiency histogram."""
        return tuple(getattr(self, name) for name in BIN_NAMES)


SUM_NAMES: Final = tuple(field.name for field in fields(Sums))

BARLESS: Final = frozenset({"mentor", "reason"})
"""Dimensions whose groups are told without the bars of the histogram: of so many groups nobody asks for them."""


def names_by(dim: str) -> tuple[str, ...]:
    """Return the names of the sums that are told of the groups of a dimension.

    >>> "ran_0" in names_by("kind"), "ran_0" in names_by("mentor")
    (True, False)
    """
    return tuple(name for name in SUM_NAMES if name not in BIN_NAMES) if dim in BARLESS else SUM_NAMES


NOTHING: Final = Sums()


@record(kw_only=True)
class Outcome:
    """What is known of one session for the figures; ``people`` are the ids of identified guests who were seen.

    ``asked`` are its requests in any state, ``slow`` the answers later than ``SLOW_AFTER``. Durations are in
    milliseconds. ``reason`` is why it was cancelled. ``waits`` and ``leads`` are in milliseconds too: of each
    decided request how long it waited, of each request how long before the start it was made.
    """

    starts_at: datetime
    kind: Kind
    mentor_id: int | None
    status: Status
    provisional: bool
    scheduled_ms: int
    actual_ms: int
    approved: int
    rejected: int
    asked: int
    answered: int
    slow: int
    seen: int
    came: int
    joined: int
    people: tuple[int, ...] = ()
    reason: str = ""
    waits: tuple[int, ...] = ()
    leads: tuple[int, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether the session has ended for good."""
        return self.status.is_ended and not self.provisional

    @property
    def sums(self) -> Sums:
        """What the session adds."""
        if self.status is Status.DRAFT:
            return NOTHING
        ended = self.ended
        met = ended and self.status is not Status.ENDED_NO_SHOW
        ran = {BIN_NAMES[bin_of(self.actual_ms, self.scheduled_ms)]: 1} if met else {}
        return Sums(
            sessions=1,
            complete=int(ended and self.status is Status.ENDED_COMPLETE),
            early=int(ended and self.status is Status.ENDED_EARLY),
            no_show=int(ended and self.status is Status.ENDED_NO_SHOW),
            cancelled=int(self.status is Status.CANCELLED),
            seen=self.seen,
            asked=self.asked,
            joined=self.joined,
            approved=self.approved,
            rejected=self.rejected,
            ended_asked=self.asked if ended else 0,
            ended_approved=self.approved if ended else 0,
            came=self.came,
            answered=self.answered,
            slow=self.slow,
            actual_ms=self.actual_ms if met else 0,
            efficiency=min(self.actual_ms * UNIT // self.scheduled_ms, MOST * UNIT) if met else 0,
            squares=min(self.actual_ms * COARSE // self.scheduled_ms, MOST * COARSE) ** 2 if met else 0,
            **ran,
        )


@record
class Gathered:
    """What came of a session beyond its status: who was seen, who of the approved came, how requests fared."""

    asked: int
    answered: int
    slow: int
    seen: int
    came: int
    joined: int
    people: tuple[int, ...]
    reason: str


def gathered(history: History, facts: Facts, derived: Derived, at: datetime) -> Gathered:
    """Return what is kept of a session for the figures, as of an instant; nobody is seen before it is over."""
    states = {life.who: state for life in history.requests if (state := life.state_at(at)) is not None}
    waits = [wait for life in history.requests if (wait := waited(life, at)) is not None]
    ended = derived.status.is_ended and not derived.provisional
    cancelled = derived.status is Status.CANCELLED
    seen: frozenset[str] = frozenset()
    if ended or cancelled:
        seen = derived.left | (derived.here if at >= facts.begin else frozenset())
    return Gathered(
        asked=len(states),
        answered=len(waits),
        slow=sum(wait > SLOW_AFTER for wait in waits),
        seen=len(seen),
        came=sum(state is RequestState.APPROVED and who in seen for who, state in states.items()) if ended else 0,
        joined=sum(who in seen for who in states),
        people=tuple(sorted(int(who[1:]) for who in seen if who.startswith("p"))),
        reason=" ".join(facts.ended_reason.split()) if cancelled else "",
    )


def outcome_at(history: History, facts: Facts, derived: Derived, at: datetime) -> Outcome:
    """Return what a session adds to the figures as of an instant."""
    kept = gathered(history, facts, derived, at)
    waits = (waited(life, at) for life in history.requests)
    leads = (asked_at(life, at) for life in history.requests)
    mentor = facts.mentor
    published = derived.status is not Status.DRAFT
    return Outcome(
        starts_at=facts.starts_at,
        kind=facts.kind,
        mentor_id=int(mentor[1:]) if mentor.startswith("p") else None,
        status=derived.status,
        provisional=derived.provisional,
        scheduled_ms=to_ms(from_ms(0) + derived.scheduled),
        actual_ms=to_ms(from_ms(0) + derived.actual),
        approved=facts.approved,
        rejected=facts.rejected,
        asked=kept.asked,
        answered=kept.answered,
        slow=kept.slow,
        seen=kept.seen,
        came=kept.came,
        joined=kept.joined,
        people=kept.people,
        reason=kept.reason,
        waits=tuple(to_ms(from_ms(0) + wait) for wait in waits if wait is not None) if published else (),
        leads=tuple(to_ms(facts.starts_at) - to_ms(asked) for asked in leads if asked is not None)
        if published
        else (),
    )


def asked_at(life: RequestLife, at: datetime) -> datetime | None:
    """Return when a request was last made as of an instant, ``None`` where it was not, or nobody knows when."""
    if life.requested_at is not None and life.requested_at <= at:
        return life.requested_at
    known = [since for since, state in life.steps if since is not None and since <= at and state is _PENDING]
    return max(known, default=None) if life.requested_at is not None else None


def waited(life: RequestLife, at: datetime) -> timedelta | None:
    """Return how long a request waited for the decision that stands as of an instant.

    ``None`` where none stands, or one of the two instants is not known.
    """
    state, asked = life.state_at(at), asked_at(life, at)
    if state not in _DECIDED or asked is None:
        return None
    decided = life.decided_at
    if decided is not None and decided > at:  # what stands now was decided later: then another decision stood
        known = [since for since, step in life.steps if since is not None and since <= at and step is state]
        decided = max(known, default=None)
    return None if decided is None else max(timedelta(), decided - asked)


def bin_of(actual_ms: int, scheduled_ms: int) -> int:
    """Return the bar of the efficiency histogram that a session belongs to.

    >>> bin_of(0, 60), bin_of(30, 60), bin_of(60, 60), bin_of(600, 60)
    (0, 2, 5, 8)
    """
    return sum(actual_ms >= edge * scheduled_ms for edge in BINS)


def total(outcomes: Iterable[Outcome], names: tuple[str, ...] = SUM_NAMES) -> Sums:
    """Return the sums of sessions, those of some names alone."""
    sums = [0] * len(names)
    for outcome in outcomes:
        one = outcome.sums
        sums = [before + getattr(one, name) for before, name in zip(sums, names, strict=True)]
    return Sums(**dict(zip(names, sums, strict=True)))
