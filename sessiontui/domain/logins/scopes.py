"""Scopes: what a login may be used for. A call needs the scope of its route and the right of its role."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.vocabulary import Role


class Scope(StrEnum):
    """One thing that a login may be used for; ``admin`` includes all the rest."""

    READ = "read"
    WRITE = "write"
    EVENTS = "events"
    METRICS = "metrics"
    ADMIN = "admin"


ALL: Final = frozenset(Scope)

_OF_ROLES: Final = {
    Role.VIEWER: frozenset({Scope.READ, Scope.METRICS}),
    Role.PARTICIPANT: frozenset({Scope.READ, Scope.WRITE, Scope.EVENTS}),
    Role.MENTOR: frozenset({Scope.READ, Scope.WRITE, Scope.EVENTS}),
    Role.ADMIN: ALL,
    Role.SUPERADMIN: ALL,
}


def whole(scopes: Iterable[Scope]) -> frozenset[Scope]:
    """Return scopes with all that they include.

    >>> sorted(whole({Scope.ADMIN})) == sorted(Scope), sorted(whole({Scope.READ}))
    (True, [<Scope.READ: 'read'>])
    """
    found = frozenset(scopes)
    return ALL if Scope.ADMIN in found else found


def covers(held: Iterable[Scope], wanted: Iterable[Scope]) -> bool:
    """Tell whether scopes that are held include all that are wanted.

    >>> covers({Scope.ADMIN}, {Scope.WRITE}), covers({Scope.READ}, {Scope.READ, Scope.WRITE})
    (True, False)
    """
    return whole(held) >= frozenset(wanted)


def scopes_of(role: Role) -> frozenset[Scope]:
    """Return what a person of a role may use a login for.

    >>> Scope.METRICS in scopes_of(Role.VIEWER), Scope.WRITE in scopes_of(Role.VIEWER)
    (True, False)
    """
    return _OF_ROLES[role]


@lru_cache(maxsize=256)
def read_scopes(text: str) -> frozenset[Scope]:
    """Read scopes as people and OAuth write them, between blanks or commas; ``BadInput`` names what is unknown.

    >>> written(read_scopes("write,read events"))
    'read write events'
    """
    found: set[Scope] = set()
    for word in text.replace(",", " ").split():
        if word not in {str(scope) for scope in Scope}:
            raise BadInput(f"{word[:40]!r} is no scope", hint=f"there are {', '.join(Scope)}")
        found.add(Scope(word))
    return frozenset(found)


def written(scopes: Iterable[Scope]) -> str:
    """Return scopes as they are stored and answered: in their own order, between blanks."""
    found = frozenset(scopes)
    return " ".join(scope for scope in Scope if scope in found)
