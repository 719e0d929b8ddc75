"""The index of words, asked for more or less of what a filter says."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from sessiontui.domain.query import words
from sessiontui.domain.query.terms import Expression, Label, Labelled, NameHas, Needle, PersonIs, TextHas
from sessiontui.domain.records import replace
from sessiontui.store.marking import any_of
from sessiontui.store.narrowing.marked import Marked, marked
from sessiontui.store.narrowing.source import NOTHING, NOTHING_KNOWN, Known, Source

KEPT_BEGINNING: Final = 3
"""Letters of the longest beginnings of words that the index keeps sessions for; for others it gathers them anew."""

_WORDS: Final = (
    "SELECT rowid FROM session_words WHERE session_words MATCH ? UNION ALL SELECT session_id FROM words_due"
)
"""The sessions with words in them; those whose text is not up to date yet may have any."""


def beginnings(terms: Iterable[Expression]) -> Iterator[str]:
    """Yield the beginnings of words in terms that the index of words keeps no sessions for.

    Those of other signs than ASCII are left out: the index may spell them in another way.
    """
    for term in terms:
        match term:
            case TextHas(_, needle) if needle.prefix:
                begun = needle.words[-1:]
            case NameHas(_, named):
                begun = named
            case _:
                continue
        yield from (word for word in begun if len(word) > KEPT_BEGINNING and word.isascii() and word.isalnum())


def wordings(terms: Iterable[Expression], known: Known = NOTHING_KNOWN) -> tuple[Source | None, ...]:
    """Return the index of words asked for all words of terms, and their marks, the sharpest question last.

    Beginnings no longer than the index keeps them hold more than they could, but are found at once; so are those of
    which all words are known, and nothing blunter is asked then. Where there are no words, there is no question.
    """
    terms = tuple(terms)
    begun: list[str] = []
    whole: list[str] = []
    for term in terms:
        match term:
            case TextHas(_, needle):
                begun += needle.words[-1:] if needle.prefix else ()
                whole += needle.words[:-1] if needle.prefix else needle.words
            case NameHas(_, named):
                begun += named
            case Labelled(Label.TAG, key):
                whole += words(key)
            case _:
                pass
    if not begun and not whole:
        return ()
    marks = marked(terms)
    whole += _names(terms, known)
    if all(len(word) <= KEPT_BEGINNING or word in known.begun for word in begun):
        return (_asked(begun, whole, known, marks),)
    longest = max(begun, key=len, default="")
    blunt = _asked([word[:KEPT_BEGINNING] for word in begun], whole, known, marks)
    mixed = _asked([word if word is longest else word[:KEPT_BEGINNING] for word in begun], whole, known, marks)
    return blunt, mixed, _asked(begun, whole, known, marks)


def by_marks(terms: Iterable[Expression], known: Known = NOTHING_KNOWN, *, apart: bool = False) -> Source | None:
    """Return the index of words asked for the marks of terms without words, and the names of the people in them.

    ``None`` where it would be asked for hardly less than everything. With ``apart`` what is not over may be left to
    another question.
    """
    terms = tuple(terms)
    marks = marked(terms, apart=apart)
    if wordings(terms, known) or marks == Marked():
        return None
    return _asked((), _names(terms, known), known, marks)


def _names(terms: Iterable[Expression], known: Known) -> list[str]:
    return [word for term in terms if isinstance(term, PersonIs) for word in known.names.get(term, ())]


def word_search(begun: Iterable[str], whole: Iterable[str] = (), known: Known = NOTHING_KNOWN) -> Source | None:
    """Return the index of words for sessions that have words whole and words that begin so.

    Words of signs that the index may not take for letters are left out; ``None`` if none is left.
    """
    return _asked(begun, whole, known, Marked())


def _asked(begun: Iterable[str], whole: Iterable[str], known: Known, marks: Marked) -> Source | None:
    """Return the index of words for what has words and marks; ``None`` if there is nothing that must be there."""
    if marks.is_nothing:
        return replace(NOTHING, lacks_ahead=marks.lacks_ahead)
    whole = tuple(whole)
    if whole or marks.wanted:
        begun = [word for word in begun if len(word) > 1]  # one letter begins some word of nearly all
    parts = [_beginning(word, known) for word in begun if _is_one_word(word)]
    parts += [f'"{word}"' for word in whole if _is_one_word(word)]
    parts += marks.wanted
    if not parts:
        return None
    asked = " AND ".join(parts)
    if marks.unwanted:
        asked = f"({asked}) NOT {any_of(marks.unwanted)}"
    return Source(_WORDS, (asked,), is_words=True, lacks_ahead=marks.lacks_ahead)


def text(needle: Needle, known: Known = NOTHING_KNOWN) -> Source | None:
    """Return the index of words for one needle."""
    if needle.prefix:
        return word_search(needle.words[-1:], needle.words[:-1], known)
    return word_search((), needle.words)


def _beginning(word: str, known: Known) -> str:
    """Return how the index is asked for a beginning: for the words themselves where they are known.

    For a beginning it would first gather all that it holds, and cannot be broken off meanwhile.
    """
    if word not in known.begun:
        return f'"{word}"*'
    every = " OR ".join(f'"{one}"' for one in (word, *known.begun[word]))
    return f"({every})"


def _is_one_word(word: str) -> bool:
    """Whether the index of words surely takes a word for one word: letters and digits that it has always known."""
    return all(char.isalnum() if char.isascii() else unicodedata.ucd_3_2_0.category(char)[0] in "LN" for char in word)
