"""How two texts are found to be the same word: without case, accents and compatibility forms.

What is searched and what is searched for both pass through :func:`fold`; an index that stores folded text
and splits it at everything that is neither letter nor digit finds what :func:`words` finds.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Letters that carry their mark inside, so that no decomposition takes it off.
_STROKES: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe"}
)
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Return the key under which a text is compared; folding twice changes nothing.

    >>> fold("Ærø CAFÉ, Straße ﬁn")
    'aero cafe, strasse fin'
    >>> fold("ᾳ") == fold("ᾼ") == fold("ΑΙ")
    True
    """
    if text.isascii():
        return text.lower()
    # Case first: of the iota under a vowel capitals make a letter, which would be lost with the marks.
    bare = _without_marks(unicodedata.normalize("NFKD", text.casefold())).casefold()
    return _without_marks(unicodedata.normalize("NFKD", bare)).translate(_STROKES)


def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text: its unbroken runs of letters and digits.

    >>> words("Dr. O'Neill — CV-review №2")
    ('dr', 'o', 'neill', 'cv', 'review', 'no2')
    """
    return tuple(word for word in _BETWEEN_WORDS.split(fold(text)) if word)


def worded(text: str) -> str:
    """Return the word of a template as it is written in a query.

    >>> worded("Bug Fix"), worded("bug-fix")
    ('bug-fix', 'bug-fix')
    """
    return "-".join(words(text))


def label_key(text: str) -> str:
    """Return the key under which tags and sources are compared: folded, with single spaces.

    >>> label_key("  Überblick   2 ")
    'uberblick 2'
    """
    return " ".join(fold(text).split())


@lru_cache(maxsize=1024)
def closed_key(text: str) -> str:
    """Return the key of a name or value of the language itself: letters and digits only.

    >>> closed_key("No show") == closed_key("no_show") == closed_key("no-show")
    True
    """
    return "".join(words(text))


def _without_marks(text: str) -> str:
    return "".join(char for char in text if unicodedata.category(char) != "Mn")
