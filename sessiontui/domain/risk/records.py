"""What was known of a person when a booking was made: outcomes that came later never enter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, TypeAlias

from sessiontui.domain.risk.cases import Case, Traits, traits_of
from sessiontui.domain.risk.model import Record
from sessiontui.domain.risk.steps import Steps, parted, whole

RECENT: Final = 30
"""Newest cases that make up a person's record: what they did before tells of another time, and costs as much."""

_Line: TypeAlias = tuple[Traits, int, int]
_Outcome: TypeAlias = tuple[Traits, bool]
_Past: TypeAlias = tuple[_Outcome, ...]
"""What a person did with their newest bookings, a few in most cases: a queue of each would take half a kilobyte."""


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
    """Do what ``recorded`` does, in steps; what is alike is one object, of which there are few."""
    traits = yield from _banding(cases, zone)
    by_outcome = sorted(range(len(cases)), key=lambda place: (cases[place].known_at, cases[place].starts_at))
    by_asking = sorted(range(len(cases)), key=lambda place: cases[place].asked_at)
    pasts: dict[str, _Past] = {}
    records: dict[str, Record] = {}
    outcomes: dict[_Outcome, _Outcome] = {}
    lines: dict[_Line, _Line] = {}
    known: dict[Seen, Seen] = {}
    found: dict[int, Seen] = {}
    done = 0
    for ends, place in parted(by_asking):
        if ends:
            yield
        asked_at, who = cases[place].asked_at, cases[place].who
        while done < len(cases) and cases[by_outcome[done]].known_at < asked_at:
            other = by_outcome[done]
            outcome = traits[other], cases[other].came
            shared = outcomes.setdefault(outcome, outcome)
            pasts[cases[other].who] = (*pasts.get(cases[other].who, ()), shared)[-RECENT:]
            records.pop(cases[other].who, None)
            done += 1
        if who in pasts and who not in records:
            records[who] = tuple(lines.setdefault(line, line) for line in record_of(pasts[who]))
        seen = Seen(traits=traits[place], record=records.get(who, ()), came=cases[place].came)
        found[place] = known.setdefault(seen, seen)
    return [found[place] for place in range(len(cases))]


def _banding(cases: Sequence[Case], zone: tzinfo) -> Steps[list[Traits]]:
    """Return the traits of every case, in the order given."""
    known: dict[Traits, Traits] = {}
    found = []
    for ends, case in parted(cases):
        if ends:
            yield
        traits = traits_of(case.booked_at, case.starts_at, zone, is_dated=case.is_dated)
        found.append(known.setdefault(traits, traits))
    return found


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
