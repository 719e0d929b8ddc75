"""What is measured of the installation: calls by endpoint, errors by kind, the health over time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from sessiontui.store.histories import Fetch

if TYPE_CHECKING:
    from sessiontui.store.reads.operations import Run
    from sessiontui.store.tx import Tx


async def add_calls(tx: Tx, rows: Iterable[tuple[str, int, int, int, int, int]]) -> None:
    """Add calls to those of their endpoint, minute and bucket: number, refused, failed."""
    await tx.run_many(
        "INSERT INTO endpoint_minute (endpoint, minute, bucket, calls, refused, errors) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (endpoint, minute, bucket) DO UPDATE SET calls = calls + excluded.calls,"
        " refused = refused + excluded.refused, errors = errors + excluded.errors",
        list(rows),
    )


async def add_errors(tx: Tx, rows: Iterable[tuple[str, str, int, int, int, str]]) -> None:
    """Add errors to those of their place, kind and hour: number, when the last came, what it said."""
    await tx.run_many(
        "INSERT INTO error_tally (place, kind, hour, number, last_at, message) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (place, kind, hour) DO UPDATE SET number = number + excluded.number,"
        " message = CASE WHEN excluded.last_at >= last_at THEN excluded.message ELSE message END,"
        " last_at = max(last_at, excluded.last_at)",
        list(rows),
    )


async def calls(fetch: Fetch, *, since: int) -> list[tuple[str, int, int, int, int]]:
    """Return the calls from a minute on by endpoint and bucket: number, refused, failed."""
    rows = await fetch(
        "SELECT endpoint, bucket, sum(calls), sum(refused), sum(errors) FROM endpoint_minute WHERE minute >= ?"
        " GROUP BY endpoint, bucket",
        (since,),
    )
    return cast("list[tuple[str, int, int, int, int]]", rows)


async def errors(fetch: Fetch, *, since: int) -> list[tuple[str, str, int, int, str]]:
    """Return the errors from an hour on by place and kind, the latest first: number, last at, what it said."""
    rows = await fetch(
        "SELECT place, kind, sum(number), max(last_at), message FROM error_tally WHERE hour >= ?"
        " GROUP BY place, kind ORDER BY 4 DESC, place, kind",
        (since,),
    )
    return cast("list[tuple[str, str, int, int, str]]", rows)


async def add_point(run: Run, *, at: int, score: int, worst: str) -> None:
    """Keep the score of the installation at an instant, in milliseconds."""
    await run("INSERT OR REPLACE INTO health_point (at, score, worst) VALUES (?, ?, ?)", (at, score, worst))


async def points(fetch: Fetch, *, since: int) -> list[tuple[int, int, str]]:
    """Return the scores since an instant, oldest first, each with the part that was the worst."""
    rows = await fetch("SELECT at, score, worst FROM health_point WHERE at >= ? ORDER BY at", (since,))
    return cast("list[tuple[int, int, str]]", rows)


async def forget(run: Run, *, minute: int, hour: int, points_before: int) -> int:
    """Forget calls, errors and scores from before a minute, an hour, an instant, and return how many rows."""
    gone = await run("DELETE FROM endpoint_minute WHERE minute < ?", (minute,))
    gone += await run("DELETE FROM error_tally WHERE hour < ?", (hour,))
    return gone + await run("DELETE FROM health_point WHERE at < ?", (points_before,))
