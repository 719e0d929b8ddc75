"""Questions that nobody has thought of: terms of the language put together by chance, the same for the same seed."""

from __future__ import annotations

from itertools import chain
from random import Random
from typing import Final

from tests.benchmarks.questions import CHOICES, FACTS, LABELS, MOMENTS, NUMBERS, PEOPLE, WORDS

_TERMS: Final = (
    CHOICES, FACTS, NUMBERS, NUMBERS, MOMENTS, LABELS,
    (
        *WORDS, "pa", "in", "co", "ma", "an", "sa", "castellanos", "lee", "nairobi", "circle", "interview", "code",
        "title:in", '"interview nairobi"',
    ),
    (
        *PEOPLE, "person:lee", "person:an", "person:okafor", "person:#2000", "mentor:okafor", "mentor:an",
        "mentor:#12", "author:sa", "collaborator:an", "-person:lee",
    ),
)  # fmt: skip
"""Terms by what they are about; numbers twice, because there are many of them."""

_SIZES: Final = (1, 2, 2, 2, 3, 3, 4)
"""How many terms a question has."""


def made_up(seed: int, number: int) -> list[str]:
    """Return some questions, no two alike."""
    pick = Random(seed)
    found: dict[str, None] = {}
    while len(found) < number:
        found[_question(pick)] = None
    return list(found)


def _question(pick: Random) -> str:
    terms = [_term(pick) for _ in range(pick.choice(_SIZES))]
    if pick.random() < 0.25:
        terms[0] = _either(terms[0], pick)
    return " ".join(terms)


def _term(pick: Random) -> str:
    chosen = pick.choice(pick.choice(_TERMS))
    if " " in chosen and not chosen.startswith('"'):
        chosen = chosen.partition(" ")[0].strip("(-")
    if pick.random() < 0.2:
        return chosen.removeprefix("-") if chosen.startswith("-") else f"-{chosen}"
    return chosen


def _either(term: str, pick: Random) -> str:
    """Return a term that another value will do for as well, where there is one of the same field."""
    field, colon, _ = term.removeprefix("-").rpartition(":")
    others = [
        other.removeprefix(f"{field}{colon}")
        for other in chain.from_iterable(_TERMS)
        if other.startswith(f"{field}{colon}") and " " not in other and (colon or other.isalpha())
    ]
    return f"{term},{pick.choice(others)}" if others and not term.endswith('"') else term
