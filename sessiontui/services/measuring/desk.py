"""Everything that screen 8 and ``sessiontui health`` show beside the score: calls, errors, query times, the trend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor, require
from sessiontui.services.measuring import checking, endpoints, machine
from sessiontui.services.measuring.checking import HealthPoint
from sessiontui.services.measuring.endpoints import EndpointLine, ErrorLine
from sessiontui.services.measuring.machine import MachineLine, Sample
from sessiontui.store.pace import PaceLine

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.histories import Fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What is measured of the installation at one instant; ``machine`` and ``paces`` are of this process alone."""

    taken_at: datetime
    endpoints: tuple[EndpointLine, ...] = ()
    errors: tuple[ErrorLine, ...] = ()
    points: tuple[HealthPoint, ...] = ()
    paces: tuple[PaceLine, ...] = ()
    machine: MachineLine | None = None


async def measured(context: Context, *, by: Actor, now: datetime, since: Sample | None = None) -> Measured:
    """Return what is measured; ``since`` is an earlier sample of this process, for its share of a processor."""
    require(by, Action.SEE_JOBS)

    async def ask(
        fetch: Fetch,
    ) -> tuple[tuple[EndpointLine, ...], tuple[ErrorLine, ...], tuple[HealthPoint, ...]]:
        return (
            await endpoints.figures(fetch, now=now),
            await endpoints.errors(fetch, now=now),
            await checking.points(fetch, now=now),
        )

    calls, errors, points = await context.db.look(ask)
    return Measured(
        taken_at=now,
        endpoints=calls,
        errors=errors,
        points=points,
        paces=context.db.pace.lines(),
        machine=machine.between(since, machine.sample()),
    )
