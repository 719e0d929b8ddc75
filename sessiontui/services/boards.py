"""The board: what the desk shows at one instant, now or in the past, and one session whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, cast
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.errors import BadInput, NotFound
from sessiontui.domain.history import History, facts_at
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.intervals import Interval, length, union
from sessiontui.domain.lifecycle import Facts, derive, why_not
from sessiontui.domain.presence import Stay, closed_at
from sessiontui.domain.query import Query, Subject, matches, parse
from sessiontui.domain.telling import beside, stage, why
from sessiontui.domain.urgency import rank
from sessiontui.domain.vocabulary import Move, Priority, RequestState, Status
from sessiontui.services.context import Context
from sessiontui.services.pictures import (
    Board,
    HistoryLine,
    PresenceLine,
    RequestLine,
    SessionDetail,
    SessionLine,
    StayLine,
)
from sessiontui.services.rights import ACTION_OF, standing
from sessiontui.store.haystack import spaced
from sessiontui.store.histories import person_id_of
from sessiontui.store.reader import Value
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads import tallies, windows
from sessiontui.store.reads.sessions import Written
from sessiontui.store.reads.windows import ORDERS

DEADLINE: Final = 5.0
"""Seconds after which a question of a person is given up."""

HISTORY_LIMIT: Final = 200

MANY_CHANGES: Final = 2_000
"""Changes beyond which a screen reads its window anew."""


async def board(
    context: Context,
    query: str,
    *,
    now: datetime,
    as_of: datetime | None = None,
    limit: int = 200,
    offset: int = 0,
    order: str = "urgency",
    zone: ZoneInfo | None = None,
) -> Board:
    """Return a window of the sessions that a query asks for, with the counts of all.

    ``QueryError`` points at the wrong term. With ``as_of`` everything is derived as of that instant by the
    knowledge of ``now``; that reads every session, while the present is read by index.
    """
    if order not in ORDERS:
        raise BadInput(f"{order!r} is not an order", hint=f"one of {', '.join(ORDERS)}")
    asked = parse(query, now=as_of or now, zone=zone or context.zone)
    if as_of is not None:
        return await _past(context, asked, now=now, as_of=as_of, limit=limit, offset=offset, order=order)
    fetch = partial(context.db.fetch, deadline=DEADLINE)
    sequence = await kept.head(fetch)
    counts = await kept.counts(fetch)
    shown = await windows.window(context.db, fetch, asked, order=order, offset=offset, limit=limit, head=sequence)
    return Board(
        taken_at=now,
        lines=await lines(context, shown.ids, now=now),
        counts={status: counts.by_status.get(status, 0) for status in Status},
        matched=shown.matched,
        matched_exact=shown.exact,
        total=sum(counts.by_status.values()),
        pending_requests=counts.pending,
        query=query,
        sequence=sequence,
    )


async def changed(context: Context, since: int) -> tuple[int, tuple[int, ...] | None]:
    """Return the head of the change log and which sessions changed after ``since``; ``None`` for too many.

    ``since`` is the ``sequence`` of a board or the head of an earlier answer. Too many means more than a
    screen could care for, or a head that went back because another file took the place of the database.
    """
    fetch = context.db.fetch
    head = await kept.head(fetch)
    if not 0 <= head - since <= MANY_CHANGES:
        return head, None
    rows = await kept.changed_since(fetch, since, limit=MANY_CHANGES)
    last = max((sequence for sequence, _ in rows), default=head)
    return max(head, last), tuple(dict.fromkeys(session_id for _, session_id in rows))


async def listing(
    context: Context,
    query: str,
    *,
    now: datetime,
    as_of: datetime | None = None,
    zone: ZoneInfo | None = None,
    limit: int | None = None,
) -> Board:
    """Return all sessions that a query asks for, each derived at the instant itself and counted by that.

    Unlike ``board`` it needs no worker to have kept the rows up to date: what time has changed since a row was
    stored is derived anew before the query is asked of it.
    """
    at = as_of or now
    asked = parse(query, now=at, zone=zone or context.zone)
    if as_of is None:
        restless = await tallies.restless(context.db.fetch, now)
        if restless is not None:
            return await _present(context, asked, now=now, limit=limit, restless=restless)
    return await _past(
        context, asked, now=now, as_of=at, limit=limit, offset=0, order="urgency", past=as_of is not None
    )


async def lines(context: Context, ids: Sequence[int], *, now: datetime) -> tuple[SessionLine, ...]:
    """Return sessions as rows, derived at ``now``, in the order of the ids; missing ones are left out."""
    fetch = context.db.fetch
    written = await kept.written(fetch, ids)
    histories = await kept.histories(fetch, ids)
    found = []
    for session_id in ids:
        if session_id in written and session_id in histories:
            facts = facts_at(histories[session_id], now, rules=context.rules)
            found.append(_line(context, written[session_id], facts, now))
    return tuple(found)


async def detail(
    context: Context, session_id: int, *, now: datetime, by: Actor, as_of: datetime | None = None
) -> SessionDetail:
    """Return one session whole; requests and presence are left out for those who may not see them."""
    fetch = context.db.fetch
    at = as_of or now
    written = (await kept.written(fetch, [session_id])).get(session_id)
    history = (await kept.histories(fetch, [session_id])).get(session_id)
    own = await standing(fetch, by, session_id)
    if written is None or history is None or not may(by, Action.SEE_SESSIONS, own).allowed:
        raise NotFound(f"there is no session #{session_id}")
    if not history.exists_at(at):
        raise NotFound(f"session #{session_id} did not exist yet at {at:%Y-%m-%d %H:%M} UTC")
    facts = facts_at(history, at, known=now, rules=context.rules)
    derived = derive(facts, at, context.rules)
    names = await _people(context, written, facts, history)
    line = _line(context, written, facts, at, names=names)
    inside = may(by, Action.SEE_ATTENDANCE, own).allowed
    return SessionDetail(
        line=line,
        taken_at=at,
        description=written.description,
        link=written.link if may(by, Action.MODERATE, own).allowed else "",
        mentor_id=person_id_of(facts.mentor),
        author_id=written.author_id,
        mentor_phone=written.mentor_phone,
        mentor_zone=written.mentor_zone,
        created_at=history.created_at,
        begin=facts.begin,
        final_end=derived.final_end,
        fields=json.loads(written.fields),
        stage=stage(facts, derived),
        blocked={move: _blocked(context, move, facts, at, by=by, own=own) for move in Move},
        requests=await _requests(context, history, facts, at, session_id) if inside else (),
        presence=_presence(context, facts, history, names, at) if inside else (),
        pauses=(*facts.pauses, *(() if facts.paused_at is None else ((facts.paused_at, None),))),
        history=_told(await trail(context, session_id=session_id, limit=HISTORY_LIMIT), inside)
        if as_of is None
        else (),
    )


def _told(history: tuple[HistoryLine, ...], inside: bool) -> tuple[HistoryLine, ...]:
    """Leave out of a history what tells of people, for those who may not see who asked and came."""
    if inside:
        return history
    return tuple(
        replace(line, reason="") for line in history if not line.action.startswith(("request.", "presence."))
    )


async def trail(context: Context, *, session_id: int | None = None, limit: int = 200) -> tuple[HistoryLine, ...]:
    """Return audit entries, newest first, of one session or of all."""
    rows = await kept.audit_rows(context.db.fetch, session_id=session_id, limit=limit)
    return tuple(
        HistoryLine(
            id=cast("int", row[0]),
            at=from_ms(cast("int", row[1])),
            by=str(row[2]),
            action=str(row[3]),
            sentence=str(row[4]),
            reason=str(row[5]),
            undone=bool(row[6]),
        )
        for row in rows
    )


async def find(context: Context, text: str) -> int:
    """Return the session that ``4711``, ``#4711``, ``source:id`` or a bare outside id means."""
    fetch = context.db.fetch
    bare = text.strip()
    own = bare.removeprefix("#")
    if own.isascii() and own.isdigit():
        if len(own) < 16 and await kept.exists(fetch, int(own)):
            return int(own)
        raise NotFound(f"there is no session #{own}", hint=f"an id of another system is written source:{own}")
    source, colon, outside = bare.partition(":")
    found = await kept.by_outside_id(fetch, outside, source) if colon else []
    found = found or await kept.by_outside_id(fetch, bare)
    if not found:
        raise NotFound(f"there is no session {text!r}", hint="'sessiontui list' shows their numbers")
    if len(found) > 1:
        raise BadInput(f"{text!r} is known to several sources", hint="write it as source:id")
    return found[0]


