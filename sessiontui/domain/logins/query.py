"""What can be asked for in the list of logins: words of people, devices and clients, ``state:``, ``score:<40`` …"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.filter_terms import one_of, terms
from sessiontui.domain.logins.standing import LoginState


class Is(StrEnum):
    """What a login can be; ``ended`` asks for those that are over, which are left out otherwise."""

    ENDED = "ended"
    STUCK = "stuck"
    LOCKED = "locked"
    SILENT = "silent"
    MINE = "mine"


FIELDS: Final = ("state:", "score:", "person:", "client:", "device:", "role:", "age:", "seen:", "is:")
"""The fields of the list, for completion and help."""

_UNITS: Final = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A comparison with a number: of a score, or of seconds."""

    sign: str
    value: float

    def holds(self, value: float) -> bool:
        """Tell whether a value is on the right side.

        >>> Bound(sign="<", value=40).holds(39), Bound(sign=">=", value=40).holds(39)
        (True, False)
        """
        return _SIGNS[self.sign](value, self.value)


_SIGNS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<=": lambda value, limit: value <= limit,
    ">=": lambda value, limit: value >= limit,
    "<": lambda value, limit: value < limit,
    ">": lambda value, limit: value > limit,
    "": lambda value, limit: value == limit,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What the terms of a query are held against."""

    person: str
    client: str
    device: str
    role: str
    state: LoginState
    score: int
    age: timedelta
    unseen: timedelta
    stuck: bool
    locked: bool
    silent: bool
    mine: bool
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginQuery:
    """A query that was understood; empty parts ask for nothing, values of one field are alternatives."""

    words: tuple[str, ...] = ()
    states: tuple[LoginState, ...] = ()
    not_states: tuple[LoginState, ...] = ()
    roles: tuple[str, ...] = ()
    texts: tuple[tuple[str, tuple[str, ...], bool], ...] = ()
    """Pairs of a field and the parts of which one must occur in it, with whether it must or must not."""
    scores: tuple[Bound, ...] = ()
    ages: tuple[Bound, ...] = ()
    seen: tuple[Bound, ...] = ()
    is_: tuple[tuple[Is, bool], ...] = ()

    @property
    def wants_ended(self) -> bool:
        """Whether logins that are over are asked for."""
        over = {LoginState.EXPIRED, LoginState.REVOKED}
        return bool(over & set(self.states)) or any(which is Is.ENDED and so for which, so in self.is_)

    def matches(self, one: Candidate) -> bool:
        """Tell whether a login is asked for."""
        return self._matches_words(one) and self._matches_fields(one) and self._matches_numbers(one)

    def _matches_words(self, one: Candidate) -> bool:
        whole = " ".join((one.person, one.client, one.device)).casefold()
        return all(word in whole for word in self.words)

    def _matches_fields(self, one: Candidate) -> bool:
        flags = {
            Is.ENDED: one.ended, Is.STUCK: one.stuck, Is.LOCKED: one.locked, Is.SILENT: one.silent, Is.MINE: one.mine,
        }  # fmt: skip
        own = {"person": one.person, "client": one.client, "device": one.device}
        return (
            (not self.states or one.state in self.states)
            and one.state not in self.not_states
            and (not self.roles or one.role in self.roles)
            and all(any(part in own[name].casefold() for part in parts) is so for name, parts, so in self.texts)
            and all(flags[which] == wanted for which, wanted in self.is_)
        )

    def _matches_numbers(self, one: Candidate) -> bool:
        return (
            all(bound.holds(one.score) for bound in self.scores)
            and all(bound.holds(one.age.total_seconds()) for bound in self.ages)
            and all(bound.holds(one.unseen.total_seconds()) for bound in self.seen)
        )


def parse(text: str) -> LoginQuery:
    """Return what a query asks for; ``BadInput`` names the term that is not understood.

    >>> parse("ana state:expiring,degraded score:<40").states
    (<LoginState.EXPIRING: 'expiring'>, <LoginState.DEGRADED: 'degraded'>)
    """
    query = LoginQuery()
    for term in terms(text):
        is_wanted = not term.startswith("-")
        name, colon, value = term.removeprefix("-").partition(":")
        query = _taken(query, name.casefold() if colon else "", value if colon else term, term, is_wanted=is_wanted)
    return query


def _taken(query: LoginQuery, name: str, value: str, term: str, *, is_wanted: bool) -> LoginQuery:
    parts = [part for part in value.split(",") if part]
    if name and not parts:
        raise BadInput(f"{term[:40]!r} says nothing", hint=f"write a value after {name}:")
    match name:
        case "state":
            states = tuple(one_of(LoginState, part, term) for part in parts)
            if is_wanted:
                return replace(query, states=query.states + states)
            return replace(query, not_states=query.not_states + states)
        case "person" | "client" | "device":
            folded = tuple(part.casefold() for part in parts)
            return replace(query, texts=(*query.texts, (name, folded, is_wanted)))
        case "is":
            asked = tuple((one_of(Is, part, term), is_wanted) for part in parts)
            return replace(query, is_=query.is_ + asked)
        case "role" if is_wanted:
            return replace(query, roles=query.roles + tuple(part.casefold() for part in parts))
        case "score" if is_wanted:
            return replace(query, scores=(*query.scores, _bound(value, term, _number)))
        case "age" if is_wanted:
            return replace(query, ages=(*query.ages, _bound(value, term, _seconds)))
        case "seen" if is_wanted:
            return replace(query, seen=(*query.seen, _bound(value, term, _seconds)))
        case "" if is_wanted:
            return replace(query, words=(*query.words, value.casefold()))
        case _:
            raise BadInput(f"{term[:40]!r} is not a term", hint=f"words of a name, or {' '.join(FIELDS)}")


def _bound(text: str, term: str, read: Callable[[str], float | None]) -> Bound:
    sign = next((sign for sign in ("<=", ">=", "<", ">") if text.startswith(sign)), "")
    value = read(text.removeprefix(sign))
    if value is None:
        raise BadInput(f"{term[:40]!r} has no number", hint="write score:<40 or age:>2h")
    return Bound(sign=sign, value=value)


def _number(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def _seconds(text: str) -> float | None:
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = _UNITS.get(text[len(digits) :])
    return int(digits) * float(unit) if unit and digits.isascii() and digits.isdigit() and len(digits) < 7 else None
