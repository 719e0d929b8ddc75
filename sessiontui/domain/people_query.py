"""What can be asked for in the list of people: words of names and addresses, ``role:``, ``zone:``, ``has:`` …"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.filter_terms import one_of, terms
from sessiontui.domain.vocabulary import Role


class Has(StrEnum):
    """What a person may have, or not."""

    MAIL = "mail"
    PHONE = "phone"
    ZONE = "zone"
    LOGIN = "login"
    NOTES = "notes"
    REQUESTS = "requests"
    SESSIONS = "sessions"
    HOSTED = "hosted"


class Is(StrEnum):
    """What a person may be, or not."""

    ERASED = "erased"
    HERE = "here"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleQuery:
    """What is asked for: each word begins a word of the name or the address; of several roles or zones any."""

    words: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    zones: tuple[str, ...] = ()
    has: tuple[tuple[Has, bool], ...] = ()
    is_: tuple[tuple[Is, bool], ...] = ()


FIELDS: Final = ("role:", "zone:", "mail:", "has:", "-has:", "is:", "-is:")


def parse(text: str) -> PeopleQuery:
    """Read a query; ``BadInput`` names the term that is wrong and what it could be.

    >>> parse("an role:mentor,admin -has:phone")
    PeopleQuery(words=('an',), roles=(<Role.MENTOR: 'mentor'>, <Role.ADMIN: 'admin'>), zones=(), \
has=((<Has.PHONE: 'phone'>, False),), is_=())
    """
    words: list[str] = []
    roles: list[Role] = []
    zones: list[str] = []
    has: list[tuple[Has, bool]] = []
    is_: list[tuple[Is, bool]] = []
    for term in terms(text):
        is_wanted = not term.startswith("-")
        name, colon, value = term.removeprefix("-").partition(":")
        values = [part for part in value.split(",") if part]
        match name.casefold() if colon else "":
            case "role" if is_wanted:
                roles += [one_of(Role, part, term) for part in values]
            case "zone" if is_wanted:
                zones += values
            case "mail" | "name" if is_wanted:
                words += values
            case "has":
                has += [(one_of(Has, part, term), is_wanted) for part in values]
            case "is":
                is_ += [(one_of(Is, part, term), is_wanted) for part in values]
            case "" if is_wanted:
                words.append(term)
            case _:
                raise BadInput(f"{term[:40]!r} is not a term", hint=f"words of a name, or {' '.join(FIELDS)}")
    return PeopleQuery(words=tuple(words), roles=tuple(roles), zones=tuple(zones), has=tuple(has), is_=tuple(is_))