async def pulse(context: Context) -> int:
    """Return a number that changes whenever anything was committed, by this process or another."""
    return await context.db.pulse()


async def _past(
    context: Context,
    asked: Query,
    *,
    now: datetime,
    as_of: datetime,
    limit: int | None,
    offset: int,
    order: str,
    past: bool = True,
) -> Board:
    """Derive every session as of an instant, then ask, order and count."""
    ids = await kept.matching(context.db.fetch, "1", ())
    found, total = await _judged(context, asked, ids, now=now, as_of=as_of)
    counts = Counter(line.status for line in found if line.archived_at is None)
    found.sort(key=_sorting(order))
    end = None if limit is None else offset + limit
    return Board(
        taken_at=as_of,
        lines=tuple(found[offset:end]),
        counts={status: counts[status] for status in Status},
        matched=len(found),
        total=total,
        pending_requests=sum(line.pending for line in found if line.archived_at is None),
        query=asked.text,
        as_of=as_of if past else None,
    )


async def _present(
    context: Context, asked: Query, *, now: datetime, limit: int | None, restless: Sequence[int]
) -> Board:
    """Ask the stored rows, save the restless ones: those are derived before they are asked."""
    db, fetch = context.db, context.db.fetch
    fresh, there = await _judged(context, asked, restless, now=now, as_of=now)
    apart = frozenset(restless)
    ids = await tallies.first(db, asked, limit=None if limit is None else limit + len(apart))
    settled = [session_id for session_id in ids if session_id not in apart][:limit]
    found = [*await lines(context, settled, now=now), *fresh]
    found.sort(key=_sorting("urgency"))
    stored = await tallies.tally(db, asked)
    stale = await tallies.tally_of(fetch, asked, restless)
    everyone, waiting = (await kept.counts(fetch)).by_status, await tallies.tally_of(fetch, None, restless)
    open_lines = [line for line in fresh if line.archived_at is None]
    counts = Counter(line.status for line in open_lines)
    for status in Status:
        counts[status] += stored.number[status] - stale.number[status]
    return Board(
        taken_at=now,
        lines=tuple(found[:limit]),
        counts={status: counts[status] for status in Status},
        matched=stored.matched - stale.matched + len(fresh),
        total=sum(everyone.values()) - sum(waiting.number.values()) + there,
        pending_requests=stored.pending - stale.pending + sum(line.pending for line in open_lines),
        query=asked.text,
    )


