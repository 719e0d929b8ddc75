"""The day of authors and mentors: told once, in the morning where they live, if there is anything to tell."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain import letters as texts
from sessiontui.domain.access import Actor
from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.digests import LOOKS_BACK, day_due, span_of
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.letters import Coming, Day
from sessiontui.domain.phrases import count
from sessiontui.domain.vocabulary import Status
from sessiontui.domain.zones import zone_of
from sessiontui.services.alerts.lines import alert_line
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices
from sessiontui.services.delivery.messaging import Letter, enqueue
from sessiontui.store.reads import digests as kept
from sessiontui.store.reads import outbox as kept_letters
from sessiontui.store.reads.digests import DayRow
from sessiontui.store.reads.preferences import Recipient, recipients

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from sessiontui.store.tx import Tx

AHEAD: Final = timedelta(hours=50)
"""How far ahead sessions are looked for: the day of somebody in the zone that is farthest behind."""

MOST: Final = 100
"""People of one run, so that its turn ends; the next run goes on."""

LINES: Final = 20
"""Lines of each part of a letter."""

_PRESSES: Final = 1
"""The level from which down an alert went wrong; notices did not."""

_WORKER: Final = Actor.system("digest")

_ENDS: Final = {Status.ENDED_NO_SHOW: "nobody came to {}", Status.ENDED_EARLY: "{} ended early"}


async def tell_days(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Write the letters of this morning and return how many; those whose day is not due cost nothing of their own."""
    if not context.delivery.digest:
        return 0
    fetch = context.db.fetch
    told = await kept.readers(fetch, since=to_ms(at - LOOKS_BACK), until=to_ms(at + AHEAD), now=to_ms(at))
    written = done = 0
    for person_id, one in (await recipients(fetch, list(told))).items():
        if done >= MOST:
            break
        day = _due(context, one, told[person_id], at=at)
        if day is not None:
            done += 1
            async with context.db.write(by=_WORKER, at=at, epoch=epoch) as tx:
                written += await _tell(tx, context, one, day)
    return written


async def day_of(tx: Tx, person_id: int, day: date, zone: tzinfo) -> Day:
    """Return what somebody has before them on a day, from now on."""
    _, until = span_of(day, zone)
    sessions = await kept.sessions(tx.fetch, person_id, since=tx.now, until=to_ms(until), limit=LINES)
    alerts = await kept.alerts(tx.fetch, person_id, level=_PRESSES, limit=LINES)
    since = to_ms(tx.at - LOOKS_BACK)
    ends = await kept.failed(tx.fetch, person_id, since=since, until=tx.now, limit=LINES)
    lines = [alert_line(row, tx.at) for row in alerts]
    return Day(
        on=day,
        sessions=[_coming(row) for row in sessions],
        pending=await kept.waiting(tx.fetch, person_id, now=tx.now, limit=LINES),
        wrong=[
            *(f"{line.subject}: {line.sentence}" for line in lines),
            *(_ENDS[Status(status)].format(title) for title, status in ends),
        ],
    )


def _due(context: Context, one: Recipient, last: str, *, at: datetime) -> date | None:
    if not one.preferences.wants(LetterKind.DIGEST):
        return None
    return day_due(at, zone_of(one.zone, context.zone), quiet=one.preferences.quiet, last=last)


async def _tell(tx: Tx, context: Context, one: Recipient, day: date) -> int:
    """Write the letter of one day, asked again inside the transaction whether it was written; how many were."""
    if await kept.told_on(tx.fetch, one.person_id) >= day.isoformat():
        return 0
    await kept.note_told(tx.run, one.person_id, day.isoformat())
    zone = zone_of(one.zone, context.zone)
    found = await day_of(tx, one.person_id, day, zone)
    if found.is_empty:
        return 0
    (person,) = await kept_letters.addressees_of(tx.fetch, [one.person_id])
    letter = Letter(
        kind=LetterKind.DIGEST,
        to=person,
        text=texts.digest(found, notices.reader_of(person, context), zone),
        occurrence=day.isoformat(),
        zone=zone,
    )
    return len((await enqueue(tx, [letter], delivery=context.delivery, cause=None, wait=timedelta())).ids)


def _coming(row: DayRow) -> Coming:
    beside = [f"{row.approved} approved" if row.approved else "nobody approved yet"]
    if row.pending:
        beside.append(f"{count(row.pending, 'request')} pending")
    if row.mentored:
        beside.append("you lead it")
    return Coming(
        id=row.id,
        title=row.title,
        starts_at=from_ms(row.starts_at),
        ends_at=from_ms(row.ends_at),
        beside=", ".join(beside),
    )
