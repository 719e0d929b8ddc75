"""Raw presence signals: kept once each, however often they are delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.instants import to_ms
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Source
from sessiontui.store.folding import Trace, close_all, refold, refold_person, settle, trace
from sessiontui.store.histories import Fetch, every_id

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    """Keep the signals that are new, let the stays follow, and return those that were.

    ``NotFound`` where there is no such session or person.
    """
    fresh: list[PresenceReport] = []
    sessions: dict[int, None] = {}
    people: dict[tuple[int, int], None] = {}
    for report in reports:
        session_id, person_id, at = report.session_id, report.person_id, to_ms(report.at)
        before: Trace | None = None
        if person_id is not None and report.attendee_id is None and report.signal in _BY_STREAM:
            before = await trace(tx, report, at)
        if before is None or before.is_new:
            await tx.scene(session_id)
            if person_id is not None:
                await tx.require_person(person_id)
        if not await keep(tx, report):
            continue
        fresh.append(report)
        if session_id in sessions:
            continue
        if report.signal is Signal.END:
            if any(pending == session_id for pending, _ in people) or not await close_all(tx, session_id, at):
                sessions[session_id] = None
            tx.touch(session_id, words=False)
        elif before is None or person_id is None or before.has_attendees:
            sessions[session_id] = None
        elif (session_id, person_id) not in people and not await settle(tx, report, before, at):
            people[session_id, person_id] = None
    for session_id, person_id in people:
        if session_id not in sessions:
            await refold_person(tx, session_id, person_id)
            tx.touch(session_id)
    for session_id in sessions:
        await refold(tx, session_id)
        tx.touch(session_id)
    return fresh


async def keep(tx: Tx, report: PresenceReport) -> bool:
    """Keep one signal and return whether it told anything new."""
    about = None if report.signal is Signal.END else report.person_id
    at, until = to_ms(report.at), None if report.until is None else to_ms(report.until)
    changed = await tx.run(
        _KEEP,
        (
            report.session_id,
            report.key or _key(report, at),
            about,
            report.attendee_id,
            report.signal.value,
            at,
            until,
            report.source.value,
            report.connection,
            int(report.approximate),
            tx.now,
        ),
    )
    return bool(changed)


async def is_kept(fetch: Fetch, session_id: int, key: str) -> bool:
    """Return whether a signal of this key has come before."""
    return bool(await fetch("SELECT 1 FROM presence_signal WHERE session_id = ? AND key = ?", (session_id, key)))


async def silent(fetch: Fetch, *, now: datetime, expiry: timedelta) -> list[int]:
    """Return the sessions with an open stay whose last heartbeat is at least ``expiry`` ago."""
    return every_id(
        await fetch(
            "SELECT DISTINCT session_id FROM presence WHERE left_at IS NULL AND heartbeat_at <= ?",
            (to_ms(now - expiry),),
        )
    )


_BY_STREAM: Final = frozenset({Signal.JOIN, Signal.HEARTBEAT, Signal.LEAVE})
"""The signals that belong to one connection of one person."""

_KEEP: Final = (
    "INSERT INTO presence_signal (session_id, key, person_id, attendee_id, signal, at, until, source,"
    " connection, approximate, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (session_id, key) DO UPDATE SET until = excluded.until, received_at = excluded.received_at"
    " WHERE until IS NOT excluded.until"
)


def _key(report: PresenceReport, at: int) -> str:
    who = f"p{report.person_id}" if report.attendee_id is None else f"a{report.attendee_id}"
    return f"{report.source}:{report.signal}:{who}:{report.connection}:{at}"
