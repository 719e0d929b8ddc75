"""Webhooks become presence: each is placed in its session, its people are matched, its signals are kept.

What is repeated, late or out of order ends in the same presence: signals are recognised by what they say, and all of
one connection are one person's, whoever the best told of them says that it is. Events whose session is not known yet
wait, for it may be made or given its link any moment.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import to_ms
from sessiontui.domain.matching import Attendee, Known, fold_email, match, memory_key
from sessiontui.domain.presence import Signal
from sessiontui.domain.vocabulary import Source
from sessiontui.intake.hooks import Happening, HookNews
from sessiontui.intake.meeting_reports import Platform
from sessiontui.services.context import Context
from sessiontui.services.hooks.receiving import READERS, SENDER
from sessiontui.store.haystack import spaced
from sessiontui.store.reads import hooks as kept
from sessiontui.store.reads import imports as kept_imports
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads.hooks import HookRow
from sessiontui.store.signals import PresenceReport, take

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

BATCH: Final = 200
"""Events that are folded in one transaction."""

AGAIN_AFTER: Final = timedelta(minutes=5)
"""After which events without a session are tried again."""

TRIED_FOR: Final = timedelta(days=2)
"""How long they are tried."""

KEPT_FOR: Final = timedelta(days=30)
"""How long raw events are kept."""

BEFORE: Final = timedelta(hours=1)
AFTER: Final = timedelta(hours=4)
"""How far from its window a session is looked for that meets in the room of an event."""

_MS: Final = timedelta(milliseconds=1)

_SIGNALS: Final = {Happening.JOINED: Signal.JOIN, Happening.LEFT: Signal.LEAVE, Happening.ENDED: Signal.END}

_NO_SESSION: Final = "no session meets there then"


@dataclass(frozen=True, slots=True)
class _Who:
    """Who a connection is: a person, or an attendee whom nobody has identified."""

    person_id: int | None = None
    attendee_id: int | None = None


async def is_due(context: Context, *, at: datetime) -> bool:
    """Tell whether any webhook waits."""
    return await kept.is_waiting(context.db.glance, tried_before=to_ms(at - AGAIN_AFTER))


async def fold(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Fold what waits into presence, and return how many events that were."""
    done = 0
    while True:
        rows = await kept.waiting(context.db.fetch, tried_before=to_ms(at - AGAIN_AFTER), limit=BATCH)
        if rows:
            async with context.db.write(by=SENDER, at=at, epoch=epoch) as tx:
                await _fold(tx, rows)
        done += len(rows)
        if len(rows) < BATCH:
            return done


