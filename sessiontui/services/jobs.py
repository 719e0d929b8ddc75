"""The jobs of the worker as people see and steer them, and the books that the worker keeps of their runs.

Steering goes through the database, so that it works from any process: the worker that leads looks for wishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import NotFound, Refused
from sessiontui.domain.instants import maybe_instant, maybe_ms, to_ms
from sessiontui.domain.phrases import count
from sessiontui.domain.text import safe_line
from sessiontui.services.context import Context
from sessiontui.services.pictures import JobLine
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door
from sessiontui.store.reads import measured
from sessiontui.store.reads import operations as kept
from sessiontui.store.reads.operations import CLOCK, JobRow, Standing

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

HOUR_MS: Final = 3_600_000

_MS: Final = timedelta(milliseconds=1)

_LONGEST: Final = 200
"""Characters of an error in the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One run that did something or failed."""

    job: str
    at: datetime
    took: timedelta
    touched: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one job did since the books were last written: runs and errors are those of this time alone."""

    job: str
    last_at: datetime | None
    took: timedelta | None
    next_at: datetime | None
    runs: int
    errors: int
    last_error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What is to be written down together; ``granted`` are wishes that were heard, with when they were made."""

    tallies: tuple[Tally, ...] = ()
    runs: tuple[Ran, ...] = ()
    granted: tuple[tuple[str, datetime], ...] = ()


NOTHING_DONE: Final = Books()

MOST_KNOWN: Final = 128
"""Lines of jobs that are kept as they were last told: a minute long most of them stay the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What people want of one job."""

    job: str
    paused: bool
    wanted_at: datetime | None


async def lines(context: Context) -> tuple[JobLine, ...]:
    """Return every job by name, as the worker last wrote it down, seconds ago at most while one leads."""
    return tuple(_line(row) for row in await kept.all_jobs(context.db.glance))


async def run_now(context: Context, name: str, *, by: Actor, at: datetime) -> Receipt:
    """Ask the worker that leads to run a job now, even one that is paused."""
    await require_door(context, Action.RUN_JOBS, by=by, at=at)
    async with context.db.write(by=by, at=at) as tx:
        await _known(tx, name)
        await kept.want_job(tx.run, name, to_ms(at))
        lease = await kept.lease(tx.fetch)
        sentence = f"asked for {name} to run now"
        await tx.audit("job.run", sentence, subject="job", detail={"job": name})
    waits = "" if lease is not None and lease.holder else "; it waits until a worker leads"
    return Receipt(sentence=sentence + waits)


async def pause(context: Context, name: str, *, by: Actor, at: datetime) -> Receipt:
    """Keep a job from running until it is resumed."""
    return await _set_paused(context, name, True, by=by, at=at)


async def resume(context: Context, name: str, *, by: Actor, at: datetime) -> Receipt:
    """Let a paused job run again."""
    return await _set_paused(context, name, False, by=by, at=at)


async def stop_all(context: Context, *, by: Actor, at: datetime) -> Receipt:
    """Keep every job from running until they are started again: nothing moves by itself meanwhile."""
    return await _set_all(context, True, by=by, at=at)


async def start_all(context: Context, *, by: Actor, at: datetime) -> Receipt:
    """Let every paused job run again."""
    return await _set_all(context, False, by=by, at=at)


# -- what the worker keeps ----------------------------------------------------------------------------------


async def name_all(context: Context, jobs: Sequence[tuple[str, timedelta]], *, at: datetime, epoch: int) -> None:
    """Make the jobs of a worker known, with how often they run."""
    async with context.db.write(by=Actor.system(), at=at, epoch=epoch) as tx:
        for name, every in jobs:
            await kept.name_job(tx.run, name, every // _MS)


async def wishes(context: Context) -> tuple[Wish, ...]:
    """Return what people want of jobs: that one runs now, or not until it is resumed; of most they want nothing."""
    return tuple(
        Wish(job=row.name, paused=row.paused, wanted_at=maybe_instant(row.wanted_at))
        for row in await kept.wished_jobs(context.db.glance)
    )


async def is_wished(context: Context, *, at: datetime) -> bool:
    """Return whether people want anything of jobs, whenever that is asked."""
    del at
    return bool(await kept.wished_jobs(context.db.glance))


async def write_books(tx: Tx, books: Books) -> None:
    """Write down what the jobs did, inside the transaction that renews the lease."""
    for tally in books.tallies:
        standing = Standing(
            name=tally.job,
            last_at=maybe_ms(tally.last_at),
            took_ms=None if tally.took is None else tally.took // _MS,
            next_at=maybe_ms(tally.next_at),
            runs=tally.runs,
            errors=tally.errors,
            last_error=tally.last_error,
        )
        await kept.add_standing(tx.run, standing)
    await measured.add_errors(
        tx,
        [
            (f"job {ran.job}", _kind(ran.error), to_ms(ran.at) // HOUR_MS, 1, to_ms(ran.at), ran.error[:_LONGEST])
            for ran in books.runs
            if ran.error
        ],
    )
    for ran in books.runs:
        await kept.add_run(
            tx.run, job=ran.job, at=to_ms(ran.at), took_ms=ran.took // _MS, touched=ran.touched, error=ran.error
        )
    for name, wanted_at in books.granted:
        await kept.grant_wish(tx.run, name, to_ms(wanted_at))


def _kind(error: str) -> str:
    """Return of which kind an error is, by how it begins: the title of an error, or the name of a mistake.

    >>> _kind("Unavailable: the disk is full"), _kind("ValueError: x")
    ('Unavailable', 'ValueError')
    """
    return error.partition(":")[0][:60] or "unknown"


async def note_step(context: Context, step: timedelta, *, at: datetime, epoch: int) -> str:
    """Write down that the clock stepped, forwards or back, and return the sentence about it."""
    seconds = round(abs(step.total_seconds()))
    sentence = f"the clock stepped {'back' if step < timedelta() else 'forwards'} by {seconds} s"
    async with context.db.write(by=Actor.system(), at=at, epoch=epoch) as tx:
        await kept.add_run(tx.run, job=CLOCK, at=to_ms(at), took_ms=0, touched=0, error=sentence)
    return sentence


async def tidy(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Forget old job runs and old lines of the change log, and return how many."""
    async with context.db.write(by=Actor.system(), at=at, epoch=epoch) as tx:
        care = context.care
        return await kept.trim(
            tx.run, runs_before=to_ms(at - care.runs_kept), changes_before=to_ms(at - care.changes_kept)
        )


