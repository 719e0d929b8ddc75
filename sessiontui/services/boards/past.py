"""The desk derived from histories: at a past instant, or where stored rows cannot be relied on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.history import History, facts_at
from sessiontui.domain.instants import to_ms
from sessiontui.domain.lifecycle import Facts, derive
from sessiontui.domain.query import Query, Subject, matches
from sessiontui.domain.vocabulary import Control, Status
from sessiontui.services.boards.derived import line_of
from sessiontui.services.boards.naming import all_names
from sessiontui.services.footing import Footing
from sessiontui.services.pictures import (
    Board,
    SessionLine,
)
from sessiontui.store.haystack import spaced
from sessiontui.store.histories import person_id_of
from sessiontui.store.reader import Fetch
from sessiontui.store.reads import alerts as kept_alerts
from sessiontui.store.reads import inside, plans
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads.collaborators import shared_with
from sessiontui.store.reads.sessions import Written
from sessiontui.store.viewing import EVERYONE, Viewer

CHUNK: Final = 1_000
"""Sessions whose histories are held at once."""


async def past(
    context: Footing,
    fetch: Fetch,
    asked: Query,
    *,
    now: datetime,
    as_of: datetime,
    limit: int | None,
    offset: int,
    order: str,
    viewer: Viewer,
    is_past: bool = True,
) -> Board:
    """Derive every session as of an instant, then ask, order and count."""
    ids = await kept.matching(fetch, *viewer.visible)
    found, total = await judged(context, fetch, asked, ids, now=now, as_of=as_of, viewer=viewer)
    counts = Counter(line.status for line in found if line.archived_at is None)
    found.sort(key=sorting(order))
    end = None if limit is None else offset + limit
    return Board(
        taken_at=as_of,
        lines=tuple(found[offset:end]),
        counts={status: counts[status] for status in Status},
        matched=len(found),
        total=total,
        pending_requests=sum(line.pending for line in found if line.archived_at is None),
        query=asked.text,
        as_of=as_of if is_past else None,
    )


async def judged(
    context: Footing,
    fetch: Fetch,
    asked: Query,
    ids: Sequence[int],
    *,
    now: datetime,
    as_of: datetime,
    viewer: Viewer,
) -> tuple[list[SessionLine], int]:
    """Return the sessions that a query means as of an instant, and how many there were that are not archived."""
    found: list[SessionLine] = []
    total = 0
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        for line, subject in await _seen(context, fetch, chunk, now=now, as_of=as_of, viewer=viewer):
            total += line.archived_at is None
            if matches(asked, subject):
                found.append(line)
    return found, total


async def subjects(context: Footing, ids: Sequence[int], *, now: datetime, as_of: datetime) -> dict[int, Subject]:
    """Return what a query can ask of sessions as they were at an instant, by id; those not there yet are missing."""
    seen = await context.db.look(lambda fetch: _seen(context, fetch, ids, now=now, as_of=as_of, viewer=EVERYONE))
    return {line.id: subject for line, subject in seen}


async def _seen(
    context: Footing, fetch: Fetch, ids: Sequence[int], *, now: datetime, as_of: datetime, viewer: Viewer
) -> list[tuple[SessionLine, Subject]]:
    """Return sessions as they were at an instant, each with what a query of the viewer can ask of it."""
    written = await kept.written(fetch, ids)
    histories = await kept.histories(fetch, ids)
    shared = await shared_with(fetch, viewer.person_id, [] if viewer.sees_people and viewer.sees_drafts else ids)
    names = await all_names(fetch, histories.values())
    attendees = await kept.attendee_names(fetch, ids)
    said = await inside.texts(fetch, ids, at=as_of)
    team = await inside.team(fetch, ids)
    planned = await plans.planned(fetch, ids, at=as_of)
    alerts = await kept_alerts.of_sessions(fetch, ids, at=None if as_of == now else to_ms(as_of))
    found = []
    for session_id in ids:
        history, stored = histories[session_id], written[session_id]
        if not history.exists_at(as_of):
            continue
        facts = facts_at(history, as_of, known=now, rules=context.rules)
        is_own = viewer.owns(author_id=stored.author_id, mentor_id=stored.mentor_id, shared=session_id in shared)
        if facts.control is Control.DRAFT and not (is_own or viewer.sees_drafts):
            continue
        derived = derive(facts, as_of, context.rules)
        own = alerts.get(session_id, ())
        flags = stored.flags if as_of == now else ""
        line = line_of(context, stored, facts, derived, as_of, names=names, alerts=own, flags=flags)
        subject = subject_of(line, stored, history, facts, names, attendees)
        subject = replace(subject, inside=(*said.get(session_id, ()), *team.get(session_id, ())))
        subject = with_plan(subject, planned.get(session_id, plans.NOTHING_PLANNED))
        if not (is_own or viewer.sees_people):
            subject = replace(subject, people=(), person_ids=frozenset(), inside=())
        found.append((line, subject))
    return found


def sorting(order: str) -> Callable[[SessionLine], tuple[int | str | datetime, int]]:
    """Return the key that puts rows into an order of the desk."""
    keys: dict[str, Callable[[SessionLine], tuple[int | str | datetime, int]]] = {
        "urgency": lambda line: (line.rank, line.id),
        "start": lambda line: (line.starts_at, line.id),
        "latest": lambda line: (-to_ms(line.starts_at), -line.id),
        "title": lambda line: (spaced(line.title), line.id),
        "pending": lambda line: (-line.pending, -line.id),
    }
    return keys[order]


def with_plan(subject: Subject, planned: plans.Planned) -> Subject:
    """Return what a query can ask of a session together with what was planned in it."""
    return replace(subject, progress=planned.progress, blockers=planned.blockers, phases=planned.phases)


def subject_of(
    line: SessionLine,
    written: Written,
    history: History,
    facts: Facts,
    names: Mapping[int, str],
    attendees: Mapping[int, tuple[str, str, int | None]],
) -> Subject:
    """Return a session as the measure of queries takes it."""
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
        tasks=written.tasks,
        rating=written.rating,
        template=written.template,
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
        alerted=bool(line.alerts),
        alerts=frozenset(word for alert in line.alerts for word in (alert.rule.value, alert.severity.value)),
        approved=line.approved,
        rejected=line.rejected,
        active=line.active,
        left=line.left,
        capacity=line.capacity or None,
        has_link=bool(written.link),
        archived=line.archived_at is not None,
    )
