"""What a transaction does before its commit: stays folded, rows derived, heads counted, words and log written.

Everything that follows from what was changed is written beside it, in the same transaction, so that no reader ever
sees the one without the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.analytics.periods import HOUR
from sessiontui.store.alerting import BY_LEVEL
from sessiontui.store.alerting import store as keep_alerts
from sessiontui.store.deriving import Refreshed, recompute, stored_counts
from sessiontui.store.haystack import OWE_WORDS, PAY_WORDS, drop_words, keep_words
from sessiontui.store.reads.waymarks import ROADS, renewing
from sessiontui.store.rollups import mark
from sessiontui.store.sealing import keep_signals

if TYPE_CHECKING:
    from sessiontui.store.ledger import Ledger
    from sessiontui.store.tx import Tx

STRETCH: Final = 20
"""Sessions derived at a stretch, before others may have the event loop: a few milliseconds."""

REFRESHED: Final = 100
"""Rows that are refreshed at a stretch: enough that questions cost little each, few enough that keys are heard."""


async def finish(tx: Tx, ledger: Ledger) -> None:
    """Pay everything that a ledger owes: called once, just before the commit."""
    if ledger.is_clear:
        return
    if ledger.anew:
        from sessiontui.store.late import fold_anew  # who opens a console loads it only for what comes late

        await fold_anew(tx, ledger)
    await keep_signals(tx, ledger)
    for session_id in ledger.moved:
        scene = ledger.scenes.get(session_id)
        if scene is None or (scene.due is not None and scene.due <= tx.now):
            ledger.touched[session_id] = None  # its row waited for the tick: heads alone would not do
    ids = list(ledger.touched)
    for start in range(0, len(ids), STRETCH):
        result = await recompute(tx.fetch, ids[start : start + STRETCH], now=tx.at, rules=tx.rules)
        await _store(tx, ledger, result)
        await tx.breathe()
    counted = await _count_heads(tx, ledger)
    # Only now does the row name the mentor whom a move has brought.
    if ledger.reworded:
        await keep_words(tx, list(ledger.reworded))
        await tx.run_many(PAY_WORDS, [(key,) for key in ledger.reworded])
    await tx.run_many(OWE_WORDS, [(key,) for key in ledger.words_due if key not in ledger.reworded])
    await log(tx, [*ids, *counted])


async def refresh(tx: Tx, ledger: Ledger, ids: Sequence[int]) -> int:
    """Recompute rows for which only time has passed, and return how many look different."""
    changed = 0
    for start in range(0, len(ids), REFRESHED):
        result = await recompute(tx.fetch, ids[start : start + REFRESHED], now=tx.at, rules=tx.rules)
        await _store(tx, ledger, result)
        await log(tx, result.changed)
        changed += len(result.changed)
    return changed


async def refresh_due(tx: Tx, ledger: Ledger, ids: Sequence[int]) -> tuple[int, list[int]]:
    """Recompute rows that are due, save for those to be completed; return how many look different, and the others."""
    changed, overrun = 0, list[int]()
    for start in range(0, len(ids), REFRESHED):
        some = ids[start : start + REFRESHED]
        result = await recompute(tx.fetch, some, now=tx.at, rules=tx.rules, overrun=overrun)
        await _store(tx, ledger, result)
        await log(tx, result.changed)
        changed += len(result.changed)
    return changed, overrun


async def recount(tx: Tx) -> None:
    """Replace the maintained counts, those of alerts and those along the orders by what the rows add up to."""
    counts = await stored_counts(tx.fetch)
    await tx.run("DELETE FROM status_count")
    await tx.run_many(
        "INSERT INTO status_count (status, n, pending) VALUES (?, ?, ?)",
        [(status, *both) for status, both in counts.items()],
    )
    await tx.run(_COUNT_ALERTS)
    await tx.run("DELETE FROM alert_count")
    await tx.run(_COUNT_LEVELS)
    for order in ROADS:
        for sql, values in renewing(order):
            await tx.run(sql, values)


async def forget(tx: Tx, ledger: Ledger, session_id: int) -> None:
    """Delete a session that nothing has happened to yet, with what is counted of it."""
    rows = await tx.fetch("SELECT status, pending, archived_at, starts_at FROM session WHERE id = ?", (session_id,))
    status, pending, archived_at, starts_at = rows[0]
    await mark(tx, [cast("int", starts_at) // HOUR])
    if archived_at is None and status:
        await tx.run("UPDATE status_count SET n = n - 1, pending = pending - ? WHERE status = ?", (pending, status))
    await drop_words(tx, session_id)
    await tx.run("DELETE FROM session WHERE id = ?", (session_id,))
    ledger.touched.pop(session_id, None)
    ledger.reworded.pop(session_id, None)
    await log(tx, [session_id])


async def log(tx: Tx, ids: Sequence[int]) -> None:
    """Tell whoever follows the change log that sessions look different."""
    if ids:
        await tx.run_many(
            "INSERT INTO change_log (session_id, at) VALUES (?, ?)", [(row_id, tx.now) for row_id in ids]
        )


async def _store(tx: Tx, ledger: Ledger, result: Refreshed) -> None:
    """Write what a recomputation has found."""
    weights = ledger.weights
    heavy = (session_id for session_id in ledger.reworded if weights.get(session_id, True))
    hours = result.hours.union(*(result.homes.get(session_id, ()) for session_id in heavy))
    if hours:
        await mark(tx, hours)
    for statement, rows in result.updates.items():
        await tx.run_many(statement, rows)
    if result.counts:
        await tx.run_many(_COUNT, [(status, *moved) for status, moved in result.counts.items()])
    if result.alerts:
        await keep_alerts(tx, result.alerts)
    if result.unsettled:
        await tx.run_many(_OWE_CLASHES, [(session_id, tx.now) for session_id in result.unsettled])


async def _count_heads(tx: Tx, ledger: Ledger) -> list[int]:
    """Move the counters of sessions that are not derived, and return those that look different."""
    moved = {key: it for key, it in ledger.moved.items() if key not in ledger.touched}
    rows = [
        (tx.now, it.active, it.departed, it.due, it.due, session_id)
        for session_id, it in moved.items()
        if it.active or it.departed or _is_sooner(it.due, ledger.scenes[session_id].due)
    ]
    if rows:
        await tx.run_many(_HEADS, rows)
    return [session_id for session_id, it in moved.items() if it.active or it.departed]


def _is_sooner(due: int | None, than: int | None) -> bool:
    return due is not None and (than is None or due < than)


_COUNT: Final = (
    "INSERT INTO status_count (status, n, pending) VALUES (?, ?, ?)"
    " ON CONFLICT (status) DO UPDATE SET n = n + excluded.n, pending = pending + excluded.pending"
)

_COUNT_ALERTS: Final = (
    "UPDATE session SET alerted = (SELECT count(*) FROM alert a WHERE a.session_id = session.id"
    " AND a.resolved_at IS NULL) WHERE alerted > 0 OR id IN (SELECT session_id FROM alert WHERE resolved_at IS NULL)"
)

_COUNT_LEVELS: Final = f"INSERT INTO alert_count (level, n, taken) {BY_LEVEL}"

_OWE_CLASHES: Final = (
    "INSERT INTO clash_due (session_id, at) VALUES (?, ?) ON CONFLICT (session_id) DO UPDATE SET at = excluded.at"
)

_HEADS: Final = (
    "UPDATE session SET heads_at = ?, active = active + ?, departed = departed + ?, next_transition_at ="
    " CASE WHEN next_transition_at <= ? THEN next_transition_at ELSE ifnull(?, next_transition_at) END WHERE id = ?"
)
