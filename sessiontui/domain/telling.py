"""How a session's standing is told: the text beside its status, and why it has it, in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from sessiontui.domain.phrases import clock, count, minutes, span, until
from sessiontui.domain.rules import DEFAULT_RULES, Rules
from sessiontui.domain.sight import Sight
from sessiontui.domain.vocabulary import Status

if TYPE_CHECKING:
    from sessiontui.domain.lifecycle import Derived, Facts

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
        Status.CANCELLED: _reached(facts),
    }
    return steps.get(derived.status, 5)


def _reached(facts: Facts) -> int:
    """Return the step at which a session was when it was cancelled."""
    if facts.ended_at is not None and facts.ended_at >= facts.begin:
        return 4
    return 2 if facts.approved else 1 if facts.pending else 0


def beside(seen: Sight, now: datetime) -> str:
    """Return the short text beside the status, such as ``2 currently active, 1 left session``."""
    match seen.status:
        case Status.DRAFT:
            return "not published"
        case Status.CREATED:
            return "no requests yet"
        case Status.HAS_REQUESTS:
            return _requests(seen)
        case Status.APPROVED:
            return f"{seen.approved} approved, starts {until(seen.starts_at - now)}"
        case Status.UPCOMING:
            return f"starts {until(seen.starts_at - now)}, {seen.approved} approved"
        case Status.WAITING:
            nobody = "everyone left" if seen.left else "nobody joined"
            return f"{span(minutes(now - seen.begin))} past start, {nobody}"
        case Status.ACTIVE:
            gone = f", {seen.left} left session" if seen.left else ""
            return f"{seen.here} currently active{gone}"
        case Status.PAUSED:
            ran = f"ran {span(minutes(seen.actual))}"
            return f"paused {span(minutes(now - seen.paused_at))}, {ran}" if seen.paused_at else f"paused, {ran}"
        case Status.ENDED_NO_SHOW:
            return f"{seen.approved} approved, none came" if seen.approved else "nobody came"
        case Status.CANCELLED:
            reason = f": {seen.ended_reason}" if seen.ended_reason else ""
            return f"cancelled by {seen.ended_by}{reason}" if seen.ended_by else f"cancelled{reason}"
        case _:
            return f"ran for {minutes(seen.actual)}/{minutes(seen.ends_at - seen.starts_at)} minutes"


def why(seen: Sight, now: datetime, *, rules: Rules = DEFAULT_RULES, zone: tzinfo = UTC) -> str:
    """Return the rule that gave the status and the facts it used, as one sentence."""
    match seen.rule:
        case 1:
            reason = f": {seen.ended_reason}" if seen.ended_reason else ""
            whom = f" by {seen.ended_by}" if seen.ended_by else ""
            when = f" at {clock(seen.ended_at, zone)}" if seen.ended_at else ""
            return f"cancelled{whom}{when}{reason}"
        case 2:
            return "not published yet"
        case 3:
            since = f" since {clock(seen.paused_at, zone)}" if seen.paused_at else ""
            return f"paused{since}; {_ran(seen)}"
        case 4:
            whom = f" by {seen.ended_by}" if seen.ended_by else ""
            when = f" at {clock(seen.ended_at, zone)}" if seen.ended_at else ""
            return f"completed{whom}{when}; {_outcome(seen, rules)}"
        case 5:
            begun = seen.present_since or seen.begin
            over = f", {span(minutes(now - seen.ends_at))} past its end" if now >= seen.ends_at else ""
            return f"{count(seen.here, 'guest')} present since {clock(begun, zone)}{over}"
        case 6:
            return f"the window ended {clock(seen.ends_at, zone)}; {_outcome(seen, rules)}"
        case 7:
            left = clock(seen.last_left_at or now, zone)
            grace = span(minutes(rules.rejoin_grace))
            return (
                f"everyone left by {left} and nobody came back within {grace}; {_ran(seen)}; "
                f"provisional until {clock(seen.ends_at, zone)}"
            )
        case 8:
            if seen.left:
                return f"begun {clock(seen.begin, zone)}, everyone who came has left ({seen.left})"
            return f"started {clock(seen.begin, zone)}, no guest present ({seen.approved} approved)"
        case 9:
            window = span(minutes(rules.upcoming_window))
            return f"starts {clock(seen.starts_at, zone)}, within {window} ({seen.approved} approved)"
        case 10:
            return f"{_requests(seen)}; starts {until(seen.starts_at - now)}"
        case 11:
            return f"{seen.approved} approved and nothing pending; starts {until(seen.starts_at - now)}"
        case _:
            return f"published, no requests yet; starts {until(seen.starts_at - now)}"


def _requests(seen: Sight) -> str:
    asked = count(seen.pending, "pending request")
    return f"{asked}, {seen.approved} approved" if seen.approved else asked


def _outcome(seen: Sight, rules: Rules) -> str:
    """Return which case of the ended rule held, with its numbers."""
    if seen.status is Status.ENDED_NO_SHOW:
        return f"no guest was seen ({seen.approved} approved)"
    ran = _ran(seen)
    share = f"{rules.early_ratio:.0%}"
    return f"{ran}, {'less than' if seen.status is Status.ENDED_EARLY else 'at least'} {share}"


def _ran(seen: Sight) -> str:
    return f"guests were there for {minutes(seen.actual)} of {minutes(seen.ends_at - seen.starts_at)} min"
