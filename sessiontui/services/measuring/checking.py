"""The health over time: looked at every five minutes by the worker, kept as a line, shown as a trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Actor
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.services.health import health
from sessiontui.services.logins import keeping
from sessiontui.services.measuring import endpoints
from sessiontui.services.measuring.endpoints import HOUR_MS, MINUTE_MS
from sessiontui.store.reads import measured as kept

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.histories import Fetch

OVER: Final = timedelta(hours=24)
"""What the trend looks back on."""

KEEPER: Final = Actor.system("worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPoint:
    """The score at one instant, and the part that was the worst."""

    at: datetime
    score: int
    worst: str


async def check(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Look at the health and keep the score, and return 1."""
    found = await health(context, now=at)
    worst = min(found.parts, key=lambda part: part.score)
    await keep_point(context, score=found.score, worst=worst.name if worst.score < 100 else "", at=at, epoch=epoch)
    return 1


async def keep_point(context: Context, *, score: int, worst: str, at: datetime, epoch: int | None = None) -> None:
    """Keep what the score was at an instant, with the part that made it so."""
    async with context.db.write(by=KEEPER, at=at, epoch=epoch, brief=True) as tx:
        await kept.add_point(tx.run, at=tx.now, score=score, worst=worst)


async def tidy(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Forget logins, calls, errors and scores that are older than is wanted, and return how many rows."""
    care = context.care
    gone = await keeping.forget(context, at=at, epoch=epoch)
    async with context.db.write(by=KEEPER, at=at, epoch=epoch) as tx:
        return gone + await kept.forget(
            tx.run,
            minute=to_ms(at - care.calls_kept) // MINUTE_MS,
            hour=to_ms(at - care.errors_kept) // HOUR_MS,
            points_before=to_ms(at - care.health_kept),
        )


async def write_down(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Write down the calls and errors that this process has noted, and return how many rows."""
    return await endpoints.flush(context, at=at, epoch=epoch)


async def points(fetch: Fetch, *, now: datetime) -> tuple[HealthPoint, ...]:
    """Return the scores of the last day, oldest first."""
    rows = await kept.points(fetch, since=to_ms(now - OVER))
    return tuple(HealthPoint(at=from_ms(at), score=score, worst=worst) for at, score, worst in rows)


def spread(found: Sequence[HealthPoint], *, now: datetime, slots: int, over: timedelta = OVER) -> list[int | None]:
    """Return the worst score of each of equal parts of the past, oldest first; ``None`` where nobody looked.

    >>> at = from_ms(0)
    >>> hour = timedelta(hours=1)
    >>> told = [HealthPoint(at=at - hour, score=100, worst=""), HealthPoint(at=at - hour / 2, score=40, worst="disk")]
    >>> spread(told, now=at, slots=4, over=2 * hour)
    [None, None, 100, 40]
    """
    worst: list[int | None] = [None] * slots
    for point in found:
        place = int((point.at - (now - over)) / over * slots)
        if 0 <= place < slots:
            before = worst[place]
            worst[place] = point.score if before is None else min(before, point.score)
        elif place == slots:
            worst[-1] = point.score if worst[-1] is None else min(worst[-1], point.score)
    return worst
