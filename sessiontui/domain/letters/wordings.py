"""The wordings of an installation: its own over those of the program, by letter and language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sessiontui.domain.letters.built_in import SORTS
from sessiontui.domain.letters.pages import Page
from sessiontui.domain.letters.wording import Fault, Text, Wording, plain
from sessiontui.domain.records import field, record


@record
class Wordings:
    """The wordings of an installation: its own by letter and language, and what is wrong with its files.

    A faulty file words nothing: its letter then reads as it does without it, for none may fail over a typing error.
    """

    own: Mapping[tuple[Page, str], Wording] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def of(self, page: Page, language: str = "") -> Wording:
        """Return how a letter is worded in a language, else in its wider one, else in none, else by the program."""
        wanted = language.casefold()
        for tongue in dict.fromkeys((wanted, wanted.partition("-")[0], "")):
            if (found := self.own.get((page, tongue))) is not None:
                return found
        return SORTS[page].wording

    def say(self, page: Page, values: Mapping[str, str], *, language: str = "") -> Text:
        """Return a letter; names that have no value are empty."""
        return self.of(page, language).say(dict.fromkeys(SORTS[page].names, "") | plain(values))


BUILT_IN: Final = Wordings()
"""The wordings of the program alone."""
