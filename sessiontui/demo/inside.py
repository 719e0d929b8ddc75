"""The doors of a platform in this very process: each goes straight to the services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.demo.doors import Asked, Known, Seen, Stayed, Whole
from sessiontui.demo.playing import PLATFORM
from sessiontui.domain.access import Actor
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.vocabulary import Source
from sessiontui.services import boards, people, presence, requests, sessions

if TYPE_CHECKING:
    from sessiontui.demo.plots import Answer, Shift
    from sessiontui.services.context import Context
    from sessiontui.services.pictures import PresenceLine, SessionLine
    from sessiontui.services.sessions import SessionDraft
    from sessiontui.store.signals import PresenceReport

MOST: Final = 300
"""Sessions that one look takes in."""


class Inside:
    """A platform whose database is open here."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def beat_every(self) -> timedelta:
        """How often devices send heartbeats."""
        return self._context.rules.heartbeat_every

    @property
    def beat_expiry(self) -> timedelta:
        """After how much silence a device counts as gone."""
        return self._context.rules.heartbeat_expiry

    async def everyone(self) -> Mapping[int, Known]:
        """Return the people there are, by number."""
        found = await people.everyone(self._context)
        return {line.id: Known(id=line.id, name=line.name, role=line.role) for line in found}

    async def look(self, since: datetime, until: datetime, *, now: datetime) -> Sequence[Seen]:
        """Return the sessions that start between two instants, the earliest first."""
        window = f"starts:{rfc3339(since)}..{rfc3339(until)}"
        board = await boards.board(self._context, window, now=now, order="start", limit=MOST, by=PLATFORM)
        return [_seen(line) for line in board.lines]

    async def read(self, session_id: int, *, now: datetime) -> Whole:
        """Return one session with its people."""
        detail = await boards.detail(self._context, session_id, now=now, by=PLATFORM)
        return Whole(
            seen=_seen(detail.line),
            host_id=detail.mentor_id or detail.author_id,
            requests=tuple(Asked(id=one.id, person_id=one.person_id, state=one.state) for one in detail.requests),
            presence=tuple(_stayed(one) for one in detail.presence),
        )

    async def decide(self, deed: Answer, *, host: Known | None, now: datetime) -> None:
        """Decide a request."""
        await requests.decide(
            self._context, [deed.request_id], deed.state, by=_actor(host), at=now, reason=deed.reason, confirm=True
        )

    async def move(self, deed: Shift, *, ends_at: datetime | None, host: Known | None, now: datetime) -> None:
        """Move a session."""
        await sessions.move(
            self._context,
            deed.move,
            deed.session_id,
            by=_actor(host),
            at=now,
            reason=deed.reason,
            ends_at=ends_at,
            confirm=True,
        )

    async def ask(self, session_id: int, who: Known, *, message: str, now: datetime) -> None:
        """Let somebody ask to take part."""
        await requests.ask(self._context, session_id, who.id, by=_actor(who), at=now, message=message)

    async def schedule(self, draft: SessionDraft, *, host: Known, now: datetime) -> int:
        """Make a session and return its number."""
        made = await sessions.create(self._context, draft, by=_actor(host), at=now, confirm=True)
        return made.sessions[0]

    async def report(self, reports: Sequence[PresenceReport], *, now: datetime) -> None:
        """Report who came and left."""
        await presence.record(self._context, reports, by=PLATFORM, at=now)

    async def beat(self, reports: Sequence[PresenceReport], *, now: datetime) -> None:
        """Report heartbeats, which need no audit entry."""
        async with self._context.db.write(by=PLATFORM, at=now) as tx:
            await presence.store(tx, list(reports))


def _seen(line: SessionLine) -> Seen:
    return Seen(
        id=line.id,
        kind=line.kind,
        control=line.control,
        status=line.status,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        version=line.version,
        capacity=line.capacity,
        pending=line.pending,
        approved=line.approved,
    )


def _stayed(line: PresenceLine) -> Stayed:
    return Stayed(
        person_id=line.person_id,
        here=line.here,
        beats=any(stay.source in (Source.API, Source.INFERRED) for stay in line.stays),
        left=tuple(stay.left_at for stay in line.stays if stay.left_at is not None),
    )


def _actor(who: Known | None) -> Actor:
    return PLATFORM if who is None else Actor(id=who.id, name=who.name, role=who.role)
