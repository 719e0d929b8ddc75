"""What has been learned, how it fares on the later part of the own past, and how right the warnings were."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from sessiontui.domain.access import Action, Actor, Standing, require
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.risk import Fit, Precision, precision
from sessiontui.services.context import Context
from sessiontui.services.risk.learning import fit_of
from sessiontui.services.risk.pasts import newest_cases
from sessiontui.services.risk.scoring import Evaluation, evaluate
from sessiontui.store.reads import risk as kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What has been learned from the platform's own past.

    ``cases`` and ``came`` are those read now; ``fit`` is the one in use, ``None`` while there are too few.
    ``tested`` is how the same model fares on the later part of the own past, ``None`` while that is too short.
    """

    taken_at: datetime
    cases: int
    came: int
    fit: Fit | None
    fitted_at: datetime | None
    tested: Evaluation | None
    warnings: Precision | None
    threshold: float


async def learned(context: Context, *, now: datetime, by: Actor) -> Learned:
    """Return what has been learned from the own past, tested on its later part; for those who see all analytics."""
    require(by, Action.ANALYTICS, Standing())
    fetch = context.db.fetch
    cases = await newest_cases(context, before=now)
    found = await kept.newest_fit(fetch)
    threshold = context.rules.alerts.no_show_risk_chance
    return Learned(
        taken_at=now,
        cases=len(cases),
        came=sum(case.came for case in cases),
        fit=None if found is None else fit_of(found),
        fitted_at=None if found is None else from_ms(found.at),
        tested=await asyncio.to_thread(evaluate, cases, zone=context.zone, threshold=threshold),
        warnings=precision(*await kept.warnings(fetch, before=to_ms(now))),
        threshold=threshold,
    )
