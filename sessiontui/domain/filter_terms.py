"""The terms of the short filters, of people and of logins: how a line is split, and which words are known."""

from __future__ import annotations

import shlex
from enum import StrEnum
from typing import TypeVar

from sessiontui.domain.errors import BadInput

Word = TypeVar("Word", bound=StrEnum)


def terms(text: str) -> list[str]:
    """Return the terms of a line; quotes hold words together, and one that is not closed is an ordinary sign.

    >>> terms('zone:"Europe/Madrid" ana'), terms("o'hara role:mentor")
    (['zone:Europe/Madrid', 'ana'], ["o'hara", 'role:mentor'])
    """
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def one_of(words: type[Word], value: str, term: str) -> Word:
    """Return the word that a term names, in any case; ``BadInput`` tells which there are."""
    found = next((word for word in words if word == value.casefold()), None)
    if found is None:
        raise BadInput(f"{term[:40]!r} is not known", hint=f"there are {', '.join(words)}")
    return found
