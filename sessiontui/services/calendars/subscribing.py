"""Calendars that people subscribe to: each by an address with a token of its own, which can be taken back."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import NotFound, Refused
from sessiontui.domain.instants import from_ms, maybe_instant, to_ms
from sessiontui.domain.phrases import count
from sessiontui.domain.vocabulary import Role
from sessiontui.domain.zones import zone_of
from sessiontui.services.calendars import feed
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door
from sessiontui.store.reads import calendar_feeds as kept
from sessiontui.store.reads import people as kept_people

PREFIX: Final = "stc_"
"""How tokens of calendars begin, so that scanners for leaked secrets find them."""

MOST: Final = 10
"""Feeds that a person can have open: one for each device, and some forgotten ones."""

NOTED_EVERY: Final = timedelta(hours=1)
"""Programs read a calendar all day; how often it is noted that they did."""

_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One feed as a row."""

    id: int
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


async def open_feed(context: Context, person_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Make a feed for a person; the receipt shows its token, this once."""
    if person_id != by.id:
        await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    token = PREFIX + secrets.token_urlsafe(32)
    async with context.db.write(by=by, at=at) as tx:
        person = await tx.person(person_id)
        if person.erased_at is not None:
            raise NotFound(f"there is no person #{person_id}")
        if sum(row.revoked_at is None for row in await kept.of_person(tx.fetch, person_id)) >= MOST:
            raise Refused(f"{person.name} has {MOST} calendar feeds already", hint="close them first")
        await tx.insert("calendar_feed", person_id=person_id, token_hash=_digest(token), created_at=at)
        sentence = f"opened a calendar feed for {person.name}"
        await tx.audit("feed.open", sentence, subject="person", subject_id=person_id)
    return Receipt(sentence=sentence, people=(person_id,), shown=token)


async def close_feeds(context: Context, person_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Close every feed of a person: their addresses answer nothing any more."""
    if person_id != by.id:
        await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    async with context.db.write(by=by, at=at) as tx:
        person = await tx.person(person_id)
        closed = await kept.close(tx, person_id)
        if not closed:
            raise Refused(f"{person.name} has no calendar feed")
        sentence = f"closed {count(closed, 'calendar feed')} of {person.name}"
        await tx.audit("feed.close", sentence, subject="person", subject_id=person_id)
    return Receipt(sentence=sentence, people=(person_id,))


async def feeds(context: Context, person_id: int, *, by: Actor, at: datetime) -> tuple[FeedLine, ...]:
    """Return the feeds that a person has or had, newest first."""
    if person_id != by.id:
        await require_door(context, Action.MANAGE_PEOPLE, by=by, at=at)
    return tuple(
        FeedLine(row.id, from_ms(row.created_at), maybe_instant(row.used_at), maybe_instant(row.revoked_at))
        for row in await kept.of_person(context.db.fetch, person_id)
    )


async def subscribed_calendar(context: Context, token: str, *, at: datetime) -> AsyncGenerator[str, None]:
    """Yield the calendar of a token, in the zone of its person; ``NotFound`` for a token that opens none."""
    found = await kept.reader(context.db.glance, _digest(token)) if len(token) <= _LONGEST else None
    person = None if found is None else await kept_people.by_id(context.db.fetch, found[1])
    if found is None or person is None:
        raise NotFound("no calendar has this address", hint="ask for a new one: sessiontui people feed")
    feed_id, _, used_at = found
    if not context.db.read_only and (
        used_at is None or to_ms(at) - used_at >= NOTED_EVERY / timedelta(milliseconds=1)
    ):
        async with context.db.write(by=Actor.system("calendar"), at=at, brief=True) as tx:
            await kept.used(tx, feed_id)
    reader = Actor(person.id, person.name, Role(person.role))
    async for part in feed(context, by=reader, now=at, zone=zone_of(person.zone, context.zone)):
        yield part


def _digest(token: str) -> str:
    return hashlib.sha256(token[:_LONGEST].encode("utf-8", "replace")).hexdigest()
