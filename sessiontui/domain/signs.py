"""How a status is written: glyph and word, and what stands for the glyph in ASCII; never colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import Status


@record
class Sign:
    """How a status is shown: its word, its glyph, the glyph in ASCII and its word in a row of counts."""

    word: str
    glyph: str
    plain: str
    counted: str


SIGNS: Final[Mapping[Status, Sign]] = {
    Status.DRAFT: Sign("Draft", "·", "_", "draft"),
    Status.CREATED: Sign("Created", "◌", ".", "created"),
    Status.HAS_REQUESTS: Sign("Requests", "≡", "?", "requests"),
    Status.APPROVED: Sign("Approved", "○", "o", "approved"),
    Status.UPCOMING: Sign("Upcoming", "◔", "~", "upcoming"),
    Status.WAITING: Sign("Waiting", "!", "!", "waiting"),
    Status.ACTIVE: Sign("Active", "●", "*", "active"),
    Status.PAUSED: Sign("Paused", "‖", "=", "paused"),
    Status.ENDED_COMPLETE: Sign("Complete", "✓", "+", "complete"),
    Status.ENDED_EARLY: Sign("Ended early", "◑", "%", "early"),
    Status.ENDED_NO_SHOW: Sign("No show", "✕", "x", "no show"),
    Status.CANCELLED: Sign("Cancelled", "–", "-", "cancelled"),
}
"""The sign of each status."""


def word(status: Status) -> str:
    """Return the word of a status.

    >>> word(Status.ENDED_NO_SHOW)
    'No show'
    """
    return SIGNS[status].word


def sign(status: Status, *, plain: bool) -> str:
    """Return glyph and word of a status.

    >>> sign(Status.WAITING, plain=True), sign(Status.ACTIVE, plain=False)
    ('! Waiting', '● Active')
    """
    shown = SIGNS[status]
    return f"{shown.plain if plain else shown.glyph} {shown.word}"


def counted(status: Status, number: int) -> str:
    """Return the word of a status beside a count.

    >>> counted(Status.HAS_REQUESTS, 1), counted(Status.HAS_REQUESTS, 2), counted(Status.ACTIVE, 1)
    ('request', 'requests', 'active')
    """
    word = SIGNS[status].counted
    return word.removesuffix("s") if number == 1 and status is Status.HAS_REQUESTS else word
