"""Sessions as they were at an instant, each with what a query can ask of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sessiontui.domain.history import History, facts_at
from sessiontui.domain.instants import to_ms
from sessiontui.domain.lifecycle import Facts, derive
from sessiontui.domain.query import Subject
from sessiontui.domain.vocabulary import Control
from sessiontui.services.boards.derived import line_of
from sessiontui.services.boards.naming import all_names
from sessiontui.services.footing import Footing
from sessiontui.services.pictures import SessionLine
from sessiontui.store.histories import person_id_of
from sessiontui.store.reader import Fetch
from sessiontui.store.reads import alerts as kept_alerts
from sessiontui.store.reads import inside, plans_asked
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads.collaborators import shared_with
from sessiontui.store.reads.sessions import Written
from sessiontui.store.viewing import Viewer


@dataclass(frozen=True, slots=True)
class Seen:
    """One session as of an instant: its row, what a query can ask of it, and what both were derived from."""

    line: SessionLine
    subject: Subject
    facts: Facts
    history: History


async def seen(
    context: Footing,
    fetch: Fetch,
    ids: Sequence[int],
    *,
    now: datetime,
    as_of: datetime,
    viewer: Viewer,
    alerts: Mapping[int, Sequence[kept_alerts.AlertRow]] | None = None,
) -> AsyncIterator[Seen]:
    """Yield the sessions that a viewer sees as of an instant, in the order of the ids; others are passed over.

    Alerts are those of that instant; they are read if none are given. Kept badges are those of ``now`` alone.
    """
    written = await kept.written(fetch, ids)
    histories = await kept.histories(fetch, ids)
    shared = await shared_with(fetch, viewer.person_id, [] if viewer.sees_people and viewer.sees_drafts else ids)
    names = await all_names(fetch, histories.values())
    attendees = await kept.attendee_names(fetch, ids)
    said = await inside.texts(fetch, ids, at=as_of)
    team = await inside.team(fetch, ids)
    planned = await plans_asked.planned(fetch, ids, at=as_of)
    if alerts is None and as_of == now:
        alerts = await kept_alerts.of_sessions_now(fetch, ids, now=now, rules=context.rules)
    elif alerts is None:
        alerts = await kept_alerts.of_sessions(fetch, ids, at=to_ms(as_of))
    for session_id in ids:
        history, stored = histories.get(session_id), written.get(session_id)
        if history is None or stored is None or not history.exists_at(as_of):
            continue
        facts = facts_at(history, as_of, known=now, rules=context.rules)
        is_own = viewer.owns(author_id=stored.author_id, mentor_id=stored.mentor_id, shared=session_id in shared)
        if facts.control is Control.DRAFT and not (is_own or viewer.sees_drafts):
            continue
        derived, own = derive(facts, as_of, context.rules), alerts.get(session_id, ())
        flags = stored.flags if as_of == now else ""
        line = line_of(context, stored, facts, derived, as_of, names=names, alerts=own, flags=flags)
        subject = replace(
            _subject_of(line, stored, history, facts, names, attendees),
            inside=(*said.get(session_id, ()), *(name for _, name in team.get(session_id, ()))),
            team=tuple(name for _, name in team.get(session_id, ())),
            team_ids=frozenset(person_id for person_id, _ in team.get(session_id, ())),
        )
        subject = _with_plan(subject, planned.get(session_id, plans_asked.NOTHING_PLANNED))
        if not (is_own or viewer.sees_people):
            subject = replace(subject, people=(), person_ids=frozenset(), inside=(), team=(), team_ids=frozenset())
        yield Seen(line, subject, facts, history)


def _with_plan(subject: Subject, planned: plans_asked.Planned) -> Subject:
    """Return what a query can ask of a session together with what was planned in it."""
    return replace(subject, progress=planned.progress, blockers=planned.blockers, phases=planned.phases)


def _subject_of(
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
        project=written.project,
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
