"""Alerts as they are shown: from what is kept, and how long ago it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sessiontui.domain.alerts import LEVELS, AlertRule, AlertState, Suggestion
from sessiontui.domain.alerts.telling import sentence
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.services.lines import AlertCounts, AlertLine
from sessiontui.store.reads.alerts import AlertRow, facts_of

SHIFT_NOTE: Final = "alerts.shift_note"
"""The setting that holds what one admin leaves for the next."""


def alert_line(row: AlertRow, at: datetime, actions: tuple[Suggestion, ...] = ()) -> AlertLine:
    """Return an alert as a row, as it stands at an instant."""
    rule, facts = AlertRule(row.rule), facts_of(row.facts)
    state = AlertState(row.state_at(to_ms(at)))
    is_over = state is AlertState.RESOLVED
    resolved_at = None if row.resolved_at is None else from_ms(row.resolved_at)
    return AlertLine(
        id=row.id,
        rule=rule,
        severity=LEVELS[row.level],
        session_id=row.session_id,
        title=row.title,
        subject=row.title or row.subject.removeprefix("source:").capitalize(),
        opened_at=from_ms(row.opened_at),
        facts=facts,
        sentence=sentence(rule, facts, resolved_at if is_over and resolved_at is not None else at),
        actions=actions,
        state=state,
        acknowledged_by=row.acknowledged_by if state is AlertState.ACKNOWLEDGED or is_over else "",
        acknowledged_at=None if row.acknowledged_at is None else from_ms(row.acknowledged_at),
        snoozed_by=row.snoozed_by if state is AlertState.SNOOZED else "",
        snoozed_until=None if row.snoozed_until is None else from_ms(row.snoozed_until),
        escalated_at=None if row.escalated_at is None else from_ms(row.escalated_at),
        resolved_at=resolved_at if is_over else None,
        note=row.note,
    )


def counted(numbers: Mapping[tuple[int, bool], int]) -> AlertCounts:
    """Return how many alerts are open and press, from counts by level and whether they press."""
    opened = dict.fromkeys(LEVELS, 0)
    pressing = dict(opened)
    for (level, presses), number in numbers.items():
        opened[LEVELS[level]] += number
        if presses:
            pressing[LEVELS[level]] += number
    return AlertCounts(open=opened, pressing=pressing)
