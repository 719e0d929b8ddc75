"""The login of a client as a state machine: which state it is in, when it is renewed, how healthy it is.

Every change is a function from one frozen login to the next; times are seconds of ``SteadyTime``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from sessiontui.client.tokens import Tokens

AHEAD: Final = 300.0
"""Seconds before expiry from which a login is renewed: long enough for a server to be restarted twice."""

JITTER: Final = 60.0
"""Seconds over which the renewals of clients that signed in together are spread."""

LEASE: Final = 60.0
"""Seconds after which a renewal that has not ended is given up, so that no login is stuck in it."""

BEAT_EVERY: Final = 300.0
"""Seconds without a call after which a heartbeat keeps the login from its idle limit (30 min at the server)."""

BEATS_MISSED: Final = 3
"""Silent intervals after which the heartbeats count as stopped."""

_FAILURE: Final = 20
_SILENCE: Final = 30


class LoginState(StrEnum):
    """Where a login stands; the server's console uses the same words."""

    ABSENT = "absent"
    """Nobody has signed in yet, or the login was given up."""
    FRESH = "fresh"
    EXPIRING = "expiring"
    """Still valid, and due to be renewed."""
    REFRESHING = "refreshing"
    DEGRADED = "degraded"
    """Still valid, although renewing it fails."""
    EXPIRED = "expired"
    REVOKED = "revoked"


class Band(StrEnum):
    """The word for a score from 0 to 100."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """One login as this client knows it; the default is that of a client that has not signed in.

    ``renew_from`` is when it becomes due, ``retry_from`` before when a failed renewal is not tried again,
    ``lease_until`` until when a renewal is under way, ``heard_at`` when the server last took its token.
    """

    tokens: Tokens | None = None
    expires_at: float = 0.0
    renew_from: float = 0.0
    retry_from: float = 0.0
    lease_until: float | None = None
    heard_at: float = 0.0
    failures: int = 0
    is_revoked: bool = False

    def is_usable(self, now: float) -> bool:
        """Tell whether calls can be made with its token."""
        return self.tokens is not None and not self.is_revoked and now < self.expires_at

    def is_due(self, now: float) -> bool:
        """Tell whether it should be renewed now, while it is still usable."""
        return self.is_usable(now) and now >= max(self.renew_from, self.retry_from) and not self.is_renewing(now)

    def is_renewing(self, now: float) -> bool:
        """Tell whether a renewal is under way that has not overrun its lease."""
        return self.lease_until is not None and now < self.lease_until


def signed_in(tokens: Tokens, *, lifetime: float, now: float, luck: float) -> Login:
    """Return the login that tokens open; ``now`` is when they were asked for, ``luck`` spreads the renewal.

    A token that lives shorter than ten minutes is renewed when half its life is left.

    >>> login = signed_in(Tokens(access="a", expires_in=3600, expires_at=0), lifetime=3600, now=0, luck=0.5)
    >>> login.expires_at, login.renew_from
    (3600, 3270.0)
    """
    ahead = min(AHEAD, lifetime / 2)
    return Login(
        tokens=tokens,
        expires_at=now + lifetime,
        renew_from=now + lifetime - ahead - luck * min(JITTER, ahead / 5),
        heard_at=now,
    )


def begun(login: Login, *, now: float, lease: float = LEASE) -> Login:
    """Return a login whose renewal begins."""
    return replace(login, lease_until=now + lease)


def failed(login: Login, *, now: float, pause: float) -> Login:
    """Return a login whose renewal failed for no fault of its own: it is tried again after the pause."""
    return replace(login, lease_until=None, failures=login.failures + 1, retry_from=now + pause)


def spoiled(login: Login, access: str, *, is_revoked: bool) -> Login:
    """Return a login whose token the server does not take any more; a login with another token stays as it is."""
    if login.tokens is None or login.tokens.access != access:
        return login
    return replace(login, expires_at=0.0, is_revoked=login.is_revoked or is_revoked)


def heard(login: Login, access: str, *, now: float) -> Login:
    """Return a login whose token the server has just taken."""
    if login.tokens is None or login.tokens.access != access:
        return login
    return replace(login, heard_at=max(now, login.heard_at))


def state_of(login: Login, now: float) -> LoginState:
    """Return where a login stands.

    >>> state_of(Login(), 0)
    <LoginState.ABSENT: 'absent'>
    """
    if login.is_renewing(now):
        return LoginState.REFRESHING
    if login.tokens is None:
        return LoginState.ABSENT
    if login.is_revoked:
        return LoginState.REVOKED
    if now >= login.expires_at:
        return LoginState.EXPIRED
    if login.failures:
        return LoginState.DEGRADED
    return LoginState.EXPIRING if now >= login.renew_from else LoginState.FRESH


def score(login: Login, now: float) -> int:
    """Return the health of a login, 0 to 100.

    It is 100 until five minutes before expiry and falls evenly to 0 from there, loses 20 for each renewal that
    failed in a row and 30 when heartbeats have stopped, and is 0 when expired, revoked or absent.
    """
    if not login.is_usable(now) or login.tokens is None:
        return 0
    ahead = min(AHEAD, login.tokens.expires_in / 2)
    left = login.expires_at - now
    points = 100.0 if left >= ahead else 100.0 * left / ahead
    points -= _FAILURE * login.failures
    if now - login.heard_at > BEAT_EVERY * BEATS_MISSED:
        points -= _SILENCE
    return max(0, round(points))


def band(points: int) -> Band:
    """Return the word for a score.

    >>> [band(points).value for points in (100, 80, 79, 59, 39, 19)]
    ['excellent', 'excellent', 'good', 'fair', 'poor', 'critical']
    """
    for floor, word in ((80, Band.EXCELLENT), (60, Band.GOOD), (40, Band.FAIR), (20, Band.POOR)):
        if points >= floor:
            return word
    return Band.CRITICAL
