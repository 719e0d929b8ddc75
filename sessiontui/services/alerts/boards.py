"""Alerts as one reads them: what is open or was at an instant, what helps, and what the last admin left to say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, cast
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Action, Actor, Reach, may, reach
from sessiontui.domain.alerts import LEVELS, AlertRule, Suggestion
from sessiontui.domain.alerts.suggesting import Means, suggestions
from sessiontui.domain.errors import NotFound
from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import from_ms, parse_instant, to_ms
from sessiontui.domain.query import Query, matches, parse
from sessiontui.services import boards
from sessiontui.services.alerts.lines import SHIFT_NOTE, alert_line, counted
from sessiontui.services.context import Context
from sessiontui.services.pictures import AlertBoard, AlertCounts, AlertGroup, AlertLine, ShiftNote
from sessiontui.services.rights import standing
from sessiontui.store.filters import Condition, compile_for_alerts
from sessiontui.store.reader import Row
from sessiontui.store.reads import alerts as kept
from sessiontui.store.reads import operations, places, sessions
from sessiontui.store.reads.alerts import AlertRow, facts_of
from sessiontui.store.reads.judged import judged_rows
from sessiontui.store.reads.known import look_up

ABLE: Final = frozenset(Suggestion)
"""What the product can do."""

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


async def board(
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
    return compile_for_alerts(asked, await look_up(context.db.fetch, asked))


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
    placed = await places.written_of(fetch, ids)
    spare = context.platforms.backup is not None
    found = {}
    for row in rows:
        means = Means()
        if row.session_id in histories and row.session_id in written:
            about = written[row.session_id]
            means = Means(
                facts=facts_at(histories[row.session_id], now, rules=context.rules),
                mentor_phone=bool(about.mentor_phone),
                link=bool(placed[row.session_id].link or placed[row.session_id].has_room),
                backup=spare or bool(placed[row.session_id].backup_link),
                author=about.author_id is not None,
            )
        found[row.id] = suggestions(AlertRule(row.rule), means, now, able=ABLE, rules=context.rules)
    return found
