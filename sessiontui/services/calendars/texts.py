r"""Texts as calendars write them: RFC 5545, section 3.3.11.

The library takes a backslash before an N for a line break that is escaped already, and so loses ``C:\New``. Importing
this module imports the library, which is slow.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from icalendar.prop import vCategory, vText

_ESCAPED: Final = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


class Text(vText):
    r"""A text with line feeds alone between its lines, which comes back as it was.

    >>> Text("C:\\New; a, b").to_ical()
    b'C:\\\\New\\; a\\, b'
    """

    __slots__ = ()

    def to_ical(self) -> bytes:
        """Return the text with its signs escaped, in UTF-8."""
        return str(self).translate(_ESCAPED).encode()


def categories(names: Iterable[str]) -> vCategory:
    """Return several texts in one line."""
    listed = vCategory([])
    listed.cats = [Text(name) for name in names]
    return listed
