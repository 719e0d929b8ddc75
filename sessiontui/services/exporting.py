"""Exports: sessions, requests, presence and the audit trail as flat rows, exactly as the desk has them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Action, Actor, Reach, Standing, may
from sessiontui.domain.engagement import Engagement
from sessiontui.domain.errors import NotAllowed, NotFound
from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.vocabulary import LIVE_STATUS, WORK_STATUS
from sessiontui.services import analytics, boards
from sessiontui.services.analytics import rows as figure_rows
from sessiontui.services.analytics.figures import Dimension
from sessiontui.services.context import Context
from sessiontui.services.learning import answers
from sessiontui.services.learning import exported as reports
from sessiontui.services.pictures import AttendanceLine, PresenceLine, RequestLine, SessionLine
from sessiontui.services.plans import exported as planned
from sessiontui.services.recordings import exported
from sessiontui.services.rights import require_door, standing
from sessiontui.services.talk import exported as conversed
from sessiontui.store.reads import places as kept_places
from sessiontui.store.reads import plans_told as kept_templates

Cell: TypeAlias = "str | int | float | list[str] | None"

HIDDEN: Final = "(hidden)"
"""Stands for names that the one who exports may not see."""


class Noun(StrEnum):
    """What can be exported."""

    SESSIONS = "sessions"
    REQUESTS = "requests"
    PRESENCE = "presence"
    ATTENDANCE = "attendance"
    RECORDINGS = "recordings"
    TALK = "talk"
    PLANS = "plans"
    LEARNING = "learning"
    AUDIT = "audit"
    ANALYTICS = "analytics"


ENGAGEMENT: Final = (
    "talk_seconds", "webcam_seconds", "messages", "reactions", "raised_hands", "poll_answers",
)  # fmt: skip
"""How somebody took part, as far as a platform tells it."""

_PEOPLE: Final = frozenset(
    {
        "mentor", "author", "person", "decided_by", "corrected_by", "settled_by", "reached_by", "done_by",
        "opened_by", "resolved_by", "message", "reason", "detail", "resolution",
    }
)  # fmt: skip
"""The columns that name people, or hold what people wrote of each other."""

COLUMNS: Final[dict[Noun, tuple[str, ...]]] = {
    Noun.SESSIONS: (
        "id", "external_id", "source", "title", "kind", "priority", "status", "why", "badges", "starts_at", "ends_at",
        "scheduled_minutes", "actual_minutes", "efficiency", "pending", "approved", "rejected", "active", "left",
        "mentor", "author", "live_status", "work_status", "rank", "template", "template_version", "platform", "link",
    ),
    Noun.REQUESTS: (
        "session", "session_title", "id", "person", "state", "requested_at", "decided_at", "decided_by", "reason",
        "message",
    ),
    Noun.PRESENCE: (
        "session", "session_title", "person", "matched", "host", "joined_at", "left_at", "source", "minutes",
        "approximate", "contradictory",
    ),
    Noun.ATTENDANCE: (
        "session", "session_title", "person", "verdict", "minutes", "first_join", "last_leave", "expected", "walk_in",
        "provisional", "corrected_by", "reason", *ENGAGEMENT,
    ),
    Noun.RECORDINGS: exported.COLUMNS,
    Noun.TALK: conversed.COLUMNS,
    Noun.PLANS: planned.COLUMNS,
    Noun.LEARNING: answers.COLUMNS,
    Noun.AUDIT: ("id", "at", "by", "action", "sentence", "reason", "undone"),
    Noun.ANALYTICS: figure_rows.COLUMNS,
}  # fmt: skip
"""The columns of each export, in their order."""


async def made_from(context: Context, lines: Sequence[SessionLine]) -> Mapping[int, tuple[str, int]]:
    """Return the word and version of the template of each session that was made from one."""
    return await kept_templates.made_from(context.db.fetch, [line.id for line in lines])


def template_columns(made: tuple[str, int] | None) -> dict[str, Cell]:
    """Return from which template a session was made, as columns of its row."""
    slug, version = made or (None, None)
    return {"template": slug, "template_version": version}


def session_row(line: SessionLine) -> dict[str, Cell]:
    """Return one session in the shape that command line, export and API share; instants are RFC 3339 in UTC."""
    return {
        "id": line.id,
        "external_id": line.external_id or None,
        "source": line.source,
        "title": line.title,
        "kind": str(line.kind),
        "priority": str(line.priority),
        "status": str(line.status),
        "why": line.why,
        "badges": [str(badge) for badge in line.badges],
        "starts_at": rfc3339(line.starts_at),
        "ends_at": rfc3339(line.ends_at),
        "scheduled_minutes": minutes_of(line.scheduled),
        "actual_minutes": minutes_of(line.actual),
        "efficiency": round(line.efficiency, 4),
        "pending": line.pending,
        "approved": line.approved,
        "rejected": line.rejected,
        "active": line.active,
        "left": line.left,
        "mentor": line.mentor or None,
        "author": line.author or None,
        "live_status": LIVE_STATUS[line.status],
        "work_status": WORK_STATUS[line.status],
        "rank": line.rank,
    }


def minutes_of(length: timedelta) -> int | float:
    """Return a duration in minutes, whole where it is whole, else to two digits.

    >>> minutes_of(timedelta(minutes=25)), minutes_of(timedelta(seconds=90))
    (25, 1.5)
    """
    value = round(length / timedelta(minutes=1), 2)
    return int(value) if value == int(value) else value


async def rows(
    context: Context,
    noun: Noun,
    query: str,
    *,
    by: Actor,
    now: datetime,
    as_of: datetime | None = None,
    zone: ZoneInfo | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    by_dim: Dimension | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AsyncGenerator[dict[str, Cell], None]:
    """Yield the rows of an export, one after the other, in the order of the desk.

    ``progress`` is told how many sessions are done, of how many.

    The period and the dimension are those of the analytics; they mean nothing to other nouns.
    """
    if noun is Noun.ANALYTICS:
        found = await analytics.figures(
            context, by=by, now=now, query=query, since=since, until=until, by_dim=by_dim, zone=zone, as_of=as_of
        )
        for figure in figure_rows.rows(found):
            yield dict(figure)
        async for figure in reports.rows(
            context,
            by=by,
            now=now,
            query=query,
            since=since,
            until=until,
            by_dim=by_dim,
            zone=zone,
            as_of=as_of,
            progress=progress,
        ):
            yield dict(figure)
        return
    own = Standing(hosts=True)  # which sessions are one's own is asked for each
    reach = (await require_door(context, Action.EXPORT, by=by, at=now, standing=own)).reach
    if noun is Noun.AUDIT:
        for row in await _trail(context, reach, by=by, now=now):
            yield row
        return
    listing = await boards.listing(context, query, now=now, as_of=as_of, zone=zone, by=by)
    ids = [line.id for line in listing.lines] if noun is Noun.SESSIONS else []
    places = await kept_places.written_of(context.db.fetch, ids)
    made = await kept_templates.made_from(context.db.fetch, ids)
    for number, line in enumerate(listing.lines, start=1):
        if progress is not None:
            progress(number, len(listing.lines))
        if reach is not Reach.YES and not await _is_covered(context, line.id, by):
            continue
        if noun is Noun.SESSIONS:
            if line.id not in places:  # it was taken back while the export was under way
                continue
            shows = reach is Reach.YES or await _may_open(context, line.id, by)
            where = places[line.id]
            row = {
                **session_row(line),
                **template_columns(made.get(line.id)),
                "platform": (where.platform or None) if shows else None,
                "link": (where.link or None) if shows else None,
            }
            yield _unnamed(row) if reach is Reach.NO_NAMES else row
            continue
        for row in await _rows(context, noun, line, by=by, now=now, as_of=as_of):
            yield _unnamed(row) if reach is Reach.NO_NAMES else row


async def _trail(context: Context, reach: Reach, *, by: Actor, now: datetime) -> list[dict[str, Cell]]:
    """Return the audit trail, the oldest entry first, for those who may export all there is."""
    if reach is not Reach.YES:
        refusal = NotAllowed("the audit trail is exported by admins", hint="ask an admin", action=Action.EXPORT)
        await context.db.refuse(refusal, by=by, at=now)
        raise refusal
    return [
        {
            "id": entry.id,
            "at": rfc3339(entry.at),
            "by": entry.by,
            "action": entry.action,
            "sentence": entry.sentence,
            "reason": entry.reason,
            "undone": "yes" if entry.undone else "no",
        }
        for entry in reversed(await boards.trail(context, limit=-1))
    ]


async def _is_covered(context: Context, session_id: int, by: Actor) -> bool:
    """Return whether the right to export reaches a session: a draft of others is seen by nobody, mentors have own."""
    own = await standing(context.db.fetch, by, session_id)
    return may(by, Action.SEE_SESSIONS, own).allowed and may(by, Action.EXPORT, own).allowed


async def _may_open(context: Context, session_id: int, by: Actor) -> bool:
    """Return whether somebody may open the link of a session, and so see where it meets."""
    return may(by, Action.MODERATE, await standing(context.db.fetch, by, session_id)).allowed


async def _rows(
    context: Context, noun: Noun, line: SessionLine, *, by: Actor, now: datetime, as_of: datetime | None
) -> list[dict[str, Cell]]:
    if noun is Noun.RECORDINGS:
        return await exported.rows(context.db.fetch, line, by=by, as_of=as_of)
    if noun is Noun.TALK:
        return await conversed.rows(context.db.fetch, line, by=by, as_of=as_of)
    if noun is Noun.PLANS:
        return await planned.rows(context.db.fetch, line, as_of=as_of)
    if noun is Noun.LEARNING:
        return await answers.rows(context.db.fetch, line, as_of=as_of)
    try:
        detail = await boards.detail(context, line.id, now=now, as_of=as_of, by=by)
    except NotFound:  # it was taken back while the export was under way
        return []
    if noun is Noun.REQUESTS:
        return [_request_row(line, part) for part in detail.requests]
    if noun is Noun.ATTENDANCE:
        return [_attendance_row(line, part) for part in detail.attendance]
    return [row for part in detail.presence for row in _presence_rows(line, part, detail.taken_at)]


def _unnamed(row: dict[str, Cell]) -> dict[str, Cell]:
    """Return a row without names, and without what people wrote, which may hold some."""
    unnamed = {name: HIDDEN if name in _PEOPLE and value else value for name, value in row.items()}
    told = str(unnamed.get("why", ""))
    if told.startswith("cancelled"):
        unnamed["why"] = "cancelled"
    elif told.startswith("completed by "):
        unnamed["why"] = f"completed by {HIDDEN}{told[told.rfind('; ') :]}"
    return unnamed


def _request_row(line: SessionLine, part: RequestLine) -> dict[str, Cell]:
    return {
        "session": line.id,
        "session_title": line.title,
        "id": part.id,
        "person": part.person,
        "state": str(part.state),
        "requested_at": maybe_rfc3339(part.requested_at),
        "decided_at": maybe_rfc3339(part.decided_at),
        "decided_by": part.decided_by or None,
        "reason": part.reason or None,
        "message": part.message or None,
    }


def _presence_rows(line: SessionLine, part: PresenceLine, now: datetime) -> list[dict[str, Cell]]:
    return [
        {
            "session": line.id,
            "session_title": line.title,
            "person": part.person,
            "matched": _yes(part.matched),
            "host": _yes(part.is_host),
            "joined_at": rfc3339(stay.joined_at),
            "left_at": maybe_rfc3339(stay.left_at),
            "source": str(stay.source),
            "minutes": minutes_of(max(timedelta(), (stay.left_at or now) - stay.joined_at)),
            "approximate": _yes(stay.approximate),
            "contradictory": _yes(stay.contradictory),
        }
        for stay in part.stays
    ]


def _attendance_row(line: SessionLine, part: AttendanceLine) -> dict[str, Cell]:
    return {
        "session": line.id,
        "session_title": line.title,
        "person": part.person,
        "verdict": str(part.verdict),
        "minutes": minutes_of(part.stayed),
        "first_join": maybe_rfc3339(part.first_join),
        "last_leave": maybe_rfc3339(part.last_leave),
        "expected": _yes(part.expected),
        "walk_in": _yes(part.walk_in),
        "provisional": _yes(part.provisional),
        "corrected_by": part.corrected_by or None,
        "reason": part.reason or None,
        **engagement_as_json(part.engagement),
    }


def engagement_as_json(told: Engagement) -> dict[str, int | float | None]:
    """Return how somebody took part, in the columns of ``ENGAGEMENT``; ``None`` where no platform tells it."""
    values = (
        _seconds(told.talk), _seconds(told.webcam), told.messages, told.reactions, told.raised_hands,
        told.poll_answers,
    )  # fmt: skip
    return dict(zip(ENGAGEMENT, values, strict=True))


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else round(length.total_seconds(), 3)


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"
