"""Taking back a change of a series: its dates are again what they were, unless one of them has begun since.

What is needed for that is noted with the change: the columns of the series as they were, what its dates said and were
called by. The moves of the dates are found again by the key that the change gave them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, require
from sessiontui.domain.errors import Conflict, Refused
from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import from_ms, maybe_ms
from sessiontui.domain.recurrence import instant_of
from sessiontui.services.places import placing
from sessiontui.services.series.dates import slots
from sessiontui.services.series.making import standing
from sessiontui.services.series.stamping import pattern_of, stamp_slots
from sessiontui.store.histories import load
from sessiontui.store.reads import audit as kept_audit
from sessiontui.store.reads import series as kept
from sessiontui.store.recurring import drop_series, hand_over, rename

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sessiontui.domain.chain import Json
    from sessiontui.services.series.planning import Change, Plan
    from sessiontui.store.tables import AuditEntry, Series
    from sessiontui.store.tx import Tx

CHANGED: Final = "series.edit"

_PATTERN: Final = ("zone", "starts", "length_ms", "rule", "added", "excluded")
_FAR: Final = timedelta(days=40 * 366)


def change_key(entry: int) -> str:
    """Return how the changes of sessions are marked that one change of a series makes, by its audit entry."""
    return f"series:{entry}"


async def traced(tx: Tx, series: Series, change: Change, plan: Plan, *, whole: Series) -> dict[str, Json]:
    """Return what taking back a change will need, before it is made; ``whole`` is the series before it was cut."""
    values: dict[str, Json] = {}
    for session_id, written in plan.values.items():
        session = await tx.session(session_id)
        before = {name: cast("Json", getattr(session, name)) for name in written}
        values[str(session_id)] = {"before": before, "after": cast("Json", dict(written))}
    parted = whole.id != series.id
    names = [*(one for one, _ in plan.dates.moved), *(one for one, _ in plan.dates.renamed)]
    columns = (*_PATTERN, *change.written, *(() if change.mentor_id is None else ("mentor_id",)))
    return {
        "version": series.version + 1,
        "columns": {name: getattr(series, name) for name in columns},
        "whole": None if not parted else _whole(whole),
        "until": maybe_ms(series.stamped_until),
        "values": values,
        "names": {str(one.session_id): one.wall.isoformat() for one in names},
        "moved": sorted({*plan.changed, *(one.session_id for one in (*names, *plan.off))}),
        "claimed": sorted({*plan.changed, *(one.session_id for one, _ in plan.dates.moved)}),
        "gone": [one.wall.isoformat() for one in plan.gone],
        "kept": sorted(plan.facts.keys() - {one.session_id for one in plan.gone}),
    }


async def take_back(tx: Tx, act: AuditEntry, seal: int) -> None:
    """Let a series and its dates be what they were before a change; ``Refused`` or ``Conflict`` says why not."""
    trace = cast("dict[str, Json]", act.detail["trace"])
    series = await _current(tx, act, cast("int", trace["version"]))
    series_id = cast("int", series.id)
    here = await _as_changed(tx, series_id, cast("list[int]", trace["kept"]), cast("list[int]", trace["claimed"]))
    moved = [session_id for session_id in cast("list[int]", trace["moved"]) if session_id in here]
    values = cast("dict[str, Json]", trace["values"])
    names = cast("dict[str, str]", trace["names"])
    await _require_ahead(tx, series, moved)
    await _put_back_values(tx, {number: told for number, told in values.items() if int(number) in here})
    await _void(tx, moved, change_key(cast("int", act.id)), seal)
    await _require_ahead(tx, series, moved)
    await _forget_new(tx, series_id, entry=cast("int", act.id), there=here)
    await rename(tx, {int(number): wall for number, wall in names.items() if int(number) in here})
    restored = await _restore(tx, series, trace)
    await _stamp_again(tx, restored, cast("list[str]", trace["gone"]), _maybe(trace["until"]))


async def take_back_new(tx: Tx, act: AuditEntry, seal: int) -> None:
    """Let a series that was just made vanish with its dates; ``Refused`` where anybody has to do with one."""
    del seal
    series = await _current(tx, act, 1)
    series_id = cast("int", series.id)
    await _require_ahead(tx, series, [row.id for row in await kept.sessions(tx.fetch, series_id)])
    await _forget_new(tx, series_id, entry=cast("int", act.id))
    await drop_series(tx, series_id)


async def _as_changed(tx: Tx, series_id: int, ids: Iterable[int], claimed: Sequence[int]) -> frozenset[int]:
    """Return the sessions of a series that a change left as they are known to it.

    What a later change forgot, and its undoing stamped again, is new, though it may have the number of an old one.
    """
    known = {row.id for row in await kept.sessions(tx.fetch, series_id)}.intersection(ids)
    again = {session_id for session_id in known.intersection(claimed) if (await tx.session(session_id)).version == 1}
    return frozenset(known - again)


async def _current(tx: Tx, act: AuditEntry, version: int) -> Series:
    series = await tx.series(cast("int", act.subject_id))
    require(tx.by, Action.MANAGE_TEMPLATES, standing(series, tx.by))
    if series.version != version:
        raise Conflict(f"the series {series.title} was changed since", hint="undo that first")
    return series


def _whole(series: Series) -> dict[str, Json]:
    columns = {name: cast("Json", getattr(series, name)) for name in _PATTERN}
    return {
        "id": series.id, "version": series.version + 1, "until": maybe_ms(series.stamped_until), "columns": columns
    }  # fmt: skip


async def _require_ahead(tx: Tx, series: Series, ids: Iterable[int]) -> None:
    """Raise ``Refused`` where a session has begun, so that its history stays what it was."""
    histories = await load(tx.fetch, sorted(ids))
    for history in histories.values():
        facts = facts_at(history, tx.at, rules=tx.rules)
        if facts.starts_at <= tx.at:
            raise Refused(
                f"the date of {facts.starts_at:%Y-%m-%d %H:%M} UTC of {series.title} has begun since",
                title="Cannot undo",
                hint="change the series again instead",
            )


async def _put_back_values(tx: Tx, values: Mapping[str, Json]) -> None:
    for number, told in values.items():
        both = cast("dict[str, dict[str, Json]]", told)
        session = await tx.claim(int(number))
        if any(getattr(session, name) != value for name, value in both["after"].items()):
            raise Conflict(f"{session.title} #{number} was changed since", hint="undo that first")
        await tx.update("session", int(number), **both["before"])


async def _void(tx: Tx, ids: list[int], key: str, seal: int) -> None:
    """Take back the changes of sessions that bear a key, unless a later one stands on any of them."""
    own = await kept.changes_keyed(tx.fetch, ids, key)
    last: dict[int, int] = {}
    for change, session_id in own:
        last[session_id] = max(change, last.get(session_id, 0))
    for session_id, change in last.items():
        later = await kept_audit.changed_since(tx.fetch, session_id=session_id, change=change)
        if later is not None:
            raise Conflict(f"{later[0]} has changed #{session_id} since ({later[1]}): undo that first")
    for change, session_id in own:
        await tx.claim(session_id)
        await tx.update("session_change", change, voided_by=seal)


async def _forget_new(tx: Tx, series_id: int, *, entry: int, there: frozenset[int] = frozenset()) -> None:
    """Forget the sessions that were stamped by a change and since; ``Refused`` where somebody has to do with one."""
    for row in await kept.sessions(tx.fetch, series_id):
        if row.id in there:
            continue
        if await kept_audit.acted_since(tx.fetch, entry=entry, session_id=row.id) or not (
            await kept_audit.is_untouched(tx.fetch, row.id)
        ):
            raise Refused(
                f"people have to do with the new date {row.slot.replace('T', ' ')[:16]} of {row.title}",
                title="Cannot undo",
                hint="change the series again instead",
            )
        await placing.let_go(tx, await tx.session(row.id))
        await tx.forget(row.id)


async def _restore(tx: Tx, series: Series, trace: Mapping[str, Json]) -> Series:
    """Give a series the columns that it had, or join what was cut off to the series that it was cut from."""
    series_id, whole = cast("int", series.id), cast("dict[str, Json] | None", trace["whole"])
    if whole is None:
        columns = cast("dict[str, object]", trace["columns"])
        await tx.update("series", series_id, **columns, version=series.version - 1)
        return await tx.series(series_id)
    first = await tx.series(cast("int", whole["id"]))
    if first.version != whole["version"]:
        raise Conflict(f"the earlier dates of {series.title} were changed since", hint="undo that first")
    await hand_over(tx, series_id, cast("int", first.id), since="")
    await drop_series(tx, series_id)
    columns = cast("dict[str, object]", whole["columns"])
    await tx.update("series", cast("int", first.id), **columns, version=first.version - 1)
    return await tx.series(cast("int", first.id))


async def _stamp_again(tx: Tx, series: Series, gone: Sequence[str], until: datetime | None) -> None:
    """Make sessions of the dates that were forgotten, and of all others that the series has again."""
    pattern = pattern_of(series)
    if gone and series.platform and not series.link:
        raise Refused("the rooms of the dates that it took out were given up", title="Cannot undo")
    if any(instant_of(datetime.fromisoformat(wall), pattern.zone) <= tx.at for wall in gone):
        raise Refused("a date that it took out is over by now", title="Cannot undo")
    wanted = slots(pattern, since=tx.at, until=until or tx.at + _FAR)
    await stamp_slots(tx, series, wanted)
    await tx.update("series", cast("int", series.id), stamped_until=until)


def _maybe(value: Json) -> datetime | None:
    """Return an instant that a change noted in ms, if it noted one."""
    return None if value is None else from_ms(cast("int", value))
