"""A series that a calendar tells otherwise than last time: what may change is carried over to its coming dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.chain import Json
from sessiontui.domain.history import facts_at
from sessiontui.domain.lifecycle import why_not
from sessiontui.domain.phrases import count
from sessiontui.domain.recurrence import Pattern
from sessiontui.domain.series import Reconciled, Stamped, reconcile
from sessiontui.domain.vocabulary import Control, Move
from sessiontui.services.importing.asked import take_request
from sessiontui.services.importing.outcome import Verdict
from sessiontui.services.importing.plans import Plan
from sessiontui.services.importing.repeated import (
    KEPT,
    REVISED,
    WRITTEN,
    Ground,
    columns_of,
    id_of,
    is_outdated,
    kept_of_plan,
    stamp_plan,
    stretch_of,
    told_of_plan,
)
from sessiontui.services.importing.scheduled import json_like
from sessiontui.services.series.dates import dates_until
from sessiontui.services.series.patterns import pattern_columns
from sessiontui.services.series.planning import pairs_of, stamped_of
from sessiontui.services.series.stamping import pattern_of
from sessiontui.services.sessions import add_change
from sessiontui.store.histories import load
from sessiontui.store.reads import series as kept
from sessiontui.store.recurring import rename

if TYPE_CHECKING:
    from datetime import datetime

    from sessiontui.domain.lifecycle import Facts
    from sessiontui.store.tables import Series

_ANEW: Final = "imported anew"
_DATES: Final = "the dates"


@dataclass(slots=True)
class _Coming:
    """The sessions of a series, those that may still change among them, and what they are now."""

    stamped: list[Stamped]
    facts: dict[int, Facts]
    gone: set[int] = field(default_factory=set)

    def free(self) -> list[int]:
        """Return the sessions that may still change."""
        return [one.session_id for one in self.stamped if not one.fixed and one.session_id not in self.gone]


async def revise(ground: Ground, series: Series, plan: Plan) -> Verdict:
    """Bring a series and its coming dates up to what a calendar says of it now."""
    told = told_of_plan(plan)
    before = {name: value for name, value in series.imported.items() if name not in (KEPT, REVISED)}
    if told == before:
        return Verdict.UNCHANGED
    if is_outdated(plan.record, before):
        ground.note(plan.record, "a later revision of it is known already")
        return Verdict.UNCHANGED
    differs = {name for name in told if told[name] != before.get(name)}
    written, by_hand = _written(series, plan, differs)
    old, new = pattern_of(series), plan.pattern
    if "pattern" not in differs:
        new = old
    elif new != old and _pattern_by_hand(series):
        by_hand.append(_DATES)
        new = old
    coming = await _coming(ground, series)
    changed = reconcile(coming.stamped, old, new, _pairs(coming.stamped, old, new)) if new != old else Reconciled()
    changed = _without_collisions(coming.stamped, changed)
    people = await _people(ground, series, plan, differs)
    await _drop(ground, changed)
    await _move(ground, changed)
    coming.gone.update(one.session_id for one in changed.dropped)
    await _rewrite(ground, series, coming.free(), {**written, **people})
    if "control" in differs:
        await _turn(ground, plan.record.control, coming)
    await ground.tx.update(
        "series",
        id_of(series),
        **written,
        **people,
        **pattern_columns(new),
        published=plan.record.control is not Control.DRAFT,
        imported={
            **told,
            KEPT: cast("Json", {**kept_of_plan(plan), **_still(series, by_hand)}),
            REVISED: series.version + 1,
        },
        version=series.version + 1,
    )
    if new != old or "control" in differs:
        plan.pattern = new
        stretch = stretch_of(ground.tx, plan, stamped=series.stamped_until)
        await stamp_plan(ground, await ground.tx.series(id_of(series)), plan, stretch, since=ground.tx.at)
    if "guests" in differs:
        await _invite(ground, plan, coming.free())
    _tell(ground, plan, coming, changed, by_hand)
    return Verdict.UPDATED


def _written(series: Series, plan: Plan, differs: set[str]) -> tuple[dict[str, object], list[str]]:
    """Return the columns that change, and the names of those that were changed by hand and stay."""
    was = cast("dict[str, Json]", series.imported.get(KEPT) or {})
    values = columns_of(plan.record)
    written: dict[str, object] = {}
    by_hand: list[str] = []
    for name in WRITTEN:
        held = getattr(series, name)
        if name not in differs or held == values[name]:
            continue
        if held == was.get(name):
            written[name] = values[name]
        else:
            by_hand.append(name)
    return written, by_hand


def _pattern_by_hand(series: Series) -> bool:
    """Return whether the dates of a series are others than the last import said."""
    was = cast("dict[str, Json]", series.imported.get(KEPT) or {})
    held = json_like(pattern_columns(pattern_of(series)))
    return any(value != was.get(name) for name, value in cast("dict[str, Json]", held).items())


def _still(series: Series, by_hand: Sequence[str]) -> dict[str, Json]:
    """Return what the last import wrote of those things that are not written now, so that they still differ."""
    was = cast("dict[str, Json]", series.imported.get(KEPT) or {})
    names = {*by_hand, *(pattern_columns(pattern_of(series)) if _DATES in by_hand else ())}
    return {name: was.get(name) for name in names if name != _DATES}


async def _coming(ground: Ground, series: Series) -> _Coming:
    tx = ground.tx
    rows = await kept.sessions(tx.fetch, id_of(series))
    histories = await load(tx.fetch, [row.id for row in rows])
    facts = {row.id: facts_at(histories[row.id], tx.at, rules=tx.rules) for row in rows}
    return _Coming([stamped_of(row, facts[row.id], tx.at, tx.rules) for row in rows], facts)


def _pairs(stamped: Sequence[Stamped], old: Pattern, new: Pattern) -> Mapping[datetime, datetime]:
    """Return for each old date the new one that it becomes; what was added besides the rule stays as it is."""
    added = {wall: wall for wall in old.added if wall in new.added}
    if (old.starts, old.rule, old.zone) == (new.starts, new.rule, new.zone):
        last = max((one.wall for one in stamped), default=old.starts)
        return {wall: wall for wall in dates_until(replace(new, excluded=frozenset()), last)} | added
    return {**pairs_of(stamped, replace(old, added=()), replace(new, added=())), **added}


def _without_collisions(stamped: Sequence[Stamped], changed: Reconciled) -> Reconciled:
    """Return what happens to each session where none takes a date for which another stands and stays."""
    going = {one.session_id for one, _ in (*changed.moved, *changed.renamed)}
    going |= {one.session_id for one in changed.dropped}
    taken = {one.wall for one in stamped if one.session_id not in going}
    return replace(
        changed,
        moved=tuple(pair for pair in changed.moved if pair[1].wall not in taken),
        renamed=tuple(pair for pair in changed.renamed if pair[1] not in taken),
        dropped=(
            *changed.dropped,
            *(one for one, slot in changed.moved if slot.wall in taken),
            *(one for one, wall in changed.renamed if wall in taken),
        ),
    )


async def _people(ground: Ground, series: Series, plan: Plan, differs: set[str]) -> dict[str, object]:
    """Return who holds and who wrote it now, where the calendar changes that and nobody else has."""
    found: dict[str, object] = {}
    for name, outside in (("author", plan.record.author), ("mentor", plan.record.mentor)):
        told = series.imported.get(name)
        was = ground.register.find(ground.source, told) if isinstance(told, str) else None
        if name in differs and getattr(series, f"{name}_id") == was:
            found[f"{name}_id"] = await ground.register.refer(ground.source, outside)
    return found


async def _rewrite(ground: Ground, series: Series, sessions: Sequence[int], written: dict[str, object]) -> None:
    """Write what changed on those sessions that still say what the series said."""
    if not written:
        return
    tx = ground.tx
    for session_id in sessions:
        session = await tx.session(session_id)
        values = {
            name: value for name, value in written.items() if getattr(session, name) == getattr(series, name) != value
        }
        if not values:
            continue
        if "mentor_id" in values:
            mentor = cast("int | None", values.pop("mentor_id"))
            await add_change(tx, session_id, move=Move.REASSIGN, mentor_id=mentor or 0, reason=_ANEW)
        if "capacity" in values:
            await add_change(tx, session_id, capacity=cast("int", values.pop("capacity")), reason=_ANEW)
        await tx.update("session", session_id, **values, version=session.version + 1)
        tx.touch(session_id)


async def _move(ground: Ground, changed: Reconciled) -> None:
    tx = ground.tx
    names = [(one.session_id, slot.wall) for one, slot in changed.moved]
    names += [(one.session_id, wall) for one, wall in changed.renamed]
    await rename(tx, {session_id: wall.isoformat() for session_id, wall in names})
    for one, slot in changed.moved:
        await tx.claim(one.session_id)
        await add_change(
            tx, one.session_id, move=Move.RESCHEDULE, starts_at=slot.starts_at, ends_at=slot.ends_at, reason=_ANEW
        )


async def _drop(ground: Ground, changed: Reconciled) -> None:
    """Forget dates that the calendar has no more; call off those that people have asked for.

    One that is called off gives its name to the date that takes it, and belongs to no series then.
    """
    wanted = {slot.wall for _, slot in changed.moved} | {wall for _, wall in changed.renamed}
    for one in changed.dropped:
        if await kept.has_people(ground.tx.fetch, one.session_id):
            await ground.tx.claim(one.session_id)
            await add_change(ground.tx, one.session_id, move=Move.CANCEL, reason="taken out of the series")
            if one.wall in wanted:
                await ground.tx.update("session", one.session_id, series_id=None, slot="")
        else:
            await ground.tx.forget(one.session_id)


async def _turn(ground: Ground, control: Control, coming: _Coming) -> None:
    """Call the coming dates off, or on again, or publish them."""
    tx = ground.tx
    moves = {Control.CANCELLED: (Move.CANCEL,), Control.SCHEDULED: (Move.PUBLISH, Move.REOPEN)}.get(control, ())
    for one in coming.stamped:
        if one.session_id in coming.gone or one.ends_at <= tx.at:
            continue
        facts = coming.facts[one.session_id]
        move = next((move for move in moves if not why_not(move, facts, tx.at, tx.rules)), None)
        if move is not None and (move is Move.REOPEN or not one.fixed):
            await tx.claim(one.session_id)
            await add_change(tx, one.session_id, move=move, reason=_ANEW)


async def _invite(ground: Ground, plan: Plan, sessions: Sequence[int]) -> None:
    """Bring the requests of coming dates up to what the calendar says of the guests of all dates."""
    for session_id in sessions:
        session = await ground.tx.session(session_id)
        if session.imported:  # a date that an event of its own tells of has guests of its own
            continue
        for guest in plan.guests:
            await take_request(ground.tx, ground.register, guest, ground.source, session_id)


def _tell(ground: Ground, plan: Plan, coming: _Coming, changed: Reconciled, by_hand: Sequence[str]) -> None:
    """Say what was left as it is, and why."""
    if by_hand:
        ground.note(plan.record, f"changed by hand here and left so: {', '.join(by_hand)}")
    if changed.apart:
        ground.note(plan.record, f"{count(len(changed.apart), 'date')} moved by hand here, left where they are")
    begun = sum(one.fixed for one in coming.stamped)
    if begun:
        ground.note(plan.record, f"{count(begun, 'date')} begun, over or called off, left as they were")
