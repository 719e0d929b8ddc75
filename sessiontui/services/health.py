"""The health of the installation: one score per part, each with its fact and what to do about it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sessiontui.domain import health as judge
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import Unavailable
from sessiontui.domain.health import Finding
from sessiontui.domain.instants import from_ms, maybe_instant, parse_instant, rfc3339, to_ms
from sessiontui.domain.logins.standing import STUCK_AFTER
from sessiontui.services import jobs, leading
from sessiontui.services.context import Context
from sessiontui.services.leading import Lease
from sessiontui.services.logins import known
from sessiontui.services.measuring import endpoints
from sessiontui.services.pictures import CacheLine, Health, HealthPart, JobLine
from sessiontui.services.templates import knowing as templates
from sessiontui.store.logins import clients as kept_accounts
from sessiontui.store.logins import lists as kept_logins
from sessiontui.store.reader import Fetch
from sessiontui.store.reads import operations as kept
from sessiontui.store.reads import outbox as kept_letters

BACKUP_KEY: Final = "backup.verified_at"
"""The setting that holds when the newest verified backup was made."""

LOST_AFTER: Final = 2
"""Lengths of a lease without a renewal after which a leader is shown as gone; only shown, never acted upon."""

DEADLINE: Final = 2.0
"""Seconds in which the database must answer to count as reachable."""

LATELY: Final = timedelta(minutes=10)
"""What of the calls is judged: long enough that one failure is no trouble, short enough that trouble shows."""

TEMPLATES: Final = "templates"
"""The cache whose hits are judged."""

COPIED_FOR: Final = timedelta(days=1)
"""How long a copied token weighs on the health."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """What the disk of the database has, in bytes, and how long its write-ahead log is."""

    free: int
    total: int
    wal: int
    writable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What the database tells of the installation, asked in one look."""

    opened_at: datetime | None
    backed_up_at: datetime | None
    step: tuple[int, str] | None
    letters: Mapping[str, int]
    oldest_due_at: datetime | None
    sources: tuple[tuple[str, datetime], ...]
    api: Finding
    logins: Finding


async def health(
    context: Context, *, now: datetime, wall: datetime | None = None, space: Space | None = None
) -> Health:
    """Return the health of the installation at ``now``.

    ``wall`` is the host's clock where ``now`` is another one (a demo runs faster); it tells whether the leader
    is alive. ``space`` is measured unless it is given.
    """
    space = space or measure(context.db.path, read_only=context.db.read_only)
    try:
        await context.db.pulse()
        lease = await leading.look(context)
        lines = await jobs.lines(context)
        kept_now = await context.db.look(lambda fetch: _kept(fetch, now))
    except Unavailable as error:
        broken = judge.database(reachable=False, writable=False, wal_bytes=space.wal)
        part = HealthPart(name="database", score=broken.score, fact=error.detail, hint=error.hint or broken.hint)
        return Health(taken_at=now, score=part.score, band=judge.band(part.score), parts=(part,), jobs=())
    caches = _caches(context)
    parts = _parts(context, lease, lines, kept_now, caches, now=now, wall=wall or now)
    parts["database"] = judge.database(reachable=True, writable=space.writable, wal_bytes=space.wal)
    parts["disk"] = judge.disk(free=space.free, total=space.total)
    score = judge.worst(found.score for found in parts.values())
    return Health(
        taken_at=now,
        score=score,
        band=judge.band(score),
        parts=tuple(
            HealthPart(name=name, score=found.score, fact=found.fact, hint=found.hint)
            for name, found in parts.items()
        ),
        jobs=lines,
        leader=alive(lease, wall or now),
        sources=kept_now.sources,
        caches=caches,
    )


def _caches(context: Context) -> tuple[CacheLine, ...]:
    counts, tokens = templates.counts(context), known.known_of(context)
    lines = (
        CacheLine(
            name=TEMPLATES, hits=counts.hits, misses=counts.misses, dropped=counts.dropped, entries=counts.entries
        ),
        CacheLine(
            name="logins", hits=tokens.hits, misses=tokens.misses, dropped=tokens.dropped, entries=len(tokens.tokens)
        ),
    )
    return tuple(line for line in lines if line.hits + line.misses)


