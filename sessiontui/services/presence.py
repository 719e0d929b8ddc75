"""Presence: people join, beat and leave; raw signals are kept, and the stays they fold into are stored anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, Reach, Standing, Verdict, may, reach
from sessiontui.domain.errors import BadInput, NotAllowed
from sessiontui.domain.instants import to_ms
from sessiontui.domain.phrases import count
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Source
from sessiontui.services.context import Context
from sessiontui.services.events import write
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import standing
from sessiontui.store.foresight import key_of
from sessiontui.store.signals import PresenceReport as PresenceReport
from sessiontui.store.signals import take

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

MAX_BATCH: Final = 1_000

_NOTED: Final = {Signal.JOIN: "came to", Signal.LEAVE: "left"}
"""What can be noted by hand and taken back, in words."""


async def join(
    context: Context,
    session_id: int,
    person_id: int,
    *,
    by: Actor,
    at: datetime,
    connection: str = "",
    source: Source = Source.API,
    key: str = "",
) -> Receipt:
    """Record that a person came in."""
    report = PresenceReport(
        session_id=session_id, signal=Signal.JOIN, at=at, source=source, person_id=person_id, connection=connection
    )
    return await record(context, [report], by=by, at=at, key=key)


async def heartbeat(
    context: Context,
    session_id: int,
    person_id: int,
    *,
    by: Actor,
    at: datetime,
    connection: str = "",
    source: Source = Source.API,
    key: str = "",
) -> Receipt:
    """Record that a person is still there."""
    report = PresenceReport(
        session_id=session_id,
        signal=Signal.HEARTBEAT,
        at=at,
        source=source,
        person_id=person_id,
        connection=connection,
    )
    return await record(context, [report], by=by, at=at, key=key)


async def leave(
    context: Context,
    session_id: int,
    person_id: int,
    *,
    by: Actor,
    at: datetime,
    connection: str = "",
    source: Source = Source.API,
    key: str = "",
) -> Receipt:
    """Record that a person left."""
    report = PresenceReport(
        session_id=session_id, signal=Signal.LEAVE, at=at, source=source, person_id=person_id, connection=connection
    )
    return await record(context, [report], by=by, at=at, key=key)


async def end(
    context: Context, session_id: int, *, by: Actor, at: datetime, source: Source = Source.API, key: str = ""
) -> Receipt:
    """Record that the platform says that the session ended: it closes every presence, not the session."""
    report = PresenceReport(session_id=session_id, signal=Signal.END, at=at, source=source)
    return await record(context, [report], by=by, at=at, key=key)


async def record(
    context: Context, reports: Sequence[PresenceReport], *, by: Actor, at: datetime, key: str = ""
) -> Receipt:
    """Record signals, all or none of them; repeated ones change nothing.

    They share a commit, and its one audit entry, with what others record at the same moment; heartbeats alone are
    not audited. What was noted by hand of one session has an entry of its own and can be undone. A repeated ``key``
    is told the first receipt.
    """
    if not 0 < len(reports) <= MAX_BATCH:
        raise BadInput(f"a batch has 1 to {MAX_BATCH} signals, not {len(reports)}")

    async def deed(tx: Tx) -> Receipt:
        await _require(tx, reports)
        fresh = await take(tx, reports)
        loud = [report.session_id for report in fresh if report.signal is not Signal.HEARTBEAT]
        if loud:
            by_hand = [report for report in fresh if report.source is Source.MANUAL and report.signal in _NOTED]
            if by_hand and len(by_hand) == len(fresh) and len(set(loud)) == 1:
                return await _noted(tx, by_hand)
            tx.hear(len(loud), loud)
        return Receipt(
            sentence=f"recorded {count(len(fresh), 'presence signal')}",
            sessions=tuple(dict.fromkeys(report.session_id for report in fresh)),
        )

    return await write(context, deed, by=by, at=at, key=key, asked=reports if key else None, signals=reports)


async def _noted(tx: Tx, reports: Sequence[PresenceReport]) -> Receipt:
    """Write the audit entry of what somebody noted by hand, so that it can be taken back."""
    session_id = reports[0].session_id
    title = (await tx.session(session_id)).title
    people = [report.person_id for report in reports if report.person_id is not None]
    names = ", ".join(dict.fromkeys([(await tx.person(person_id)).name for person_id in people]))
    verb = _NOTED[reports[0].signal] if len({report.signal for report in reports}) == 1 else "came and left"
    sentence = f"noted that {names} {verb} {title} at {min(report.at for report in reports):%H:%M} UTC"
    keys = [key_of(report, to_ms(report.at)) for report in reports]
    entry = await tx.audit(
        "presence.record",
        sentence,
        subject_id=session_id,
        detail={"sessions": [session_id], "signals": keys},
        reversible=True,
    )
    return Receipt(sentence=sentence, sessions=(session_id,), people=tuple(people), undo=entry.id)


async def store(tx: Tx, reports: Iterable[PresenceReport]) -> list[PresenceReport]:
    """Store the signals that are new inside a transaction, fold them, and return those that were."""
    return await take(tx, reports)


async def _require(tx: Tx, reports: Sequence[PresenceReport]) -> None:
    """Raise ``NotFound`` for sessions that are not there, ``NotAllowed`` for what is beyond one's rights.

    Whose session it is may record anyone's presence in it; everybody else only their own, once approved.
    """
    if reach(tx.by, Action.PRESENCE) is Reach.YES:
        return
    standings: dict[int, Standing] = {}
    for report in reports:
        await tx.scene(report.session_id)
        if report.session_id not in standings:
            standings[report.session_id] = await standing(tx.fetch, tx.by, report.session_id)
        own = standings[report.session_id]
        is_self = report.person_id is not None and report.person_id == tx.by.id
        answer = may(tx.by, Action.PRESENCE, replace(own, is_self=own.is_own or (own.approved and is_self)))
        if not answer.allowed:
            raise NotAllowed(_why(answer), hint=answer.hint, action=Action.PRESENCE, session_id=report.session_id)


def _why(answer: Verdict) -> str:
    if answer.reach is Reach.NO:
        return answer.reason
    return f"{answer.reason}, or for anyone where they host or author"
