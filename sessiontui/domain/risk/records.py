"""What was known of a person when a booking was made: outcomes that came later never enter."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from sessiontui.domain.risk.cases import Case, Traits, traits_of
from sessiontui.domain.risk.model import Record
from sessiontui.domain.risk.steps import Steps, parted, whole

RECENT: Final = 30
"""Newest cases that make up a person's record: what they did before tells of another time, and costs as much."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One booking as it looked when it was made: its traits, the person's record by then, and what came of it."""

    traits: Traits
    record: Record
    came: bool


def recorded(cases: Sequence[Case], zone: tzinfo) -> list[Seen]:
    """Return every case with the record of its person at the instant of asking, in the order given."""
    return whole(recording(cases, zone))


def recording(cases: Sequence[Case], zone: tzinfo) -> Steps[list[Seen]]:
    """Do what ``recorded`` does, in steps."""
    traits = []
    for ends, case in parted(cases):
        if ends:
            yield
        traits.append(traits_of(case.booked_at, case.starts_at, zone, is_dated=case.is_dated))
    by_outcome = sorted(range(len(cases)), key=lambda place: (cases[place].known_at, cases[place].starts_at))
    by_asking = sorted(range(len(cases)), key=lambda place: cases[place].asked_at)
    pasts: dict[str, deque[tuple[Traits, bool]]] = {}
    records: dict[str, Record] = {}
    found: list[Record] = [()] * len(cases)
    done = 0
    for ends, place in parted(by_asking):
        if ends:
            yield
        asked_at, who = cases[place].asked_at, cases[place].who
        while done < len(cases) and cases[by_outcome[done]].known_at < asked_at:
            other = by_outcome[done]
            pasts.setdefault(cases[other].who, deque(maxlen=RECENT)).append((traits[other], cases[other].came))
            records.pop(cases[other].who, None)
            done += 1
        if who in pasts:
            if who not in records:
                records[who] = record_of(pasts[who])
            found[place] = records[who]
    return [Seen(traits=traits[place], record=found[place], came=case.came) for place, case in enumerate(cases)]


def record_of(past: Iterable[tuple[Traits, bool]]) -> Record:
    """Return outcomes as a record in its one order, so that equal pasts are equal records.

    >>> record_of([((0, 1, 2), True), ((0, 1, 2), False)])
    (((0, 1, 2), 2, 1),)
    """
    number: Counter[Traits] = Counter()
    kept: Counter[Traits] = Counter()
    for traits, came in past:
        number[traits] += 1
        kept[traits] += came
    return tuple((traits, number[traits], kept[traits]) for traits in sorted(number))
