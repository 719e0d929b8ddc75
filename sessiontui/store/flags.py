"""Badges that are kept beside a session's row, because no history of its own tells of them."""

from __future__ import annotations

from sessiontui.domain.vocabulary import Badge


def with_flags(badges: tuple[Badge, ...], flags: str) -> tuple[Badge, ...]:
    """Return the derived badges and those that are kept beside them, in the order of the vocabulary.

    >>> with_flags((Badge.PENDING,), "CLASH") == (Badge.PENDING, Badge.CLASH)
    True
    """
    if not flags:
        return badges
    kept = flags.split(",")
    return tuple(badge for badge in Badge if badge in badges or badge.name in kept)