async def _judged(
    context: Context, asked: Query, ids: Sequence[int], *, now: datetime, as_of: datetime
) -> tuple[list[SessionLine], int]:
    """Return the sessions that a query means as of an instant, and how many there were that are not archived."""
    fetch = context.db.fetch
    found: list[SessionLine] = []
    total = 0
    for start in range(0, len(ids), 1000):
        chunk = ids[start : start + 1000]
        written = await kept.written(fetch, chunk)
        histories = await kept.histories(fetch, chunk)
        names = await _all_names(context, histories.values())
        attendees = await kept.attendee_names(fetch, chunk)
        for session_id in chunk:
            history = histories[session_id]
            if not history.exists_at(as_of):
                continue
            facts = facts_at(history, as_of, known=now, rules=context.rules)
            line = _line(context, written[session_id], facts, as_of, names=names)
            total += line.archived_at is None
            if matches(asked, _subject(line, written[session_id], history, facts, names, attendees)):
                found.append(line)
    return found, total


def _sorting(order: str) -> Callable[[SessionLine], tuple[int | str | datetime, int]]:
    keys: dict[str, Callable[[SessionLine], tuple[int | str | datetime, int]]] = {
        "urgency": lambda line: (line.rank, line.id),
        "start": lambda line: (line.starts_at, line.id),
        "latest": lambda line: (-to_ms(line.starts_at), -line.id),
        "title": lambda line: (spaced(line.title), line.id),
        "pending": lambda line: (-line.pending, -line.id),
    }
    return keys[order]


