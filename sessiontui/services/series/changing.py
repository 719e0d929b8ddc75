"""Changing a series: for one date and the following, or for all. What has begun stays as it was.

Dates that were changed on their own keep what was changed on them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor, require
from sessiontui.domain.errors import BadInput, NotFound
from sessiontui.domain.recurrence import AHEAD, Pattern
from sessiontui.domain.series import Scope
from sessiontui.domain.text import safe_block
from sessiontui.domain.vocabulary import Move
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices
from sessiontui.services.mentoring import mentor_of
from sessiontui.services.places import placing
from sessiontui.services.receipt import Receipt
from sessiontui.services.series.booking import heed_plan
from sessiontui.services.series.dates import slots
from sessiontui.services.series.intents import SeriesEdit, editing, ending, taking_out
from sessiontui.services.series.making import skipped, standing
from sessiontui.services.series.parting import before_and_after
from sessiontui.services.series.patterns import pattern_columns
from sessiontui.services.series.planning import Change, Plan, planned, summed
from sessiontui.services.series.rooms import NO_ROOMS, rooms_as_can_be
from sessiontui.services.series.stamping import first_instant, pattern_of, stamp_slots, stamp_until
from sessiontui.services.series.undoing import CHANGED, change_key, traced
from sessiontui.services.sessions import add_change
from sessiontui.store.reads import series as kept
from sessiontui.store.recurring import hand_over, rename, whole_series

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.services.places.wishing import Wished
    from sessiontui.store.tables import Series
    from sessiontui.store.tx import Tx

TAKEN_OUT: Final = "taken out of the series"


async def edit(
    context: Context,
    session_id: int,
    changes: SeriesEdit,
    *,
    scope: Scope,
    by: Actor,
    at: datetime,
    reason: str = "",
    confirm: bool = False,
) -> Receipt:
    """Change the series of a session, from its date on or wholly; one date alone is edited as any session is.

    ``confirm`` agrees to people being booked twice where that takes an agreement.
    """
    if all(getattr(changes, part.name) is None for part in fields(changes)):
        raise BadInput("nothing to change was given")
    if scope is Scope.ONE:
        raise BadInput("one date is changed as any session is", hint="edit, reschedule or reassign the session")
    rooms = await _rooms(context, session_id)
    async with context.db.write(by=by, at=at) as tx:
        series, wall = await series_of(tx, session_id)
        require(by, Action.MANAGE_TEMPLATES, standing(series, by))
        whole = series
        if scope is Scope.FOLLOWING and wall > pattern_of(series).starts:
            series = await _part(tx, series, wall)
        act = _Act(
            change=editing(pattern_of(series), wall, changes), whole=whole, reason=safe_block(reason).strip(),
            confirm=confirm, rooms=rooms,
        )  # fmt: skip
        outcome = await _carry_out(tx, context, series, act)
    return _receipt(outcome, skipped(outcome.pattern, at))


async def end(
    context: Context, session_id: int, *, by: Actor, at: datetime, reason: str = "", scope: Scope = Scope.FOLLOWING
) -> Receipt:
    """End a series with the date before this one; later dates are taken out or, with people in them, called off.

    With the scope *all* none of the dates stays that has not begun.
    """
    async with context.db.write(by=by, at=at) as tx:
        series, wall = await series_of(tx, session_id)
        require(by, Action.MANAGE_TEMPLATES, standing(series, by))
        change = await ending(tx.fetch, series, wall, scope=scope, at=at, rules=context.rules)
        act = _Act(change=change, whole=series, reason=safe_block(reason).strip() or "the series ended")
        outcome = await _carry_out(tx, context, series, act)
    return _receipt(outcome)


async def take_out(context: Context, session_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Take one date out of its series: it goes, or is called off where people have asked for it."""
    async with context.db.write(by=by, at=at) as tx:
        series, wall = await series_of(tx, session_id)
        require(by, Action.MANAGE_TEMPLATES, standing(series, by))
        act = _Act(change=taking_out(series, wall), whole=series, reason=safe_block(reason).strip() or TAKEN_OUT)
        outcome = await _carry_out(tx, context, series, act)
    return _receipt(outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """A change that is to be carried out; ``whole`` is the series as it was, before any part of it was cut off."""

    change: Change
    whole: Series
    reason: str
    confirm: bool = False
    rooms: Wished = NO_ROOMS


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a change came to; ``entry`` is how it is taken back."""

    series_id: int
    sentence: str
    touched: tuple[int, ...]
    pattern: Pattern
    entry: int


def _receipt(outcome: _Outcome, more: str = "") -> Receipt:
    return Receipt(
        sentence=outcome.sentence + more, sessions=outcome.touched, series=outcome.series_id, undo=outcome.entry
    )


async def _rooms(context: Context, session_id: int) -> Wished:
    """Return the rooms that new dates of the series of a session wish for."""
    found = await kept.of_session(context.db.fetch, session_id)
    return (
        NO_ROOMS if found is None else await rooms_as_can_be(context, await whole_series(context.db.fetch, found[0]))
    )


async def series_of(tx: Tx, session_id: int) -> tuple[Series, datetime]:
    """Return the series of a session and the date that the session stands for; ``NotFound`` where it has none."""
    found = await kept.of_session(tx.fetch, session_id)
    if found is None:
        await tx.session(session_id)
        raise NotFound(f"session #{session_id} belongs to no series")
    return await tx.series(found[0]), datetime.fromisoformat(found[1])


async def _part(tx: Tx, series: Series, wall: datetime) -> Series:
    """Cut a series in two at a date and return the later one, which still has the pattern of the whole."""
    pattern = pattern_of(series)
    series_id = cast("int", series.id)
    earlier, later = before_and_after(pattern, wall)
    columns = {name: getattr(series, name) for name in _COPIED}
    later_id = await tx.insert("series", **columns, **pattern_columns(later), parted_from=series_id)
    await hand_over(tx, series_id, later_id, since=wall.isoformat())
    await tx.update("series", series_id, **pattern_columns(earlier), stamped_until=None, version=series.version + 1)
    return await tx.series(later_id)


_COPIED: Final = (
    "title", "description", "kind", "priority", "tags", "link", "platform", "fields", "author_id", "mentor_id",
    "capacity", "published", "stamped_until", "created_at", "imported", "template_id", "template_version",
    "template_without",
)  # fmt: skip


async def _carry_out(tx: Tx, context: Context, series: Series, act: _Act) -> _Outcome:
    """Store what a series is from now on, and let its sessions follow."""
    series_id, change = cast("int", series.id), act.change
    if change.mentor_id:
        await mentor_of(tx, change.mentor_id)
    plan = await planned(tx.fetch, series, change, at=tx.at, rules=context.rules)
    double = await heed_plan(tx, context, series, plan, mentor_id=change.mentor_id, confirm=act.confirm)
    trace = await traced(tx, series, change, plan, whole=act.whole)
    mentor = {} if change.mentor_id is None else {"mentor_id": change.mentor_id or None}
    columns = {**change.written, **mentor, **pattern_columns(change.new)}
    await tx.update("series", series_id, **columns, version=series.version + 1)
    detail = {"before": _json(change.old), "after": _json(change.new), "sessions": list(plan.facts), "trace": trace}
    entry = await tx.audit(
        CHANGED, f"changed the series {series.title}: {summed(plan)}", subject="series", subject_id=series_id,
        reason=act.reason, detail=cast("dict[str, Json]", detail), reversible=True,
    )  # fmt: skip
    step = _Step(tx, context, plan, cause=entry.id, key=change_key(entry.id), reason=act.reason)
    await _rewrite(step, change)
    await _reassign(step, change)
    await _move(step)
    await _drop(step)
    made: list[int] = []
    if change.new != change.old:
        made = await _fill(tx, await tx.series(series_id), change.new, rooms=act.rooms)
    title = cast("str", change.written.get("title", series.title))
    moved = {one.session_id for one, _ in plan.dates.moved}
    touched = {*plan.changed, *moved, *made, *(one.session_id for one in plan.off)}
    sentence = f"changed the series {title}: {summed(plan)}{double}"
    return _Outcome(series_id, sentence, tuple(sorted(touched)), change.new, entry.id)


@dataclass(frozen=True, slots=True)
class _Step:
    """What every step of a change needs; ``key`` marks the changes of sessions that it makes."""

    tx: Tx
    context: Context
    plan: Plan
    cause: int
    key: str
    reason: str

    async def tell(self, session_id: int, move: Move, reason: str = "") -> None:
        """Tell those concerned that a session was moved, called off or given another mentor."""
        facts = self.plan.facts[session_id]
        await notices.moved(self.tx, self.context, session_id, move, facts, cause=self.cause, reason=reason)


async def _rewrite(step: _Step, change: Change) -> None:
    """Write what changed on those sessions that still say what the series said."""
    for session_id, values in step.plan.values.items():
        await step.tx.claim(session_id)
        await step.tx.update("session", session_id, **values)
    for session_id in sorted(step.plan.seats):
        await step.tx.claim(session_id)
        capacity = cast("int", change.written["capacity"])
        await add_change(step.tx, session_id, key=f"{step.key}:seats", capacity=capacity)


async def _reassign(step: _Step, change: Change) -> None:
    for session_id in sorted(step.plan.mentors):
        await step.tx.claim(session_id)
        await add_change(
            step.tx, session_id, key=f"{step.key}:mentor", move=Move.REASSIGN, mentor_id=change.mentor_id
        )
        await step.tell(session_id, Move.REASSIGN)


async def _move(step: _Step) -> None:
    dates, tx = step.plan.dates, step.tx
    names = [(one.session_id, slot.wall) for one, slot in dates.moved]
    names += [(one.session_id, wall) for one, wall in dates.renamed]
    await rename(tx, {session_id: wall.isoformat() for session_id, wall in names})
    for one, slot in dates.moved:
        await tx.claim(one.session_id)
        await add_change(
            tx, one.session_id, key=f"{step.key}:move", move=Move.RESCHEDULE, starts_at=slot.starts_at,
            ends_at=slot.ends_at, reason=step.reason,
        )  # fmt: skip
        await step.tell(one.session_id, Move.RESCHEDULE, step.reason)


async def _drop(step: _Step) -> None:
    """Forget sessions that nobody has anything to do with, call the others off."""
    for one in step.plan.gone:
        await placing.let_go(step.tx, await step.tx.session(one.session_id))
        await step.tx.forget(one.session_id)
    for one in step.plan.off:
        await step.tx.claim(one.session_id)
        await add_change(step.tx, one.session_id, key=f"{step.key}:off", move=Move.CANCEL, reason=step.reason)
        await step.tell(one.session_id, Move.CANCEL, step.reason)


async def _fill(tx: Tx, series: Series, pattern: Pattern, *, rooms: Wished) -> list[int]:
    """Stamp the dates that the new pattern has and no session stands for yet, from now on."""
    if series.stamped_until is None:  # the old pattern was over: the new one may not be
        await tx.update("series", cast("int", series.id), stamped_until=max(tx.at, first_instant(pattern)))
        return await stamp_until(tx, await tx.series(cast("int", series.id)), tx.at + AHEAD, rooms=rooms)
    wanted = slots(pattern, since=tx.at, until=series.stamped_until)
    return await stamp_slots(tx, series, wanted, rooms=rooms)


def _json(pattern: Pattern) -> dict[str, str]:
    return {"starts": pattern.starts.isoformat(), "zone": pattern.zone.key, "rule": pattern.rule}
