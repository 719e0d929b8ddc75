"""What few sessions have, each with an index of its own: a question that names it looks at no others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import ceil, floor
from typing import Final

from sessiontui.domain.alerts import level_of
from sessiontui.domain.query.terms import Between, Choice, Expression, Fact, Holds, Measure, Not, OneOf
from sessiontui.domain.vocabulary import Badge, Control, Severity
from sessiontui.store.narrowing.source import Source, in_range
from sessiontui.store.reader import marks

SELECTED: Final[Mapping[Badge, Source]] = {
    Badge.UNMATCHED: Source("SELECT session_id FROM presence WHERE person_id IS NULL AND attendee_id IS NOT NULL"),
    Badge.APPROXIMATE: Source("SELECT session_id FROM presence WHERE approximate"),
    Badge.OVERBOOKED: Source("SELECT id FROM session WHERE capacity > 0 AND approved > capacity"),
    Badge.AT_RISK: Source("SELECT id FROM session WHERE flags != ''"),
    Badge.BLOCKED: Source("SELECT id FROM session WHERE flags != ''"),
    Badge.CLASH: Source("SELECT id FROM session WHERE flags != ''"),
    Badge.STALE: Source("SELECT id FROM session WHERE instr(badges, 'STALE') > 0"),
}
"""Badges that few sessions have and an index of their own holds."""

_ALWAYS: Final = -(1 << 62)

_SELDOM: Final[Mapping[Measure, tuple[tuple[str, str, int, int, int], ...]]] = {
    Measure.APPROVED: (("approved", "approved > 4", 4, _ALWAYS, 1),),
    Measure.REJECTED: (("rejected", "rejected > 1", 1, _ALWAYS, 1),),
    Measure.LEFT: (("departed", "departed > 4", 4, _ALWAYS, 1),),
    Measure.CAPACITY: (("capacity", "capacity > 20", 20, _ALWAYS, 1),),
    Measure.ACTUAL: (("actual_ms", "actual_ms > 10800000", 10_800_000, _ALWAYS, 60_000),),
    Measure.MINUTES: (
        ("ends_at - starts_at", "ends_at - starts_at > 10800000", 10_800_000, _ALWAYS, 60_000),
        ("ends_at - starts_at", "ends_at - starts_at < 1500000", -_ALWAYS, 1_500_000, 60_000),
    ),
    Measure.EFFICIENCY: (),
}
"""Numbers that few sessions have: the column, the test of the index that holds them, how it is bounded, the unit.

A term may be answered by the index if its lower bound is above the one, or its upper below the other.
"""

_RATIO: Final = "actual_ms * 1.0 / (ends_at - starts_at)"
"""The efficiency, in the very words of its index."""

ALERTED: Final = Source("SELECT session_id FROM alert WHERE resolved_at IS NULL AND session_id IS NOT NULL")
"""An alert can be open whatever the status and the time, so that no stretch of ranks holds them all."""


def alerted(values: Collection[str]) -> Source:
    """Return the index of the sessions with an open alert of some rules or severities."""
    levels = tuple(level_of(severity) for severity in Severity if severity in values)
    rules = tuple(str(value) for value in values if value not in set(Severity))
    parts = [
        f"SELECT session_id FROM alert INDEXED BY {index} WHERE resolved_at IS NULL"
        f" AND {column} IN ({marks(named)}) AND session_id IS NOT NULL"
        for index, column, named in (("alert_open", "rule", rules), ("alert_standing", "level", levels))
        if named
    ]
    return Source(" UNION ALL ".join(parts), (*rules, *levels))


_GOING: Final = frozenset({Control.RUNNING, Control.PAUSED})
"""What a person has begun and nobody has ended; they stand in an index together."""


def rare(expression: Expression) -> Source | None:
    """Return an index for what few sessions have: numbers out of the common run, no tags, no link, the archive."""
    match expression:
        case OneOf(Choice.CONTROL, values) if _GOING.issuperset(values):
            begun = "control IN ('running', 'paused')"
            return Source(f"SELECT id FROM session WHERE {begun} AND control IN ({marks(values)})", values)
        case Between(measure) if measure in _SELDOM:
            return _seldom(expression)
        case Not(Holds(Fact.TAGS)):
            return Source("SELECT id FROM session WHERE tag_keys = ''")
        case Not(Holds(Fact.LINK)):
            return Source("SELECT id FROM session WHERE link = ''")
        case Holds(Fact.ARCHIVED) | OneOf(Choice.ARCHIVED, ("yes",)):
            return Source("SELECT id FROM session WHERE archived_at IS NOT NULL")
        case _:
            return None


def planned(expression: Expression) -> Source | None:
    """Return an index for what is planned in a session, what is in its way, and what is to be done after it."""
    match expression:
        case Holds(Fact.TASKS):
            return Source("SELECT id FROM session WHERE tasks > 0")
        case Between(Measure.PROGRESS) | Holds(Fact.GOALS):
            return Source("SELECT id FROM session WHERE progress IS NOT NULL")
        case OneOf(Choice.PHASE):
            return Source("SELECT session_id FROM goal WHERE state = 'open' AND removed_at IS NULL")
        case Holds(Fact.BLOCKER) | OneOf(Choice.BLOCKER):
            return Source("SELECT session_id FROM blocker WHERE resolved_at IS NULL AND removed_at IS NULL")
        case _:
            return None


def _seldom(term: Between) -> Source | None:
    """Return the index for a number that few sessions have, where a term asks for no others."""
    if term.measure is Measure.EFFICIENCY:
        if term.low is None or term.low < 1:
            return None
        return in_range(_RATIO, term.low, term.high, "actual_ms >= ends_at - starts_at")
    for column, test, least, most, unit in _SELDOM[term.measure]:
        low, high = whole(term, unit)
        if (low is not None and low > least) or (high is not None and high < most):
            return in_range(column, low, high, test)
    return None


def whole(term: Between, unit: int) -> tuple[int | None, int | None]:
    """Return the first and the last whole number of a stored unit that a term can mean."""
    low = None if term.low is None else floor(term.low * unit) + (term.strict and float(term.low).is_integer())
    high = None if term.high is None else ceil(term.high * unit) - (term.strict and float(term.high).is_integer())
    return low, high
