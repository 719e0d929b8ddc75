"""What can be written next at the cursor: field names, then the values of the field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sessiontui.domain.query.fields import FIELDS, Field, find_field
from sessiontui.domain.query.folding import fold, words
from sessiontui.domain.query.lexing import NAME, OPERATOR, quoted

MOST_OFFERED: Final = 50  # more than a list on a screen shows

_PLAIN: Final = re.compile(r"[^\s,\"<>=#][^\s,]*")
_NAME_REST: Final = re.compile(r"[A-Za-z_-]*:?")
_BARE_REST: Final = re.compile(r"[^\s,\"]*")


@dataclass(frozen=True, slots=True)
class Completion:
    """One offer: ``insert`` takes the place of the characters from ``start`` to ``end``."""

    insert: str
    start: int
    end: int
    help: str = ""


def completions(
    text: str, cursor: int, *, values: Mapping[str, Sequence[str]] | None = None
) -> tuple[Completion, ...]:
    """Return the offers at a cursor, best first: what begins like the typed part, then what contains it.

    ``values`` are the known values of open fields by field name, such as mentors and tags. Inside a free
    phrase nothing is offered. Any text and any cursor are accepted.
    """
    cursor = max(0, min(cursor, len(text)))
    start = _term_start(text, cursor)
    start += text.startswith("-", start, cursor)
    typed = text[start:cursor]
    named = NAME.match(typed)
    if named is None:
        return _names(text, start, cursor) if re.fullmatch(r"[A-Za-z_-]*", typed) else ()
    field = find_field(named[1])
    if field is None:
        return ()
    return _values(field, text, _value_start(text, start + named.end(), cursor), cursor, values or {})


def _names(text: str, start: int, cursor: int) -> tuple[Completion, ...]:
    rest = _NAME_REST.match(text, cursor)
    end = rest.end() if rest else cursor
    offered = ((f"{field.name}:", field.help, (field.name, *field.aliases)) for field in FIELDS)
    return tuple(Completion(insert, start, end, text) for insert, text in _ranked(text[start:cursor], offered))


def _values(
    field: Field, text: str, start: int, cursor: int, values: Mapping[str, Sequence[str]]
) -> tuple[Completion, ...]:
    typed = text[start:cursor]
    closed = ((value.word, value.help, (value.word,)) for value in field.values)
    examples = ((word, "", (word,)) for word in field.examples)
    known = ((_written(word), "", (word, *words(word))) for word in values.get(field.name, ()))
    rest = None if typed.startswith('"') else _BARE_REST.match(text, cursor)
    end = rest.end() if rest else cursor + text.startswith('"', cursor)
    wanted = typed.lstrip('"')
    operator = OPERATOR.match(typed)
    if operator and field.ranked:
        start, wanted = start + operator.end(), typed[operator.end() :]
    return tuple(
        Completion(insert, start, end, text) for insert, text in _ranked(wanted, (*closed, *examples, *known))
    )


def _ranked(typed: str, offered: Iterable[tuple[str, str, tuple[str, ...]]]) -> Iterator[tuple[str, str]]:
    wanted = fold(typed)
    good: dict[str, str] = {}
    fair: dict[str, str] = {}
    for insert, text, keys in offered:
        folded = [fold(key) for key in keys]
        if any(key.startswith(wanted) for key in folded):
            good.setdefault(insert, text)
        elif wanted in folded[0]:
            fair.setdefault(insert, text)
    yield from list(({**fair, **good} if not good else {**good, **fair}).items())[:MOST_OFFERED]


def _term_start(text: str, cursor: int) -> int:
    """Return where the term under the cursor begins; white space inside a phrase does not end it."""
    start, at, inside = 0, 0, False
    while at < cursor:
        char = text[at]
        if inside:
            at += char == "\\"
            inside = char != '"'
        elif char.isspace():
            start = at + 1
        elif char == '"' and (at == start or text[at - 1] in ":,-<>="):
            inside = True
        at += 1
    return min(start, cursor)


def _value_start(text: str, first: int, cursor: int) -> int:
    """Return where the value under the cursor begins: after the last comma that is not inside a phrase."""
    start, at, inside = first, first, False
    while at < cursor:
        char = text[at]
        if inside:
            at += char == "\\"
            inside = char != '"'
        elif char == ",":
            start = at + 1
        elif char == '"' and text[at - 1] in ":,<>=":
            inside = True
        at += 1
    return start


def _written(word: str) -> str:
    return word if _PLAIN.fullmatch(word) else quoted(word)
