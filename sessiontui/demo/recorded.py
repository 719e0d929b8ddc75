"""What the recordings of a world are: a few of what has ended lately, some of them opened; and a seat given back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.access import Actor
from sessiontui.domain.recordings import Audience
from sessiontui.domain.vocabulary import RequestState
from sessiontui.services import boards, requests, sessions
from sessiontui.services.context import Context
from sessiontui.services.recordings.keeping import RecordingDraft, add
from sessiontui.services.recordings.opening import open_recording
from sessiontui.services.sessions import SessionEdit
from sessiontui.store.reads import recordings as kept

AUDIENCES: Final = (Audience.PRESENT, Audience.APPROVED, Audience.STAFF)
"""For whom the recordings of the latest sessions are, in turn."""

_MINUTE: Final = timedelta(minutes=1)


async def leave(context: Context, *, by: Actor, now: datetime) -> None:
    """Add recordings to the latest sessions that people came to, and let the first be opened."""
    over = await boards.listing(context, "status:ended_complete starts:>-7d -kind:work", now=now, by=by)
    latest = sorted(over.lines, key=lambda line: line.starts_at, reverse=True)[: len(AUDIENCES)]
    for place, (line, audience) in enumerate(zip(latest, AUDIENCES, strict=False)):
        draft = RecordingDraft(
            link=f"https://rec.example.org/p/{line.id}", length=line.actual, audience=audience, title=line.title
        )
        await add(context, line.id, draft, by=by, at=now - (40 - place) * _MINUTE)
    for line in latest[:1]:
        for one in await kept.of_session(context.db.fetch, line.id):
            await open_recording(context, one.id, by=by, at=now - 12 * _MINUTE)


async def give_back(context: Context, *, by: Actor, now: datetime) -> None:
    """Make a session to come as small as it is full, and let somebody withdraw: a seat is free, and others wait."""
    coming = await boards.listing(context, "status:has_requests", now=now, by=by)
    for line in sorted(coming.lines, key=lambda line: (-line.pending, line.starts_at)):
        if line.approved < 2 or line.pending < 2:
            continue
        smaller = SessionEdit(capacity=line.approved)
        await sessions.edit(context, line.id, smaller, by=by, at=now - 6 * _MINUTE)
        detail = await boards.detail(context, line.id, now=now, by=by)
        taken = next(one for one in detail.requests if one.state is RequestState.APPROVED)
        await requests.withdraw(context, taken.id, by=by, at=now - 5 * _MINUTE, reason="cannot come")
        return
