"""What a session's own history tells of its plan: when it ran, and when each guest came first."""

from __future__ import annotations

from datetime import datetime

from sessiontui.domain.history import History, facts_at
from sessiontui.domain.intervals import Interval, clip, subtract
from sessiontui.domain.presence import closed_at
from sessiontui.domain.rules import Rules


def run_of(history: History, now: datetime, rules: Rules) -> tuple[tuple[Interval, ...], tuple[datetime, ...]]:
    """Return when somebody was at work and nothing paused, and when each guest came for the first time."""
    facts = facts_at(history, now, rules=rules)
    begin = facts.begin
    if now <= begin:
        return (), ()
    pauses = facts.pauses if facts.paused_at is None else (*facts.pauses, (facts.paused_at, now))
    spans = [
        (stay.who, stay.joined_at, min(closed_at(stay, now, rules) or now, now))
        for stay in facts.guests
        if not stay.is_contradictory
    ]
    first: dict[str, datetime] = {}
    for who, start, end in spans:
        if end > begin:
            first[who] = min(first.get(who, now), max(start, begin))
    run = subtract(clip(((start, end) for _, start, end in spans), begin, now), pauses)
    return run, tuple(first.values())
