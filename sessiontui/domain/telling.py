"""How a session's standing is told: the text beside its status, and why it has it, in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from sessiontui.domain.intervals import length, union
from sessiontui.domain.lifecycle import Derived, Facts
from sessiontui.domain.phrases import clock, count, minutes, span, until
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.domain.vocabulary import Status

STAGES = ("created", "requests", "approved", "upcoming", "live", "ended")
"""The steps that the progress indicator shows."""


def stage(facts: Facts, derived: Derived) -> int:
    """Return the step of ``STAGES`` that a session has reached."""
    steps = {
        Status.DRAFT: 0,
        Status.CREATED: 0,
        Status.HAS_REQUESTS: 1,
        Status.APPROVED: 2,
        Status.UPCOMING: 3,
        Status.WAITING: 4,
        Status.ACTIVE: 4,
        Status.PAUSED: 4,
        Status.CANCELLED: 2 if facts.approved else 1 if facts.pending else 0,
    }
    return steps.get(derived.status, 5)


def beside(facts: Facts, derived: Derived, now: datetime) -> str:
    """Return the short text beside the status, such as ``2 currently active, 1 left session``."""
    match derived.status:
        case Status.DRAFT:
            return "not published"
        case Status.CREATED:
            return "no requests yet"
        case Status.HAS_REQUESTS:
            return _requests(facts)
        case Status.APPROVED:
            return f"{facts.approved} approved, starts {until(facts.starts_at - now)}"
        case Status.UPCOMING:
            return f"starts {until(facts.starts_at - now)}, {facts.approved} approved"
        case Status.WAITING:
            nobody = "everyone left" if derived.left else "nobody joined"
            return f"{span(minutes(now - facts.begin))} past start, {nobody}"
        case Status.ACTIVE:
            gone = f", {len(derived.left)} left session" if derived.left else ""
            return f"{len(derived.here)} currently active{gone}"
        case Status.PAUSED:
            ran = f"ran {span(minutes(derived.actual))}"
            return f"paused {span(minutes(now - facts.paused_at))}, {ran}" if facts.paused_at else f"paused, {ran}"
        case Status.ENDED_NO_SHOW:
            return f"{facts.approved} approved, none came" if facts.approved else "nobody came"
        case Status.CANCELLED:
            reason = f": {facts.ended_reason}" if facts.ended_reason else ""
            return f"cancelled by {facts.ended_by}{reason}" if facts.ended_by else f"cancelled{reason}"
        case _:
            return f"ran for {minutes(derived.actual)}/{minutes(derived.scheduled)} minutes"


def why(facts: Facts, derived: Derived, now: datetime, *, rules: Rules = DEFAULT_RULES, zone: tzinfo = UTC) -> str:
    """Return the rule that gave the status and the facts it used, as one sentence."""
    ran = f"guests were there for {minutes(derived.actual)} of {minutes(derived.scheduled)} min"
    match derived.rule:
        case 1:
            reason = f": {facts.ended_reason}" if facts.ended_reason else ""
            whom = f" by {facts.ended_by}" if facts.ended_by else ""
            when = f" at {clock(facts.ended_at, zone)}" if facts.ended_at else ""
            return f"cancelled{whom}{when}{reason}"
        case 2:
            return "not published yet"
        case 3:
            since = f" since {clock(facts.paused_at, zone)}" if facts.paused_at else ""
            return f"paused{since}; {ran}"
        case 4:
            whom = f" by {facts.ended_by}" if facts.ended_by else ""
            when = f" at {clock(facts.ended_at, zone)}" if facts.ended_at else ""
            return f"completed{whom}{when}; {_outcome(facts, derived, rules)}"
        case 5:
            begun = _present_since(facts, derived)
            over = f", {span(minutes(now - facts.ends_at))} past its end" if now >= facts.ends_at else ""
            return f"{count(len(derived.here), 'guest')} present since {clock(begun, zone)}{over}"
        case 6:
            return f"the window ended {clock(facts.ends_at, zone)}; {_outcome(facts, derived, rules)}"
        case 7:
            left = clock(derived.last_left_at or now, zone)
            grace = span(minutes(rules.rejoin_grace))
            return (
                f"everyone left by {left} and nobody came back within {grace}; {ran}; "
                f"provisional until {clock(facts.ends_at, zone)}"
            )
        case 8:
            if derived.left:
                return f"begun {clock(facts.begin, zone)}, everyone who came has left ({len(derived.left)})"
            return f"started {clock(facts.begin, zone)}, no guest present ({facts.approved} approved)"
        case 9:
            window = span(minutes(rules.upcoming_window))
            return f"starts {clock(facts.starts_at, zone)}, within {window} ({facts.approved} approved)"
        case 10:
            return f"{_requests(facts)}; starts {until(facts.starts_at - now)}"
        case 11:
            return f"{facts.approved} approved and nothing pending; starts {until(facts.starts_at - now)}"
        case _:
            return f"published, no requests yet; starts {until(facts.starts_at - now)}"


def _requests(facts: Facts) -> str:
    asked = count(facts.pending, "pending request")
    return f"{asked}, {facts.approved} approved" if facts.approved else asked


def _outcome(facts: Facts, derived: Derived, rules: Rules) -> str:
    """Return which case of the ended rule held, with its numbers."""
    if derived.status is Status.ENDED_NO_SHOW:
        return f"no guest was seen ({facts.approved} approved)"
    ran = f"guests were there for {minutes(derived.actual)} of {minutes(derived.scheduled)} min"
    share = f"{rules.early_ratio:.0%}"
    return f"{ran}, {'less than' if derived.status is Status.ENDED_EARLY else 'at least'} {share}"


def _present_since(facts: Facts, derived: Derived) -> datetime:
    """Return since when someone has been present without a gap."""
    here = [stay for stay in facts.guests if stay.who in derived.here]
    spans = union((stay.joined_at, stay.left_at or datetime.max.replace(tzinfo=UTC)) for stay in facts.guests)
    latest = max(stay.joined_at for stay in here)
    start = next((start for start, end in spans if start <= latest < end), latest)
    return max(start, facts.begin) if length(spans) > timedelta() else facts.begin