def alive(lease: Lease | None, wall: datetime) -> str:
    """Return who leads as far as the host's clock tells; empty when the lease was released or not renewed."""
    if lease is None or abs(wall - lease.renewed_at) > LOST_AFTER * lease.length:
        return ""
    return lease.holder


def measure(database: Path, *, read_only: bool) -> Space:
    """Measure the disk that a database lies on."""
    wal = database.with_name(database.name + "-wal")
    usage = shutil.disk_usage(database.parent)
    return Space(
        free=usage.free,
        total=usage.total,
        wal=wal.stat().st_size if wal.exists() else 0,
        writable=not read_only and os.access(database, os.W_OK),
    )


async def note_backup(context: Context, *, at: datetime, epoch: int | None = None) -> None:
    """Keep that a verified backup was made."""
    async with context.db.write(by=Actor.system(), at=at, epoch=epoch) as tx:
        await kept.write_setting(tx.run, BACKUP_KEY, rfc3339(at))


async def _kept(fetch: Fetch, now: datetime) -> _Kept:
    since = await kept_letters.oldest_due(fetch)
    backed_up = await kept.setting(fetch, BACKUP_KEY)
    return _Kept(
        opened_at=maybe_instant(await kept.opened_at(fetch)),
        backed_up_at=None if backed_up is None else parse_instant(backed_up),
        step=await kept.last_step(fetch),
        letters=await kept_letters.counts(fetch),
        oldest_due_at=maybe_instant(since),
        sources=tuple((name, from_ms(at)) for name, at in await kept.sources(fetch)),
        api=await _api(fetch, now),
        logins=judge.logins(
            live=await kept_logins.live(fetch),
            stuck=len(await kept_logins.stuck(fetch, least=STUCK_AFTER)),
            reused=len(await kept_logins.reused(fetch, since=to_ms(now - COPIED_FOR))),
            locked=len(await kept_accounts.locked(fetch, now=to_ms(now))),
        ),
    )


async def _api(fetch: Fetch, now: datetime) -> Finding:
    calls, failed, slowest = endpoints.worst_share(await endpoints.figures(fetch, now=now, over=LATELY))
    return judge.api(calls=calls, errors=failed, p95_ms=slowest)


def _parts(
    context: Context,
    lease: Lease | None,
    lines: tuple[JobLine, ...],
    found: _Kept,
    caches: tuple[CacheLine, ...],
    *,
    now: datetime,
    wall: datetime,
) -> dict[str, Finding]:
    step = found.step
    # Tokens are looked up anew after every commit, so that few hits are no trouble there.
    judged = [line for line in caches if line.name == TEMPLATES]
    return {
        "worker": judge.worker(
            leader=alive(lease, wall),
            late=timedelta() if lease is None else lease.late,
            paused=[line.name for line in lines if line.paused],
            failing=[line.name for line in lines if line.last_error],
        ),
        "database": Finding(100, ""),
        "outbox": _outbox(context, found, now),
        "api": found.api,
        "logins": found.logins,
        "cache": judge.cache(hits=sum(line.hits for line in judged), misses=sum(line.misses for line in judged)),
        "disk": Finding(100, ""),
        "backup": judge.backup(
            age=None if found.backed_up_at is None else now - found.backed_up_at,
            since_first_use=timedelta() if found.opened_at is None else now - found.opened_at,
        ),
        "clock": judge.clock() if step is None else judge.clock(step=step[1], age=abs(wall - from_ms(step[0]))),
    }


def _outbox(context: Context, found: _Kept, now: datetime) -> Finding:
    since = found.oldest_due_at
    return judge.outbox(
        dead=found.letters.get("dead", 0),
        uncertain=found.letters.get("uncertain", 0),
        overdue=timedelta() if since is None else max(timedelta(), now - since),
        faults=len(context.wordings.faults),
    )
