"""The list of people as screen 4 and the command line show it, and who in it may be one and the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sessiontui.domain.access import Action, Actor, may, require
from sessiontui.domain.analytics.estimates import wilson
from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import from_ms
from sessiontui.domain.people_query import parse
from sessiontui.services.context import Context
from sessiontui.services.people import records
from sessiontui.services.people.knowing import line_of
from sessiontui.services.pictures import PersonLine
from sessiontui.store.histories import Fetch
from sessiontui.store.reads import people as kept
from sessiontui.store.reads import people_list as lists
from sessiontui.store.reads import risk as bookings
from sessiontui.store.reads.risk import PastBooking

ORDERS: Final = tuple(lists.ORDERS)
"""By what the list can be sorted."""

DEADLINE: Final = 5.0
"""Seconds after which a question about all people is given up."""

MOST_ALIKE: Final = 100
"""Groups of likely duplicates that are told of for each sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """How often somebody came to what they were approved for: to ``came`` of ``n``, which a 95 % interval holds.

    ``chance`` is that they come the next time: their record, shrunk towards the ``usual`` rate of the platform;
    nothing while the platform has learned no rate.
    """

    came: int = 0
    n: int = 0
    low: float | None = None
    high: float | None = None
    chance: float | None = None
    usual: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """One person as a row: sessions they host and take part in, requests that wait, when last seen, their record."""

    person: PersonLine
    hosts: int
    takes_part: int
    pending: int
    seen_at: datetime | None
    record: Attended


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleBoard:
    """A window of the people of a filter; ``matched`` counts all of them."""

    taken_at: datetime
    lines: tuple[ListedPerson, ...] = ()
    matched: int = 0
    query: str = ""
    order: str = "name"
    offset: int = 0
    all_seen: bool = True
    """Whether the one who looks may see everybody; otherwise they see themselves alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Two people who may be one, and why; ``kept`` is who was known first."""

    kept: PersonLine
    other: PersonLine
    reasons: tuple[str, ...]


async def board(
    context: Context,
    text: str = "",
    *,
    by: Actor,
    now: datetime,
    order: str = "name",
    limit: int = 100,
    offset: int = 0,
) -> PeopleBoard:
    """Return a window of the people whom a filter asks for; ``BadInput`` says which term is wrong.

    Who may not manage people sees themselves alone.
    """
    if order not in lists.ORDERS:
        raise BadInput(f"{order!r} is not an order", hint=f"one of {', '.join(ORDERS)}")
    sees_all = may(by, Action.MANAGE_PEOPLE).allowed
    fetch = partial(context.db.fetch, deadline=DEADLINE)
    only = None if sees_all else by.id or 0
    ids, matched = await lists.window(fetch, parse(text), order=order, limit=limit, offset=offset, only=only)
    people = {row.id: line_of(row) for row in await kept.by_ids(fetch, ids)}
    known = await lists.known(fetch, ids)
    records = await _records(fetch, ids, now)
    return PeopleBoard(
        taken_at=now,
        lines=tuple(
            ListedPerson(
                person=people[one],
                hosts=known[one].hosts,
                takes_part=known[one].takes_part,
                pending=known[one].pending,
                seen_at=None if known[one].seen_at is None else from_ms(known[one].seen_at or 0),
                record=records[one],
            )
            for one in ids
        ),
        matched=matched,
        query=text,
        order=order,
        offset=offset,
        all_seen=sees_all,
    )


async def alike(context: Context, *, by: Actor, person_id: int | None = None) -> tuple[Alike, ...]:
    """Return people who may be one, those with most in common first; nobody is made one by that.

    With ``person_id`` only who may be the same as that person.
    """
    require(by, Action.MANAGE_PEOPLE)
    fetch = partial(context.db.fetch, deadline=DEADLINE)
    reasons: dict[tuple[int, int], list[str]] = {}
    for sign in lists.SIGNS:
        for first, *others in await lists.alike(fetch, sign, limit=MOST_ALIKE):
            for other in others:
                reasons.setdefault((first, other), []).append(sign)
    pairs = [pair for pair in reasons if person_id is None or person_id in pair]
    ids = sorted({one for pair in pairs for one in pair})
    people = {row.id: line_of(row) for row in await kept.by_ids(fetch, ids)}
    found = [Alike(kept=people[one], other=people[other], reasons=tuple(reasons[one, other])) for one, other in pairs]
    return tuple(sorted(found, key=lambda two: (-len(two.reasons), two.kept.id, two.other.id)))


def record_of(past: Iterable[PastBooking], *, base: float | None, strength: float) -> Attended:
    """Return the record that past bookings make, with the platform's rate and how many cases it weighs."""
    return _attended(*records.outcomes(past), base=base, strength=strength)


def _attended(came: int, n: int, *, base: float | None, strength: float) -> Attended:
    low, high = wilson(came, n) or (None, None)
    chance = None if base is None else (came + base * strength) / (n + strength)
    return Attended(came=came, n=n, low=low, high=high, chance=chance, usual=base)


async def _records(fetch: Fetch, ids: list[int], now: datetime) -> dict[int, Attended]:
    fit = await bookings.newest_fit(fetch)
    base, strength = (None, 0.0) if fit is None else (fit.base_rate, fit.strength)
    found = await records.of_people(fetch, ids, now=now)
    return {one: _attended(*found[one], base=base, strength=strength) for one in ids}