async def tidy(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Forget raw events that were kept long enough, and return how many."""
    async with context.db.write(by=SENDER, at=at, epoch=epoch) as tx:
        return await kept.forget(tx, to_ms(at - KEPT_FOR))


async def _fold(tx: Tx, rows: Sequence[HookRow]) -> None:
    placed: dict[int, list[tuple[HookRow, HookNews]]] = {}
    for row in rows:
        try:
            news = _read(row)
        except BadInput as error:  # a later version reads it otherwise than the one that kept it
            await kept.settle(tx, [row.id], "ignored", error.detail)
            continue
        session_id = await _session(tx, news)
        if session_id is None:
            is_given_up = tx.now - row.received_at >= TRIED_FOR // _MS
            await kept.settle(tx, [row.id], "ignored" if is_given_up else "unplaced", _NO_SESSION)
        else:
            placed.setdefault(session_id, []).append((row, news))
    for session_id, told in placed.items():
        await _take(tx, session_id, told)
        await kept.settle(tx, [row.id for row, _ in told], "folded")
    await kept_imports.hear(tx, {row.source for row in rows})


async def _session(tx: Tx, news: HookNews) -> int | None:
    """Return the session of an event: by the one occurrence, else by its room and time, which is remembered."""
    source = str(news.source)
    found = await kept.session_of(tx.fetch, source, news.meeting)
    if found is None and news.room:
        found = await kept.session_in_room(
            tx.fetch, source, news.room, at=to_ms(news.at), before=BEFORE // _MS, after=AFTER // _MS
        )
    if found is not None:
        await kept.remember(tx, source, news.meeting, found)
    return found


async def _take(tx: Tx, session_id: int, told: Sequence[tuple[HookRow, HookNews]]) -> None:
    """Keep what some events of a session say."""
    reports: list[PresenceReport] = []
    known: dict[str, _Who] = {}
    is_retold = False
    for row, news in told:
        signal = _SIGNALS.get(news.happening)
        if signal is None:
            continue
        who = _Who()
        if signal is not Signal.END:
            if news.participant not in known:
                who = known[news.participant] = await _who(tx, session_id, row)
                is_retold |= await kept.retell(
                    tx,
                    session_id,
                    _connection(news),
                    person_id=who.person_id,
                    attendee_id=who.attendee_id,
                )
            who = known[news.participant]
        reports.append(
            PresenceReport(
                session_id=session_id,
                signal=signal,
                at=news.at,
                source=Source.WEBHOOK,
                person_id=who.person_id,
                attendee_id=who.attendee_id,
                connection=_connection(news),
                key=f"{_connection(news)}:{signal}:{to_ms(news.at)}",
            )
        )
    if is_retold:
        tx.fold_later(session_id)
    fresh = await take(tx, reports)
    if fresh:
        tx.hear(len(fresh), [session_id])


def _connection(news: HookNews) -> str:
    return f"{news.source}:{news.meeting}:{news.participant}"


async def _who(tx: Tx, session_id: int, row: HookRow) -> _Who:
    """Return who a connection is, by all that was ever told of it: the first sure sign, else the fullest telling."""
    whole = [_read(one) for one in await kept.of_participant(tx.fetch, row.source, row.meeting, row.participant)]
    expected = await kept_imports.expected(tx.fetch, session_id)
    remembered = await kept_imports.remembered(tx.fetch, session_id)
    for news in whole:
        known = await _known(tx, news, expected, remembered)
        for attendee in _attendees(news):
            found = match(
                attendee,
                expected=[one for one in known if one.id in expected],
                everyone=known,
                remembered=remembered,
            )
            if found.is_matched:
                return _Who(person_id=found.person_id)
    fullest = max(whole, key=lambda news: (bool(news.email), bool(news.name), len(news.ids)))
    return _Who(attendee_id=await _attendee_id(tx, session_id, fullest))


async def _known(tx: Tx, news: HookNews, expected: Sequence[int], remembered: dict[str, int]) -> list[Known]:
    """Return the people whom an event may mean: those expected, and whoever has its address or one of its ids."""
    alike = await kept.people_like(tx.fetch, email_key=fold_email(news.email), ids=news.ids)
    rows = await kept_people.by_ids(tx.fetch, list({*expected, *alike, *remembered.values()}))
    return [
        Known(
            row.id,
            row.name,
            row.email,
            # The rooms that the product makes tell guests by their own numbers.
            (*(one.partition(":")[2] for one in row.external_ids), *((str(row.id),) if row.id in expected else ())),
        )
        for row in rows
        if row.erased_at is None
    ]


def _attendees(news: HookNews) -> list[Attendee]:
    """Return somebody as matching takes them, once for each id that the platform has for them."""
    return [Attendee(name=news.name, email=news.email, external_id=one) for one in (news.ids or ("",))]


async def _attendee_id(tx: Tx, session_id: int, news: HookNews) -> int:
    """Return the attendee of a session who is not identified, made if need be."""
    external_id = news.ids[0] if news.ids else news.participant
    attendee = Attendee(name=news.name, email=news.email, external_id=external_id)
    key = memory_key(attendee)
    there = await kept_imports.attendee(tx.fetch, session_id, key)
    if there is not None:
        return there
    return await tx.insert(
        "attendee",
        session_id=session_id,
        key=key,
        name=news.name or "someone",
        name_key=spaced(news.name or "someone"),
        email=news.email,
        external_id=external_id,
    )


def _read(row: HookRow) -> HookNews:
    return READERS[Platform(row.source)](json.loads(row.body))