def _line(
    context: Context,
    written: Written,
    facts: Facts,
    at: datetime,
    *,
    names: Mapping[int, str] | None = None,
) -> SessionLine:
    derived = derive(facts, at, context.rules)
    mentor_id = person_id_of(facts.mentor)
    priority = Priority(written.priority)
    mentor = written.mentor if mentor_id == written.mentor_id else (names or {}).get(mentor_id or 0, "")
    return SessionLine(
        id=written.id,
        external_id=written.external_id,
        source=written.source,
        title=written.title,
        kind=facts.kind,
        priority=priority,
        control=facts.control,
        status=derived.status,
        provisional=derived.provisional,
        badges=derived.badges,
        beside=beside(facts, derived, at),
        why=why(facts, derived, at, rules=context.rules, zone=context.zone),
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        scheduled=derived.scheduled,
        actual=derived.actual,
        together=derived.together,
        efficiency=derived.efficiency,
        pending=facts.pending,
        approved=facts.approved,
        rejected=facts.rejected,
        active=len(derived.here),
        left=len(derived.left),
        capacity=facts.capacity,
        mentor=mentor,
        author=written.author,
        tags=tuple(str(tag) for tag in json.loads(written.tags)),
        archived_at=facts.archived_at,
        rank=rank(derived, starts_at=facts.starts_at, priority=priority),
        version=written.version,
        final_end=derived.final_end,
    )


def _subject(
    line: SessionLine,
    written: Written,
    history: History,
    facts: Facts,
    names: Mapping[int, str],
    attendees: Mapping[int, tuple[str, str, int | None]],
) -> Subject:
    ids = {person_id_of(request.who) for request in history.requests}
    ids |= {person_id_of(stay.who) for stay in history.stays}
    people = [names[person_id] for person_id in ids if person_id is not None and person_id in names]
    people += [attendees[int(who[1:])][0] for who in history.unmatched if int(who[1:]) in attendees]
    return Subject(
        id=line.id,
        source=line.source,
        external_id=line.external_id or None,
        title=line.title,
        description=written.description,
        kind=line.kind,
        control=line.control,
        status=line.status,
        provisional=line.provisional,
        badges=frozenset(line.badges),
        priority=line.priority,
        mentor=line.mentor or None,
        mentor_id=person_id_of(facts.mentor),
        author=line.author or None,
        author_id=written.author_id,
        people=tuple(people),
        person_ids=frozenset(person_id for person_id in ids if person_id is not None),
        tags=line.tags,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        created_at=history.created_at,
        final_end=line.final_end,
        scheduled_minutes=line.scheduled / timedelta(minutes=1),
        actual_minutes=line.actual / timedelta(minutes=1),
        efficiency=line.efficiency,
        pending=line.pending,
        approved=line.approved,
        rejected=line.rejected,
        active=line.active,
        left=line.left,
        capacity=line.capacity or None,
        has_link=bool(written.link),
        archived=line.archived_at is not None,
    )


async def _people(context: Context, written: Written, facts: Facts, history: History) -> dict[int, str]:
    names = await _all_names(context, [history])
    wanted = [person_id_of(stay.who) for stay in (*facts.guests, *facts.hosts)]
    missing = [person_id for person_id in wanted if person_id is not None and person_id not in names]
    names.update(await kept_people.names(context.db.fetch, missing))
    for stay in facts.guests:
        if stay.who.startswith("a"):
            attendees = await kept.attendee_names(context.db.fetch, [written.id])
            names.update({-attendee_id: name for attendee_id, (name, _, _) in attendees.items()})
            break
    return names


