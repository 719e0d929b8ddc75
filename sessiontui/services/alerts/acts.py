"""What is done to alerts: who takes one up, who puts it off, and what is left for the next admin."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sessiontui.domain.access import Action, Actor, may, require
from sessiontui.domain.alerts import AlertRule
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, NotFound
from sessiontui.domain.instants import from_ms, rfc3339, to_ms
from sessiontui.domain.phrases import count
from sessiontui.domain.text import safe_line
from sessiontui.services.alerts.lines import SHIFT_NOTE
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import standing
from sessiontui.store import taking
from sessiontui.store.alerting import relift
from sessiontui.store.reads import alerts as kept
from sessiontui.store.reads import operations
from sessiontui.store.reads.alerts import AlertRow

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx


async def acknowledge(
    context: Context, alert_ids: Sequence[int], *, by: Actor, at: datetime, note: str = ""
) -> Receipt:
    """Say that one has alerts in hand; they stay open, and lift nothing any more.

    Where somebody has one already, ``Conflict`` says who and since when; of several, those are left out.
    """
    async with context.db.write(by=by, at=at) as tx:
        rows, refused = await _claim(tx, alert_ids, at=tx.now)
        taken = [row for row in rows if row.acknowledged_at is not None]
        refused += [
            (row.id, f"{row.acknowledged_by} has it since {_clock(row.acknowledged_at or 0)}") for row in taken
        ]
        rows = [row for row in rows if row.acknowledged_at is None]
        _require_some(rows, refused)
        await taking.acknowledge(tx, [row.id for row in rows], note=safe_line(note))
        return await _done(tx, "alert.acknowledge", f"acknowledged {_named(rows)}", rows, refused, reason=note)


async def snooze(context: Context, alert_ids: Sequence[int], *, until: datetime, by: Actor, at: datetime) -> Receipt:
    """Put alerts off until an instant: they lift nothing until then, unless they are resolved before."""
    if until <= at:
        raise BadInput("an alert cannot be put off until a time that has passed", hint="name a later one")
    async with context.db.write(by=by, at=at) as tx:
        rows, refused = await _claim(tx, alert_ids, at=tx.now)
        _require_some(rows, refused)
        await taking.snooze(tx, [row.id for row in rows], until=to_ms(until))
        sentence = f"snoozed {_named(rows)} until {until:%Y-%m-%d %H:%M} UTC"
        return await _done(tx, "alert.snooze", sentence, rows, refused)


async def unsnooze(context: Context, alert_ids: Sequence[int], *, by: Actor, at: datetime) -> Receipt:
    """Bring alerts back that were put off."""
    async with context.db.write(by=by, at=at) as tx:
        rows, refused = await _claim(tx, alert_ids, at=tx.now)
        refused += [(row.id, "it is not snoozed") for row in rows if (row.snoozed_until or 0) <= tx.now]
        rows = [row for row in rows if (row.snoozed_until or 0) > tx.now]
        _require_some(rows, refused)
        await taking.unsnooze(tx, [row.id for row in rows])
        return await _done(tx, "alert.unsnooze", f"brought back {_named(rows)}", rows, refused)


async def leave_note(context: Context, text: str, *, by: Actor, at: datetime) -> Receipt:
    """Leave a note for the next admin, in the place of the last one; an empty one takes it away."""
    said = safe_line(text)
    async with context.db.write(by=by, at=at) as tx:
        require(by, Action.ALERT)
        before = await operations.setting(tx.fetch, SHIFT_NOTE) or ""
        new = json.dumps({"text": said, "by": by.name, "at": rfc3339(at)}) if said else ""
        await operations.write_setting(tx.run, SHIFT_NOTE, new)
        sealed = await tx.audit(
            "alert.note",
            f"left a note for the next shift: {said}" if said else "took the shift note away",
            subject="alert",
            detail={"before": before},
            reversible=True,
        )
    return Receipt(sentence=sealed.sentence, undo=sealed.id)


async def take_back(tx: Tx, action: str, detail: Mapping[str, Json]) -> None:
    """Take back what was done to alerts; what was resolved meanwhile stays so, and what others did stays done."""
    if action == "alert.note":
        await operations.write_setting(tx.run, SHIFT_NOTE, str(detail["before"]))
        return
    before = cast("dict[str, list[str | int | None]]", detail["before"])
    sessions_of: dict[int, None] = {}
    for row in await kept.by_id(tx.fetch, [int(one) for one in before]):
        if action == "alert.acknowledge" and row.acknowledged_by_id != tx.by.id:
            raise Conflict(f"{row.acknowledged_by or 'somebody'} changed it since")
        await taking.put_back(tx, row.id, before[str(row.id)])
        if row.session_id is not None:
            sessions_of[row.session_id] = None
    await relift(tx, list(sessions_of))


async def _claim(tx: Tx, alert_ids: Sequence[int], *, at: int) -> tuple[list[AlertRow], list[tuple[int, str]]]:
    """Return the alerts that are still open and that the one who acts may change, and why others are left out."""
    rows = await kept.by_id(tx.fetch, list(dict.fromkeys(alert_ids)))
    if not rows:
        raise NotFound("there is no such alert", hint="'sessiontui alerts' shows their numbers")
    refused = [
        (row.id, f"alert #{row.id} was resolved by itself at {_clock(row.resolved_at)}")
        for row in rows
        if row.resolved_at is not None and row.resolved_at <= at
    ]
    rows = [row for row in rows if row.resolved_at is None or row.resolved_at > at]
    if may(tx.by, Action.ALERT).allowed:
        return rows, refused
    allowed = []
    for row in rows:
        own = None if row.session_id is None else await standing(tx.fetch, tx.by, row.session_id)
        verdict = may(tx.by, Action.ALERT, own)
        if not verdict.allowed:
            raise NotAllowed(verdict.reason, hint=verdict.hint, action=Action.ALERT, session_id=row.session_id)
        allowed.append(row)
    return allowed, refused


def _require_some(rows: Sequence[AlertRow], refused: Sequence[tuple[int, str]]) -> None:
    if not rows:
        detail = refused[0][1] if refused else "nothing of it is open any more"
        raise Conflict(detail, hint="'sessiontui alerts' shows what is open")


async def _done(
    tx: Tx,
    action: str,
    sentence: str,
    rows: Sequence[AlertRow],
    refused: Sequence[tuple[int, str]],
    *,
    reason: str = "",
) -> Receipt:
    ids = list(dict.fromkeys(row.session_id for row in rows if row.session_id is not None))
    await relift(tx, ids)
    before: dict[str, Json] = {str(row.id): taking.kept_of(row) for row in rows}
    sealed = await tx.audit(
        action,
        sentence,
        subject="session" if len(ids) == 1 and len(rows) == 1 else "alert",
        subject_id=ids[0] if len(ids) == 1 and len(rows) == 1 else rows[0].id if len(rows) == 1 else None,
        reason=safe_line(reason),
        detail={"before": before},
        reversible=True,
    )
    left = f"; {len(refused)} left out: {refused[0][1]}" if refused else ""
    return Receipt(sentence=f"{sealed.sentence}{left}", sessions=tuple(ids), undo=sealed.id, refused=tuple(refused))


def _named(rows: Sequence[AlertRow]) -> str:
    if len(rows) > 1:
        return count(len(rows), "alert")
    row = rows[0]
    return f"{AlertRule(row.rule).words!r} of {row.title or row.subject.removeprefix('source:')}"


def _clock(at_ms: int) -> str:
    return f"{from_ms(at_ms):%H:%M} UTC"
