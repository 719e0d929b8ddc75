"""Dates of a series that a calendar tells of by events of their own: moved, said otherwise, or called off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.chain import Json
from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.lifecycle import why_not
from sessiontui.domain.recurrence import instant_of
from sessiontui.domain.vocabulary import Control, Move
from sessiontui.intake import SessionRecord
from sessiontui.services.importing.implied import implied_moves
from sessiontui.services.importing.outcome import Verdict
from sessiontui.services.importing.repeated import KEPT, REVISED, WRITTEN, Ground, id_of, is_outdated
from sessiontui.services.importing.scheduled import (
    add_session,
    json_like,
    told_of,
    update_session,
    values_of,
)
from sessiontui.services.series.patterns import pattern_columns
from sessiontui.services.series.stamping import pattern_of
from sessiontui.store.histories import load
from sessiontui.store.reads import series as kept

if TYPE_CHECKING:
    from sessiontui.store.tables import Series, Session

_OF_SERIES: Final = frozenset({KEPT, REVISED, "pattern", "guests"})
_WINDOW: Final = ("starts_at", "ends_at")


async def take_date(ground: Ground, series: Series, wall: datetime, record: SessionRecord) -> tuple[Verdict, int]:
    """Bring one date of a series up to what a calendar says of it; return what became of it, and its session."""
    tx, told = ground.tx, told_of(record)
    session_id = await kept.session_at(tx.fetch, id_of(series), wall.isoformat())
    if session_id is None:
        if record.all_day:
            starts_at = instant_of(wall, pattern_of(series).zone)
            ends_at = starts_at + timedelta(milliseconds=series.length_ms)
            record = replace(record, title=series.title, starts_at=starts_at, ends_at=ends_at)
            told = told_of(record)
        session_id = await add_session(
            tx,
            ground.register,
            record,
            ground.source,
            told,
            implied_moves(record, has_moves=False, has_start=False),
            series_id=id_of(series),
            slot=wall.isoformat(),
        )
        return Verdict.ADDED, session_id
    session = await tx.session(session_id)
    before = session.imported or _as_for_all(series, wall)
    if record.all_day:  # it says nothing else of that date
        told = {**before, "control": str(Control.CANCELLED)}
    if told == session.imported:
        return Verdict.UNCHANGED, session_id
    if session.imported and is_outdated(record, session.imported):
        ground.note(record, f"{wall:%Y-%m-%d}: a later revision of this date is known already")
        return Verdict.UNCHANGED, session_id
    differs = {name for name in told if told[name] != before.get(name)}
    facts = facts_at((await load(tx.fetch, [session_id]))[session_id], tx.at, rules=tx.rules)
    begun = facts.starts_at <= tx.at or (
        facts.control is not Control.CANCELLED and bool(why_not(Move.RESCHEDULE, facts, tx.at, tx.rules))
    )
    if begun:
        if session.imported:
            ground.note(record, f"{wall:%Y-%m-%d} has begun already and stays as it was")
            return Verdict.UNCHANGED, session_id
        differs -= {*_WINDOW, "mentor", "control"}
        ground.note(record, f"{wall:%Y-%m-%d} has begun already: its time and its people stay as they were")
    by_hand = differs & _by_hand(session, told, before)
    if by_hand:
        ground.note(record, f"{wall:%Y-%m-%d}: changed by hand here and left so: {', '.join(sorted(by_hand))}")
    await update_session(
        tx, ground.register, session, record, ground.source, told, differs=differs - by_hand, has_start=False
    )
    return Verdict.UPDATED, session_id


async def extend(ground: Ground, series: Series, wall: datetime, record: SessionRecord) -> None:
    """Let a date that the series does not have be one of it."""
    pattern = pattern_of(series)
    wider = replace(pattern, added=tuple(sorted({*pattern.added, wall})), excluded=pattern.excluded - {wall})
    columns = pattern_columns(wider)
    written = cast("dict[str, Json]", series.imported.get(KEPT) or {})
    kept_now = {**written, **cast("dict[str, Json]", json_like(columns))}
    imported = {**series.imported, KEPT: kept_now, REVISED: series.version + 1}
    await ground.tx.update("series", id_of(series), **columns, imported=imported, version=series.version + 1)
    ground.note(record, f"it has no date at {wall:%Y-%m-%d %H:%M}; it was taken as an extra one")


def _as_for_all(series: Series, wall: datetime) -> dict[str, Json]:
    """Return what a calendar said of a date that it told nothing of its own about: what it said of all."""
    starts_at = instant_of(wall, pattern_of(series).zone)
    ends_at = starts_at + timedelta(milliseconds=series.length_ms)
    told = {name: value for name, value in series.imported.items() if name not in _OF_SERIES}
    return {**told, "starts_at": rfc3339(starts_at), "ends_at": rfc3339(ends_at)}


def _by_hand(session: Session, told: Mapping[str, Json], before: Mapping[str, Json]) -> set[str]:
    """Return what of a session is neither as the calendar said before nor as it says now."""
    now, then = values_of(told), values_of(before)
    found = {name for name in WRITTEN if name in now and getattr(session, name) not in (now[name], then[name])}
    if session.capacity not in (told.get("capacity") or 0, before.get("capacity") or 0):
        found.add("capacity")
    window = (rfc3339(session.starts_at), rfc3339(session.ends_at))
    if window not in [tuple(said.get(name) for name in _WINDOW) for said in (told, before)]:
        found.update(_WINDOW)
    return found
