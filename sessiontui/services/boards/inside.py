"""One session whole, with what only some may see of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, cast

from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.engagement import UNTOLD, Engagement
from sessiontui.domain.errors import NotFound
from sessiontui.domain.history import History, facts_at
from sessiontui.domain.instants import from_ms, maybe_instant, to_ms
from sessiontui.domain.intervals import Interval, length, union
from sessiontui.domain.lifecycle import Derived, Facts, derive, why_not
from sessiontui.domain.presence import Stay, closed_at
from sessiontui.domain.records import record, replace
from sessiontui.domain.telling import stage
from sessiontui.domain.vocabulary import Control, Move, RequestState
from sessiontui.services.attendance.rolls import attendance_lines, roll_of
from sessiontui.services.boards.derived import line_of
from sessiontui.services.boards.drawing import DEADLINE
from sessiontui.services.boards.naming import all_names
from sessiontui.services.context import Context
from sessiontui.services.pictures import (
    AttendanceLine,
    HistoryLine,
    PresenceLine,
    RequestLine,
    RiskLine,
    SessionDetail,
    StayLine,
)
from sessiontui.services.rights import ACTION_OF, standing
from sessiontui.store.histories import Fetch, person_id_of
from sessiontui.store.reads import alerts as kept_alerts
from sessiontui.store.reads import attendance as kept_attendance
from sessiontui.store.reads import engagement as kept_engagement
from sessiontui.store.reads import people as kept_people
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads.sessions import Written

HISTORY_LIMIT: Final = 200


async def detail(
    context: Context, session_id: int, *, now: datetime, by: Actor, as_of: datetime | None = None
) -> SessionDetail:
    """Return one session whole; requests and presence are left out for those who may not see them."""
    seen = await context.db.look(
        lambda fetch: _detail(context, fetch, session_id, now=now, by=by, as_of=as_of), deadline=DEADLINE
    )
    from sessiontui.services import collaborating
    from sessiontui.services.files import shown as files
    from sessiontui.services.plans.shown import plan_of
    from sessiontui.services.projects.belonging import project_of
    from sessiontui.services.recordings import shown
    from sessiontui.services.scoring import in_detail
    from sessiontui.services.series.in_series import place_of  # no first row waits for these
    from sessiontui.services.talk import shown as talk
    from sessiontui.services.templates.using import template_of_session

    line = seen.detail.line
    whole = replace(
        seen.detail,
        series=await place_of(
            context.db.fetch, session_id, starts_at=line.starts_at, ends_at=line.ends_at, now=as_of or now
        ),
        plan=await plan_of(context, session_id, now=now, as_of=as_of),
        project=await project_of(context.db.fetch, session_id, by=by) if as_of is None else None,
        made_from=await template_of_session(context.db.fetch, session_id),
        recordings=await shown.of_session(
            context.db.fetch, session_id, by=by, own=seen.own, seen=seen.was_there, at=as_of
        ),
        talk=await talk.of_session(context.db.fetch, session_id, by=by, own=seen.own, at=as_of),
        files=await files.of_session(context.db.fetch, session_id, by=by, own=seen.own, at=as_of),
        team=await collaborating.of_session(context.db.fetch, session_id, by=by, own=seen.own),
    )
    whole = replace(
        whole,
        went=await in_detail.went(
            context, whole, own=seen.own, sees_people=seen.sees_people, by=by, now=now, as_of=as_of
        ),
    )
    if as_of is not None:
        return whole
    from sessiontui.services.followups import aftermath  # with all that is sent, which no first row waits for
    from sessiontui.services.places.shown import place_line  # with the platforms, as well

    sees_place = may(by, Action.MODERATE, seen.own).allowed
    return replace(
        whole,
        risk=await _risk(context, session_id, seen.names, now) if seen.sees_people else None,
        after=await aftermath(context, session_id, by=by),
        place=await place_line(context.db.fetch, session_id, whole.link) if sees_place else None,
    )


@record
class _Inside:
    """A session whole, with the names of its people, who came, how the one who looks stands to it and sees them."""

    detail: SessionDetail
    names: Mapping[int, str]
    sees_people: bool
    own: Standing
    was_there: frozenset[int]


async def _detail(
    context: Context, fetch: Fetch, session_id: int, *, now: datetime, by: Actor, as_of: datetime | None
) -> _Inside:
    at = as_of or now
    written = (await kept.written(fetch, [session_id])).get(session_id)
    history = (await kept.histories(fetch, [session_id])).get(session_id)
    own = await standing(fetch, by, session_id)
    if written is None or history is None or not may(by, Action.SEE_SESSIONS, own).allowed:
        raise NotFound(f"there is no session #{session_id}")
    if not history.exists_at(at):
        raise NotFound(f"session #{session_id} did not exist yet at {at:%Y-%m-%d %H:%M} UTC")
    facts = facts_at(history, at, known=now, rules=context.rules)
    if facts.control is Control.DRAFT and not may(by, Action.SEE_SESSIONS, replace(own, is_draft=True)).allowed:
        raise NotFound(f"session #{session_id} was not published at {at:%Y-%m-%d %H:%M} UTC")
    derived = derive(facts, at, context.rules)
    names = await _people(fetch, written, facts, history)
    if as_of is None:
        alerts = await kept_alerts.of_sessions_now(fetch, [session_id], now=now, rules=context.rules)
    else:
        alerts = await kept_alerts.of_sessions(fetch, [session_id], at=to_ms(as_of))
    flags = written.flags if as_of is None else ""
    line = line_of(context, written, facts, derived, at, names=names, alerts=alerts.get(session_id, ()), flags=flags)
    inside = may(by, Action.SEE_ATTENDANCE, own).allowed
    # Platforms tell it of the whole meeting, at its end.
    told = await kept_engagement.of_session(fetch, session_id) if inside and derived.status.is_ended else {}
    detail = SessionDetail(
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
        blocked={move: _blocked(context, move, facts, derived, at, by=by, own=own) for move in Move},
        requests=await _requests(fetch, history, facts, at, session_id) if inside else (),
        presence=_presence(context, facts, history, names, told, at) if inside else (),
        attendance=await _attendance(context, fetch, session_id, history, facts, derived, names, told, at)
        if inside
        else (),
        pauses=(*facts.pauses, *(() if facts.paused_at is None else ((facts.paused_at, None),))),
        history=_told(await _trail(fetch, session_id=session_id, limit=HISTORY_LIMIT, until=as_of), inside),
    )
    return _Inside(detail, names, inside, own, _people_of(derived.here | derived.left))


_PERSONAL: Final = (
    "request.", "presence.", "attendance.", "followup.", "outbox.", "recording.",
    "comment.", "file.", "link.", "collaborator.",
    "session.remind", "session.confirm", "session.message", "session.alert-author", "session.call-mentor",
)  # fmt: skip
"""How the actions begin that tell of people."""


def _told(history: tuple[HistoryLine, ...], inside: bool) -> tuple[HistoryLine, ...]:
    """Leave out of a history what tells of people, for those who may not see who asked and came."""
    if inside:
        return history
    return tuple(replace(line, reason="") for line in history if not line.action.startswith(_PERSONAL))


async def trail(context: Context, *, session_id: int | None = None, limit: int = 200) -> tuple[HistoryLine, ...]:
    """Return audit entries, newest first, of one session or of all."""
    return await _trail(context.db.fetch, session_id=session_id, limit=limit)


async def _trail(
    fetch: Fetch, *, session_id: int | None, limit: int, until: datetime | None = None
) -> tuple[HistoryLine, ...]:
    last = None if until is None else to_ms(until)
    rows = await kept.audit_rows(fetch, session_id=session_id, limit=limit, until=last)
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


async def _people(fetch: Fetch, written: Written, facts: Facts, history: History) -> dict[int, str]:
    names = await all_names(fetch, [history])
    wanted = [person_id_of(stay.who) for stay in (*facts.guests, *facts.hosts)]
    missing = [person_id for person_id in wanted if person_id is not None and person_id not in names]
    names.update(await kept_people.names(fetch, missing))
    for stay in facts.guests:
        if stay.who.startswith("a"):
            attendees = await kept.attendee_names(fetch, [written.id])
            names.update({-attendee_id: name for attendee_id, (name, _, _) in attendees.items()})
            break
    return names


def _blocked(
    context: Context, move: Move, facts: Facts, derived: Derived, at: datetime, *, by: Actor, own: Standing
) -> str:
    """Return why a move is impossible now: by the rules, or for want of the right."""
    reason = why_not(move, facts, at, context.rules, derived=derived)
    return reason or may(by, ACTION_OF[move], own).reason


async def _requests(
    fetch: Fetch, history: History, facts: Facts, at: datetime, session_id: int
) -> tuple[RequestLine, ...]:
    states = {request.who: request.state_at(at) for request in history.requests}
    found: list[RequestLine] = []
    ahead = facts.approved
    for row in await kept.request_rows(fetch, [session_id]):
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
                requested_at=maybe_instant(cast("int | None", row[6])),
                decided_at=maybe_instant(cast("int | None", row[7])) if decided and row[4] == state else None,
                decided_by=str(row[8]) if decided and row[4] == state else "",
                reason=str(row[9]) if decided and row[4] == state else "",
                waiting=pending and 0 < facts.capacity < ahead,
            )
        )
    # What waits for a decision stands on top.
    return tuple(sorted(found, key=lambda line: line.state is not RequestState.PENDING))


async def _attendance(
    context: Context,
    fetch: Fetch,
    session_id: int,
    history: History,
    facts: Facts,
    derived: Derived,
    names: Mapping[int, str],
    told: Mapping[str, Engagement],
    at: datetime,
) -> tuple[AttendanceLine, ...]:
    marked = (await kept_attendance.corrections(fetch, [session_id], at=at)).get(session_id, {})
    roll = roll_of(history, facts, derived, at, corrections=marked, rules=context.rules)
    unnamed = [person_id_of(who) for who in marked]
    more = await kept_people.names(fetch, [one for one in unnamed if one is not None and one not in names])
    return attendance_lines(roll, {**names, **more}, told)


async def _risk(context: Context, session_id: int, names: Mapping[int, str], at: datetime) -> RiskLine | None:
    from sessiontui.services import risk  # asked for when the first rows are there

    found = await risk.chance_of(context, session_id, now=at)
    if found is None:
        return None
    ids = {person.who: person_id_of(person.who) for person in found.people}
    return RiskLine(risk=found, names={who: names.get(person_id or 0, "") for who, person_id in ids.items()})


def _people_of(keys: Iterable[str]) -> frozenset[int]:
    found = (person_id_of(who) for who in keys)
    return frozenset(person_id for person_id in found if person_id is not None)


def _presence(
    context: Context,
    facts: Facts,
    history: History,
    names: Mapping[int, str],
    told: Mapping[str, Engagement],
    at: datetime,
) -> tuple[PresenceLine, ...]:
    approved = {request.who for request in history.requests if request.state_at(at) is RequestState.APPROVED}
    grouped: dict[str, list[Stay]] = {}
    for stay in (*facts.hosts, *facts.guests):
        grouped.setdefault(stay.who, []).append(stay)
    hosts = {stay.who for stay in facts.hosts}
    return tuple(
        replace(
            _presence_line(context, who, stays, at, is_host=who in hosts, approved=who in approved, names=names),
            engagement=told.get(who, UNTOLD),
        )
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
        attendee_id=int(who[1:]) if who.startswith("a") else None,
    )
