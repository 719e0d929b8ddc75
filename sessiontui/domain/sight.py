"""What is seen of one session at one instant: all that its status is told from, and nothing of its history.

A sight is taken from facts and their derivation, or read back from the row in which it was stored.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sessiontui.domain.intervals import length, union
from sessiontui.domain.vocabulary import Status

if TYPE_CHECKING:
    from sessiontui.domain.lifecycle import Derived, Facts

PRESENT_RULE: Final = 5
LEFT_RULE: Final = 7
"""The lines of the derivation whose sentence tells since when guests are there, and when the last one left."""


class Sight(NamedTuple):
    """One session at one instant; ``here`` and ``left`` count guests, ``rule`` is the line of the derivation.

    ``present_since`` and ``last_left_at`` are given where the sentence of the rule tells them. The instant up to
    which ``actual`` is counted is that of the sight.
    """

    status: Status
    rule: int
    starts_at: datetime
    ends_at: datetime
    pending: int
    approved: int
    here: int
    left: int
    actual: timedelta
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_reason: str = ""
    paused_at: datetime | None = None
    present_since: datetime | None = None
    last_left_at: datetime | None = None

    @property
    def begin(self) -> datetime:
        """The start of the window, or the instant of the move ``start`` if that is earlier."""
        return self.starts_at if self.begun_at is None else min(self.starts_at, self.begun_at)


def sight_of(facts: Facts, derived: Derived) -> Sight:
    """Return what is seen of a session at the instant at which its facts were derived."""
    return Sight(
        status=derived.status,
        rule=derived.rule,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        pending=facts.pending,
        approved=facts.approved,
        here=len(derived.here),
        left=len(derived.left),
        actual=derived.actual,
        begun_at=facts.begun_at,
        ended_at=facts.ended_at,
        ended_by=facts.ended_by,
        ended_reason=facts.ended_reason,
        paused_at=facts.paused_at,
        present_since=_present_since(facts, derived) if derived.rule == PRESENT_RULE else None,
        last_left_at=derived.last_left_at if derived.rule == LEFT_RULE else None,
    )


def _present_since(facts: Facts, derived: Derived) -> datetime:
    """Return since when someone has been present without a gap."""
    here = [stay for stay in facts.guests if stay.who in derived.here]
    spans = union((stay.joined_at, stay.left_at or datetime.max.replace(tzinfo=UTC)) for stay in facts.guests)
    latest = max(stay.joined_at for stay in here)
    start = next((start for start, end in spans if start <= latest < end), latest)
    return max(start, facts.begin) if length(spans) > timedelta() else facts.begin
