"""Whom and what a platform means by its words: own numbers, ``source:id``, or a bare outside id, many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.domain.errors import BadInput, NotFound
from sessiontui.services.context import Context
from sessiontui.store.reads import outside as kept

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch

    Own: TypeAlias = Callable[[Fetch, Iterable[int]], Awaitable[set[int]]]
    Outside: TypeAlias = Callable[[Fetch, Iterable[str]], Awaitable[list[tuple[str, str, int]]]]

LONGEST: Final = 15
"""Digits of an own number; anything longer is an outside id."""

FEW: Final = 16
"""Words up to which the question costs microseconds, and is asked where it is."""


@dataclass(frozen=True, slots=True)
class Named:
    """What some words mean: the id of each that means one thing, and why each other one means nothing."""

    ids: Mapping[str, int] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


async def sessions(context: Context, words: Collection[str]) -> Named:
    """Return which sessions some words mean."""
    return await _named(context, words, "session", kept.sessions, kept.outside_sessions)


async def people(context: Context, words: Collection[str]) -> Named:
    """Return which people some words mean; names and addresses are no ids, and mean nobody."""
    return await _named(context, words, "person", kept.people, kept.outside_people)


async def person(context: Context, word: str, *, place: str = "person") -> int:
    """Return the one person whom a word means; ``BadInput`` names the place where it stood."""
    found = await people(context, [word])
    if word not in found.ids:
        raise BadInput(found.faults[word], place=place)
    return found.ids[word]


async def session(context: Context, word: str) -> int:
    """Return the one session that a word means; ``NotFound`` where there is none."""
    found = await sessions(context, [word])
    if word not in found.ids:
        raise NotFound(found.faults[word], hint="an id is written 4711, or source:id")
    return found.ids[word]


def as_numbers(*words: str) -> Named | None:
    """Return what own numbers mean without asking whether they are there; nothing if any word is none."""
    numbers = {word: int(bare) for word in words if (bare := _number(word))}
    return Named(numbers) if len(numbers) == len(set(words)) else None


async def _named(context: Context, words: Collection[str], noun: str, own: Own, outside: Outside) -> Named:
    numbers = {word: int(bare) for word in words if (bare := _number(word))}
    texts = [word for word in words if word not in numbers]
    fetch = context.db.glance if len(words) <= FEW else context.db.fetch
    ids: dict[str, int] = {}
    faults: dict[str, str] = {}
    if numbers:
        there = await own(fetch, numbers.values())
        ids = {word: number for word, number in numbers.items() if number in there}
        faults = {word: f"there is no {noun} #{number}" for word, number in numbers.items() if number not in there}
    if texts:
        asked = {part for word in texts for part in (word, word.partition(":")[2]) if part}
        known: defaultdict[str, set[int]] = defaultdict(set)
        for external, source, number in await outside(fetch, asked):
            known[f"{source}:{external}"].add(number)
            known[external].add(number)
        for word in texts:
            meant = known.get(word, set())
            if len(meant) == 1:
                (ids[word],) = meant
            else:
                faults[word] = _fault(noun, word, len(meant))
    return Named(ids, faults)


def _fault(noun: str, word: str, number: int) -> str:
    if number:
        return f"{word[:60]!r} is known to several sources: write it as source:id"
    return f"there is no {noun} {word[:60]!r}"


def _number(word: str) -> str:
    bare = word.strip().removeprefix("#")
    return bare if bare.isascii() and bare.isdigit() and len(bare) <= LONGEST else ""
