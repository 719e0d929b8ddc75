"""What can be set about logins, under ``[logins]``."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sessiontui.domain.records import record


@record(kw_only=True)
class LoginRules:
    """How long tokens and logins live, and what becomes of those who fail to sign in.

    ``access_for`` is the life of an access token, of which the last ``refresh_before`` is when clients refresh.
    ``grace`` is how long the immediate parent of a refresh token may come again without harm; it may be nothing.
    ``idle_after`` is how long a login may do nothing, ``ends_after`` how long it may live at all. ``lease`` is how
    long a refresh that was begun may take.
    """

    access_for: timedelta = timedelta(hours=1)
    refresh_before: timedelta = timedelta(minutes=5)
    grace: timedelta = timedelta(seconds=10)
    idle_after: timedelta = timedelta(minutes=30)
    ends_after: timedelta = timedelta(hours=12)
    lease: timedelta = timedelta(minutes=2)

    tries: int = 5
    """Failed sign-ins in a row after which an account rests."""
    first_wait: timedelta = timedelta(seconds=30)
    """The first rest; each further failure doubles it."""
    longest_wait: timedelta = timedelta(hours=1)
    tries_forgotten: timedelta = timedelta(days=1)
    """Without a failure for so long, all is forgotten."""

    kept: timedelta = timedelta(days=30)
    """How long a login that ended can be looked at."""


DEFAULT_LOGINS: Final = LoginRules()
