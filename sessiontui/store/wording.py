"""Which of a session's words stand in public: all but the names of those who asked or came.

The text that free words are searched in holds the names of everybody. For a person who may not see who asked and
came, what is found there counts only if it stands in the title, the description or the tags.
"""

from __future__ import annotations

from typing import Final

PUBLIC_WORDS: Final = "words_in_public"
"""The name under which connections that read know ``stands_in_public``."""

WRITTEN: Final = 2
"""Parts of the text before the tags: title and description."""


def stands_in_public(haystack: str, tags: int, words: str, prefix: int) -> bool:
    """Return whether words that follow each other stand in one of the parts that everybody may read.

    ``tags`` is how many tags the session has; with ``prefix`` the last word need only begin so.

    >>> text = " grief circle | for those who lost | cv | ana ruiz "
    >>> stands_in_public(text, 1, "those who", 1), stands_in_public(text, 1, "ana", 1)
    (True, False)
    """
    sought = f" {words}" if prefix else f" {words} "
    return any(sought in f" {part} " for part in haystack[1:-1].split(" | ")[: WRITTEN + tags])
