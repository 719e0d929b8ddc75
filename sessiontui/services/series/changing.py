"""Changing a series: for one date and the following, or for all. What has begun stays as it was.

Dates that were changed on their own keep what was changed on them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor, require
from sessiontui.domain.errors import BadInput, NotFound, Refused
from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import from_ms
from sessiontui.domain.lifecycle import why_not
from sessiontui.domain.phrases import count
from sessiontui.domain.recurrence import AHEAD, DAYS, Pattern, read_rule, until_before, write_rule
from sessiontui.domain.series import Reconciled, Scope, Stamped, paired, reconcile, same_rhythm
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import Kind, Move, Priority
from sessiontui.services import notices
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.series.dates import dates_before, dates_until, slots
from sessiontui.services.series.making import checked_pattern, skipped, standing
from sessiontui.services.series.patterns import pattern_columns
from sessiontui.services.series.stamping import first_instant, pattern_of, stamp_slots, stamp_until
from sessiontui.services.sessions import SessionEdit, add_change, checked
from sessiontui.store.histories import load
from sessiontui.store.reads import series as kept
from sessiontui.store.recurring import hand_over, rename

if TYPE_CHECKING:
    from sessiontui.domain.lifecycle import Facts
    from sessiontui.store.reads.series import StampedRow
    from sessiontui.store.tables import Series
    from sessiontui.store.tx import Tx

TAKEN_OUT: Final = "taken out of the series"

_LATE: Final = timedelta(days=400)
"""How far beyond the last stamped date old and new dates are paired."""

_WRITTEN: Final = ("title", "description", "link", "tags", "priority")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesEdit:
    """What is to change; ``None`` leaves a thing as it is.

    ``starts`` is the wall-clock time of the date that the change is made on, ``mentor_id`` 0 means nobody.
    """

    title: str | None = None
    kind: Kind | None = None
    description: str | None = None
    link: str | None = None
    tags: tuple[str, ...] | None = None
    priority: Priority | None = None
    capacity: int | None = None
    mentor_id: int | None = None
    starts: datetime | None = None
    length: timedelta | None = None
    zone: str | None = None
    rule: str | None = None


async def edit(
    context: Context,
    session_id: int,
    changes: SeriesEdit,
    *,
    scope: Scope,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Receipt:
    """Change the series of a session, from its date on or wholly; one date alone is edited as any session is."""
    if all(getattr(changes, part.name) is None for part in fields(changes)):
        raise BadInput("nothing to change was given")
    if scope is Scope.ONE:
        raise BadInput("one date is changed as any session is", hint="edit, reschedule or reassign the session")
    async with context.db.write(by=by, at=at) as tx:
        series, wall = await _series_of(tx, session_id)
        require(by, Action.MANAGE_TEMPLATES, standing(series, by))
        if scope is Scope.FOLLOWING and wall > pattern_of(series).starts:
            series = await _part(tx, series, wall)
        outcome = await _change(tx, context, series, wall, changes, reason=safe_block(reason).strip())
    return Receipt(
        sentence=outcome.sentence + skipped(outcome.pattern, at), sessions=outcome.touched, series=outcome.series_id
    )


async def end(context: Context, session_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """End a series with the date before this one; later dates are taken out or, with people in them, called off."""
    async with context.db.write(by=by, at=at) as tx:
        series, wall = await _series_of(tx, session_id)
        require(by, Action.MANAGE_TEMPLATES, standing(series, by))
        old = pattern_of(series)
        if wall <= old.starts:
            raise Refused("that is the first date of the series", hint="cancel its sessions instead")
        new = replace(
            old,
            rule=until_before(old.rule, wall, old.zone) if old.rule else "",
            added=tuple(one for one in old.added if one < wall),
        )
        outcome = await _apply(tx, context, series, old, new, {}, mentor_id=None, reason=reason or "the series ended")
    return Receipt(sentence=outcome.sentence, sessions=outcome.touched, series=outcome.series_id)


async def take_out(context: Context, session_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Take one date out of its series: it goes, or is called off where people have asked for it."""
    async with context.db.write(by=by, at=at) as tx:
        series, wall = await _series_of(tx, session_id)
        require(by, Action.MANAGE_TEMPLATES, standing(series, by))
        old = pattern_of(series)
        new = replace(old, excluded=old.excluded | {wall})
        outcome = await _apply(tx, context, series, old, new, {}, mentor_id=None, reason=reason or TAKEN_OUT)
    return Receipt(sentence=outcome.sentence, sessions=outcome.touched, series=outcome.series_id)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a change came to."""

    series_id: int
    sentence: str
    touched: tuple[int, ...]
    pattern: Pattern


async def _series_of(tx: Tx, session_id: int) -> tuple[Series, datetime]:
    found = await kept.of_session(tx.fetch, session_id)
    if found is None:
        await tx.session(session_id)
        raise NotFound(f"session #{session_id} belongs to no series")
    return await tx.series(found[0]), datetime.fromisoformat(found[1])


async def _part(tx: Tx, series: Series, wall: datetime) -> Series:
    """Cut a series in two at a date and return the later one, which still has the pattern of the whole."""
    pattern = pattern_of(series)
    series_id = cast("int", series.id)
    rule = read_rule(pattern.rule) if pattern.rule else {}
    if "COUNT" in rule:
        rule["COUNT"] = str(max(1, int(rule["COUNT"]) - dates_before(pattern, wall)))
    earlier = replace(
        pattern,
        rule=until_before(pattern.rule, wall, pattern.zone) if pattern.rule else "",
        added=tuple(one for one in pattern.added if one < wall),
        excluded=frozenset(one for one in pattern.excluded if one < wall),
    )
    later = replace(
        pattern,
        starts=wall,
        rule=write_rule(rule) if rule else "",
        added=tuple(one for one in pattern.added if one > wall),
        excluded=frozenset(one for one in pattern.excluded if one >= wall),
    )
    columns = {name: getattr(series, name) for name in _COPIED}
    later_id = await tx.insert("series", **columns, **pattern_columns(later), parted_from=series_id)
    await hand_over(tx, series_id, later_id, since=wall.isoformat())
    await tx.update("series", series_id, **pattern_columns(earlier), stamped_until=None, version=series.version + 1)
    return await tx.series(later_id)


_COPIED: Final = (
    "title", "description", "kind", "priority", "tags", "link", "author_id", "mentor_id", "capacity", "published",
    "stamped_until", "created_at",
)  # fmt: skip


async def _change(
    tx: Tx, context: Context, series: Series, wall: datetime, changes: SeriesEdit, *, reason: str
) -> _Outcome:
    written = checked(
        SessionEdit(
            title=changes.title, kind=changes.kind, capacity=changes.capacity, priority=changes.priority,
            tags=changes.tags, description=changes.description, link=changes.link,
        )
    )  # fmt: skip
    old = pattern_of(series)
    shift = changes.starts - wall if changes.starts is not None else timedelta()
    new = checked_pattern(
        starts=old.starts + shift,
        length=changes.length or old.length,
        zone=changes.zone or old.zone.key,
        rule=changes.rule if changes.rule is not None else _shifted(old.rule, old.starts, shift),
        added=tuple(one + shift for one in old.added),
        excluded=frozenset(one + shift for one in old.excluded),
    )
    return await _apply(tx, context, series, old, new, written, mentor_id=changes.mentor_id, reason=reason)


def _shifted(rule: str, starts: datetime, shift: timedelta) -> str:
    """Return the rule for dates that all move by as much; a day that the rule names moves along.

    >>> _shifted("FREQ=WEEKLY;BYDAY=TU,SU", datetime(2026, 5, 5, 18), timedelta(days=1))
    'FREQ=WEEKLY;BYDAY=WE,MO'
    """
    days = (starts + shift).date() - starts.date()
    parts = read_rule(rule) if rule else {}
    if not days or not parts.keys() & {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"}:
        return rule
    if parts["FREQ"] in ("WEEKLY", "DAILY") and "BYSETPOS" not in parts and "BYMONTHDAY" not in parts:
        moved = (DAYS[(DAYS.index(day.strip()) + days.days) % 7] for day in parts["BYDAY"].split(","))
        return write_rule({**parts, "BYDAY": ",".join(moved)})
    raise BadInput("the rule names the day itself", hint="give the new rule as well", place="rule")


async def _apply(
    tx: Tx,
    context: Context,
    series: Series,
    old: Pattern,
    new: Pattern,
    written: dict[str, object],
    *,
    mentor_id: int | None,
    reason: str,
) -> _Outcome:
    """Store what a series is from now on, and let its sessions follow."""
    series_id = cast("int", series.id)
    if mentor_id:
        await tx.person(mentor_id)
    rows = await kept.sessions(tx.fetch, series_id)
    histories = await load(tx.fetch, [row.id for row in rows])
    facts = {row.id: facts_at(histories[row.id], tx.at, rules=context.rules) for row in rows}
    stamped = [_stamped(row, facts[row.id], tx.at, context) for row in rows]
    changed = reconcile(stamped, old, new, _pairs(stamped, old, new)) if new != old else Reconciled()
    mentor = {} if mentor_id is None else {"mentor_id": mentor_id or None}
    await tx.update("series", series_id, **written, **mentor, **pattern_columns(new), version=series.version + 1)
    entry = await tx.audit(
        "series.edit", f"changed the series {series.title}", subject="series", subject_id=series_id, reason=reason,
        detail={"before": _json(old), "after": _json(new), "sessions": [row.id for row in rows]},
    )  # fmt: skip
    free = [row for row, one in zip(rows, stamped, strict=True) if not one.fixed]
    gone = {one.session_id for one in changed.dropped}
    touched = await _rewrite(tx, series, [row for row in free if row.id not in gone], written)
    if mentor_id is not None:
        touched |= await _reassign(
            tx, context, series, [row for row in free if row.id not in gone], mentor_id, facts, entry.id
        )
    touched |= await _move(tx, context, changed, facts, cause=entry.id, reason=reason)
    forgotten, off = await _drop(tx, context, changed.dropped, facts, cause=entry.id, reason=reason)
    made: list[int] = []
    if new != old:
        made = await _fill(tx, await tx.series(series_id), new)
    parts = [
        (len(changed.moved), "moved"),
        (len(touched - {one.session_id for one, _ in changed.moved}), "changed"),
        (len(made), "added"),
        (forgotten, "taken out"),
        (len(off), "called off"),
        (len(changed.apart), "left alone, as it was moved by itself"),
    ]
    what = ", ".join(f"{count(number, 'date')} {word}" for number, word in parts if number) or "no date is touched"
    title = cast("str", written.get("title", series.title))
    return _Outcome(series_id, f"changed the series {title}: {what}", tuple(sorted({*touched, *made, *off})), new)


def _stamped(row: StampedRow, facts: Facts, at: datetime, context: Context) -> Stamped:
    begun = facts.starts_at <= at or bool(why_not(Move.RESCHEDULE, facts, at, context.rules))
    return Stamped(
        session_id=row.id,
        wall=datetime.fromisoformat(row.slot),
        starts_at=from_ms(row.starts_at),
        ends_at=from_ms(row.ends_at),
        fixed=begun,
    )


def _pairs(stamped: Sequence[Stamped], old: Pattern, new: Pattern) -> dict[datetime, datetime]:
    last = max((one.wall for one in stamped), default=old.starts) + _LATE
    shift = abs(new.starts - old.starts)
    before = dates_until(replace(old, excluded=frozenset()), last)
    after = dates_until(replace(new, excluded=frozenset()), last + shift)
    return dict(paired(before, after, rhythm=same_rhythm(old.rule, new.rule)))


async def _rewrite(tx: Tx, series: Series, rows: Sequence[StampedRow], written: dict[str, object]) -> set[int]:
    """Write what changed on those sessions that still say what the series said."""
    touched: set[int] = set()
    for row in rows:
        said = {
            "title": row.title, "description": row.description, "link": row.link, "priority": row.priority,
            "tags": json.loads(row.tags),
        }  # fmt: skip
        values = {
            name: written[name]
            for name in _WRITTEN
            if name in written and said[name] == getattr(series, name) != written[name]
        }
        capacity = written.get("capacity")
        if values:
            await tx.claim(row.id)
            await tx.update("session", row.id, **values)
            touched.add(row.id)
        if capacity is not None and row.capacity == series.capacity != capacity:
            await add_change(tx, row.id, capacity=cast("int", capacity))
            touched.add(row.id)
    return touched


async def _reassign(
    tx: Tx,
    context: Context,
    series: Series,
    rows: Sequence[StampedRow],
    mentor_id: int,
    facts: dict[int, Facts],
    cause: int,
) -> set[int]:
    touched: set[int] = set()
    for row in rows:
        if row.mentor_id == series.mentor_id != (mentor_id or None):
            await tx.claim(row.id)
            await add_change(tx, row.id, move=Move.REASSIGN, mentor_id=mentor_id)
            await notices.moved(tx, context, row.id, Move.REASSIGN, facts[row.id], cause=cause, reason="")
            touched.add(row.id)
    return touched


async def _move(
    tx: Tx, context: Context, changed: Reconciled, facts: dict[int, Facts], *, cause: int, reason: str
) -> set[int]:
    names = [(one.session_id, slot.wall) for one, slot in changed.moved]
    names += [(one.session_id, wall) for one, wall in changed.renamed]
    await rename(tx, {session_id: wall.isoformat() for session_id, wall in names})
    for one, slot in changed.moved:
        await tx.claim(one.session_id)
        await add_change(
            tx, one.session_id, move=Move.RESCHEDULE, starts_at=slot.starts_at, ends_at=slot.ends_at, reason=reason
        )
        await notices.moved(
            tx, context, one.session_id, Move.RESCHEDULE, facts[one.session_id], cause=cause, reason=reason
        )
    return {one.session_id for one, _ in changed.moved}


async def _drop(
    tx: Tx,
    context: Context,
    dropped: Sequence[Stamped],
    facts: dict[int, Facts],
    *,
    cause: int,
    reason: str,
) -> tuple[int, list[int]]:
    """Forget sessions that nobody has anything to do with, call the others off; return how many, and which."""
    forgotten, off = 0, []
    for one in dropped:
        if not await kept.has_people(tx.fetch, one.session_id):
            await tx.forget(one.session_id)
            forgotten += 1
            continue
        await tx.claim(one.session_id)
        await add_change(tx, one.session_id, move=Move.CANCEL, reason=reason)
        await notices.moved(
            tx, context, one.session_id, Move.CANCEL, facts[one.session_id], cause=cause, reason=reason
        )
        off.append(one.session_id)
    return forgotten, off


async def _fill(tx: Tx, series: Series, pattern: Pattern) -> list[int]:
    """Stamp the dates that the new pattern has and no session stands for yet, from now on."""
    if series.stamped_until is None:  # the old pattern was over: the new one may not be
        await tx.update("series", cast("int", series.id), stamped_until=max(tx.at, first_instant(pattern)))
        return await stamp_until(tx, await tx.series(cast("int", series.id)), tx.at + AHEAD)
    wanted = slots(pattern, since=tx.at, until=series.stamped_until)
    return await stamp_slots(tx, series, wanted)


def _json(pattern: Pattern) -> dict[str, str]:
    return {"starts": pattern.starts.isoformat(), "zone": pattern.zone.key, "rule": pattern.rule}
