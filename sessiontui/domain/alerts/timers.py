"""The timer of a work session: since when it runs, when somebody last did anything, and when it looks forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.alerts.settings import AlertSettings
from sessiontui.domain.lifecycle import Facts
from sessiontui.domain.presence import Stay, closed_at
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.domain.transitions import ENDED_BY_ITSELF
from sessiontui.domain.vocabulary import Control, Kind

ASKED_FOR: Final = timedelta(hours=24)
"""How long it is asked whether a timer that stopped by itself had been forgotten: over a night and a morning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A work session's timer: since when it runs or ran, and the last sign of work.

    ``stopped_at`` is when the product stopped it because nobody else did; ``None`` while it runs.
    """

    since: datetime
    active_at: datetime
    stopped_at: datetime | None = None


def timer_of(
    facts: Facts, now: datetime, rules: Rules = DEFAULT_RULES, *, active_at: datetime | None = None
) -> Timer | None:
    """Return the timer of a work session that runs, or that stopped by itself; ``None`` for all others.

    ``active_at`` is when somebody last did something about it that is no presence.
    """
    if facts.kind is not Kind.WORK:
        return None
    stopped_at = facts.ended_at if facts.control is Control.COMPLETED else None
    if facts.control is Control.COMPLETED and (facts.ended_reason != ENDED_BY_ITSELF or stopped_at is None):
        return None
    if facts.control not in (Control.RUNNING, Control.COMPLETED):
        return None
    runs = [stay for stay in facts.guests if _runs(stay, stopped_at or now, rules, stopped=stopped_at is not None)]
    if not runs:
        return None
    since = min(stay.joined_at for stay in runs)
    signs = [stay.heartbeat_at or stay.joined_at for stay in facts.guests if not stay.is_contradictory]
    signs += [stay.left_at for stay in facts.guests if stay not in runs and stay.left_at is not None]
    latest = max((sign for sign in signs if sign <= now), default=since)
    if active_at is not None and active_at <= (stopped_at or now):
        latest = max(latest, active_at)
    return Timer(since=since, active_at=latest, stopped_at=stopped_at)


def forgotten_from(timer: Timer, facts: Facts, settings: AlertSettings) -> datetime:
    """Return from when on a running timer looks forgotten if nobody does anything."""
    past_estimate = max(facts.ends_at, timer.active_at) + settings.forgotten_timer_after
    return min(past_estimate, timer.active_at + settings.forgotten_timer_idle)


def _runs(stay: Stay, at: datetime, rules: Rules, *, stopped: bool) -> bool:
    """Tell whether a stay goes on at an instant, or went on until then where the timer ``stopped``."""
    if stay.is_contradictory or stay.joined_at > at:
        return False
    end = closed_at(stay, at, rules)
    return end is None or (end >= at if stopped else end > at)
