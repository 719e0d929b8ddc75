"""Questions about whether a database is what it should be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sessiontui.domain.phrases import count
from sessiontui.domain.rules import Rules
from sessiontui.store.alerting import BY_LEVEL
from sessiontui.store.deriving import recompute, stored_counts
from sessiontui.store.histories import Fetch
from sessiontui.store.reads import waymarks
from sessiontui.store.reads.sessions import counts, overdue

_MANY = 1_000_000

_MISCOUNTED_ALERTS = (
    "SELECT count(*) FROM session s WHERE (alerted != 0 OR id IN (SELECT session_id FROM alert WHERE resolved_at IS"
    " NULL)) AND alerted != (SELECT count(*) FROM alert a WHERE a.session_id = s.id AND a.resolved_at IS NULL)"
)

_KEPT_LEVELS = "SELECT level, n, taken FROM alert_count WHERE n != 0 OR taken != 0 ORDER BY level"

_COLUMNS = {"rank": "urgency", "starts_at": "time", "title_words": "title", "pending": "requests"}
"""What people call the columns by which sessions are put in order."""


async def damage(fetch: Fetch, *, quick: bool = False) -> list[str]:
    """Return what is damaged in the file and which rows refer to missing ones; ``quick`` looks at the pages alone."""
    rows = await fetch("PRAGMA quick_check(20)" if quick else "PRAGMA integrity_check(20)", ())
    found = [str(row[0]) for row in rows if row[0] != "ok"]
    if not quick:
        orphans = await fetch("PRAGMA foreign_key_check", ())
        found += [f"row {row[1]!s} of {row[0]!s} refers to a missing row of {row[2]!s}" for row in orphans[:20]]
    return found


async def due(fetch: Fetch, now_ms: int) -> set[int]:
    """Return the sessions whose rows wait for a worker: time alone has changed them."""
    return set(await overdue(fetch, now_ms, limit=_MANY))


async def differing(fetch: Fetch, ids: Sequence[int], *, now: datetime, rules: Rules) -> tuple[int, ...]:
    """Return the sessions whose stored rows look different from what the rules say at ``now``."""
    return (await recompute(fetch, ids, now=now, rules=rules)).changed


async def miscounted(fetch: Fetch) -> list[str]:
    """Return the statuses, and the orders, whose maintained counts are not what the rows add up to."""
    kept = await counts(fetch)
    real = await stored_counts(fetch)
    found = []
    for status in sorted({*kept.by_status, *real}):
        shown, there = kept.by_status.get(status, 0), real.get(status, (0, 0))[0]
        if shown != there:
            found.append(f"{status} is counted as {shown}, the rows are {there}")
    pending = sum(waiting for _, waiting in real.values())
    if kept.pending != pending:
        found.append(f"pending requests are counted as {kept.pending}, the rows add up to {pending}")
    alerted = await fetch(_MISCOUNTED_ALERTS, ())
    if alerted[0][0]:
        found.append(f"open alerts of {count(cast('int', alerted[0][0]), 'session')} are counted wrongly")
    if await fetch(_KEPT_LEVELS, ()) != await fetch(BY_LEVEL, ()):
        found.append("alerts are counted otherwise by their level than the rows add up to")
    for order in waymarks.ROADS:
        if wrong := await waymarks.miscounted(fetch, order):
            stretches = count(wrong, "stretch")
            found.append(f"rows are misnumbered in the order of {_COLUMNS[order.name]}: {stretches} counted wrongly")
    return found
