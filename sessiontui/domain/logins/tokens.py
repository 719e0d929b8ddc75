"""Token families: what becomes of a refresh token that is presented, and when a login is over.

A family is the chain of refresh tokens of one login, numbered by generation. Using the newest spends it and makes
the next. A spent one that comes again was copied by somebody: the whole family dies, except that the immediate
parent of the newest may come again within a moment, for two requests of one client can cross. All times are
half-open: at the limit itself it is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sessiontui.domain.logins.settings import LoginRules


class Presented(StrEnum):
    """What a refresh token that is presented turns out to be."""

    GOOD = "good"
    ROTATED = "already_rotated"
    REUSED = "token_reuse"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Ending(StrEnum):
    """Why a login is over; the words are kept."""

    REVOKED = "revoked"
    SIGNED_OUT = "signed_out"
    REUSED = "token_reuse"
    IDLE = "idle"
    EXPIRED = "expired"
    DEMOTED = "demoted"

    @property
    def is_expiry(self) -> bool:
        """Whether time ended it, nobody's hand."""
        return self in (Ending.IDLE, Ending.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One login as its tokens see it: the newest generation, its limits, and why it is over if it is."""

    generation: int
    opened_at: datetime
    seen_at: datetime
    ended: Ending | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """A refresh token that is presented: its generation, and when it was spent if it was."""

    generation: int
    spent_at: datetime | None = None


def over(family: Family, now: datetime, rules: LoginRules) -> Ending | None:
    """Return why a login is over at an instant, ``None`` while it lives."""
    if family.ended is not None:
        return family.ended
    if now >= family.opened_at + rules.ends_after:
        return Ending.EXPIRED
    return Ending.IDLE if now >= family.seen_at + rules.idle_after else None


def judge(token: Spent, family: Family, now: datetime, rules: LoginRules) -> Presented:
    """Return what becomes of a refresh token that is presented now.

    A family that was ended by a hand answers ``revoked`` to all of its tokens, except that a spent one is told
    apart where time alone ended it: nothing is left to be protected then.
    """
    ended = over(family, now, rules)
    if ended is not None:
        return Presented.EXPIRED if ended.is_expiry else Presented.REVOKED
    if token.spent_at is None:
        return Presented.GOOD
    is_parent = token.generation == family.generation - 1
    if is_parent and now < token.spent_at + rules.grace:
        return Presented.ROTATED
    return Presented.REUSED


def access_until(family: Family, now: datetime, rules: LoginRules) -> datetime:
    """Return how long an access token that is made now lives: never beyond the login itself."""
    return min(now + rules.access_for, family.opened_at + rules.ends_after)
