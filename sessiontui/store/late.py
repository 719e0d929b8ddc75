"""Signals that came late: their stream is folded anew, between the two points that they cannot move.

The fold goes on from where the stream stood after its last own signal before them, which the stored stays tell. It
stops at the first signal after them behind which it stands as it stood before: what follows is as it was. So a signal
costs what lies about it, however long the history is, and stays that do not change keep their rows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, cast

from sessiontui.domain.instants import from_ms, maybe_ms, to_ms
from sessiontui.domain.presence import OUTSIDE, Footing, PresenceEvent, Signal, Stay, closed_at, walk
from sessiontui.domain.vocabulary import Source
from sessiontui.store.folding import refold, refold_person
from sessiontui.store.histories import attendee_key, person_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sessiontui.store.ledger import Ledger, Stream
    from sessiontui.store.reader import Row
    from sessiontui.store.tx import Tx

_BACK: Final = (16, 256, -1)
"""How many signals before a late one are read at first, and then, where none of them tells where the stream stood."""

_ON: Final = 64
"""Signals after a late one that are read at a time."""

_BEFORE_ALL: Final = -(1 << 62)
"""An instant before all others, in ms."""

_OF: Final = "session_id = ?1 AND person_id IS ?2 AND (?2 IS NOT NULL OR attendee_id = ?3)"
"""The condition for what is of the one whose stream it is: the stream is its first parameters."""

_SIGNALS: Final = "SELECT at, signal, source FROM presence_signal"

_STAYS: Final = "SELECT id, joined_at, left_at, heartbeat_at, source FROM presence"

_Signals: TypeAlias = "dict[int, dict[Signal, Source]]"
"""What a stream says, by instant in ms."""


class _Kept(NamedTuple):
    """One stored stay of the stream, in ms."""

    id: int
    joined_at: int
    left_at: int | None
    heartbeat_at: int | None
    source: Source


async def fold_anew(tx: Tx, ledger: Ledger) -> None:
    """Fold what a ledger owes; it owes nothing of that afterwards."""
    owed, ledger.anew = ledger.anew, {}
    for session_id, anew in owed.items():
        if anew.whole:
            await refold(tx, session_id)
            tx.reword(session_id)
            continue
        for stream, (first, last) in anew.streams.items():
            if not await _fold_stream(tx, stream, first, last):
                await refold_person(tx, session_id, stream.person_id, stream.attendee_id)
                tx.reword(session_id)


async def _fold_stream(tx: Tx, stream: Stream, first: int, last: int) -> bool:
    """Fold a stream whose signals between two instants are new; false where its stays are not known apart."""
    if await tx.fetch(f"SELECT 1 FROM presence WHERE {_OF} AND connection IS NULL LIMIT 1", stream[:3]):
        return False
    since, footing = await _footing_before(tx, stream, first)
    begun = since if footing.stay is None else to_ms(footing.stay.joined_at) - 1
    ends = await _ends(tx, stream.session_id, since)
    old: list[_Kept] = []
    new: list[Stay] = []
    read, at = begun, since
    while True:
        signals, is_all = await _after(tx, stream, at)
        upto = None if is_all else max(signals)
        old += await _stays(tx, stream, read, upto)
        given = [end for end in ends if upto is None or end <= upto]
        for step in walk(_who(stream), _events(signals), map(from_ms, given), tx.rules, footing=footing):
            new += step.closed
            footing, at = step.footing, to_ms(step.at)
            if at > last and at in signals and _agrees(footing, _stood(at, signals, old, is_end=at in given)):
                over = bisect_right(old, at, key=lambda stay: stay.joined_at)
                if footing.stay is not None:
                    over -= 1
                    await _reopen(tx, old[over], footing.stay)
                await _replace(tx, stream, old[:over], new)
                return True
        if is_all:
            break
        ends = ends[len(given) :]
        read = at = cast("int", upto)
    if footing.stay is not None:
        new.append(footing.stay)
    await _replace(tx, stream, old, new)
    return True


# -- where the stream stood ------------------------------------------------------------------------------------


async def _footing_before(tx: Tx, stream: Stream, first: int) -> tuple[int, Footing]:
    """Return the last instant before another after which it is known where the stream stood, and where that was."""
    for limit in _BACK:
        rows = await tx.fetch(
            f"{_SIGNALS} WHERE {_OF} AND connection = ?4 AND at < ?5 AND signal != 'stay' ORDER BY at DESC LIMIT ?6",
            (*stream, first, limit),
        )
        if len(rows) == limit:  # of the earliest instant some may be missing
            rows = [row for row in rows if row[0] != rows[-1][0]]
        signals = _by_instant(rows)
        ends = set(await _ends(tx, stream.session_id, min(signals) - 1)) if signals else set[int]()
        for at in signals:
            stays = await tx.fetch(
                f"{_STAYS} WHERE {_OF} AND connection = ?4 AND joined_at <= ?5 ORDER BY joined_at DESC LIMIT 1",
                (*stream, at),
            )
            stood = await _sourced(tx, stream, _stood(at, signals, [_kept(row) for row in stays], is_end=at in ends))
            if stood is not None:
                return at, stood
        if len(rows) < limit or limit < 0:
            break
    return _BEFORE_ALL, OUTSIDE


def _stood(at: int, signals: _Signals, stays: Sequence[_Kept], *, is_end: bool) -> Footing | None:
    """Return where the stream stood after one of its instants; ``None`` where the stored stays do not tell.

    ``stays`` are in the order of their joins; the source of one that silence closed is not that of what opened it.
    """
    here = signals[at]
    place = bisect_right(stays, at, key=lambda stay: stay.joined_at)
    stay = stays[place - 1] if place else None
    if is_end or (Signal.LEAVE in here and Signal.JOIN in here):
        return None
    if Signal.LEAVE in here:
        return _left(at, stay)
    if stay is None:
        return None
    has_beaten = stay.heartbeat_at is not None and stay.heartbeat_at >= at
    if Signal.HEARTBEAT in here:
        return _inside(stay, at) if has_beaten else _left(at, stay) if Signal.JOIN not in here else None
    if stay.left_at is not None and stay.left_at < at and stay.source is not Source.INFERRED:
        return None
    if stay.joined_at == at or stay.heartbeat_at is None:
        return _inside(stay, None)
    return None if has_beaten else _inside(stay, stay.heartbeat_at)


def _left(at: int, stay: _Kept | None) -> Footing | None:
    if stay is None:
        return OUTSIDE
    if stay.left_at is None or stay.left_at > at:
        return None
    return OUTSIDE if stay.source is Source.INFERRED else Footing(left_last=from_ms(stay.left_at))


def _inside(stay: _Kept, heartbeat_at: int | None) -> Footing:
    beaten = None if heartbeat_at is None else from_ms(heartbeat_at)
    return Footing(stay=Stay(who="", joined_at=from_ms(stay.joined_at), source=stay.source, heartbeat_at=beaten))


async def _sourced(tx: Tx, stream: Stream, footing: Footing | None) -> Footing | None:
    """Return a footing whose open stay is named and has the source of what opened it; ``None`` where nothing did."""
    if footing is None or footing.stay is None:
        return footing
    stay = footing.stay
    opened = _by_instant(
        await tx.fetch(
            f"{_SIGNALS} WHERE {_OF} AND connection = ?4 AND at = ?5 AND signal != 'stay'",
            (*stream, to_ms(stay.joined_at)),
        )
    )
    here = opened.get(to_ms(stay.joined_at), {})
    source = here.get(Signal.JOIN) or here.get(Signal.HEARTBEAT)
    return None if source is None else Footing(stay=replace(stay, who=_who(stream), source=source))


def _agrees(new: Footing, old: Footing | None) -> bool:
    """Return whether what follows does what it did: since when an open stay lasts has no part in that."""
    if old is None or new.stay is None or old.stay is None:
        return new == old
    return new.stay.heartbeat_at == old.stay.heartbeat_at


# -- what is read and written ----------------------------------------------------------------------------------


def _who(stream: Stream) -> str:
    if stream.person_id is not None:
        return person_key(stream.person_id)
    return attendee_key(cast("int", stream.attendee_id))


async def _ends(tx: Tx, session_id: int, since: int) -> list[int]:
    """Return the ends of the session that were told for after an instant, in their order."""
    rows = await tx.fetch(
        "SELECT DISTINCT at FROM presence_signal WHERE session_id = ? AND signal = 'end' AND at > ? ORDER BY at",
        (session_id, since),
    )
    return [cast("int", row[0]) for row in rows]


async def _after(tx: Tx, stream: Stream, at: int) -> tuple[_Signals, bool]:
    """Return the next signals of a stream after an instant, whole instants of them, and whether these are all."""
    limit = _ON
    while True:
        rows = await tx.fetch(
            f"{_SIGNALS} WHERE {_OF} AND connection = ?4 AND at > ?5 AND signal != 'stay' ORDER BY at LIMIT ?6",
            (*stream, at, limit),
        )
        if len(rows) < limit:
            return _by_instant(rows), True
        whole = [row for row in rows if row[0] != rows[-1][0]]  # of the last instant some may be missing
        if whole:
            return _by_instant(whole), False
        limit *= 8


async def _stays(tx: Tx, stream: Stream, after: int, upto: int | None) -> list[_Kept]:
    """Return the stored stays of a stream that begin after one instant and up to another."""
    rows = await tx.fetch(
        f"{_STAYS} WHERE {_OF} AND connection = ?4 AND joined_at > ?5 AND joined_at <= ?6 ORDER BY joined_at",
        (*stream, after, -_BEFORE_ALL if upto is None else upto),
    )
    return [_kept(row) for row in rows]


async def _replace(tx: Tx, stream: Stream, old: Iterable[_Kept], new: Iterable[Stay]) -> None:
    """Write what has changed of some stays of a stream."""
    spare: defaultdict[int, list[_Kept]] = defaultdict(list)
    for kept in old:
        spare[kept.joined_at].append(kept)
    added, changed = [], []
    for stay in new:
        row = _row(stay, tx)
        same = spare[row[0]].pop() if spare[row[0]] else None
        if same is None:
            added.append((*stream, *row))
        elif same[1:] != row:
            changed.append((*row[1:], same.id))
    gone = [(kept.id,) for rest in spare.values() for kept in rest]
    await tx.run_many("DELETE FROM presence WHERE id = ?", gone)
    await tx.run_many("UPDATE presence SET left_at = ?, heartbeat_at = ?, source = ? WHERE id = ?", changed)
    await tx.run_many(
        "INSERT INTO presence (session_id, person_id, attendee_id, connection, joined_at, left_at, heartbeat_at,"
        " source, approximate) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
        added,
    )
    if gone or added:
        tx.reword(stream.session_id)


async def _reopen(tx: Tx, kept: _Kept, stay: Stay) -> None:
    """Let a stay that ends as it did begin as it does now."""
    joined_at = to_ms(stay.joined_at)
    source = kept.source if kept.source is Source.INFERRED else stay.source
    if (joined_at, source) != (kept.joined_at, kept.source):
        await tx.run(
            "UPDATE presence SET joined_at = ?, source = ? WHERE id = ?", (joined_at, source._value_, kept.id)
        )


def _row(stay: Stay, tx: Tx) -> tuple[int, int | None, int | None, str]:
    """Return what is stored of a stay as it is known now: join, end, last heartbeat and source."""
    end = closed_at(stay, tx.at, tx.rules)
    is_inferred = stay.left_at is None and end is not None
    source = Source.INFERRED if is_inferred else stay.source
    return to_ms(stay.joined_at), maybe_ms(end), maybe_ms(stay.heartbeat_at), str(source)


def _kept(row: Row) -> _Kept:
    *rest, source = row
    return _Kept(*cast("tuple[int, int, int | None, int | None]", rest), Source(str(source)))


def _by_instant(rows: Iterable[Row]) -> _Signals:
    found: _Signals = {}
    for at, signal, source in sorted(
        rows, key=lambda row: str(row[2])
    ):  # the fold takes the first of several sources
        found.setdefault(cast("int", at), {}).setdefault(Signal(str(signal)), Source(str(source)))
    return dict(sorted(found.items(), reverse=True))


def _events(signals: _Signals) -> list[PresenceEvent]:
    return [
        PresenceEvent(who="", signal=signal, at=from_ms(at), source=source)
        for at, here in signals.items()
        for signal, source in here.items()
    ]
