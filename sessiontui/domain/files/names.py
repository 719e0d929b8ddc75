"""Names of files as they may be kept and written to any disk: no path, no control, nothing that misleads."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from sessiontui.domain.text import visible

MAX_NAME: Final = 200
"""Bytes of a name in UTF-8: file systems take 255, and a copy may need room for a number."""

LONGEST_ENDING: Final = 20
"""Bytes of an ending, with its dot, that survive when a name is cut."""

NAMELESS: Final = "file"

_RESERVED: Final = frozenset(
    (
        "con",
        "prn",
        "aux",
        "nul",
        "conin$",
        "conout$",
        *(f"{name}{n}" for name in ("com", "lpt") for n in "123456789¹²³"),
    )
)
"""Names that Windows gives to devices, with any ending."""

_FORBIDDEN: Final = re.compile(r'[<>:"|?*\x00-\x1f\x7f\ufffd\u2400-\u2421]')
"""What some file system refuses, and the signs that stand for controls once a text is made visible."""


def safe_name(text: str) -> str:
    r"""Return the name under which a file may be kept and written; running it twice changes nothing.

    >>> safe_name("../../etc/passwd"), safe_name("C:\\tmp\\CON.txt"), safe_name("  .. ")
    ('passwd', '_CON.txt', 'file')
    >>> safe_name("gpj.\u202eexe"), safe_name("-rf")
    ('gpj.exe', '_-rf')
    """
    last = re.split(r"[/\\\u2044\u2215\uff0f\uff3c]", text.rstrip("/\\ "))[-1]
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", visible(last)))
    name = _trimmed(re.sub(r"\s+", " ", name))
    name = _trimmed(_cut(name)) or NAMELESS
    if name.split(".")[0].rstrip().casefold() in _RESERVED or name.startswith(("-", "~")):
        name = f"_{name}"
    return name


def name_key(name: str) -> str:
    """Return what tells a name from others in one session: case and form of letters do not.

    >>> name_key("Notes.TXT") == name_key("notes.txt")
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())


def _trimmed(name: str) -> str:
    """Take blanks and dots off both ends: a name that begins with a dot hides, one that ends so is cut by some."""
    return name.strip(" .\u00a0\u3000")


def _cut(name: str) -> str:
    if len(name.encode()) <= MAX_NAME - 1:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = f"{dot}{ending}"
    if not stem or len(ending.encode()) > LONGEST_ENDING:
        stem, ending = name, ""
    room = MAX_NAME - 1 - len(ending.encode())
    kept = stem.encode()[:room].decode("utf-8", "ignore")
    return f"{_trimmed(unicodedata.normalize('NFC', kept))}{ending}"
