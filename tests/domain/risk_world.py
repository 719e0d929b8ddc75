"""A made-up clinic whose bookings look like the well-known table of 110 527 medical appointments.

A fifth stays away; most people have one to three visits in six weeks, a few many; what was booked on the day itself
is kept by nearly all, what was booked weeks ahead by two thirds; appointments are dated to the day.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from sessiontui.domain.risk import Case

FIRST = datetime(2016, 4, 29, tzinfo=UTC)
DAYS = tuple(day for day in (FIRST + timedelta(days=n) for n in range(41)) if day.weekday() < 6)

# Lead in days, share of the bookings, log-odds of staying away.
LEADS = ((0, 0.35, -3.0), (1, 0.05, -1.35), (2, 0.1, -1.2), (5, 0.16, -1.1), (10, 0.12, -0.85), (22, 0.14, -0.75))
LONG = (50, 0.08, -0.7)


HEADING = (
    "PatientId,AppointmentID,Gender,ScheduledDay,AppointmentDay,Age,Neighbourhood,Scholarship,Hipertension,Diabetes,"
    "Alcoholism,Handcap,SMS_received,No-show"
)


def clinic(n: int, *, seed: int = 1, spread: float = 0.9) -> list[Case]:
    """Return past bookings, the earliest first; ``spread`` is how much people differ, in log-odds."""
    rng = Random(seed)
    cases: list[Case] = []
    person = 0
    while len(cases) < n:
        person += 1
        cases += _person(f"p{person}", rng, spread)
    return sorted(cases[:n], key=lambda case: (case.starts_at, case.who))


def _person(who: str, rng: Random, spread: float) -> Iterator[Case]:
    usual = rng.gauss(0, spread) - 0.1 * spread**2
    visits = 1 + int(rng.expovariate(1.25)) + (int(rng.expovariate(1 / 8)) if rng.random() < 0.02 else 0)
    for _ in range(min(visits, 60)):
        day = rng.choice(DAYS)
        lead, away = _lead(rng)
        booked = day - timedelta(days=lead) + timedelta(hours=rng.uniform(7, 17))
        came = rng.random() >= 1 / (1 + math.exp(-(away + usual)))
        yield Case(
            who=who,
            booked_at=booked,
            starts_at=day,
            known_at=day + timedelta(days=1),
            came=came,
            is_dated=True,
        )


def _lead(rng: Random) -> tuple[int, float]:
    drawn = rng.random()
    for lead, share, away in LEADS:
        if drawn < share:
            return (max(1, int(lead * rng.uniform(0.7, 1.4))) if lead else 0), away
        drawn -= share
    return int(LONG[0] * rng.uniform(0.7, 2.0)), LONG[2]


def as_table(cases: list[Case]) -> str:
    """Return bookings as the table is published: an outcome of ``Yes`` means that the person stayed away."""
    lines = [HEADING]
    lines += [
        f"{int(case.who[1:]) * 7919:.1f},{5_000_000 + number},F,{case.booked_at:%Y-%m-%dT%H:%M:%SZ},"
        f"{case.starts_at:%Y-%m-%dT%H:%M:%SZ},62,JARDIM DA PENHA,0,1,0,0,0,0,{'No' if case.came else 'Yes'}"
        for number, case in enumerate(cases)
    ]
    return "\n".join(lines) + "\n"
