"""How long a session is likely to take, from what past ones took of their estimates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from sessiontui.domain.access import Action, Actor, Reach, reach
from sessiontui.domain.instants import from_ms
from sessiontui.domain.learning.predicting import Case, Evaluation, Fit, Prediction, evaluate, fit, predict
from sessiontui.services.scoring.pasts import Progress, read
from sessiontui.store.reads import worked as kept

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sessiontui.services.context import Context
    from sessiontui.store.reads.worked import PastRow

LEARNED_FROM: Final = 4_000
"""The newest sessions that a prediction on the desk rests on: older ones say little of today."""

TTL: Final = timedelta(minutes=10)
"""How long a fit is believed: one more session hardly moves it."""

MOST_FITS: Final = 64
"""Fits that one process keeps, one for each person of whom only their own sessions count."""

_MS: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class _Kept:
    found: Fit | None
    at: datetime


# By database, so that nothing outlives it; within, by whose sessions they rest on.
_FITS: Final[WeakKeyDictionary[object, dict[int | None, _Kept]]] = WeakKeyDictionary()


async def prediction(
    context: Context, *, by: Actor, now: datetime, template: str, kind: str, person: int | None, estimate: timedelta
) -> Prediction | None:
    """Return how long a session is likely to take; ``None`` where too little is known, or where one may not know it.

    A mentor's prediction rests on their own sessions alone.
    """
    far = reach(by, Action.SEE_SCORES)
    if far is Reach.NO or estimate <= timedelta():
        return None
    found = await _fit(context, by.id if far is Reach.OWN else None, now=now)
    if found is None:
        return None
    return predict(found, template=_group(template, kind), person=person, estimate=estimate)


async def trial(
    context: Context,
    *,
    by: Actor,
    now: datetime,
    query: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    zone: ZoneInfo | None = None,
    progress: Progress | None = None,
) -> tuple[Fit | None, Evaluation | None]:
    """Return what is learned from the sessions of a query, and how that fares on the later part of them."""
    pasts = await read(context, by=by, now=now, query=query, since=since, until=until, zone=zone, progress=progress)
    cases = list(cases_of(pasts.rows))
    return fit(cases), evaluate(cases)


def cases_of(rows: Iterable[PastRow]) -> Iterable[Case]:
    """Return the sessions that ran as cases to learn from; those without a template by their kind."""
    return (
        Case(
            at=from_ms(row.starts_at),
            template=_group(row.template, row.kind),
            person=row.person,
            estimate=row.estimate * _MS,
            actual=row.actual * _MS,
        )
        for row in rows
        if row.actual > 0 and row.estimate > 0
    )


def forget(context: Context) -> None:
    """Drop what was learned from a database."""
    _FITS.pop(context.db, None)


def _group(template: str, kind: str) -> str:
    return template or f"kind:{kind}"


async def _fit(context: Context, whose: int | None, *, now: datetime) -> Fit | None:
    fits = _FITS.setdefault(context.db, {})
    held = fits.get(whose)
    if held is None or abs(now - held.at) >= TTL:
        condition = ("1", ()) if whose is None else kept.own_of(whose)
        rows = await kept.latest(context.db.fetch, condition, limit=LEARNED_FROM)
        held = _Kept(fit(cases_of(rows)), now)
        if len(fits) >= MOST_FITS:
            fits.pop(next(iter(fits)))
        fits[whose] = held
    return held.found
