"""Recordings: who may see one, and what counts as the link to one."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.text import safe_line

MAX_LINK: Final = 2000
"""Characters of a link, as long as browsers take them."""

_WEB: Final = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?", re.IGNORECASE)
"""Without a name or a password before the host, which would be shown to everyone who opens it."""


class Audience(StrEnum):
    """Who may see a recording, beside the staff of its session: those who host or wrote it, and admins."""

    APPROVED = "approved"
    PRESENT = "present"
    NAMED = "named"
    STAFF = "staff"

    @property
    def words(self) -> str:
        """Whom it is for, as people read it.

        >>> Audience.PRESENT.words
        'those who were there'
        """
        return _WORDS[self]


_WORDS: Final = {
    Audience.APPROVED: "everyone approved",
    Audience.PRESENT: "those who were there",
    Audience.NAMED: "the people named",
    Audience.STAFF: "staff alone",
}


def is_meant(audience: Audience, *, approved: bool, present: bool, named: bool) -> bool:
    """Return whether a recording is meant for somebody who stands so to its session.

    >>> is_meant(Audience.PRESENT, approved=True, present=False, named=True)
    False
    """
    return {
        Audience.APPROVED: approved,
        Audience.PRESENT: present,
        Audience.NAMED: named,
        Audience.STAFF: False,
    }[audience]


def link_of(text: str) -> str:
    """Return a link to a recording as it may be kept; ``BadInput`` says what it should look like.

    >>> link_of(" https://rec.example.org/p/7 ")
    'https://rec.example.org/p/7'
    """
    link = safe_line(text).strip()
    if len(link) > MAX_LINK or not _WEB.fullmatch(link):
        raise BadInput(
            f"{link[:60]!r} is not a link to a page",
            place="link",
            hint="give a web address such as https://rec.example.org/p/7",
        )
    return link
