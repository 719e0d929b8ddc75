"""Questions and statements about what keeps the product running: the lease, the jobs, what is remembered.

The statements that write take the transaction's ``run``, so that they stand beside the questions they answer to.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias, cast

from sessiontui.domain.records import record
from sessiontui.store.histories import Fetch
from sessiontui.store.reader import Row, Value

Run: TypeAlias = "Callable[[str, Sequence[Value]], Awaitable[int]]"
"""What runs one statement and returns how many rows it changed."""

CLOCK: Final = "clock"
"""The name under which steps of the clock stand among the job runs; no job has it."""

_JOB: Final = "SELECT name, every_ms, paused, wanted_at, last_at, took_ms, next_at, runs, errors, last_error FROM job"


@record
class LeaseRow:
    """The lease as it is kept; ``holder`` is empty once it was released. Instants are milliseconds."""

    holder: str
    epoch: int
    renewals: int
    renewed_at: int
    length_ms: int
    late_ms: int
    locked: bool


@record
class JobRow:
    """One job as it is kept. Instants are milliseconds."""

    name: str
    every_ms: int
    paused: bool
    wanted_at: int | None
    last_at: int | None
    took_ms: int | None
    next_at: int | None
    runs: int
    errors: int
    last_error: str


@record(kw_only=True)
class Standing:
    """What one job did since it was last written down; ``runs`` and ``errors`` are to be added."""

    name: str
    last_at: int | None
    took_ms: int | None
    next_at: int | None
    runs: int
    errors: int
    last_error: str


async def lease(fetch: Fetch) -> LeaseRow | None:
    """Return the worker's lease, or ``None`` if nobody ever led."""
    rows = await fetch(
        "SELECT holder, epoch, renewals, coalesce(renewed_at, 0), length_ms, late_ms, locked"
        " FROM lease WHERE name = 'worker'",
        (),
    )
    if not rows:
        return None
    holder, *numbers, locked = rows[0]
    epoch, renewals, renewed_at, length_ms, late_ms = cast("list[int]", numbers)
    return LeaseRow(str(holder), epoch, renewals, renewed_at, length_ms, late_ms, bool(locked))


async def write_lease(run: Run, row: LeaseRow) -> None:
    """Put a lease in the place of the one that is kept."""
    await run(
        "INSERT INTO lease (name, holder, epoch, renewals, renewed_at, length_ms, late_ms, locked)"
        " VALUES ('worker', ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, epoch = excluded.epoch,"
        " renewals = excluded.renewals, renewed_at = excluded.renewed_at, length_ms = excluded.length_ms,"
        " late_ms = excluded.late_ms, locked = excluded.locked",
        (row.holder, row.epoch, row.renewals, row.renewed_at, row.length_ms, row.late_ms, int(row.locked)),
    )


async def all_jobs(fetch: Fetch) -> list[JobRow]:
    """Return every job that any worker has ever had, by name."""
    return [_job(row) for row in await fetch(f"{_JOB} ORDER BY name", ())]


async def wished_jobs(fetch: Fetch) -> list[JobRow]:
    """Return the jobs that somebody has paused, or wants to run now."""
    return [_job(row) for row in await fetch(f"{_JOB} WHERE paused OR wanted_at IS NOT NULL ORDER BY name", ())]


async def one_job(fetch: Fetch, name: str) -> JobRow | None:
    """Return one job."""
    rows = await fetch(f"{_JOB} WHERE name = ?", (name,))
    return _job(rows[0]) if rows else None


async def name_job(run: Run, name: str, every_ms: int) -> None:
    """Make a job known, or keep how often it runs up to date."""
    await run(
        "INSERT INTO job (name, every_ms, paused, runs, errors, last_error) VALUES (?, ?, 0, 0, 0, '')"
        " ON CONFLICT (name) DO UPDATE SET every_ms = excluded.every_ms WHERE every_ms != excluded.every_ms",
        (name, every_ms),
    )


