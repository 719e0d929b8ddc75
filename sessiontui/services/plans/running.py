"""What a session's own history tells of its plan: when it ran, and when each guest came first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.history import History, facts_at
from sessiontui.domain.intervals import Interval, clip, subtract
from sessiontui.domain.presence import closed_at
from sessiontui.domain.records import field, record
from sessiontui.domain.rules import Rules

if TYPE_CHECKING:
    from sessiontui.domain.lifecycle import Facts


@record
class Ran:
    """When somebody was at work and nothing paused, and when each guest was there."""

    run: tuple[Interval, ...] = ()
    stays: Mapping[str, Sequence[Interval]] = field(default_factory=dict)


def run_of(history: History, now: datetime, rules: Rules) -> tuple[tuple[Interval, ...], tuple[datetime, ...]]:
    """Return when somebody was at work and nothing paused, and when each guest came for the first time."""
    ran = ran_by(facts_at(history, now, rules=rules), now, rules)
    return ran.run, tuple(min(start for start, _ in spans) for spans in ran.stays.values())


def ran_by(facts: Facts, now: datetime, rules: Rules) -> Ran:
    """Return how the session of these facts ran; what was before it began does not count."""
    begin = facts.begin
    if now <= begin:
        return Ran()
    stays: dict[str, list[Interval]] = {}
    for stay in facts.guests:
        end = min(closed_at(stay, now, rules) or now, now)
        if not stay.is_contradictory and end > begin:
            stays.setdefault(stay.who, []).append((max(stay.joined_at, begin), end))
    pauses = facts.pauses if facts.paused_at is None else (*facts.pauses, (facts.paused_at, now))
    spans = [span for own in stays.values() for span in own]
    return Ran(subtract(clip(spans, begin, now), pauses), stays)
