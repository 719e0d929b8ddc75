"""The derived part of a session's row: recomputed in the transaction that changed what it depends on.

The rule is the domain's; here its answer is stored, so that the order of urgency and the counts are one index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sessiontui.domain.history import History, facts_at, instants
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.lifecycle import Derived, Facts, derive, next_transition_at
from sessiontui.domain.rules import Rules
from sessiontui.domain.urgency import rank
from sessiontui.domain.vocabulary import Priority
from sessiontui.store.histories import Fetch, load, marks, person_id_of
from sessiontui.store.reader import Row, Value

_COLUMNS = (
    "control",
    "starts_at",
    "ends_at",
    "mentor_id",
    "capacity",
    "archived_at",
    "status",
    "provisional",
    "badges",
    "rank",
    "next_transition_at",
    "final_end_at",
    "pending",
    "approved",
    "rejected",
    "active",
    "departed",
    "actual_ms",
)

UPDATE = f"UPDATE session SET {', '.join(f'{column} = ?' for column in _COLUMNS)} WHERE id = ?"

_SHOWN = tuple(_COLUMNS.index(column) for column in _COLUMNS if column not in ("next_transition_at", "actual_ms"))
"""What a live screen would show differently; the rest moves with time alone."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The answer of a recomputation: the rows to write, whose picture changed, and how the counts move."""

    updates: tuple[tuple[Value, ...], ...]
    changed: tuple[int, ...]
    counts: dict[str, tuple[int, int]]


def derived_row(
    history: History, now: datetime, *, priority: Priority, rules: Rules
) -> tuple[Facts, Derived, tuple[Value, ...]]:
    """Return the facts, the derivation and the stored values, in the order of the columns, of one session."""
    facts = facts_at(history, now, rules=rules)
    derived = derive(facts, now, rules)
    due = next_transition_at(facts, now, rules, marks=instants(history))
    values: tuple[Value, ...] = (
        str(facts.control),
        to_ms(facts.starts_at),
        to_ms(facts.ends_at),
        person_id_of(facts.mentor),
        facts.capacity,
        _ms(facts.archived_at),
        str(derived.status),
        int(derived.provisional),
        ",".join(badge.name for badge in derived.badges),
        rank(derived, starts_at=facts.starts_at, priority=priority),
        _ms(due),
        _ms(derived.final_end),
        facts.pending,
        facts.approved,
        facts.rejected,
        len(derived.here),
        len(derived.left),
        to_ms(from_ms(0) + derived.actual),
    )
    return facts, derived, values


async def recompute(fetch: Fetch, ids: Sequence[int], *, now: datetime, rules: Rules) -> Refreshed:
    """Return what has to be written so that the rows say what the rules say at ``now``."""
    histories = await load(fetch, ids)
    updates: list[tuple[Value, ...]] = []
    changed: list[int] = []
    number: Counter[str] = Counter()
    pending: Counter[str] = Counter()
    for before in await _rows(fetch, ids):
        session_id = cast("int", before[0])
        old = before[2:]
        _, _, new = derived_row(histories[session_id], now, priority=Priority(str(before[1])), rules=rules)
        if new == old:
            continue
        updates.append((*new, session_id))
        if any(new[place] != old[place] for place in _SHOWN):
            changed.append(session_id)
        for row, sign in ((old, -1), (new, 1)):
            status, waiting = _counted(row)
            if status:
                number[status] += sign
                pending[status] += sign * waiting
    counts = {status: (number[status], pending[status]) for status in number if number[status] or pending[status]}
    return Refreshed(tuple(updates), tuple(changed), counts)


async def stored_counts(fetch: Fetch) -> dict[str, tuple[int, int]]:
    """Return the counts that the rows themselves add up to: the audit of the maintained ones."""
    rows = await fetch(
        "SELECT status, count(*), sum(pending) FROM session"
        " WHERE archived_at IS NULL AND status != '' GROUP BY status",
        (),
    )
    return {str(row[0]): (cast("int", row[1]), cast("int", row[2])) for row in rows}


async def _rows(fetch: Fetch, ids: Sequence[int]) -> list[Row]:
    rows: list[Row] = []
    for start in range(0, len(ids), 400):
        chunk = ids[start : start + 400]
        rows += await fetch(
            f"SELECT id, priority, {', '.join(_COLUMNS)} FROM session WHERE id IN ({marks(chunk)})", chunk
        )
    return rows


def _counted(row: tuple[Value, ...]) -> tuple[str, int]:
    """Return the status under which a row is counted, and its pending requests; archived ones are not."""
    if row[_COLUMNS.index("archived_at")] is not None:
        return "", 0
    return str(row[_COLUMNS.index("status")]), cast("int", row[_COLUMNS.index("pending")])


def _ms(instant: datetime | None) -> int | None:
    return None if instant is None else to_ms(instant)
