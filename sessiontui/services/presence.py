"""Presence: people join, beat and leave; raw signals are kept, and the stays they fold into are stored anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.errors import BadInput, NotAllowed
from sessiontui.domain.phrases import count
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Source
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import standing
from sessiontui.store.folding import refold
from sessiontui.store.signals import PresenceReport as PresenceReport
from sessiontui.store.signals import keep

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

MAX_BATCH: Final = 1_000


async def join(
    context: Context,
    session_id: int,
    person_id: int,
    *,
    by: Actor,
    at: datetime,
    connection: str = "",
    source: Source = Source.API,
) -> Receipt:
    """Record that a person came in."""
    return await _one(context, Signal.JOIN, session_id, person_id, by=by, at=at, connection=connection, source=source)


async def heartbeat(
    context: Context,
    session_id: int,
    person_id: int,
    *,
    by: Actor,
    at: datetime,
    connection: str = "",
    source: Source = Source.API,
) -> Receipt:
    """Record that a person is still there."""
    return await _one(
        context, Signal.HEARTBEAT, session_id, person_id, by=by, at=at, connection=connection, source=source
    )


async def leave(
    context: Context,
    session_id: int,
    person_id: int,
    *,
    by: Actor,
    at: datetime,
    connection: str = "",
    source: Source = Source.API,
) -> Receipt:
    """Record that a person left."""
    return await _one(
        context, Signal.LEAVE, session_id, person_id, by=by, at=at, connection=connection, source=source
    )


async def end(context: Context, session_id: int, *, by: Actor, at: datetime, source: Source = Source.API) -> Receipt:
    """Record that the platform says that the session ended: it closes every presence, not the session."""
    return await record(
        context, [PresenceReport(session_id=session_id, signal=Signal.END, at=at, source=source)], by=by, at=at
    )


async def record(context: Context, reports: Sequence[PresenceReport], *, by: Actor, at: datetime) -> Receipt:
    """Record a batch of signals in one transaction with one audit entry; repeated ones change nothing."""
    if not 0 < len(reports) <= MAX_BATCH:
        raise BadInput(f"a batch has 1 to {MAX_BATCH} signals, not {len(reports)}")
    async with context.db.write(by=by, at=at) as tx:
        for report in reports:
            await tx.session(report.session_id)
            if report.person_id is not None:
                await tx.person(report.person_id)
            await _require(tx, report)
        fresh = await store(tx, reports)
        sessions = tuple(dict.fromkeys(report.session_id for report in fresh))
        sentence = f"recorded {count(len(fresh), 'presence signal')}"
        if fresh:
            only = sessions[0] if len(sessions) == 1 else None
            await tx.audit("presence.record", sentence, subject_id=only, detail={"sessions": list(sessions)})
    return Receipt(sentence=sentence, sessions=sessions)


async def store(tx: Tx, reports: Iterable[PresenceReport]) -> list[PresenceReport]:
    """Store the signals that are new inside a transaction, fold them, and return those that were."""
    fresh = [report for report in reports if await keep(tx, report)]
    for session_id in dict.fromkeys(report.session_id for report in fresh):
        await refold(tx, session_id)
        tx.touch(session_id)
    return fresh


async def _one(
    context: Context,
    signal: Signal,
    session_id: int,
    person_id: int,
    *,
    by: Actor,
    at: datetime,
    connection: str,
    source: Source,
) -> Receipt:
    report = PresenceReport(
        session_id=session_id, signal=signal, at=at, source=source, person_id=person_id, connection=connection
    )
    return await record(context, [report], by=by, at=at)


async def _require(tx: Tx, report: PresenceReport) -> None:
    own = await standing(tx.fetch, tx.by, report.session_id)
    answer = may(
        tx.by,
        Action.PRESENCE,
        Standing(
            hosts=own.hosts,
            authored=own.authored,
            collaborates=own.collaborates,
            approved=own.approved,
            is_draft=own.is_draft,
            is_self=report.person_id == tx.by.id,
        ),
    )
    if not answer.allowed:
        raise NotAllowed(answer.reason, hint=answer.hint)
