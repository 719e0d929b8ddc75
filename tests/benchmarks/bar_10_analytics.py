"""Bar 10: every panel of the analytics answers at once, equals direct SQL, and costs writers little."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sessiontui.domain.analytics.outcomes import SUM_NAMES
from sessiontui.domain.analytics.periods import DAYS, HOUR, WEEK_HOURS, offsets, year_of
from sessiontui.domain.analytics.spreads import Spread
from sessiontui.domain.instants import to_ms
from sessiontui.domain.vocabulary import RequestState
from sessiontui.services import analytics, requests, sessions
from sessiontui.services.context import Context
from sessiontui.services.sessions import SessionDraft
from sessiontui.store import finishing
from sessiontui.store.histories import Fetch
from sessiontui.store.reads import analytics as kept
from sessiontui.store.reads.figures_asked import Asked
from sessiontui.store.reads.figures_kept import Kept
from sessiontui.store.rollups import dirty_days, redo
from tests.benchmarks.figures import Figure, limit, told
from tests.benchmarks.ground import ADMIN, Ground, now, opened

ROUNDS = 7

WRITES = 60

PANELS = 11
"""Questions behind the figures of one filter."""

NAMES = ("sessions", "cancelled", "complete", "early", "no_show", "seen")

ZONES = ("UTC", "Europe/Madrid", "Asia/Kolkata")


def run(ground: Ground) -> Iterator[Figure]:
    yield from asyncio.run(_panels(ground))
    yield from asyncio.run(_writes(ground))


async def _panels(ground: Ground) -> list[Figure]:
    figures = []
    async with opened(ground.large()) as context:
        await _settle(context)
        fetch = context.db.fetch
        low, high = await kept.bounds(fetch) or (0, HOUR)
        whole = (year_of(low)[0], year_of(high - 1)[1])
        month = (to_ms(now() - timedelta(days=30)), to_ms(now()))
        for name, period in (("all time", whole), ("30 days", month)):
            source = Kept(fetch, period, now=to_ms(now()), dirty=await kept.dirty_hours(fetch, *period))
            for what, ask in _asked(source, period):
                took = await _timed(ask)
                figures.append(limit(10, f"{what}, {name}", took, "ms", 25))
        figures += await _of_one(context)
        figures.append(await _equal(fetch, whole))
    return figures


async def _of_one(context: Context) -> list[Figure]:
    """All figures of the busiest mentor, which nothing keeps: they are read from the sessions."""
    rows = await context.db.fetch(
        "SELECT mentor_id FROM session WHERE mentor_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )
    query = f"mentor:#{rows[0][0]}"
    whole = await _timed(lambda: analytics.figures(context, query=query, by=ADMIN, now=now()))
    return [told(10, f"all panels of {query}", whole, "ms", f"{whole / PANELS:.0f} ms each")]


def _asked(source: Kept, period: tuple[int, int]) -> Iterator[tuple[str, Callable[[], Awaitable[object]]]]:
    yield "figures", source.sums
    for dim in ("kind", "mentor", "tag", "reason"):
        yield f"by {dim}", lambda dim=dim: source.groups(dim)
    for measure in Spread:
        yield f"median and p90 of {measure}", lambda measure=measure: source.duration(measure)
    yield "repeat participation", source.crowd
    for zone in ZONES:
        stretches = tuple(offsets(*period, ZoneInfo(zone)))
        yield f"popular times in {zone}", lambda s=stretches: source.timed(s, WEEK_HOURS, NAMES)
        yield f"trend in {zone}", lambda s=stretches: source.timed(s, DAYS, NAMES)


async def _equal(fetch: Fetch, period: tuple[int, int]) -> Figure:
    """Compare what is kept with direct SQL; the value is how many figures differ."""
    at = to_ms(now())
    source = Kept(fetch, period, now=at, dirty=await kept.dirty_hours(fetch, *period))
    direct = Asked(fetch, ("1", ()), period, now=at)
    differ = 0
    for dim in ("all", "kind", "mentor", "tag", "reason"):
        differ += await source.groups(dim) != await direct.groups(dim)
    for measure in Spread:
        differ += await source.duration(measure) != await direct.duration(measure)
    differ += await source.crowd() != await direct.crowd()
    stretches = tuple(offsets(*period, ZoneInfo("Asia/Kolkata")))
    for rhythm in (DAYS, WEEK_HOURS):
        differ += await source.timed(stretches, rhythm, SUM_NAMES) != await direct.timed(stretches, rhythm, SUM_NAMES)
    return limit(10, "figures that differ from direct SQL", differ, "", 0)


async def _writes(ground: Ground) -> list[Figure]:
    """Time the same writes with hours marked and without."""
    async with opened(ground.copy(ground.middle(), "analytics")) as context:
        real = finishing.mark
        plain, marked = [], []
        for number in range(WRITES):
            finishing.mark = _no_mark if number % 2 else real
            took = await _one_life(context, number)
            (plain if number % 2 else marked).append(took)
        finishing.mark = real
        days = await dirty_days(context.db.fetch, limit=3)
        began = time.perf_counter()
        async with context.db.write(by=ADMIN, at=now()) as tx:
            await redo(tx, days[:1], now=to_ms(now()))
        redone = (time.perf_counter() - began) * 1000
    ratio = Figure(
        bar=10, what="a session made, asked for, decided: with marks", value=median(marked), unit="ms",
        against="without", reference=median(plain), most=1.3,
    )  # fmt: skip
    return [ratio, told(10, "to redo a day", redone, "ms")]


async def _no_mark(hand: object, hours: object) -> None:
    del hand, hours


async def _one_life(context: Context, number: int) -> float:
    at = now()
    draft = SessionDraft(
        title=f"Bar {number}", starts_at=at + timedelta(days=2), ends_at=at + timedelta(days=2, hours=1), publish=True
    )
    began = time.perf_counter()
    made = await sessions.create(context, draft, by=ADMIN, at=at)
    await requests.ask(context, made.sessions[0], 2, by=ADMIN, at=at)
    rows = await context.db.fetch("SELECT id FROM join_request WHERE session_id = ?", (made.sessions[0],))
    await requests.decide(context, [int(str(rows[0][0]))], RequestState.APPROVED, by=ADMIN, at=at)
    return (time.perf_counter() - began) * 1000


async def _settle(context: Context) -> None:
    await analytics.redo(context, at=now())


async def _timed(ask: Callable[[], Awaitable[object]]) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - began) * 1000)
    return min(took)
