"""How a status is written: its word, its glyph and the glyph in ASCII (never colour alone)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sessiontui.domain.vocabulary import Status

SIGNS: Final[Mapping[Status, tuple[str, str, str]]] = {
    Status.DRAFT: ("Draft", "·", "_"),
    Status.CREATED: ("Created", "◌", "."),
    Status.HAS_REQUESTS: ("Requests", "≡", "?"),
    Status.APPROVED: ("Approved", "○", "o"),
    Status.UPCOMING: ("Upcoming", "◔", "~"),
    Status.WAITING: ("Waiting", "!", "!"),
    Status.ACTIVE: ("Active", "●", "*"),
    Status.PAUSED: ("Paused", "‖", "="),
    Status.ENDED_COMPLETE: ("Complete", "✓", "+"),
    Status.ENDED_EARLY: ("Ended early", "◑", "%"),
    Status.ENDED_NO_SHOW: ("No show", "✕", "x"),
    Status.CANCELLED: ("Cancelled", "–", "-"),
}
"""Word, glyph and plain glyph of each status."""


def word(status: Status) -> str:
    """Return the word of a status.

    >>> word(Status.ENDED_NO_SHOW)
    'No show'
    """
    return SIGNS[status][0]


def sign(status: Status, *, plain: bool) -> str:
    """Return glyph and word of a status.

    >>> sign(Status.WAITING, plain=True), sign(Status.ACTIVE, plain=False)
    ('! Waiting', '● Active')
    """
    text, glyph, ascii_glyph = SIGNS[status]
    return f"{ascii_glyph if plain else glyph} {text}"
