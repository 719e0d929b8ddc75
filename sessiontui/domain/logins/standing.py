"""How one login stands: its state in a word, its health and its experience from 0 to 100."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sessiontui.domain.logins.settings import LoginRules
from sessiontui.domain.logins.tokens import Ending

PER_FAILURE: Final = 20
NO_HEARTBEAT: Final = 30
"""What a failed refresh, and heartbeats that stopped, take off the health."""

STUCK_AFTER: Final = 2
"""Leases past their deadline in a row from which a login counts as stuck."""

EXPERIENCE_OVER: Final = timedelta(hours=1)
QUICK: Final = timedelta(seconds=1)
"""The calls that the experience is made of, and how long a good one may take."""


class LoginState(StrEnum):
    """The state of a login, best first."""

    FRESH = "fresh"
    EXPIRING = "expiring"
    REFRESHING = "refreshing"
    DEGRADED = "degraded"
    EXPIRED = "expired"
    REVOKED = "revoked"

    @property
    def is_live(self) -> bool:
        """Whether calls go through with it as it is."""
        return self not in (LoginState.EXPIRED, LoginState.REVOKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginFacts:
    """What the standing of a login is judged by.

    ``access_until`` is the end of the newest access token, ``lease_until`` the deadline of a refresh that was begun.
    ``failures`` are refreshes that failed in a row, ``stuck`` leases in a row that ran past their deadline.
    ``beat_at`` is the last heartbeat, ``None`` for a login that never sent any.
    """

    access_until: datetime
    lease_until: datetime | None = None
    failures: int = 0
    stuck: int = 0
    beat_at: datetime | None = None
    over: Ending | None = None


def state(facts: LoginFacts, now: datetime, rules: LoginRules) -> LoginState:
    """Return the state of a login; the first that holds wins."""
    if facts.over is not None:
        return LoginState.EXPIRED if facts.over.is_expiry else LoginState.REVOKED
    if facts.lease_until is not None and now < facts.lease_until:
        return LoginState.REFRESHING
    if now >= facts.access_until:
        return LoginState.EXPIRED
    if facts.failures:
        return LoginState.DEGRADED
    return LoginState.EXPIRING if now >= facts.access_until - rules.refresh_before else LoginState.FRESH


def health(facts: LoginFacts, now: datetime, rules: LoginRules, *, silent_after: timedelta) -> int:
    """Return the health of a login: 100 until a refresh is due, then linear to 0 when the access token ends.

    Each failed refresh in a row takes 20, heartbeats that stopped ``silent_after`` ago take 30.
    """
    if facts.over is not None or now >= facts.access_until:
        return 0
    left = facts.access_until - now
    score = 100.0 if left > rules.refresh_before else 100 * (left / rules.refresh_before)
    score -= PER_FAILURE * facts.failures
    if facts.beat_at is not None and now >= facts.beat_at + silent_after:
        score -= NO_HEARTBEAT
    return max(0, round(score))


def experience(*, calls: int, good: int) -> int | None:
    """Return the share of calls that went well at the first try, 0 to 100; ``None`` without any.

    >>> experience(calls=8, good=7), experience(calls=0, good=0)
    (88, None)
    """
    return round(100 * good / calls) if calls else None
