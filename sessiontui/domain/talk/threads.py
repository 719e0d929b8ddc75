"""Threads: the order in which comments and their answers are read, and how far each stands in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, Protocol, TypeVar

DEEPEST: Final = 6
"""How far answers stand in on a screen: beyond, they stand below each other."""


class Said(Protocol):
    """What has a place in a thread: its number, and the one that it answers."""

    @property
    def id(self) -> int:
        """Its number; a later one is higher."""
        ...

    @property
    def parent_id(self) -> int | None:
        """What it answers, ``None`` for the beginning of a thread."""
        ...


_Said = TypeVar("_Said", bound=Said)


def threaded(comments: Sequence[_Said]) -> tuple[tuple[_Said, int], ...]:
    """Return comments in the order of reading, each with how deep it stands: every answer below what it answers.

    An answer to what is not there begins a thread of its own.
    """
    known = {one.id for one in comments}
    below: defaultdict[int | None, list[_Said]] = defaultdict(list)
    for one in sorted(comments, key=lambda one: one.id):
        parent = one.parent_id if one.parent_id in known and one.parent_id != one.id else None
        below[parent].append(one)
    return tuple(_walk(below))


def quoted(text: str) -> str:
    r"""Return a text as a quote, to be answered below it.

    >>> quoted("one\ntwo\n")
    '> one\n> two\n'
    """
    return "".join(f"> {line}\n" for line in text.rstrip().splitlines())


def _walk(below: defaultdict[int | None, list[_Said]]) -> Iterator[tuple[_Said, int]]:
    waiting = [(one, 0) for one in reversed(below[None])]
    while waiting:
        one, depth = waiting.pop()
        yield one, depth
        waiting += [(answer, depth + 1) for answer in reversed(below[one.id])]
