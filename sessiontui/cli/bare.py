"""A command line that surely opens the console: nothing on it but options for all. It is read without a parser."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Final

VALUED: Final = {"--database": "database", "--config": "config"}
FLAGS: Final = {"--read-only": "read_only", "--ascii": "ascii", "--no-diff": "no_diff"}
"""Options for all whose values need no check, and those without values, by what they are called when parsed.

The parser knows them too, and is asked wherever anything else stands on the command line.
"""


def bare(words: Sequence[str]) -> SimpleNamespace | None:
    """Return what the parser would make of a command line; ``None`` where it has to be asked.

    >>> bare(["--ascii", "--database", "desk.db"]).database
    'desk.db'
    >>> bare(["--help"]) is None
    True
    """
    found: dict[str, str | bool | None] = dict.fromkeys(VALUED.values()) | dict.fromkeys(FLAGS.values(), False)
    rest = iter(words)
    for word in rest:
        if word in FLAGS:
            found[FLAGS[word]] = True
        elif word in VALUED:
            value = next(rest, "-")
            if value.startswith("-"):
                return None
            found[VALUED[word]] = value
        else:
            return None
    return SimpleNamespace(**found, zone=None, at=None, json=False, command="console", run="console:run")
