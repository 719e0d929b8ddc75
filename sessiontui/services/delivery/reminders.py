"""Reminders by the worker: each lead time of each session reminds each approved person once, of its present start.

What is written leaves at once and is checked again just before it does. A reminder that was held back because the
session was cancelled or moved for a while leaves after all where it is true again and still in time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from sessiontui.domain import letters as texts
from sessiontui.domain.access import Actor
from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.reminders import LEADS, is_due, occurrence, window
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices
from sessiontui.services.delivery.messaging import enqueue
from sessiontui.store.histories import Fetch
from sessiontui.store.reads import reminders as kept
from sessiontui.store.reads.outbox import Addressee
from sessiontui.store.reads.reminders import Candidate

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

BATCH: Final = 100
"""Sessions of one run for each lead time, so that a first run after a long pause keeps nobody waiting."""

_WORKER: Final = Actor.system("reminders")


async def remind_due(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Write the reminders that are due and return how many; asks three questions in one look when idle."""
    if not context.delivery.reminders:
        return 0

    async def asked(fetch: Fetch) -> list[tuple[timedelta, list[Candidate]]]:
        return [(lead, await _due(fetch, lead, at)) for lead in reversed(LEADS)]

    written = 0
    for lead, due in await context.db.look(asked):
        sessions = dict.fromkeys(one.session_id for one in due)
        for session_id in islice(sessions, BATCH):
            async with context.db.write(by=_WORKER, at=at, epoch=epoch) as tx:
                written += await _remind(tx, context, lead, session_id)
    return written


async def _due(fetch: Fetch, lead: timedelta, at: datetime, session_id: int | None = None) -> list[Candidate]:
    since, until = window(lead, at)
    found = await kept.candidates(
        fetch, lead // timedelta(minutes=1), since=to_ms(since), until=to_ms(until), session_id=session_id
    )
    return [
        one for one in found if is_due(lead, from_ms(one.starts_at), known_since=from_ms(one.known_since), now=at)
    ]


async def _remind(tx: Tx, context: Context, lead: timedelta, session_id: int) -> int:
    """Remind people of one session; asked again inside the transaction, what has changed since is left out."""
    due = await _due(tx.fetch, lead, tx.at, session_id)
    subject, _ = await notices.about(tx, session_id)
    reminded = 0
    for one in due:
        letter_id = one.held_back
        if letter_id is None:
            starts_at = from_ms(one.starts_at)
            letters = notices.written(
                LetterKind.REMINDER,
                [Addressee(one.person_id, one.name, one.email, one.zone, language=one.language)],
                lambda to, zone: texts.reminder(subject, to, zone, now=tx.at),
                context=context,
                session_id=session_id,
                occurrence=occurrence(lead, starts_at),
                about_start=starts_at,
            )
            posted = await enqueue(tx, letters, delivery=context.delivery, cause=None, wait=timedelta())
            letter_id = next(iter(posted.ids), None)
        elif not await kept.revive(tx.run, letter_id, tx.now):
            letter_id = None
        if letter_id is not None:
            why = "a later reminder took its place"
            await kept.supersede(tx.run, session_id, one.person_id, newest_id=letter_id, why=why)
            reminded += 1
    return reminded
