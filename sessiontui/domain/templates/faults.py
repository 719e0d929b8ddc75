"""What is wrong with a template, each with its place, so that it can be said beside the field or with the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.templates.places import Path

SHOWN: Final = 5
"""Faults that one message names: who mends these will see the rest next time."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the way to it, what is said of it, and its line where the text had lines."""

    path: Path
    said: str
    line: int = 0

    @property
    def field(self) -> str:
        """The field of the template that it is in, empty where it is in none."""
        return str(self.path[0]) if self.path else ""

    def __str__(self) -> str:
        where = spoken(self.path)
        parts = ([f"line {self.line}"] if self.line else []) + ([where] if where else [])
        return f"{', '.join(parts)}: {self.said}" if parts else self.said


class Faulty(BadInput):
    """A template cannot be read; ``faults`` holds all that is wrong, in the order of the text."""

    title = "The template cannot be read"

    def __init__(self, faults: Sequence[Fault], *, hint: str = "") -> None:
        shown = "; ".join(str(fault) for fault in faults[:SHOWN])
        more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        super().__init__(shown + more, hint=hint)
        self.faults = tuple(faults)


def spoken(path: Path) -> str:
    """Return the way to a value as one says it; places are counted from 1 on.

    >>> spoken(("goals", 1, "weight"))
    'goals 2, weight'
    """
    words: list[str] = []
    for part in path:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(str(part))
    return ", ".join(words)
