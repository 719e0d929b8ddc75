"""How the settings of meeting platforms are read."""

from __future__ import annotations

import re
from typing import Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.places.words import Maker
from sessiontui.runtime.settings.reaching import web_address
from sessiontui.runtime.settings.values import Raw, shown, word

HASHES: Final = ("sha256", "sha1", "sha384", "sha512")
"""The hashes that BigBlueButton servers take."""

_PLAIN: Final = re.compile(r"[!-~]{1,200}")


def maker(raw: Raw) -> Maker | None:
    """Read the name of a platform on which rooms can be made; nothing for none.

    >>> str(maker("Zoom")), maker("")
    ('zoom', None)
    """
    name = word(raw).lower()
    if not name:
        return None
    if name not in {str(known) for known in Maker}:
        raise BadInput(f"{shown(raw)} makes no rooms", hint=f"there is: {', '.join(Maker)}")
    return Maker(name)


def spare_maker(raw: Raw) -> Maker | None:
    """Read the name of a platform that can stand in: one link must let everybody in, so that it can be sent.

    >>> str(spare_maker("jitsi"))
    'jitsi'
    """
    found = maker(raw)
    if found is not None and not found.has_shared_link:
        raise BadInput(f"{found.words} has no link that is the same for everybody", hint="take jitsi or zoom")
    return found


def hash_name(raw: Raw) -> str:
    """Read by which hash BigBlueButton is called.

    >>> hash_name("SHA256")
    'sha256'
    """
    name = word(raw).lower()
    if name not in HASHES:
        raise BadInput(f"{shown(raw)} is no hash that servers take", hint=f"there is: {', '.join(HASHES)}")
    return name


def plain_word(raw: Raw) -> str:
    """Read an id or a name that is sent as it is: printable ASCII without blanks.

    >>> plain_word(" 3fGh_-x9 ")
    '3fGh_-x9'
    """
    text = word(raw)
    if text and not _PLAIN.fullmatch(text):
        raise BadInput(f"{shown(raw)} has characters that no id has", hint="copy it again, without blanks")
    return text


def base_address(raw: Raw) -> str:
    """Read where a server of a platform is: https, or http on this machine, without what follows a path.

    >>> base_address("https://meet.example.org/")
    'https://meet.example.org'
    """
    text = web_address(raw)
    if "?" in text or "#" in text:
        raise BadInput(
            f"{shown(raw)} is more than the address of a server", hint="leave out ? and # and what follows"
        )
    return text.rstrip("/")
