"""The open alerts of sessions as they are at an instant although no worker has written down what time changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sessiontui.domain.history import facts_at
from sessiontui.domain.lifecycle import derive
from sessiontui.domain.rules import Rules
from sessiontui.store.alert_walk import follow, subject_of
from sessiontui.store.alerting import carry_over
from sessiontui.store.histories import CHUNK, Fetch, load, marks
from sessiontui.store.nearby import Standing, nearby
from sessiontui.store.reads.alerts import AlertRow


async def judged_rows(fetch: Fetch, ids: Sequence[int], *, now: datetime, rules: Rules) -> list[AlertRow]:
    """Return the open alerts of sessions as they are at ``now``, for reading alone; new ones have the id 0."""
    titles: dict[int, str] = {}
    given: dict[int, tuple[str, str]] = {}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        for row in await fetch(f"SELECT id, link, source, title FROM session WHERE id IN ({marks(chunk)})", chunk):
            session_id = cast("int", row[0])
            given[session_id], titles[session_id] = (str(row[1]), str(row[2])), str(row[3])
    near, histories = await nearby(fetch, given), await load(fetch, list(given))
    followed = {}
    for session_id, history in histories.items():
        facts = facts_at(history, now, rules=rules)
        derived = derive(facts, now, rules)
        followed[subject_of(session_id)] = follow(
            history, near[session_id], facts, derived, now=now, due=None, rules=rules
        )
    found = []
    for subject, one in (await carry_over(fetch, followed)).items():
        session_id = int(subject.rpartition(":")[2])
        found += [_row(alert, subject, session_id, titles[session_id]) for alert in one.standing]
    return found


def _row(alert: Standing, subject: str, session_id: int, title: str) -> AlertRow:
    return AlertRow(
        id=alert.id,
        rule=alert.rule,
        subject=subject,
        session_id=session_id,
        level=alert.level,
        facts=alert.facts,
        opened_at=alert.opened_at,
        acknowledged_by_id=alert.acknowledged_by_id,
        acknowledged_by=alert.acknowledged_by,
        acknowledged_at=alert.acknowledged_at,
        snoozed_by=alert.snoozed_by,
        snoozed_at=alert.snoozed_at,
        snoozed_until=alert.snoozed_until,
        note="",
        escalated_at=None,
        resolved_at=None,
        title=title,
    )
