"""Links to meetings: which platform they lead to, and the id of the room, so that its reports find their session."""

from __future__ import annotations

import re
from typing import Final

_ROOMS: Final = (
    re.compile(r"https?://(?:[\w-]+\.)*zoom\.(?:us|com|com\.cn|eu)/(?:j|w|s|wc/join|wc)/(?P<room>\d{9,12})\b", re.I),
    re.compile(r"https?://meet\.google\.com/(?P<room>[a-z]{3}-[a-z]{4}-[a-z]{3})\b", re.I),
    re.compile(r"https?://teams\.(?:microsoft|live)\.com/meet/(?P<room>\d{9,15})\b", re.I),
)

_HOST: Final = re.compile(r"https?://(?:[^/?#@\s]*@)?(?P<host>[\w.-]+)", re.I)


def room_of(link: str) -> str:
    """Return the id of the room that a link leads to, as meeting reports write it without blanks, or nothing.

    >>> room_of("https://us02web.zoom.us/j/85218486288?pwd=x"), room_of("https://meet.google.com/abc-defg-hij")
    ('85218486288', 'abc-defg-hij')
    >>> room_of("https://example.org/j/85218486288")
    ''
    """
    for pattern in _ROOMS:
        if found := pattern.match(link.strip()):
            return found["room"].lower()
    return ""


def host_of(link: str) -> str:
    """Return the name of the host that a link leads to, or nothing.

    >>> host_of("https://us02web.zoom.us/j/85218486288?pwd=x"), host_of("room 4")
    ('us02web.zoom.us', '')
    """
    found = _HOST.match(link.strip())
    return found["host"].lower() if found else ""
