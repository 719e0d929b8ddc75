"""Alerts: what is open and what helps, who takes it up, who puts it off, and what is left for the next admin."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Action, Actor, Reach, may, reach, require
from sessiontui.domain.alerts import LEVELS, AlertRule, Suggestion
from sessiontui.domain.alerts.suggesting import Means, suggestions
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, NotFound
from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import from_ms, parse_instant, rfc3339, to_ms
from sessiontui.domain.phrases import count
from sessiontui.domain.query import Query, matches, parse
from sessiontui.domain.text import safe_line
from sessiontui.services import boards
from sessiontui.services.alert_lines import SHIFT_NOTE, alert_line, counted
from sessiontui.services.context import Context
from sessiontui.services.pictures import AlertBoard, AlertCounts, AlertGroup, AlertLine, ShiftNote
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import standing
from sessiontui.store import taking
from sessiontui.store.alerting import facts_of, judged_rows, relift
from sessiontui.store.filters import Condition, compile_for_alerts
from sessiontui.store.reader import Row
from sessiontui.store.reads import alerts as kept
from sessiontui.store.reads import operations, sessions, windows
from sessiontui.store.reads.alerts import AlertRow

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

ABLE: Final = frozenset(Suggestion) - {
    Suggestion.SEND_BACKUP_LINK,
    Suggestion.USE_BACKUP,
    Suggestion.REVOKE,
    Suggestion.CALL_OWNER,
}
"""What the product can do by now; the rest needs platforms and logins."""

LATELY: Final = 24 * 3_600_000
"""How far back, in ms, a board shows what was resolved."""

MOST_LATELY: Final = 50

MOST_LATE: Final = 5_000
"""Sessions that are judged anew for a list, where no worker has done it in time."""

EARLIER: Final = 20
"""Earlier alerts of the same subject that are shown beside one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDetail:
    """One alert with what helps now, and the earlier ones of the same rule and subject, the latest first."""

    line: AlertLine
    earlier: tuple[AlertLine, ...] = ()


async def alerts(
    context: Context,
    query: str = "",
    *,
    now: datetime,
    as_of: datetime | None = None,
    by: Actor,
    zone: ZoneInfo | None = None,
    helpful: int = 0,
    each: int | None = None,
) -> AlertBoard:
    """Return the alerts that are open, or were at ``as_of``, of the sessions that a query asks for.

    ``QueryError`` points at the wrong term; what it says of alerts is asked of each alert itself. The first
    ``helpful`` lines are told what helps now; ``each`` limits the lines of each rule and severity to the oldest.
    Mentors see those of their own sessions.
    """
    asked = parse(query, now=as_of or now, zone=zone or context.zone)
    covers = reach(by, Action.SEE_ATTENDANCE)
    fetch = context.db.fetch
    at = as_of or now
    grouped: list[Row] | None = None
    if as_of is not None:
        rows = await _past_rows(context, asked, now=now, as_of=as_of)
    elif (late := await sessions.overdue(fetch, to_ms(now), limit=MOST_LATE)) and each is None:
        rows = await _judged(context, asked, late, now=now)
    else:
        test, values = await _asked(context, asked)
        if each is None or covers is not Reach.YES:
            rows = await kept.standing(fetch, test=test, values=values)
        else:
            rows = await kept.oldest(fetch, test=test, values=values, each=each)
            grouped = await kept.groups(fetch, now=to_ms(now), test=test, values=values)
    if covers is not Reach.YES:
        rows = await _own(context, rows, by)
    is_whole = covers is Reach.YES and as_of is None
    counts = await open_counts(context, now=now) if is_whole else _tally(rows, at)
    acts = {} if as_of is not None else await _actions(context, rows[:helpful], now=now)
    over = [] if as_of is not None else await kept.lately(fetch, since=to_ms(now) - LATELY, limit=MOST_LATELY)
    if covers is not Reach.YES:
        over = await _own(context, over, by)
    return AlertBoard(
        taken_at=at,
        lines=tuple(alert_line(row, at, acts.get(row.id, ())) for row in rows),
        groups=_groups(rows, at) if grouped is None else tuple(_group(row) for row in grouped),
        counts=counts,
        matched=len(rows) if grouped is None else sum(cast("int", row[3]) for row in grouped),
        query=query,
        as_of=as_of,
        lately=tuple(alert_line(row, now) for row in over),
        note=await shift_note(context) if covers is Reach.YES else None,
    )


