"""Taking alerts up, putting them off and back: the rows alone; what follows for sessions is in ``store.alerting``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessiontui.store.reader import Value
    from sessiontui.store.reads.alerts import AlertRow
    from sessiontui.store.tx import Tx


async def acknowledge(tx: Tx, ids: Iterable[int], *, note: str) -> None:
    """Let alerts be in the hands of the one who acts; an empty note leaves the one that is there."""
    await tx.run_many(
        "UPDATE alert SET acknowledged_by_id = ?, acknowledged_by = ?, acknowledged_at = ?, snoozed_until = NULL,"
        " note = CASE ? WHEN '' THEN note ELSE ? END, version = version + 1 WHERE id = ?",
        [(tx.by.id, tx.by.name, tx.now, note, note, one) for one in ids],
    )


async def snooze(tx: Tx, ids: Iterable[int], *, until: int) -> None:
    """Put alerts off until an instant, in ms."""
    await tx.run_many(
        "UPDATE alert SET snoozed_by = ?, snoozed_at = ?, snoozed_until = ?, version = version + 1 WHERE id = ?",
        [(tx.by.name, tx.now, until, one) for one in ids],
    )


async def unsnooze(tx: Tx, ids: Iterable[int]) -> None:
    """Let alerts that were put off come back now."""
    await tx.run_many(
        "UPDATE alert SET snoozed_until = ?, version = version + 1 WHERE id = ?", [(tx.now, one) for one in ids]
    )


async def escalate(tx: Tx, ids: Iterable[int]) -> None:
    """Keep that alerts have left the screen."""
    await tx.run_many("UPDATE alert SET escalated_at = ? WHERE id = ?", [(tx.now, one) for one in ids])


def kept_of(row: AlertRow) -> list[Value]:
    """Return what ``put_back`` needs to know of an alert."""
    return [
        row.acknowledged_by_id,
        row.acknowledged_by,
        row.acknowledged_at,
        row.snoozed_by,
        row.snoozed_at,
        row.snoozed_until,
        row.note,
    ]


async def put_back(tx: Tx, alert_id: int, kept: Sequence[Value]) -> None:
    """Let an alert be in whose hands it was."""
    await tx.run(
        "UPDATE alert SET acknowledged_by_id = ?, acknowledged_by = ?, acknowledged_at = ?, snoozed_by = ?,"
        " snoozed_at = ?, snoozed_until = ?, note = ?, version = version + 1 WHERE id = ?",
        (*kept, alert_id),
    )
