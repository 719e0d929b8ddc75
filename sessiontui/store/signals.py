"""Raw presence signals: kept once each, however often they are delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sessiontui.domain.instants import to_ms
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Source
from sessiontui.store.histories import Fetch, every_id

if TYPE_CHECKING:
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


async def keep(tx: Tx, report: PresenceReport) -> bool:
    """Keep one signal and return whether it told anything new."""
    changed = await tx.run(
        "INSERT INTO presence_signal (session_id, key, person_id, attendee_id, signal, at, until, source,"
        " connection, approximate, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (session_id, key) DO UPDATE SET until = excluded.until, received_at = excluded.received_at"
        " WHERE until IS NOT excluded.until",
        (
            report.session_id,
            report.key or _key(report),
            report.person_id,
            report.attendee_id,
            str(report.signal),
            to_ms(report.at),
            None if report.until is None else to_ms(report.until),
            str(report.source),
            report.connection,
            int(report.approximate),
            to_ms(tx.at),
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


def _key(report: PresenceReport) -> str:
    who = f"p{report.person_id}" if report.attendee_id is None else f"a{report.attendee_id}"
    return f"{report.source}:{report.signal}:{who}:{report.connection}:{to_ms(report.at)}"
