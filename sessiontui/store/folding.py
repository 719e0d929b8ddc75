"""The stays of a session: moved in place by the signal that comes next, folded anew by one that comes late.

Most signals are the newest of their stream, and what the fold would make of them follows from the stream's last
signal and its open stay alone. Whatever cannot be settled so is folded again from the raw signals, of one stream or
one person where that is enough. All ways store the same stays.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.presence import PresenceEvent, Signal, Stay, closed_at, fold_apart
from sessiontui.domain.vocabulary import Source
from sessiontui.store.foresight import MANY, Kept, Trace
from sessiontui.store.headcount import beat, came, went
from sessiontui.store.histories import attendee_key, person_id_of, person_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessiontui.store.reader import Row, Value
    from sessiontui.store.signals import PresenceReport
    from sessiontui.store.tx import Tx

_MILLISECOND: Final = timedelta(milliseconds=1)

_SIGNALS: Final = (
    "SELECT s.person_id, s.attendee_id, a.person_id, s.signal, s.at, s.until, s.source, s.connection,"
    " s.approximate FROM presence_signal s LEFT JOIN attendee a ON a.id = s.attendee_id WHERE s.session_id = ?"
)

_OPEN: Final = (
    "INSERT INTO presence (session_id, person_id, joined_at, source, approximate, connection)"
    " VALUES (?, ?, ?, ?, 0, ?)"
)
_CLOSE: Final = "UPDATE presence SET left_at = ? WHERE id = ?"
_PROLONG: Final = "UPDATE presence SET heartbeat_at = ? WHERE id = ?"

_IN: Final = (Signal.JOIN, Signal.HEARTBEAT)
"""The signals after which somebody may be inside."""


_TRACE: Final = (
    "SELECT 's', at, signal, NULL, NULL, NULL, NULL FROM (SELECT at, signal FROM presence_signal"
    " WHERE session_id = ?1 AND person_id = ?2 AND connection = ?3 ORDER BY at DESC LIMIT 2)"
    " UNION ALL SELECT * FROM (SELECT 'p', id, joined_at, left_at, heartbeat_at, source, connection FROM presence"
    f" WHERE person_id = ?2 AND session_id = ?1 LIMIT {MANY})"
    " UNION ALL SELECT 'a', 0, 0, 0, 0, 0, 0 WHERE EXISTS"
    " (SELECT 1 FROM attendee WHERE session_id = ?1 AND person_id IS NOT NULL)"
)

_TRACE_OF_JOIN: Final = (
    f"{_TRACE} UNION ALL SELECT 'e', 0, 0, 0, 0, 0, 0 WHERE EXISTS (SELECT 1 FROM presence_signal"
    " WHERE session_id = ?1 AND signal = 'end' AND at >= ?4)"
    " UNION ALL SELECT 'r', 0, 0, 0, 0, 0, 0 WHERE EXISTS"
    " (SELECT 1 FROM join_request WHERE session_id = ?1 AND person_id = ?2)"
)


_ANOTHER: Final = (
    "SELECT 1 FROM presence_signal WHERE session_id = ? AND person_id = ? AND connection != ? AND at = ? LIMIT 1"
)
"""Whether two devices were heard at one instant."""

_NEWEST: Final = (
    "SELECT id, joined_at, left_at, heartbeat_at, source, connection FROM presence"
    " WHERE session_id = ? AND person_id = ? AND connection = ? ORDER BY joined_at DESC LIMIT 1"
)


async def trace(tx: Tx, report: PresenceReport, at: int) -> Trace:
    """Return what is known of the person of a signal, in one question; ``at`` is the signal's instant in ms."""
    stream = _stream(report)
    if report.signal is Signal.JOIN:
        rows = await tx.fetch(_TRACE_OF_JOIN, (*stream, at))
    else:
        rows = await tx.fetch(_TRACE, stream)
    signals = [row for row in rows if row[0] == "s"]
    marks = {row[0] for row in rows}
    stays = [Kept._make(row[1:]) for row in rows if row[0] == "p"]
    many = len(stays) == MANY
    if many:
        stays = [Kept._make(row) for row in await tx.fetch(_NEWEST, stream)]
    return Trace(
        stays=stays,
        many=many,
        last_at=cast("int", signals[0][1]) if signals else None,
        last=str(signals[0][2]) if signals else "",
        twice=len(signals) > 1 and signals[0][1] == signals[1][1],
        has_attendees="a" in marks,
        ended="e" in marks,
        asked="r" in marks,
    )