async def _set_paused(context: Context, name: str, paused: bool, *, by: Actor, at: datetime) -> Receipt:
    await require_door(context, Action.RUN_JOBS, by=by, at=at)
    async with context.db.write(by=by, at=at) as tx:
        row = await _known(tx, name)
        if row.paused == paused:
            raise Refused(f"{name} is paused already" if paused else f"{name} is not paused")
        await kept.pause_job(tx.run, name, paused=paused)
        sentence = f"{'paused' if paused else 'resumed'} {name}"
        await tx.audit(f"job.{'pause' if paused else 'resume'}", sentence, subject="job", detail={"job": name})
    return Receipt(sentence=sentence)


async def _set_all(context: Context, paused: bool, *, by: Actor, at: datetime) -> Receipt:
    await require_door(context, Action.RUN_JOBS, by=by, at=at)
    async with context.db.write(by=by, at=at) as tx:
        names = [row.name for row in await kept.all_jobs(tx.fetch) if row.paused != paused]
        if not names:
            raise Refused("every job is paused already" if paused else "no job is paused")
        for name in names:
            await kept.pause_job(tx.run, name, paused=paused)
        sentence = f"{'paused' if paused else 'resumed'} {count(len(names), 'job')}"
        action = f"job.{'pause' if paused else 'resume'}"
        await tx.audit(action, sentence, subject="job", detail={"jobs": list(names)})
    return Receipt(sentence=sentence)


async def _known(tx: Tx, name: str) -> JobRow:
    row = await kept.one_job(tx.fetch, name)
    if row is not None:
        return row
    names = ", ".join(job.name for job in await kept.all_jobs(tx.fetch))
    hint = f"there are: {names}" if names else "no worker has led on this database yet"
    raise NotFound(f"there is no job {safe_line(name)!r}", hint=hint)


@lru_cache(maxsize=MOST_KNOWN)
def _line(row: JobRow) -> JobLine:
    return JobLine(
        name=row.name,
        every=row.every_ms * _MS,
        last_at=maybe_instant(row.last_at),
        took=None if row.took_ms is None else row.took_ms * _MS,
        next_at=maybe_instant(row.next_at),
        runs=row.runs,
        errors=row.errors,
        last_error=row.last_error,
        paused=row.paused,
    )
