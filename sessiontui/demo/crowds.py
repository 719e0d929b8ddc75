"""The worlds that are about numbers: everybody comes at once, and everything that happened in a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Final

from sessiontui.demo.crowd import days_ahead, days_back
from sessiontui.demo.every_status import about
from sessiontui.demo.names import MENTORS, PARTICIPANTS, Face
from sessiontui.demo.scenes import EDGE, FRESH, SILENT, Scene, Visit, approved, inside, pending

STORM_CROWD: Final = 320
"""How many people want to be in the storm's largest session."""

YEAR: Final = 3_650
"""How many sessions a small platform holds in a year: ten a day."""


def storm(rng: Random) -> list[Scene]:
    """Return sessions that begin this minute: one hall with hundreds, and a dozen rooms round it."""
    crowd = _strangers(rng, STORM_CROWD)
    hall = replace(
        about("Public speaking lab", rng, starts=-1, mentor=MENTORS[0]),
        title="Town hall: the year ahead",
        asks=(
            *approved(crowd[:240], rng, before=-30),
            *pending(crowd[240:], rng, earliest=-45, latest=EDGE),
        ),
        visits=(
            *inside([MENTORS[0]], rng, since=-6, beat=None),
            *(Visit(who=who, joined=rng.uniform(-3, EDGE)) for who in crowd[:150]),
        ),
    )
    rooms = []
    for place, mentor in enumerate(MENTORS):
        people = rng.sample(PARTICIPANTS, 14)
        room = about("Group coaching: saying no", rng, starts=(place % 5) - 2, mentor=mentor, capacity=8)
        came = people[: rng.randrange(5)]
        rooms.append(
            replace(
                room,
                title=f"Break-out room {place + 1}",
                asks=(
                    *approved(people[:8], rng, before=-20),
                    *pending(people[8:], rng, earliest=-25, latest=EDGE),
                ),
                visits=tuple(Visit(who=who, joined=rng.uniform(-3, EDGE), beat=FRESH) for who in came),
            )
        )
    return [hall, *rooms]


def silence(rng: Random) -> list[Scene]:
    """Return running sessions in which the heartbeats of some have stopped: stale ones, and expired ones."""
    scenes = []
    for place, silent in enumerate((SILENT, 400.0, SILENT, 95.0, 1_800.0)):
        people = rng.sample(PARTICIPANTS, 5)
        mentor = MENTORS[place]
        start = -33 - 4 * place
        scenes.append(
            replace(
                about("Burnout prevention", rng, starts=start, mentor=mentor, capacity=8),
                title=f"Burnout prevention, group {place + 1}",
                asks=approved(people, rng, before=-90),
                visits=(
                    *inside([mentor, *people[: 4 - place]], rng, since=start),
                    *inside(people[4 - place :], rng, since=start, beat=silent),
                ),
            )
        )
    return scenes


def year(rng: Random, now: datetime, number: int) -> Sequence[Scene]:
    """Return that many sessions: most of them over a year before now, some in the month ahead."""
    ahead = number // 20
    return [*days_back(rng, now, number - ahead, days=365), *days_ahead(rng, now, ahead, days=28)]


def _strangers(rng: Random, number: int) -> list[Face]:
    """Return that many people of whom no two share name and address."""
    given = [face.name.split()[0] for face in PARTICIPANTS]
    family = [face.name.split()[-1] for face in PARTICIPANTS]
    names = [f"{first} {last}" for first in given for last in family]
    return [
        Face(name=name, email=f"guest{place}@example.org") for place, name in enumerate(rng.sample(names, number))
    ]
