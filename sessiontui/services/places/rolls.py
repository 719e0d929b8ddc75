"""Who was in a room, as its platform tells after the end: taken like a report that somebody imports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Actor
from sessiontui.domain.instants import to_ms
from sessiontui.domain.places import Maker, OrderKind
from sessiontui.domain.text import safe_line
from sessiontui.intake import Attendee, Intake, MeetingReport
from sessiontui.intake.meeting_reports import Platform as Reported
from sessiontui.intake.outcome import Format
from sessiontui.services.context import Context
from sessiontui.services.importing import take_intake
from sessiontui.services.places import placing
from sessiontui.store.reads import places as kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessiontui.platforms import Participant
    from sessiontui.services.importing import ImportReport
    from sessiontui.store.reads.places import PlaceRow

SINCE: Final = timedelta(hours=24)
"""How long after the end of a session its platform is still asked."""

REST: Final = timedelta(minutes=5)
"""How long after the end it is first asked: platforms write their lists with a delay."""

BATCH: Final = 20

_WORKER: Final = Actor.system("places")


async def ask(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Order the lists of participants that platforms can tell by now, and return how many."""
    if Maker.ZOOM not in context.platforms.there:
        return 0
    since, until = to_ms(at - SINCE), to_ms(at - REST)
    due = await kept.rolls_due(context.db.fetch, Maker.ZOOM, since=since, until=until, limit=BATCH)
    if due:
        async with context.db.write(by=_WORKER, at=at, epoch=epoch) as tx:
            for place_id in due:
                await placing.order(tx, place_id, OrderKind.ROLL)
    return len(due)


async def take(
    context: Context, place: PlaceRow, participants: Sequence[Participant], *, at: datetime
) -> ImportReport | None:
    """Take a list of participants into the session of a room; the same list taken again changes nothing."""
    rows = tuple(_attendee(line, one) for line, one in enumerate(participants, start=1))
    if not rows or place.session_id is None:
        return None
    starts = [row.joined_at for row in rows if row.joined_at is not None]
    ends = [row.left_at for row in rows if row.left_at is not None]
    report = MeetingReport(
        line=1,
        platform=Reported(place.platform),
        unique_id=place.occurrence or f"place-{place.id}",
        meeting_id=place.room_id,
        starts_at=min(starts, default=None),
        ends_at=max(ends, default=None),
        attendees=rows,
    )
    intake = Intake(format=Format.ZOOM, reports=(report,))
    return await take_intake(
        context, f"{Maker(place.platform).words} participants", intake, session_id=place.session_id, by=_WORKER, at=at
    )


def _attendee(line: int, one: Participant) -> Attendee:
    length = None if one.left_at is None else max(0, round((one.left_at - one.joined_at).total_seconds()))
    return Attendee(
        line=line,
        name=safe_line(one.name).strip() or "someone",
        email=safe_line(one.email).strip() or None,
        external_id=safe_line(one.id).strip() or None,
        joined_at=one.joined_at,
        left_at=one.left_at,
        seconds=length,
        contradictory=one.left_at is not None and one.left_at < one.joined_at,
    )
