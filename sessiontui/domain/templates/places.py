"""Where in a TOML text a value stands, which the parser of the standard library does not tell.

It reads a text that has been parsed, so it need not judge it: what it does not understand it places at the line of
what is around it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

Path: TypeAlias = "tuple[str | int, ...]"
"""The way to a value: keys of tables, and places in arrays from 0 on."""

_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([^\]\[#]+?)\s*\]\]?\s*(#.*)?$")
_KEY: Final = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*'))*)\s*="""
)
_PART: Final = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_TOKEN: Final = re.compile(
    r'"""(?:\\.|(?!""").)*"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\''
    r'|#[^\n]*|[\[\]{},\n]|[^\s\[\]{},#"\']+',
    re.DOTALL,
)
"""What the extent of a value depends on: strings and comments whole, brackets, commas, line ends, bare words."""


def lines_of(text: str) -> Mapping[Path, int]:
    """Return the lines, from 1 on, on which values of a TOML text begin, by the way to them.

    >>> lines_of('name = "A"\\n[[goals]]\\ntitle = "B"\\n')[("goals", 0, "title")]
    3
    """
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    at, line = 0, 1
    text = text.replace("\r\n", "\n")
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        row = text[at:end]
        header, key = _HEADER.match(row), _KEY.match(row)
        if key is not None:
            path = table + _parts(key.group(1))
            found.setdefault(path, line)
            stop = _extent(text, at + key.end(), path, line, found)
        elif header is not None:
            table = _entered(_parts(header.group(2)), counts, repeated=header.group(1) == "[[")
            found.setdefault(table, line)
            stop = end
        else:
            stop = end
        line += text.count("\n", at, stop) + 1
        at = stop + 1
    return found


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of a value, or of what it would stand in; 1 where nothing of it is there."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return 1


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(key))


def _entered(names: tuple[str, ...], counts: dict[Path, int], *, repeated: bool) -> Path:
    """Return the table that a header opens, below the newest of each array of tables on the way."""
    path: Path = ()
    for depth, name in enumerate(names):
        path = (*path, name)
        if repeated and depth == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _extent(text: str, at: int, path: Path, line: int, found: dict[Path, int]) -> int:
    """Return where the line ends on which a value ends, noting where the members of an array begin."""
    depth = place = 0
    is_array = fresh = False
    line_now = line
    for token in _TOKEN.finditer(text, at):
        word = token.group()
        if is_array and depth == 1 and fresh and word not in ("\n", "]", ",") and word[0] != "#":
            found.setdefault((*path, place), line_now)
            fresh = False
        if word in ("[", "{"):
            is_array = is_array or (depth == 0 and word == "[")
            depth += 1
            fresh = fresh or (depth == 1 and is_array)
        elif word in ("]", "}"):
            depth -= 1
        elif word == "," and depth == 1:
            place, fresh = place + 1, True
        elif word == "\n":
            if depth <= 0:
                return token.start()
            line_now += 1
        else:
            line_now += word.count("\n")
    return len(text)
