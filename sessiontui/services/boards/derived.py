"""Sessions as rows told by the rules: at another instant than the stored one, or where time has changed something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sessiontui.domain.history import facts_at
from sessiontui.domain.instants import to_ms
from sessiontui.domain.lifecycle import Derived, Facts, derive
from sessiontui.domain.sight import sight_of
from sessiontui.domain.telling import beside, why
from sessiontui.domain.urgency import rank
from sessiontui.domain.vocabulary import Priority
from sessiontui.services.alerts.lines import alert_line
from sessiontui.services.boards.drawing import tags_of
from sessiontui.services.footing import Footing
from sessiontui.services.lines import SessionLine
from sessiontui.store.flags import with_flags
from sessiontui.store.histories import person_id_of
from sessiontui.store.reader import Fetch
from sessiontui.store.reads import sessions as kept
from sessiontui.store.reads.alerts import AlertRow, lifted_by
from sessiontui.store.reads.sessions import Written


async def derived_lines(
    context: Footing, fetch: Fetch, ids: Sequence[int], *, now: datetime, alerts: Mapping[int, Sequence[AlertRow]]
) -> dict[int, SessionLine]:
    """Return sessions as rows by their histories, by id."""
    written = await kept.written(fetch, ids)
    histories = await kept.histories(fetch, ids)
    found: dict[int, SessionLine] = {}
    for session_id in ids:
        facts = facts_at(histories[session_id], now, rules=context.rules)
        stored, own = written[session_id], alerts.get(session_id, ())
        derived = derive(facts, now, context.rules)
        found[session_id] = line_of(context, stored, facts, derived, now, alerts=own, flags=stored.flags)
    return found


def line_of(
    context: Footing,
    written: Written,
    facts: Facts,
    derived: Derived,
    at: datetime,
    *,
    names: Mapping[int, str] | None = None,
    alerts: Sequence[AlertRow] = (),
    flags: str = "",
) -> SessionLine:
    """Return a session as a row, as it was derived at an instant; ``names`` are those of earlier mentors."""
    seen = sight_of(facts, derived)
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
        badges=with_flags(derived.badges, flags),
        beside=beside(seen, at),
        why=why(seen, at, rules=context.rules, zone=context.zone),
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
        tags=tags_of(written.tags),
        archived_at=facts.archived_at,
        rank=rank(derived, starts_at=facts.starts_at, priority=priority, severity=lifted_by(alerts, to_ms(at))),
        version=written.version,
        final_end=derived.final_end,
        alerts=tuple(alert_line(row, at) for row in alerts),
    )
