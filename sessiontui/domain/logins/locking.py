"""Lock-out: how long an account rests after failed sign-ins in a row; each further failure doubles the wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.logins.settings import LoginRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Failed sign-ins in a row of one account, and until when it rests because of them."""

    count: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None

    def is_locked(self, now: datetime) -> bool:
        """Whether the account rests at an instant."""
        return self.locked_until is not None and now < self.locked_until


NO_FAILURES: Final = Failures()


def wait_after(count: int, rules: LoginRules) -> timedelta:
    """Return the rest after so many failures in a row.

    >>> rules = LoginRules()
    >>> [wait_after(n, rules).seconds for n in (1, 4, 5, 6, 7, 11, 12, 13, 1000)]
    [0, 0, 30, 60, 120, 1920, 3600, 3600, 3600]
    """
    beyond = count - rules.tries
    if beyond < 0:
        return timedelta()
    doubled = rules.first_wait * (1 << min(beyond, 24))
    return min(doubled, rules.longest_wait)


def failed(before: Failures, now: datetime, rules: LoginRules) -> Failures:
    """Return what stands after one more failure; long ago ones are forgotten."""
    is_fresh = before.last_at is not None and now < before.last_at + rules.tries_forgotten
    count = (before.count if is_fresh else 0) + 1
    wait = wait_after(count, rules)
    return Failures(count=count, last_at=now, locked_until=now + wait if wait else None)
