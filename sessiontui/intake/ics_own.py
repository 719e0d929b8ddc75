"""What this product writes into a calendar beside the standard, so that its own sessions come back as they were.

Other programs pass over these names; what they mean to anybody is also said in the standard's words where it has any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.vocabulary import Control, Kind, Priority

if TYPE_CHECKING:
    from collections.abc import Callable

CONTROL: Final = "X-SESSIONTUI-CONTROL"
"""``DRAFT`` for what nobody has published; the standard's ``TENTATIVE`` may mean other things."""

KIND: Final = "X-SESSIONTUI-KIND"
CAPACITY: Final = "X-SESSIONTUI-CAPACITY"
PRIORITY: Final = "X-SESSIONTUI-PRIORITY"
"""``URGENT``, which the standard does not tell from high."""

PART: Final = "X-SESSIONTUI-PART"
"""A parameter of ``ATTENDEE``: ``MENTOR`` for who holds the session."""

MENTOR: Final = "MENTOR"

_MAX_DIGITS: Final = 9


def is_draft(word: Callable[[str], str]) -> bool:
    """Return whether an event is a draft; ``word`` gives the upper-case value of a property, or nothing."""
    return word(CONTROL) == Control.DRAFT.upper()


def is_urgent(word: Callable[[str], str]) -> bool:
    """Return whether an event is a session of the highest priority."""
    return word(PRIORITY) == Priority.URGENT.upper()


def kind_of(word: Callable[[str], str]) -> Kind:
    """Return what sort of session an event is."""
    told = word(KIND).lower()
    return Kind(told) if told in set(Kind) else Kind.CONVERSATION


def capacity_of(word: Callable[[str], str]) -> int | None:
    """Return how many seats an event has, ``None`` where it does not say."""
    told = word(CAPACITY)
    return int(told) if told.isascii() and told.isdecimal() and len(told) <= _MAX_DIGITS else None