async def refold(tx: Tx, session_id: int) -> None:
    """Replace the stored stays of a session by the fold of its signals."""
    rows = await tx.fetch(_SIGNALS, (session_id,))
    await tx.run("DELETE FROM presence WHERE session_id = ?", (session_id,))
    await _store(tx, session_id, rows)


async def refold_person(tx: Tx, session_id: int, person_id: int | None, attendee_id: int | None = None) -> None:
    """Replace the stored stays of one person, or attendee, in a session whose attendees are nobody's other name."""
    if person_id is not None:
        rows = await tx.fetch(f"{_SIGNALS} AND s.person_id = ?", (session_id, person_id))
        await tx.run("DELETE FROM presence WHERE person_id = ? AND session_id = ?", (person_id, session_id))
    else:
        rows = await tx.fetch(f"{_SIGNALS} AND s.person_id IS NULL AND s.attendee_id = ?", (session_id, attendee_id))
        await tx.run(
            "DELETE FROM presence WHERE person_id IS NULL AND attendee_id = ? AND session_id = ?",
            (attendee_id, session_id),
        )
    rows += await tx.fetch(f"{_SIGNALS} AND s.signal = 'end'", (session_id,))
    await _store(tx, session_id, rows)


async def expire(tx: Tx, session_id: int, expiry: timedelta) -> None:
    """Close the stays of a session whose last heartbeat is ``expiry`` ago, as the fold would at this instant."""
    await _close_silent(tx, session_id, to_ms(tx.at - expiry))


async def settle(tx: Tx, report: PresenceReport, before: Trace, at: int) -> bool:
    """Move the stays of one person by a signal that was just kept; false where they have to be folded anew."""
    if before.has_attendees or before.twice or (before.last_at is not None and before.last_at >= at):
        return False
    if report.signal is Signal.LEAVE and report.source is Source.MANUAL and (before.stays or before.many):
        return False  # it may shorten a stay that a report stated
    if before.last_at is None or before.last == Signal.LEAVE:
        return await _while_out(tx, report, before, at)
    if before.last not in _IN:
        return False
    stay = await _open_stay(tx, report, before)
    return stay is not None and await _while_in(tx, report, before, stay, at)


async def close_all(tx: Tx, session_id: int, at: int) -> bool:
    """Close every stay at the end that the platform reports; false where they have to be folded anew.

    That is where some signal is as late, or where silence had closed a stay that went on until then.
    """
    since = at - tx.rules.heartbeat_expiry // _MILLISECOND
    if await tx.fetch(
        "SELECT 1 FROM presence_signal WHERE session_id = ?1 AND (at > ?2 OR (at = ?2 AND signal != 'end'))"
        " UNION ALL SELECT 1 FROM presence WHERE session_id = ?1 AND left_at = heartbeat_at AND heartbeat_at > ?3"
        " LIMIT 1",
        (session_id, at, since),
    ):
        return False
    await _close_silent(tx, session_id, since)
    await tx.run("UPDATE presence SET left_at = ? WHERE session_id = ? AND left_at IS NULL", (at, session_id))
    return True


async def _close_silent(tx: Tx, session_id: int, since: int) -> None:
    await tx.run(
        "UPDATE presence SET left_at = heartbeat_at, source = ? WHERE session_id = ? AND left_at IS NULL"
        " AND heartbeat_at <= ?",
        (str(Source.INFERRED), session_id, since),
    )


# -- the newest signal of a stream ---------------------------------------------------------------------------


