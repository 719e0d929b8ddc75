"""Calendars: sessions as iCalendar for whoever asks, as far as they may see them, and one of them for a letter."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Action, Actor, Reach, Standing, may, reach
from sessiontui.domain.errors import NotAllowed, NotFound
from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.query import parse
from sessiontui.domain.vocabulary import RequestState
from sessiontui.domain.zones import zone_of
from sessiontui.services import boards
from sessiontui.services.boards.past import judged
from sessiontui.services.calendars.events import Method, Sheet, event_of, faces_of
from sessiontui.services.calendars.series import Guests, common_guests, differs, event_for_all, repeats_of
from sessiontui.services.calendars.sight import Sight, company, seen_by, subscribed
from sessiontui.services.calendars.zones import UTC_KEYS, description
from sessiontui.services.context import Context
from sessiontui.services.rights import require_door, standing, viewer_of
from sessiontui.store.histories import CHUNK, person_id_of
from sessiontui.store.reader import Fetch
from sessiontui.store.reads import calendars as kept
from sessiontui.store.reads import sessions, tallies
from sessiontui.store.reads.calendars import EventRow, Face, Span

__all__ = ["MEDIA_TYPE", "Method", "calendar", "feed", "invitation"]

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
"""What a calendar is called where it is served or attached; a mail adds ``method``."""

_HEAD: Final = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//sessiontui//sessiontui//EN\r\nCALSCALE:GREGORIAN\r\n"
_GOES_ON: Final = 5 * 366 * 24 * 3_600_000
"""Milliseconds; for so long after its last date the zone of a series is described, since the series may go on."""

_END: Final = "END:VCALENDAR\r\n"

FED_FOR: Final = timedelta(days=90)
"""How long after its end a session stays in the calendars that people subscribe to."""


async def calendar(
    context: Context,
    query: str = "",
    *,
    by: Actor,
    now: datetime,
    person: int | None = None,
    as_of: datetime | None = None,
    zone: ZoneInfo | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AsyncGenerator[str, None]:
    """Yield a calendar of the sessions that a query asks for, in the order in which they begin.

    ``person`` narrows it to what somebody wrote, holds or is approved for. ``zone`` is that of times whose session
    has none of its own. Some hundred events are held at once, whatever their number. ``NotAllowed`` before the first
    part where the right to export is missing.
    """
    own = Standing(hosts=True)  # which sessions are one's own is asked for each
    how_far = (await require_door(context, Action.EXPORT, by=by, at=now, standing=own)).reach
    if person is not None and how_far is Reach.NO_NAMES:
        refusal = NotAllowed(
            f"a {by.role} may not export whose sessions are whose", hint="ask an admin", action=Action.EXPORT
        )
        await context.db.refuse(refusal, by=by, at=now)
        raise refusal
    shown = zone or context.zone
    ids = await _asked(context, query, by=by, now=now, as_of=as_of, zone=shown)
    if person is not None:
        theirs = await kept.of_person(context.db.fetch, person)
        ids = [session_id for session_id in ids if session_id in theirs]
    seen = await seen_by(context, ids, by=by, how_far=how_far)
    async for part in _written(context, seen, zone=shown, now=now, as_of=as_of, progress=progress):
        yield part


async def feed(
    context: Context, *, by: Actor, now: datetime, zone: ZoneInfo | None = None
) -> AsyncGenerator[str, None]:
    """Yield the calendar that somebody subscribes to: their own sessions, as far as they may see each.

    What ended longer than ``FED_FOR`` ago is left out: who subscribes looks ahead.
    """
    shown, since = zone or context.zone, to_ms(now - FED_FOR)
    ids: list[int] = []
    theirs = sorted(await kept.of_person(context.db.fetch, by.id or 0))
    for start in range(0, len(theirs), CHUNK):
        spans = await kept.spans(context.db.fetch, theirs[start : start + CHUNK])
        ids += [span.id for span in spans if span.ends_at >= since and not span.is_archived]
    seen = await subscribed(context, ids, by=by)
    async for part in _written(context, seen, zone=shown, now=now, as_of=None, progress=None):
        yield part


async def _written(
    context: Context,
    seen: Mapping[int, Sight],
    *,
    zone: ZoneInfo,
    now: datetime,
    as_of: datetime | None,
    progress: Callable[[int, int], None] | None,
) -> AsyncGenerator[str, None]:
    """Yield a calendar of some sessions as they are seen."""
    order = await _in_order(context, seen, zone=zone, by_series=as_of is None)
    sheet = Sheet(method=Method.PUBLISH, stamped_at=now, zone=zone)
    yield f"{_HEAD}METHOD:PUBLISH\r\n{''.join(order.zones)}"
    done, of = 0, len(seen)
    for series_id, dates in order.parts:
        if progress is not None:
            progress(done, of)
        part = {session_id: seen[session_id] for session_id in dates}
        if series_id:
            yield await _series(context, series_id, part, sheet, now=now)
        else:
            yield await _events(context, part, sheet, now=now, as_of=as_of)
        done += len(dates)
    if progress is not None:
        progress(of, of)
    yield _END


async def invitation(
    context: Context,
    session_id: int,
    *,
    method: Method,
    at: datetime,
    by: Actor,
    to: int | None = None,
    zone: ZoneInfo | None = None,
) -> bytes:
    """Return one session as a calendar to attach to a letter.

    ``by`` is with whose eyes it is seen: names and link stand in it where they may see them. ``to`` is the person
    whom the letter goes to: nobody else is invited by it then, and answers go to the sender of letters, as those to
    the letter do. ``NotFound`` for what ``by`` cannot see.
    """
    own = await standing(context.db.fetch, by, session_id)
    if not await sessions.exists(context.db.fetch, session_id) or not may(by, Action.SEE_SESSIONS, own).allowed:
        raise NotFound(f"there is no session #{session_id}")
    unnamed = reach(by, Action.EXPORT) is Reach.NO_NAMES
    sight = Sight(
        names=not unnamed,
        guests=not unnamed and may(by, Action.SEE_ATTENDANCE, own).allowed,
        link=may(by, Action.MODERATE, own).allowed,
        only=to if to is not None or may(by, Action.SEE_ATTENDANCE, own).allowed else by.id,
        to=to,
        sender=context.delivery.sender,
    )
    shown = zone or context.zone
    order = await _in_order(context, {session_id: sight}, zone=shown, by_series=False)
    sheet = Sheet(method=method, stamped_at=at, zone=shown)
    event = await _events(context, {session_id: sight}, sheet, now=at, as_of=None)
    return f"{_HEAD}METHOD:{method.upper()}\r\n{''.join(order.zones)}{event}{_END}".encode()


async def _asked(
    context: Context, query: str, *, by: Actor, now: datetime, as_of: datetime | None, zone: ZoneInfo
) -> list[int]:
    """Return the ids of the sessions that a query asks for, those that time has changed judged anew."""
    asked, viewer = parse(query, now=as_of or now, zone=zone), viewer_of(by)

    async def reading(fetch: Fetch) -> list[int] | None:
        restless = await tallies.restless(fetch, now)
        if restless is None:
            return None
        fresh, _ = await judged(context, fetch, asked, restless, now=now, as_of=now, viewer=viewer)
        apart = frozenset(restless)
        stored = await tallies.first(context.db, fetch, asked, limit=None, viewer=viewer)
        return [*(found for found in stored if found not in apart), *(line.id for line in fresh)]

    found = await context.db.look(reading) if as_of is None else None
    if found is not None:
        return found
    listing = await boards.listing(context, query, now=now, as_of=as_of, zone=zone, by=by)
    return [line.id for line in listing.lines]


@dataclass(frozen=True, slots=True)
class _Order:
    """The sessions of a calendar in the order in which they begin, some hundred at once, and their zones described.

    A part with the number of a series holds all its dates.
    """

    parts: Sequence[tuple[int, Sequence[int]]]
    zones: Sequence[str]


async def _in_order(context: Context, seen: Mapping[int, Sight], *, zone: ZoneInfo, by_series: bool) -> _Order:
    """Return how a calendar goes on; ``by_series`` keeps the dates of a series together where all are in it."""
    ids = list(seen)
    spans: list[Span] = []
    for start in range(0, len(ids), CHUNK):
        spans += await kept.spans(context.db.fetch, ids[start : start + CHUNK])
    whole = await _whole(context, spans, seen) if by_series else {}
    reaches: dict[str, tuple[int, int]] = {}
    for span in spans:
        key = zone_of(span.zone, zone).key
        first, last = reaches.get(key, (span.starts_at, span.ends_at))
        ends_at = span.ends_at + (_GOES_ON if span.series_id in whole else 0)
        reaches[key] = (min(first, span.starts_at), max(last, ends_at))
    parts: list[tuple[int, list[int]]] = []
    told: set[int] = set()
    # What begins at once stands so that it stays when it is read back: series are made before single sessions.
    for span in sorted(
        spans,
        key=lambda one: (one.starts_at, 0, one.series_id) if one.series_id in whole else (one.starts_at, 1, one.id),
    ):
        if span.series_id in whole:
            if span.series_id not in told:
                told.add(span.series_id)
                parts.append((span.series_id, whole[span.series_id]))
        elif parts and not parts[-1][0] and len(parts[-1][1]) < CHUNK:
            parts[-1][1].append(span.id)
        else:
            parts.append((0, [span.id]))
    described = [
        description(key, from_ms(first).year, from_ms(last).year)
        for key, (first, last) in sorted(reaches.items())
        if key not in UTC_KEYS
    ]
    return _Order(parts, described)


async def _whole(context: Context, spans: Sequence[Span], seen: Mapping[int, Sight]) -> dict[int, list[int]]:
    """Return the series all of whose dates are in a calendar, and seen alike, with those dates."""
    dates: dict[int, list[Span]] = {}
    for span in spans:
        if span.series_id:
            dates.setdefault(span.series_id, []).append(span)
    held = await kept.dates_of(context.db.fetch, list(dates))
    return {
        series_id: [span.id for span in sorted(several, key=lambda span: (span.starts_at, span.id))]
        for series_id, several in dates.items()
        if held.get(series_id, 0) == sum(not span.is_archived for span in several)
        and len({seen[span.id] for span in several}) == 1
    }


async def _series(context: Context, series_id: int, seen: Mapping[int, Sight], sheet: Sheet, *, now: datetime) -> str:
    """Return a series: an event for all its dates, then those that differ; else date by date."""
    ids, sight = list(seen), next(iter(seen.values()))
    rows: dict[int, EventRow] = {}
    guests: dict[int, Guests] = {}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        rows |= await kept.events(context.db.fetch, part, until=to_ms(now))
        for session_id, who, state in await kept.guests(context.db.fetch, part):
            guests[session_id] = tuple(sorted((*guests.get(session_id, ()), (who, state))))
    series = await kept.series(context.db.fetch, series_id, until=to_ms(now))
    repeats = repeats_of(series, [row.slot for row in rows.values()])
    if repeats is None:
        texts = [
            await _events(context, {one: seen[one] for one in ids[start : start + CHUNK]}, sheet, now=now, as_of=None)
            for start in range(0, len(ids), CHUNK)
        ]
        return "".join(texts)
    whole, common = event_for_all(series, repeats), common_guests(list(rows.values()), guests)
    faces = await kept.faces(context.db.fetch, faces_of([whole, *rows.values()], guests))
    events = [
        event_of(whole, sheet, company(whole, sight, common, faces), shows_link=sight.link, repeats=repeats),
        *(
            event_of(row, sheet, company(row, sight, guests.get(row.id, ()), faces), shows_link=sight.link)
            for row in sorted(rows.values(), key=lambda row: row.slot)
            if differs(row, whole, repeats) or (sight.names and sight.guests and guests.get(row.id, ()) != common)
        ),
    ]
    return b"".join(events).decode()


async def _events(
    context: Context, seen: Mapping[int, Sight], sheet: Sheet, *, now: datetime, as_of: datetime | None
) -> str:
    """Return some sessions as events, in the order given; those that are gone by now are left out."""
    ids = list(seen)

    async def reading(fetch: Fetch) -> tuple[dict[int, EventRow], dict[int, list[tuple[int, str]]], dict[int, Face]]:
        rows = await kept.events(fetch, ids, until=to_ms(as_of or now))
        asked: dict[int, list[tuple[int, str]]] = {}
        for session_id, who, state in await kept.guests(fetch, ids):
            asked.setdefault(session_id, []).append((who, state))
        if as_of is not None:
            rows, asked = await _as_it_was(context, fetch, rows, now=now, as_of=as_of)
        told = {sight.to for sight in seen.values() if sight.to is not None}
        return rows, asked, await kept.faces(fetch, sorted({*faces_of(list(rows.values()), asked), *told}))

    rows, asked, faces = await context.db.look(reading)
    return b"".join(
        event_of(
            rows[session_id],
            sheet,
            company(rows[session_id], sight, asked.get(session_id, ()), faces),
            shows_link=sight.link,
        )
        for session_id, sight in seen.items()
        if session_id in rows
    ).decode()


async def _as_it_was(
    context: Context, fetch: Fetch, rows: Mapping[int, EventRow], *, now: datetime, as_of: datetime
) -> tuple[dict[int, EventRow], dict[int, list[tuple[int, str]]]]:
    """Return events with the window, the control and the people that they had at an instant."""
    past: dict[int, EventRow] = {}
    asked: dict[int, list[tuple[int, str]]] = {}
    for session_id, history in (await sessions.histories(fetch, list(rows))).items():
        facts = facts_at(history, as_of, known=now, rules=context.rules)
        past[session_id] = rows[session_id]._replace(
            control=str(facts.control),
            starts_at=to_ms(facts.starts_at),
            ends_at=to_ms(facts.ends_at),
            mentor_id=person_id_of(facts.mentor),
            capacity=facts.capacity,
        )
        for request in history.requests:
            who, state = person_id_of(request.who), request.state_at(as_of)
            if who is not None and state is not None and state is not RequestState.WITHDRAWN:
                asked.setdefault(session_id, []).append((who, str(state)))
    return past, asked
