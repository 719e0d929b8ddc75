"""How the installation is, as screens and commands show it: its health, part by part, its jobs and its caches."""

from __future__ import annotations

from datetime import datetime, timedelta

from sessiontui.domain.records import record


@record(kw_only=True)
class JobLine:
    """One job of the worker: when it ran last, how long, when it runs next, what it said."""

    name: str
    every: timedelta
    last_at: datetime | None
    took: timedelta | None
    next_at: datetime | None
    runs: int
    errors: int
    last_error: str
    paused: bool


@record(kw_only=True)
class HealthPart:
    """One part of the health score, 0 to 100, with the fact behind it and what to do when it is low."""

    name: str
    score: int
    fact: str
    hint: str = ""


@record(kw_only=True)
class CacheLine:
    """What one cache of this process has done: answers from it and anew, changes heard of, what it holds."""

    name: str
    hits: int
    misses: int
    dropped: int
    entries: int


@record(kw_only=True)
class Health:
    """The health of the installation: the score is the worst part's."""

    taken_at: datetime
    score: int
    band: str
    parts: tuple[HealthPart, ...]
    jobs: tuple[JobLine, ...]
    leader: str = ""
    leads_here: bool = False
    sources: tuple[tuple[str, datetime], ...] = ()
    """Each source of data with the instant it was last heard."""
    caches: tuple[CacheLine, ...] = ()
    """The caches of this process that anything was asked of."""
