"""Where the terms of a query begin and end: signs, fields, values and quotes, each with its span.

::

    query  = { term }                      separated by white space
    term   = ["-"] ( field ":" value { "," value } | word | phrase )
    value  = ["<" | "<=" | ">" | ">=" | "="] ( bare | phrase )
    phrase = '"' … '"'                     with \\" for a quote and \\\\ for a backslash

A quote opens a phrase only at the beginning of a word or value; anywhere else it is a character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sessiontui.domain.query.fault import QueryError
from sessiontui.domain.records import record

NAME: Final = re.compile(r"([A-Za-z][A-Za-z_-]*):")
OPERATOR: Final = re.compile(r"<=|>=|<|>|=")
_PHRASE: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED: Final = re.compile(r'\\(["\\])')
_SPACE: Final = re.compile(r"\s*")
_WORD: Final = re.compile(r"\S+")
_BARE: Final = re.compile(r"[^\s,]+")


@record
class Piece:
    """One written value: its text without quotes, the operator before it, and its span."""

    text: str
    start: int
    end: int
    quoted: bool = False
    operator: str = ""


@record
class RawTerm:
    """One written term; ``name`` is empty for a free word or phrase, which has exactly one piece."""

    name: str
    pieces: tuple[Piece, ...]
    negated: bool
    start: int
    end: int


def raw_terms(text: str) -> Iterator[RawTerm]:
    """Yield the written terms from left to right; raises ``QueryError`` at the first that is malformed."""
    at = _after_space(text, 0)
    while at < len(text):
        term = _raw_term(text, at)
        yield term
        at = _after_space(text, term.end)


def quoted(text: str) -> str:
    r"""Return a text as a phrase of the language.

    >>> print(quoted('say "hi"'))
    "say \"hi\""
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _raw_term(text: str, start: int) -> RawTerm:
    negated = text[start] == "-"
    at = start + negated
    if negated and (at == len(text) or text[at].isspace()):
        raise QueryError(
            "a - stands alone", start=start, end=at, hint="write it close to the term that it turns round"
        )
    if negated and text[at] == "-":
        raise QueryError("two - in a row", start=start, end=at + 1, hint="one turns the term round")
    named = NAME.match(text, at)
    if named is None:
        piece = _piece(text, at, _WORD)
        return RawTerm("", (piece,), negated, start, piece.end)
    pieces = _values(text, named)
    return RawTerm(named[1], pieces, negated, start, pieces[-1].end)


def _values(text: str, named: re.Match[str]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = named.end()
    while True:
        operator = OPERATOR.match(text, at)
        begin = operator.end() if operator else at
        if begin == len(text) or text[begin].isspace() or text[begin] == ",":
            name = named[1][:40]
            raise QueryError(
                f"{name}: needs a value",
                start=named.start(),
                end=begin,
                hint=f'write the value close to it, like {name}:something or {name}:"two words"',
            )
        piece = _piece(text, begin, _BARE)
        pieces.append(Piece(piece.text, at, piece.end, piece.quoted, operator[0] if operator else ""))
        if piece.end == len(text) or text[piece.end] != ",":
            return tuple(pieces)
        at = piece.end + 1


def _piece(text: str, at: int, bare: re.Pattern[str]) -> Piece:
    if text[at] != '"':
        found = bare.match(text, at)
        end = found.end() if found else at
        return Piece(text[at:end], at, end)
    phrase = _PHRASE.match(text, at)
    if phrase is None:
        raise QueryError("the quote is not closed", start=at, end=len(text), hint='end it with a "')
    end = phrase.end()
    allowed = bare is _BARE and text[end : end + 1] == ","
    if end < len(text) and not text[end].isspace() and not allowed:
        raise QueryError("something follows close behind a quote", start=end, end=end + 1, hint="put a space between")
    return Piece(_ESCAPED.sub(r"\1", phrase[1]), at, end, quoted=True)


def _after_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at
