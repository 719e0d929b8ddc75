"""Exports: sessions, requests, presence and the audit trail as flat rows, exactly as the desk has them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from sessiontui.domain.access import Action, Actor, Reach, Standing, may
from sessiontui.domain.errors import NotAllowed, NotFound
from sessiontui.domain.instants import rfc3339
from sessiontui.services import analytics, boards
from sessiontui.services.analytics import rows as figure_rows
from sessiontui.services.analytics.figures import Dimension
from sessiontui.services.context import Context
from sessiontui.services.exporting.flat import ENGAGEMENT as ENGAGEMENT
from sessiontui.services.exporting.flat import HIDDEN as HIDDEN
from sessiontui.services.exporting.flat import Cell as Cell
from sessiontui.services.exporting.flat import attendance_row, presence_rows, request_row, without_names
from sessiontui.services.exporting.flat import engagement_as_json as engagement_as_json
from sessiontui.services.exporting.flat import minutes_of as minutes_of
from sessiontui.services.exporting.flat import session_row as session_row
from sessiontui.services.exporting.flat import template_columns as template_columns
from sessiontui.services.learning import answers
from sessiontui.services.learning import exported as reports
from sessiontui.services.pictures import SessionLine
from sessiontui.services.plans import exported as planned
from sessiontui.services.recordings import exported
from sessiontui.services.rights import require_door, standing
from sessiontui.services.talk import exported as conversed
from sessiontui.store.reads import places as kept_places
from sessiontui.store.reads import plans_told as kept_templates
from sessiontui.store.reads.places import Written


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
        async for figure in _figures(
            context,
            query,
            by=by,
            now=now,
            as_of=as_of,
            zone=zone,
            since=since,
            until=until,
            by_dim=by_dim,
            progress=progress,
        ):
            yield figure
        return
    own = Standing(hosts=True)  # which sessions are one's own is asked for each
    reach = (await require_door(context, Action.EXPORT, by=by, at=now, standing=own)).reach
    if noun is Noun.AUDIT:
        for row in await _trail(context, reach, by=by, now=now):
            yield row
        return
    lines = (await boards.listing(context, query, now=now, as_of=as_of, zone=zone, by=by)).lines
    whole = lines if noun is Noun.SESSIONS else ()
    places = await kept_places.written_of(context.db.fetch, [line.id for line in whole])
    made = await made_from(context, whole)
    for number, line in enumerate(lines, start=1):
        if progress is not None:
            progress(number, len(lines))
        if reach is not Reach.YES and not await _is_covered(context, line.id, by):
            continue
        if noun is not Noun.SESSIONS:
            told = await _parts(context, noun, line, by=by, now=now, as_of=as_of)
        elif where := places.get(line.id):
            shows = reach is Reach.YES or await _may_open(context, line.id, by)
            told = [{**session_row(line), **template_columns(made.get(line.id)), **_place(where if shows else None)}]
        else:  # it was taken back while the export was under way
            continue
        for row in told:
            yield without_names(row) if reach is Reach.NO_NAMES else row


async def _figures(
    context: Context,
    query: str,
    *,
    by: Actor,
    now: datetime,
    as_of: datetime | None,
    zone: ZoneInfo | None,
    since: datetime | None,
    until: datetime | None,
    by_dim: Dimension | None,
    progress: Callable[[int, int], None] | None,
) -> AsyncGenerator[dict[str, Cell], None]:
    """Yield the figures of the analytics, then those of work and learning."""
    found = await analytics.figures(
        context, by=by, now=now, query=query, since=since, until=until, by_dim=by_dim, zone=zone, as_of=as_of
    )
    for row in figure_rows.rows(found):
        yield dict(row)
    async for told in reports.rows(
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
        yield dict(told)


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


def _place(where: Written | None) -> dict[str, Cell]:
    """Return where a session meets, as columns of its row; ``None`` where that is not shown."""
    if where is None:
        return {"platform": None, "link": None}
    return {"platform": where.platform or None, "link": where.link or None}


async def _parts(
    context: Context, noun: Noun, line: SessionLine, *, by: Actor, now: datetime, as_of: datetime | None
) -> list[dict[str, Cell]]:
    """Return what stands under one session."""
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
        return [request_row(line, part) for part in detail.requests]
    if noun is Noun.ATTENDANCE:
        return [attendance_row(line, part) for part in detail.attendance]
    return [row for part in detail.presence for row in presence_rows(line, part, detail.taken_at)]