async def _all_names(context: Context, histories: Iterable[History]) -> dict[int, str]:
    ids: dict[int, None] = {}
    for history in histories:
        whom = [history.author, history.mentor, *(change.mentor or "" for change in history.changes)]
        whom += [request.who for request in history.requests]
        whom += [stay.who for stay in history.stays]
        for key in whom:
            person_id = person_id_of(key)
            if person_id is not None:
                ids[person_id] = None
    return await kept_people.names(context.db.fetch, list(ids))


def _blocked(context: Context, move: Move, facts: Facts, at: datetime, *, by: Actor, own: Standing) -> str:
    """Return why a move is impossible now: by the rules, or for want of the right."""
    reason = why_not(move, facts, at, context.rules)
    return reason or may(by, ACTION_OF[move], own).reason


async def _requests(
    context: Context, history: History, facts: Facts, at: datetime, session_id: int
) -> tuple[RequestLine, ...]:
    states = {request.who: request.state_at(at) for request in history.requests}
    found: list[RequestLine] = []
    ahead = facts.approved
    for row in await kept.request_rows(context.db.fetch, [session_id]):
        person_id = cast("int", row[2])
        state = states.get(f"p{person_id}")
        if state is None:
            continue
        pending = state is RequestState.PENDING
        ahead += pending
        decided = state in (RequestState.APPROVED, RequestState.REJECTED, RequestState.WITHDRAWN)
        found.append(
            RequestLine(
                id=cast("int", row[0]),
                session_id=session_id,
                person_id=person_id,
                person=str(row[3]),
                state=state,
                message=str(row[5]),
                requested_at=_instant(row[6]),
                decided_at=_instant(row[7]) if decided and row[4] == state else None,
                decided_by=str(row[8]) if decided and row[4] == state else "",
                reason=str(row[9]) if decided and row[4] == state else "",
                waiting=pending and 0 < facts.capacity < ahead,
            )
        )
    # What waits for a decision stands on top.
    return tuple(sorted(found, key=lambda line: line.state is not RequestState.PENDING))


def _presence(
    context: Context, facts: Facts, history: History, names: Mapping[int, str], at: datetime
) -> tuple[PresenceLine, ...]:
    approved = {request.who for request in history.requests if request.state_at(at) is RequestState.APPROVED}
    grouped: dict[str, list[Stay]] = {}
    for stay in (*facts.hosts, *facts.guests):
        grouped.setdefault(stay.who, []).append(stay)
    hosts = {stay.who for stay in facts.hosts}
    return tuple(
        _presence_line(context, who, stays, at, is_host=who in hosts, approved=who in approved, names=names)
        for who, stays in grouped.items()
    )


def _presence_line(
    context: Context,
    who: str,
    stays: list[Stay],
    at: datetime,
    *,
    is_host: bool,
    approved: bool,
    names: Mapping[int, str],
) -> PresenceLine:
    shown: list[StayLine] = []
    spans: list[Interval] = []
    for stay in stays:
        end = closed_at(stay, at, context.rules)
        is_open = end is None or (end > at and not stay.is_contradictory)
        shown.append(
            StayLine(
                joined_at=stay.joined_at,
                left_at=None if is_open else end,
                source=stay.source,
                approximate=stay.approximate,
                contradictory=stay.is_contradictory,
            )
        )
        spans.append((stay.joined_at, at if end is None or is_open else end))
    person_id = person_id_of(who)
    name = names.get(person_id if person_id is not None else -int(who[1:] or 0), "")
    return PresenceLine(
        person_id=person_id,
        person=name or "someone",
        is_host=is_host,
        approved=approved,
        matched=person_id is not None,
        here=any(stay.left_at is None for stay in shown),
        stays=tuple(shown),
        stayed=length(union(spans)),
    )


def _instant(value: Value) -> datetime | None:
    return None if value is None else from_ms(cast("int", value))
