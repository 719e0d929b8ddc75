"""The stays of a session, folded anew from its raw signals whenever one arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.presence import PresenceEvent, Signal, Stay, closed_at, fold
from sessiontui.domain.vocabulary import Source
from sessiontui.store.histories import attendee_key, person_id_of, person_key

if TYPE_CHECKING:
    from sessiontui.store.reader import Row, Value
    from sessiontui.store.tx import Tx


async def refold(tx: Tx, session_id: int) -> None:
    """Replace the stored stays of a session by the fold of its signals."""
    rows = await tx.fetch(
        "SELECT s.person_id, s.attendee_id, a.person_id, s.signal, s.at, s.until, s.source, s.connection,"
        " s.approximate FROM presence_signal s LEFT JOIN attendee a ON a.id = s.attendee_id"
        " WHERE s.session_id = ?",
        (session_id,),
    )
    attendees = {_who(row): cast("int | None", row[1]) for row in rows}
    stays = fold((_event(row) for row in rows), tx.rules)
    await tx.run("DELETE FROM presence WHERE session_id = ?", (session_id,))
    await tx.run_many(
        "INSERT INTO presence (session_id, person_id, attendee_id, joined_at, left_at, heartbeat_at, source,"
        " approximate) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [_stored(session_id, stay, attendees.get(stay.who), tx) for stay in stays],
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