async def open_ids(
    context: Context, query: str, *, now: datetime, group: AlertGroup | None = None, zone: ZoneInfo | None = None
) -> tuple[int, ...]:
    """Return the open alerts that a query asks for, or those of a group among them: the whole of a storm."""
    asked = parse(query, now=now, zone=zone or context.zone)
    test, values = await _asked(context, asked)
    wanted = None if group is None else (group.rule.value, LEVELS.index(group.severity), group.place)
    return tuple(await kept.ids_of(context.db.fetch, test=test, values=values, group=wanted))


async def one(context: Context, alert_id: int, *, now: datetime, by: Actor) -> AlertDetail:
    """Return one alert whole: what helps now, and how often it was open before."""
    fetch = context.db.fetch
    rows = await kept.by_id(fetch, [alert_id])
    if reach(by, Action.SEE_ATTENDANCE) is not Reach.YES:
        rows = await _own(context, rows, by)
    if not rows:
        raise NotFound(f"there is no alert #{alert_id}")
    row = rows[0]
    acts = await _actions(context, rows, now=now) if row.resolved_at is None else {}
    others = await kept.of_subject(fetch, row.subject, limit=EARLIER)
    earlier = tuple(alert_line(other, now) for other in others if other.rule == row.rule and other.id != row.id)
    return AlertDetail(line=alert_line(row, now, acts.get(row.id, ())), earlier=earlier)


async def helping(context: Context, session_id: int, *, now: datetime) -> tuple[AlertLine, ...]:
    """Return the open alerts of one session with what helps now, the worst first."""
    rows = (await kept.of_sessions(context.db.fetch, [session_id])).get(session_id, [])
    acts = await _actions(context, rows, now=now)
    return tuple(alert_line(row, now, acts.get(row.id, ())) for row in rows)


async def open_counts(context: Context, *, now: datetime) -> AlertCounts:
    """Return how many alerts are open, and how many of them press."""
    return counted(await kept.counts(context.db.fetch, now=to_ms(now)))


async def shift_note(context: Context) -> ShiftNote | None:
    """Return what the last admin left for the next."""
    kept_note = await operations.setting(context.db.fetch, SHIFT_NOTE)
    if not kept_note:
        return None
    told = json.loads(kept_note)
    return ShiftNote(text=str(told["text"]), by=str(told["by"]), at=parse_instant(str(told["at"])))


# -- taking up and putting off -------------------------------------------------------------------------------


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


# -- what they have in common --------------------------------------------------------------------------------


