"""When time alone changes a session: the next instant at which its status or badges change, or something is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sessiontui.domain.intervals import clip, subtract
from sessiontui.domain.lifecycle import Derived, Facts, derive
from sessiontui.domain.presence import closed_at
from sessiontui.domain.rules import DEFAULT_RULES, OPEN_END_GRACE, Rules
from sessiontui.domain.vocabulary import Control

_MILLISECOND: Final = timedelta(milliseconds=1)
"""The precision of storage: "after x" is "from x and this on"."""

_FAR_AHEAD: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""The end of what nobody knows the end of."""


def next_transition_at(
    facts: Facts,
    now: datetime,
    rules: Rules = DEFAULT_RULES,
    *,
    marks: tuple[datetime, ...] = (),
    derived: Derived | None = None,
) -> datetime | None:
    """Return the earliest instant after ``now`` at which time alone changes status or badges, or something is due.

    ``marks`` are instants at which the facts themselves are already known to change; they always count. So does a
    change of who is here, who has left and the final end, which are stored beside the status. ``derived`` is what
    the facts give at ``now``, where that is known already.
    """
    return around(facts, now, rules, marks=marks, derived=derived or derive(facts, now, rules))[1]


def around(
    facts: Facts, now: datetime, rules: Rules, *, marks: tuple[datetime, ...], derived: Derived
) -> tuple[datetime | None, datetime | None]:
    """Return since when nothing can have changed but minutes, and ``next_transition_at``.

    From the first of them on the facts are the same, and so is what is derived of them, save for durations; ``None``
    where they always were.
    """
    due = _due(facts, derived, now, rules)
    candidates = {*_thresholds(facts, now, rules), *due, *marks}
    since = max((instant for instant in candidates if instant <= now), default=None)
    current = _stored(derived)
    for instant in sorted(instant for instant in candidates if instant > now):
        if instant in due or instant in marks or _stored(derive(facts, instant, rules)) != current:
            return since, instant
    return since, None


def stretch(
    facts: Facts, at: datetime, rules: Rules = DEFAULT_RULES, *, marks: tuple[datetime, ...] = ()
) -> tuple[datetime | None, datetime | None]:
    """Return a half-open stretch of time around ``at`` in which the status stays what it is; ``None`` is no border.

    ``marks`` are the instants at which the facts themselves change. It may be shorter than it had to be, and says
    nothing of minutes, which run on while guests are there.
    """
    borders = {*_thresholds(facts, at, rules), *marks}
    return (
        max((border for border in borders if border <= at), default=None),
        min((border for border in borders if border > at), default=None),
    )


ENDED_BY_ITSELF: Final = "ended by itself, long past its end"
"""Why the product completed a session that nobody had."""


def is_due_for_completion(facts: Facts, derived: Derived, now: datetime) -> bool:
    """Return whether a running session ended by itself so long ago that it is to be completed."""
    return (
        facts.control is Control.RUNNING
        and facts.archived_at is None
        and now >= facts.ends_at + OPEN_END_GRACE
        and derived.status.is_ended
    )


def _stored(derived: Derived) -> tuple[object, ...]:
    return (
        derived.status,
        derived.badges,
        derived.provisional,
        derived.here,
        derived.left,
        derived.final_end,
        derived.host_here and bool(derived.here),
    )


def _thresholds(facts: Facts, now: datetime, rules: Rules) -> set[datetime]:
    """Return every instant at which the derivation could answer differently with the same facts."""
    marks = {facts.starts_at - rules.upcoming_window, facts.begin, facts.starts_at, facts.ends_at}
    for stay in (*facts.guests, *facts.hosts):
        marks.add(stay.joined_at)
        if stay.left_at is not None:
            end = stay.left_at
        elif stay.heartbeat_at is not None:
            end = stay.heartbeat_at
            marks |= {end + rules.heartbeat_expiry, end + rules.stale_after + _MILLISECOND}
        else:
            continue
        marks |= {end, end + rules.rejoin_grace, end + rules.host_absent_after}
    marks.add(facts.begin + rules.host_absent_after)
    if facts.control is Control.COMPLETED:
        marks |= _early_marks(facts, now, rules)
    return marks


def _early_marks(facts: Facts, now: datetime, rules: Rules) -> set[datetime]:
    """Return when the guests of a completed session will have met long enough not to count as an early end.

    Whoever is open at ``now`` is taken to stay; that somebody expires is due by itself.
    """
    enough = (facts.ends_at - facts.starts_at) * rules.early_ratio
    ends = ((stay, closed_at(stay, now, rules) or _FAR_AHEAD) for stay in facts.guests)
    met = subtract(clip(((stay.joined_at, end) for stay, end in ends), facts.begin, _FAR_AHEAD), facts.pauses)
    total = timedelta()
    for start, end in met:
        if total < enough <= total + (end - start):
            return {start - (total - enough) // _MILLISECOND * _MILLISECOND}
        total += end - start
    return set()


def _due(facts: Facts, derived: Derived, now: datetime, rules: Rules) -> set[datetime]:
    """Return when something falls due although no status changes.

    That is completion by the worker, at once where it is overdue; and whenever somebody's silence is found out,
    which takes minutes away that were counted, even where another device of theirs is still there.
    """
    if is_due_for_completion(facts, derived, now):
        return {now + _MILLISECOND}
    silences = {
        stay.heartbeat_at + rules.heartbeat_expiry
        for stay in (*facts.guests, *facts.hosts)
        if stay.left_at is None and stay.heartbeat_at is not None
    }
    return silences | {facts.ends_at + OPEN_END_GRACE} if facts.control is Control.RUNNING else silences
