"""Growing a world to any size: what was played is copied to other days, with other people and other groups."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import product, takewhile
from random import Random
from threading import Event
from typing import Final

from sessiontui.demo.names import MENTORS, PARTICIPANTS
from sessiontui.demo.playing import KNOWN_FOR, PLATFORM, Cast, Progress
from sessiontui.domain.phrases import count
from sessiontui.domain.vocabulary import Role
from sessiontui.services.context import Context
from sessiontui.store.bulk import Circle, Copy, Original, Originals, add_people, copy_sessions, originals

PLAYED: Final = 1_500
"""As many sessions are written one by one; what a world has beyond them are copies."""

DAYS_BACK: Final = 730

DAYS_AHEAD: Final = 60

_AHEAD: Final = 0.04
"""The share of copies that lie ahead; all others are over."""

_MENTORS: Final = 300

_SESSIONS_A_PERSON: Final = 50
"""How many sessions there are for each participant, up to a crowd of ``_CROWD``."""

_CROWD: Final = 20_000

_DAY_MS: Final = 24 * 60 * 60 * 1000

_PLACES: Final = (
    "Lisbon", "Nairobi", "Osaka", "Leeds", "Lima", "Tartu", "Pune", "Accra", "Cork", "Graz", "Quito", "Perth",
    "Malmö", "Izmir", "Fez", "Busan",
)  # fmt: skip


async def grow(context: Context, number: int, *, cast: Cast, rng: Random, progress: Progress | None = None) -> range:
    """Copy what there is until that many sessions more are there, and return their ids.

    The past reaches back two years. Nobody else may use the database meanwhile.
    """
    there = await originals(context.db.fetch, now=cast.now, rules=context.rules)
    crowd = min(max(number // _SESSIONS_A_PERSON, 2 * len(PARTICIPANTS)), _CROWD)
    known_at = cast.now - KNOWN_FOR - timedelta(days=DAYS_BACK)
    async with context.db.write(by=PLATFORM, at=cast.now) as tx:
        made = {
            MENTORS: await add_people(
                tx, _names(rng, _MENTORS), role=Role.MENTOR, mail="mentor{}@example.org".format, created_at=known_at
            ),
            PARTICIPANTS: await add_people(
                tx, _names(rng, crowd), role=Role.PARTICIPANT, mail="guest{}@example.org".format, created_at=known_at
            ),
        }
        await tx.audit("demo.grow", f"copied {count(number, 'session')} to other days", detail={"of": number})
    circles = [
        Circle(first=cast.ids[faces[0]], count=len(faces), onto=new.start, size=len(new))
        for faces, new in made.items()
    ]
    stop = Event()
    try:
        ids = await asyncio.to_thread(
            copy_sessions,
            context.db.path,
            takewhile(lambda _: not stop.is_set(), _copies(rng, there, number, circles)),
            circles=circles,
            now=cast.now,
            progress=None if progress is None else lambda done: progress(done, number),
        )
    finally:
        stop.set()
    async with context.db.write(by=PLATFORM, at=cast.now) as tx:
        await tx.recount()
    return ids


def _copies(rng: Random, there: Originals, number: int, circles: Sequence[Circle]) -> Iterator[Copy]:
    """Yield copies by chance, in no order of time."""
    groups = _groups()
    ahead = round(number * _AHEAD) if there.ahead else 0
    for place in range(number):
        is_ahead = place % 25 == 0 and place // 25 < ahead
        of: Original = rng.choice(there.ahead if is_ahead else there.over)
        days = rng.randrange(DAYS_AHEAD) if is_ahead else -rng.randrange(DAYS_BACK)
        told = -rng.randrange(_DAY_MS // 4) if is_ahead else days * _DAY_MS
        turns = tuple(rng.randrange(circle.size) for circle in circles)
        yield Copy(of, of.title + rng.choice(groups), days * _DAY_MS, told, turns)


def _groups() -> list[str]:
    """Return what tells the sessions of one topic apart."""
    return [
        *("" for _ in range(8)),
        *(f", group {number}" for number in range(1, 41)),
        *(f", week {number}" for number in range(1, 13)),
        *(f" in {place}" for place in _PLACES),
        *(f" in {place}, group {number}" for place, number in product(_PLACES, range(1, 9))),
    ]


def _names(rng: Random, number: int) -> Iterator[str]:
    """Yield names of that many people; the more there are, the more share theirs."""
    given = [face.name.split()[0] for face in PARTICIPANTS]
    family = [face.name.split()[-1] for face in PARTICIPANTS]
    for _ in range(number):
        yield f"{rng.choice(given)} {rng.choice('ABCDEFGHIJKLMNOPRSTVW')}. {rng.choice(family)}"
