"""Alerts as they are shown: from what is kept, and how long ago it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
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
    state = _STATES[row.state_at(to_ms(at))]
    if row.rule == AlertRule.CLASH and state is not AlertState.RESOLVED and not actions:
        return _lasting_line(row, state)
    return _line(row, state, at, actions)


@lru_cache(maxsize=2_048)
def _lasting_line(row: AlertRow, state: AlertState) -> AlertLine:
    """Return an alert whose sentence does not grow older; there are many, and they are shown again and again."""
    return _line(row, state, from_ms(row.opened_at), ())


def _line(row: AlertRow, state: AlertState, at: datetime, actions: tuple[Suggestion, ...]) -> AlertLine:
    rule, facts = _RULES[row.rule], facts_of(row.facts)
    is_over = state is AlertState.RESOLVED
    resolved_at = None if row.resolved_at is None else from_ms(row.resolved_at)
    return AlertLine(
        id=row.id,
        rule=rule,
        severity=LEVELS[row.level],
        session_id=row.session_id,
        title=row.title,
        subject=row.title or _subject(row.subject),
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


_RULES: Final = {str(rule): rule for rule in AlertRule}
_STATES: Final = {str(state): state for state in AlertState}


def _subject(text: str) -> str:
    """Return what an alert that is about no session is about, as people read it.

    >>> _subject("source:zoom"), _subject("login:12"), _subject("installation")
    ('Zoom', 'Login #12', 'Installation')
    """
    return text.removeprefix("source:").replace("login:", "login #").capitalize()


def counted(numbers: Mapping[tuple[int, bool], int]) -> AlertCounts:
    """Return how many alerts are open and press, from counts by level and whether they press."""
    opened = dict.fromkeys(LEVELS, 0)
    pressing = dict(opened)
    for (level, presses), number in numbers.items():
        opened[LEVELS[level]] += number
        if presses:
            pressing[LEVELS[level]] += number
    return AlertCounts(open=opened, pressing=pressing)
