"""What the past teaches, learned anew once enough more has ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Actor
from sessiontui.domain.instants import from_ms, maybe_ms, to_ms
from sessiontui.domain.risk import LEAST_CASES, Case, Fit, Term
from sessiontui.domain.risk.fitting import fitting
from sessiontui.domain.risk.records import recording
from sessiontui.domain.risk.steps import Steps
from sessiontui.services.context import Context
from sessiontui.services.risk.pasts import MOST_CASES, newest_cases
from sessiontui.services.slices import Slices
from sessiontui.store.reads import risk as kept
from sessiontui.store.reads.risk import StoredFit

REFIT_SHARE: Final = 0.1
REFIT_LEAST: Final = 10
"""How many more sessions must have ended, by share of those learned from and by number, to learn anew."""

REFIT_EVERY: Final = timedelta(hours=3)
"""How long what was learned stands, however much has ended meanwhile."""

WORKER: Final = Actor.system("risk")


async def refit(context: Context, *, at: datetime, epoch: int | None = None, always: bool = False) -> bool:
    """Learn from the past anew if enough sessions have ended since the last time, and return whether that was so."""
    fetch = context.db.fetch
    last = await kept.newest_fit(fetch)
    ended = await kept.ended(fetch)
    if last is not None and not always and not _is_old(last, ended, at):
        return False
    if last is None and not ended:
        return False
    new = await _learned(context, at)
    if new is None:
        return False
    async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
        await kept.keep_fit(tx, _kept_fit(new, at=at, ended=ended))
    return True


def fit_of(found: StoredFit) -> Fit:
    """Return a fit as the model uses it."""
    return Fit(
        base_rate=found.base_rate,
        strength=found.strength,
        intercept=found.intercept,
        effects={Term(name): values for name, values in found.effects.items()},
        cases=found.cases,
        people=found.people,
        until=None if found.until is None else from_ms(found.until),
    )


def _is_old(last: StoredFit, ended: int, at: datetime) -> bool:
    if timedelta() <= at - from_ms(last.at) < REFIT_EVERY:
        return False
    return abs(ended - last.ended) >= max(REFIT_LEAST, REFIT_SHARE * min(last.ended, MOST_CASES))


async def _learned(context: Context, at: datetime) -> Fit | None:
    slices = Slices()
    return await slices.finish(_learning(await newest_cases(context, before=at, slices=slices), context.zone))


def _learning(cases: Sequence[Case], zone: ZoneInfo) -> Steps[Fit | None]:
    """Return what cases teach, ``None`` while they are too few; they are many, and let go of on the way."""
    if len(cases) < LEAST_CASES:
        return None
    people, until = len({case.who for case in cases}), max(case.known_at for case in cases)
    seen = yield from recording(cases, zone)
    del cases
    return (yield from fitting(seen, people=people, until=until))


def _kept_fit(new: Fit, *, at: datetime, ended: int) -> StoredFit:
    return StoredFit(
        id=0,
        at=to_ms(at),
        until=maybe_ms(new.until),
        cases=new.cases,
        people=new.people,
        base_rate=new.base_rate,
        strength=new.strength,
        intercept=new.intercept,
        effects={str(term): values for term, values in new.effects.items()},
        ended=ended,
    )
