"""Presence as platforms report it: in batches, each event for itself, all of a batch in one commit.

A platform sends what happened when it happened, again if it got no answer, and late if it was cut off. Each event is
recognised by its key, else by what it says; whatever is repeated changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, Reach, Standing, may, reach
from sessiontui.domain.errors import BadInput, NotAllowed
from sessiontui.domain.phrases import count
from sessiontui.domain.presence import Signal
from sessiontui.services.context import Context
from sessiontui.services.rights import standing
from sessiontui.store.signals import PresenceReport, take

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

MAX_BATCH: Final = 1_000
"""Events in one batch; they are one commit."""

AHEAD: Final = timedelta(minutes=5)
"""How far an event may lie in the future before its sender's clock is wrong for certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What became of a batch: how many events are kept, how many of those were known, and which were not taken.

    ``refused`` names events by their place in the batch, from 0, and says why; ``joined`` are the sessions and people
    of joins that were taken, repeated ones too.
    """

    acknowledged: int = 0
    repeated: int = 0
    refused: tuple[tuple[int, str], ...] = ()
    joined: tuple[tuple[int, int], ...] = ()


async def report(
    context: Context, events: Sequence[tuple[int, PresenceReport]], *, by: Actor, at: datetime
) -> Reported:
    """Record events, each with its place in the batch of its sender; it returns once all of them are on the disk.

    ``BadInput`` for a batch that is empty or too large. The sessions and people must be there.
    """
    if not 0 < len(events) <= MAX_BATCH:
        raise BadInput(f"a batch has 1 to {MAX_BATCH} events, not {len(events)}")
    timely = [(place, event) for place, event in events if event.at <= at + AHEAD]
    early = [(place, "it lies in the future: check the clock") for place, event in events if event.at > at + AHEAD]
    if not timely:
        return Reported(refused=tuple(early))

    async def deed(tx: Tx) -> Reported:
        taken, refused = await _allowed(tx, timely)
        fresh = await take(tx, [event for _, event in taken]) if taken else []
        loud = [event.session_id for event in fresh if event.signal is not Signal.HEARTBEAT]
        if loud:
            tx.hear(len(loud), loud)
        return Reported(
            acknowledged=len(taken),
            repeated=len(taken) - len(fresh),
            refused=tuple(sorted((*early, *refused))),
            joined=tuple(
                dict.fromkeys(
                    (event.session_id, event.person_id)
                    for _, event in taken
                    if event.signal is Signal.JOIN and event.person_id is not None
                )
            ),
        )

    reported = await context.db.event(deed, by=by, at=at, signals=[event for _, event in timely])
    await _write_refusals(context, reported, len(early), by=by, at=at)
    return reported


async def _allowed(
    tx: Tx, events: Sequence[tuple[int, PresenceReport]]
) -> tuple[Sequence[tuple[int, PresenceReport]], list[tuple[int, str]]]:
    """Part what somebody may report from what they may not, before anything is written."""
    if reach(tx.by, Action.PRESENCE) is Reach.YES:
        return events, []
    standings: dict[int, Standing] = {}
    taken: list[tuple[int, PresenceReport]] = []
    refused: list[tuple[int, str]] = []
    for place, event in events:
        if event.session_id not in standings:
            standings[event.session_id] = await standing(tx.fetch, tx.by, event.session_id)
        own = standings[event.session_id]
        is_self = event.person_id is not None and event.person_id == tx.by.id
        answer = may(tx.by, Action.PRESENCE, replace(own, is_self=own.is_own or (own.approved and is_self)))
        if answer.allowed:
            taken.append((place, event))
        else:
            refused.append((place, answer.reason))
    return taken, refused


async def _write_refusals(context: Context, reported: Reported, early: int, *, by: Actor, at: datetime) -> None:
    """Write down, once for the batch, that somebody reported what they may not."""
    number = len(reported.refused) - early
    if number > 0:
        refusal = NotAllowed(f"not allowed to record {count(number, 'presence event')}", action=Action.PRESENCE)
        await context.db.refuse(refusal, by=by, at=at)