async def _claim(tx: Tx, alert_ids: Sequence[int], *, at: int) -> tuple[list[AlertRow], list[tuple[int, str]]]:
    """Return the alerts that are still open and that the one who acts may change, and why others are left out."""
    rows = await kept.by_id(tx.fetch, list(dict.fromkeys(alert_ids)))
    if not rows:
        raise NotFound("there is no such alert", hint="'sessiontui alerts' shows their numbers")
    refused = [
        (row.id, f"it was resolved by itself at {_clock(row.resolved_at)}")
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
            raise NotAllowed(verdict.reason, hint=verdict.hint)
        allowed.append(row)
    return allowed, refused


def _require_some(rows: Sequence[AlertRow], refused: Sequence[tuple[int, str]]) -> None:
    if not rows:
        raise Conflict(refused[0][1] if refused else "nothing of it is open any more", hint="look again")


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


async def _own(context: Context, rows: Sequence[AlertRow], by: Actor) -> list[AlertRow]:
    found = []
    for row in rows:
        if row.session_id is not None:
            own = await standing(context.db.fetch, by, row.session_id)
            if may(by, Action.SEE_ATTENDANCE, own).allowed:
                found.append(row)
    return found


async def _asked(context: Context, asked: Query) -> Condition:
    if asked.is_everything:
        return "1", ()
    return compile_for_alerts(asked, await windows.look_up(context.db.fetch, asked))


def _group(row: Row) -> AlertGroup:
    level, rule, place, number, pressing, oldest = row
    return AlertGroup(
        rule=AlertRule(str(rule)),
        severity=LEVELS[cast("int", level)],
        place=str(place or ""),
        number=cast("int", number),
        pressing=cast("int", pressing),
        oldest_at=from_ms(cast("int", oldest)),
    )


def _groups(rows: Sequence[AlertRow], at: datetime) -> tuple[AlertGroup, ...]:
    there: dict[tuple[int, str, str], list[AlertRow]] = {}
    for row in rows:
        place = dict(facts_of(row.facts)).get("platform", "") if row.rule == AlertRule.UNSTABLE else ""
        there.setdefault((row.level, row.rule, place), []).append(row)
    return tuple(
        _group(
            (
                level,
                rule,
                place,
                len(members),
                sum(one.state_at(to_ms(at)) == "open" for one in members),
                min(one.opened_at for one in members),
            )
        )
        for (level, rule, place), members in there.items()
    )


def _tally(rows: Sequence[AlertRow], at: datetime) -> AlertCounts:
    numbers: dict[tuple[int, bool], int] = {}
    for row in rows:
        key = row.level, row.state_at(to_ms(at)) == "open"
        numbers[key] = numbers.get(key, 0) + 1
    return counted(numbers)


async def _judged(context: Context, asked: Query, late: Sequence[int], *, now: datetime) -> list[AlertRow]:
    """Return open alerts as they are at ``now`` although no worker has written down what time changed."""
    test, values = await _asked(context, asked)
    stored = await kept.standing(context.db.fetch, test=test, values=values)
    apart = set(late)
    fresh = await judged_rows(context.db.fetch, late, now=now, rules=context.rules)
    if not asked.is_everything:
        fresh = await _fitting(context, asked, fresh, now=now, as_of=now)
    rows = [row for row in stored if row.session_id not in apart]
    return sorted([*rows, *fresh], key=lambda row: (row.level, row.opened_at, row.id))


async def _past_rows(context: Context, asked: Query, *, now: datetime, as_of: datetime) -> list[AlertRow]:
    """Return the alerts that were open at an instant; the query is asked of their sessions as they were then."""
    rows = await kept.at_instant(context.db.fetch, to_ms(as_of))
    return rows if asked.is_everything else await _fitting(context, asked, rows, now=now, as_of=as_of)


async def _fitting(
    context: Context, asked: Query, rows: Sequence[AlertRow], *, now: datetime, as_of: datetime
) -> list[AlertRow]:
    """Return the alerts that a query means, which is asked of each one alone with its session as it was."""
    ids = list(dict.fromkeys(row.session_id for row in rows if row.session_id is not None))
    there = await boards.subjects(context, ids, now=now, as_of=as_of)
    found = []
    for row in rows:
        subject = there.get(row.session_id or 0)
        if subject is None:
            continue
        alone = replace(subject, alerts=frozenset({row.rule, LEVELS[row.level].value}), alerted=True)
        if matches(asked, alone):
            found.append(row)
    return found


async def _actions(context: Context, rows: Sequence[AlertRow], *, now: datetime) -> dict[int, tuple[Suggestion, ...]]:
    fetch = context.db.fetch
    ids = list(dict.fromkeys(row.session_id for row in rows if row.session_id is not None))
    histories = await sessions.histories(fetch, ids)
    written = await sessions.written(fetch, ids)
    found = {}
    for row in rows:
        means = Means()
        if row.session_id in histories and row.session_id in written:
            about = written[row.session_id]
            means = Means(
                facts=facts_at(histories[row.session_id], now, rules=context.rules),
                mentor_phone=bool(about.mentor_phone),
                link=bool(about.link),
                author=about.author_id is not None,
            )
        found[row.id] = suggestions(AlertRule(row.rule), means, now, able=ABLE, rules=context.rules)
    return found