async def _open_stay(tx: Tx, report: PresenceReport, before: Trace) -> Kept | None:
    """Return the open stay of the stream, known by its last instant; ``None`` where none is surely it."""
    beats = before.last == Signal.HEARTBEAT
    heard = [
        stay
        for stay in before.stays
        if stay.left_at is None
        and stay.connection in (None, report.connection)
        and before.last_at == (stay.heartbeat_at if beats else stay.joined_at)
    ]
    if len(heard) != 1:
        return None
    is_apart = heard[0].connection is not None or len(before.stays) == 1
    return heard[0] if is_apart or not await tx.fetch(_ANOTHER, (*_stream(report), before.last_at)) else None


def _stream(report: PresenceReport) -> tuple[int, int | None, str]:
    return report.session_id, report.person_id, report.connection


async def _while_out(tx: Tx, report: PresenceReport, before: Trace, at: int) -> bool:
    """Settle a signal of a stream that is not inside: a join opens a stay, a leave says nothing new."""
    if report.signal is Signal.LEAVE:
        return True
    if report.signal is not Signal.JOIN or before.ended:
        return False
    await tx.hold(_OPEN, (report.session_id, report.person_id, at, report.source._value_, report.connection))
    if before.many:
        tx.touch(report.session_id, words=False)
        return True
    if not before.stays and not before.asked:
        tx.reword_later(report.session_id)  # the session can be found by a name that was not there
    await came(tx, report, before.stays)
    return True


async def _while_in(tx: Tx, report: PresenceReport, before: Trace, stay: Kept, at: int) -> bool:
    """Settle a signal of a stream that is inside: a leave closes the stay, a heartbeat prolongs it."""
    if report.signal is Signal.LEAVE:
        await tx.hold(_CLOSE, (at, stay.id))
        if before.many:
            tx.touch(report.session_id, words=False)
        else:
            await went(tx, report, before.stays, stay)
        return True
    expiry = tx.rules.heartbeat_expiry // _MILLISECOND
    if stay.heartbeat_at is not None and at >= stay.heartbeat_at + expiry:
        return False
    if report.signal is Signal.JOIN:
        return True
    if tx.now >= at + expiry:
        return False
    await tx.hold(_PROLONG, (at, stay.id))
    await beat(tx, report, stay, at)
    return True


# -- all signals anew ----------------------------------------------------------------------------------------


async def _store(tx: Tx, session_id: int, rows: Sequence[Row]) -> None:
    attendees = {_who(row): cast("int | None", row[1]) for row in rows}
    await tx.run_many(
        "INSERT INTO presence (session_id, person_id, attendee_id, joined_at, left_at, heartbeat_at, source,"
        " approximate, connection) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (*_stored(session_id, stay, attendees.get(stay.who), tx), connection)
            for stay, connection in fold_apart((_event(row) for row in rows), tx.rules)
        ],
    )


def _who(row: Row) -> str:
    person_id, attendee_id, known_as = (cast("int | None", value) for value in row[:3])
    if person_id is not None:
        return person_key(person_id)
    if known_as is not None:
        return person_key(known_as)
    return "" if attendee_id is None else attendee_key(attendee_id)


def _event(row: Row) -> PresenceEvent:
    return PresenceEvent(
        who=_who(row),
        signal=Signal(str(row[3])),
        at=from_ms(cast("int", row[4])),
        until=None if row[5] is None else from_ms(cast("int", row[5])),
        source=Source(str(row[6])),
        connection=str(row[7]),
        approximate=bool(row[8]),
    )


def _stored(session_id: int, stay: Stay, attendee_id: int | None, tx: Tx) -> tuple[Value, ...]:
    end = closed_at(stay, tx.at, tx.rules)
    inferred = stay.left_at is None and end is not None
    return (
        session_id,
        person_id_of(stay.who),
        attendee_id,
        to_ms(stay.joined_at),
        None if end is None else to_ms(end),
        None if stay.heartbeat_at is None else to_ms(stay.heartbeat_at),
        str(Source.INFERRED if inferred else stay.source),
        int(stay.approximate),
    )
