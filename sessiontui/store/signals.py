"""Raw presence signals: kept once each, however often they are delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.instants import to_ms
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Source
from sessiontui.store.folding import close_all, settle, trace
from sessiontui.store.foresight import BY_STREAM, Foreseen, Trace, key_of
from sessiontui.store.histories import Fetch, every_id
from sessiontui.store.ledger import Stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sessiontui.store.reader import Value
    from sessiontui.store.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceReport:
    """One raw signal to record; ``at`` is the event's own time, corrected by the sender's clock skew.

    ``key`` makes a repeated delivery recognisable; without one it is made from what the signal says.
    ``person_id`` is ``None`` for ``Signal.END``, which is about everyone, and for unidentified attendees.
    """

    session_id: int
    signal: Signal
    at: datetime
    source: Source
    person_id: int | None = None
    attendee_id: int | None = None
    connection: str = ""
    until: datetime | None = None
    approximate: bool = False
    key: str = ""


async def take(tx: Tx, reports: Iterable[PresenceReport]) -> list[PresenceReport]:
    """Keep the signals that are new and return them; their stays follow at once, or before the commit.

    ``NotFound`` where there is no such session or person.
    """
    fresh: list[PresenceReport] = []
    for report in reports:
        foreseen = _foreseen(tx, report)
        at = to_ms(report.at) if foreseen is None else foreseen.at
        stream = _stream(report)
        if tx.is_folding(report.session_id, stream):  # one without a stream waits for any other of its session
            if report.person_id is not None:
                await tx.require_person(report.person_id)
            if await keep(tx, report):
                fresh.append(report)
                _fold_later(tx, report, stream, at)
            continue
        before: Trace | None
        if foreseen is not None:
            before = foreseen.trace
            if before.told:
                continue
            await tx.hold(_KEEP, _row(tx, report, at, foreseen.key))
        else:
            before = await _asked(tx, report, at)
            if not await keep(tx, report):
                continue
        fresh.append(report)
        if report.signal is Signal.END:
            await _end(tx, report, at)
        elif before is None or not await settle(tx, report, before, at):
            known = (await tx.scene(report.session_id)).has_attendees if before is None else before.has_attendees
            _fold_later(tx, report, None if known else stream, at)
    return fresh


async def keep(tx: Tx, report: PresenceReport) -> bool:
    """Keep one signal and return whether it told anything new."""
    at = to_ms(report.at)
    key = key_of(report, at)
    if tx.foresight is not None:
        tx.foresight.keys.add((report.session_id, key))
    return bool(await tx.run(_KEEP, _row(tx, report, at, key)))


async def take_back(tx: Tx, session_id: int, keys: Sequence[str]) -> bool:
    """Forget signals that were noted by hand, fold the rest, and return whether all of them were still there."""
    gone = 0
    for key in keys:
        gone += await tx.run(
            "DELETE FROM presence_signal WHERE session_id = ? AND key = ? AND source = ?",
            (session_id, key, str(Source.MANUAL)),
        )
    _unforesee(tx, session_id)
    tx.fold_later(session_id)
    return gone == len(keys)


async def silent(fetch: Fetch, *, now: datetime, expiry: timedelta) -> list[int]:
    """Return the sessions with an open stay whose last heartbeat is at least ``expiry`` ago."""
    return every_id(
        await fetch(
            "SELECT DISTINCT session_id FROM presence WHERE left_at IS NULL AND heartbeat_at <= ?",
            (to_ms(now - expiry),),
        )
    )


_KEEP: Final = (
    "INSERT INTO presence_signal (session_id, key, person_id, attendee_id, signal, at, until, source,"
    " connection, approximate, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (session_id, key) DO UPDATE SET until = excluded.until, received_at = excluded.received_at"
    " WHERE until IS NOT excluded.until"
)


def _stream(report: PresenceReport) -> Stream | None:
    """Return the stream of a signal; ``None`` for one that is not of one person, or attendee, on one connection."""
    if report.signal not in BY_STREAM or (report.person_id is None) == (report.attendee_id is None):
        return None
    return Stream(report.session_id, report.person_id, report.attendee_id, report.connection)


def _fold_later(tx: Tx, report: PresenceReport, stream: Stream | None, at: int) -> None:
    if stream is None:
        _unforesee(tx, report.session_id)
    tx.fold_later(report.session_id, stream, at)


async def _end(tx: Tx, report: PresenceReport, at: int) -> None:
    """Let everybody leave at the end that the platform reports, now, or with the fold where it is late."""
    if not await close_all(tx, report.session_id, at):
        tx.fold_later(report.session_id)
    _unforesee(tx, report.session_id)
    tx.touch(report.session_id, words=False)


def _row(tx: Tx, report: PresenceReport, at: int, key: str) -> tuple[Value, ...]:
    return (
        report.session_id,
        key,
        None if report.signal is Signal.END else report.person_id,
        report.attendee_id,
        report.signal._value_,  # what ``value`` returns, without its descriptor, on the way of every event
        at,
        None if report.until is None else to_ms(report.until),
        report.source._value_,
        report.connection,
        int(report.approximate),
        tx.now,
    )


def _foreseen(tx: Tx, report: PresenceReport) -> Foreseen | None:
    """Return what was asked for a whole batch about one signal, unless the batch has kept its key since."""
    foresight = tx.foresight
    found = None if foresight is None else foresight.take(report)
    if foresight is None or found is None or (report.session_id, found.key) in foresight.keys:
        return None
    foresight.keys.add((report.session_id, found.key))
    return found


async def _asked(tx: Tx, report: PresenceReport, at: int) -> Trace | None:
    """Ask what is known of the person of a signal; ``NotFound`` where there is no such session or person."""
    before: Trace | None = None
    if report.person_id is not None and report.attendee_id is None and report.signal in BY_STREAM:
        before = await trace(tx, report, at)
    if before is None or before.is_new:
        await tx.scene(report.session_id)
        if report.person_id is not None:
            await tx.require_person(report.person_id)
    return before


def _unforesee(tx: Tx, session_id: int) -> None:
    if tx.foresight is not None:
        tx.foresight.forget(session_id)