async def add_standing(run: Run, standing: Standing) -> None:
    """Write down what a job did since the last time."""
    await run(
        "UPDATE job SET last_at = coalesce(?, last_at), took_ms = coalesce(?, took_ms), next_at = ?,"
        " runs = runs + ?, errors = errors + ?, last_error = ? WHERE name = ?",
        (
            standing.last_at,
            standing.took_ms,
            standing.next_at,
            standing.runs,
            standing.errors,
            standing.last_error,
            standing.name,
        ),
    )


async def grant_wish(run: Run, name: str, wanted_at: int) -> None:
    """Forget that a job was wanted, unless it was wanted again since."""
    await run("UPDATE job SET wanted_at = NULL WHERE name = ? AND wanted_at <= ?", (name, wanted_at))


async def want_job(run: Run, name: str, at: int) -> None:
    """Keep that someone wants a job to run now."""
    await run("UPDATE job SET wanted_at = ? WHERE name = ?", (at, name))


async def pause_job(run: Run, name: str, *, paused: bool) -> None:
    """Keep a job from running, or let it run again."""
    await run("UPDATE job SET paused = ? WHERE name = ?", (int(paused), name))


async def add_run(run: Run, *, job: str, at: int, took_ms: int, touched: int, error: str) -> None:
    """Write down one run that did something or failed."""
    await run(
        "INSERT INTO job_run (job, at, took_ms, touched, error) VALUES (?, ?, ?, ?, ?)",
        (job, at, took_ms, touched, error),
    )


async def last_step(fetch: Fetch) -> tuple[int, str] | None:
    """Return when the clock last stepped, in milliseconds, and the sentence about it."""
    rows = await fetch("SELECT at, error FROM job_run WHERE job = ? ORDER BY id DESC LIMIT 1", (CLOCK,))
    return (cast("int", rows[0][0]), str(rows[0][1])) if rows else None


async def trim(run: Run, *, runs_before: int, changes_before: int) -> int:
    """Forget job runs and lines of the change log from before two instants, and return how many."""
    gone = await run("DELETE FROM job_run WHERE at < ?", (runs_before,))
    return gone + await run(
        "DELETE FROM change_log WHERE at < ? AND seq < (SELECT max(seq) FROM change_log)", (changes_before,)
    )


async def sources(fetch: Fetch) -> list[tuple[str, int]]:
    """Return every source of data with when it was last heard, in milliseconds, latest first."""
    rows = await fetch("SELECT source, at FROM source_seen ORDER BY at DESC, source", ())
    return [(str(source), cast("int", at)) for source, at in rows]


async def opened_at(fetch: Fetch) -> int | None:
    """Return when the database was first used, in milliseconds."""
    rows = await fetch("SELECT at FROM audit_entry ORDER BY id LIMIT 1", ())
    return cast("int", rows[0][0]) if rows else None


async def setting(fetch: Fetch, key: str) -> str | None:
    """Return one setting that lives in the database."""
    rows = await fetch("SELECT value FROM setting WHERE key = ?", (key,))
    return str(rows[0][0]) if rows else None


async def write_setting(run: Run, key: str, value: str) -> None:
    """Put a setting in the place of the one that is kept."""
    await run(
        "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


async def write_remembered(run: Run, person_id: int, key: str, value: str) -> None:
    """Keep one piece of the view state of a person."""
    await run(
        "INSERT INTO remembered (person_id, key, value) VALUES (?, ?, ?)"
        " ON CONFLICT (person_id, key) DO UPDATE SET value = excluded.value",
        (person_id, key, value),
    )


@lru_cache(maxsize=128)
def _job(row: Row) -> JobRow:
    name, every_ms, paused, wanted_at, last_at, took_ms, next_at, runs, errors, last_error = row
    return JobRow(
        name=str(name),
        every_ms=cast("int", every_ms),
        paused=bool(paused),
        wanted_at=cast("int | None", wanted_at),
        last_at=cast("int | None", last_at),
        took_ms=cast("int | None", took_ms),
        next_at=cast("int | None", next_at),
        runs=cast("int", runs),
        errors=cast("int", errors),
        last_error=str(last_error),
    )
