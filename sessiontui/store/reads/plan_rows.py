"""The rows of a plan: which columns are read, and what they become, now or as far as they were at an instant."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.instants import from_ms, maybe_instant
from sessiontui.domain.planning.tree import Goal
from sessiontui.domain.planning.words import BlockerKind, BlockerSeverity, GoalState, MilestoneRule, Phase
from sessiontui.domain.records import record, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessiontui.domain.chain import Json
    from sessiontui.store.reader import Row

GOALS: Final = (
    "SELECT id, title, parent_id, criteria, weight, phase, progress, state, position, settled_at, working_since,"
    " created_at, settled_by, session_id, source, external_id FROM goal"
)
MILESTONES: Final = (
    "SELECT id, session_id, title, rule, threshold, position, created_at, reached_at, reached_by FROM milestone"
)
CHECKS: Final = "SELECT id, session_id, title, position, created_at, done_at, done_by FROM check_item"
BLOCKERS: Final = (
    "SELECT id, session_id, goal_id, kind, severity, title, detail, opened_at, opened_by, resolved_at, resolved_by,"
    " resolution FROM blocker"
)


@record(kw_only=True)
class GoalRow:
    """One goal as it is kept, with the session it belongs to."""

    goal: Goal
    session_id: int
    created_at: datetime
    settled_by: str
    source: str
    external_id: str


@record(kw_only=True)
class MilestoneRow:
    """One milestone as it is kept."""

    id: int
    session_id: int
    title: str
    rule: MilestoneRule
    threshold: int
    position: int
    created_at: datetime
    reached_at: datetime | None
    reached_by: str


@record(kw_only=True)
class CheckRow:
    """One item of a checklist as it is kept."""

    id: int
    session_id: int
    title: str
    position: int
    created_at: datetime
    done_at: datetime | None
    done_by: str


@record(kw_only=True)
class BlockerRow:
    """One blocker as it is kept."""

    id: int
    session_id: int
    goal_id: int | None
    kind: BlockerKind
    severity: BlockerSeverity
    title: str
    detail: str
    opened_at: datetime
    opened_by: str
    resolved_at: datetime | None
    resolved_by: str
    resolution: str


def goal_of(row: Row, needs: tuple[int, ...], at: datetime | None) -> GoalRow:
    """Return a goal from its columns, as far as it was at an instant."""
    settled = maybe_instant(cast("int | None", row[9]))
    later = at is not None and settled is not None and settled > at
    return GoalRow(
        goal=Goal(
            id=cast("int", row[0]),
            title=str(row[1]),
            parent_id=cast("int | None", row[2]),
            criteria=str(row[3]),
            weight=cast("int", row[4]),
            phase=Phase(str(row[5])) if row[5] else None,
            progress=cast("int", row[6]),
            state=GoalState.OPEN if later else GoalState(str(row[7])),
            position=cast("int", row[8]),
            needs=needs,
            settled_at=None if later else settled,
            working_since=maybe_instant(cast("int | None", row[10])),
        ),
        created_at=from_ms(cast("int", row[11])),
        settled_by=str(row[12]),
        session_id=cast("int", row[13]),
        source=str(row[14]),
        external_id=str(row[15] or ""),
    )


def milestone_as_it_was(row: MilestoneRow, was: Mapping[str, Json], at: datetime | None) -> MilestoneRow:
    """Return a milestone with the rule it had."""
    if not was:
        return row
    reached = maybe_instant(cast("int | None", was["reached_at"])) if "reached_at" in was else row.reached_at
    return replace(
        row,
        title=str(was.get("title", row.title)),
        rule=MilestoneRule(str(was.get("rule", row.rule))),
        threshold=cast("int", was.get("threshold", row.threshold)),
        reached_at=None if at is not None and reached is not None and reached > at else reached,
        reached_by=str(was.get("reached_by", row.reached_by)),
    )


def blocker_as_it_was(row: BlockerRow, was: Mapping[str, Json]) -> BlockerRow:
    """Return a blocker as it was described."""
    resolved = maybe_instant(cast("int | None", was["resolved_at"])) if "resolved_at" in was else row.resolved_at
    return replace(
        row,
        title=str(was.get("title", row.title)),
        kind=BlockerKind(str(was.get("kind", row.kind))),
        severity=BlockerSeverity(str(was.get("severity", row.severity))),
        detail=str(was.get("detail", row.detail)),
        resolved_at=resolved,
        resolved_by=str(was.get("resolved_by", row.resolved_by)),
        resolution=str(was.get("resolution", row.resolution)),
    )


def _since(value: object, at: datetime | None) -> datetime | None:
    """Return an instant unless it lies after the one that is looked at."""
    instant = maybe_instant(cast("int | None", value))
    return None if at is not None and instant is not None and instant > at else instant


def milestone_of(row: Row, at: datetime | None) -> MilestoneRow:
    """Return a milestone from its columns, as far as it was at an instant."""
    return MilestoneRow(
        id=cast("int", row[0]),
        session_id=cast("int", row[1]),
        title=str(row[2]),
        rule=MilestoneRule(str(row[3])),
        threshold=cast("int", row[4]),
        position=cast("int", row[5]),
        created_at=from_ms(cast("int", row[6])),
        reached_at=_since(row[7], at),
        reached_by=str(row[8]),
    )


def check_of(row: Row, at: datetime | None) -> CheckRow:
    """Return an item of a checklist from its columns, as far as it was at an instant."""
    return CheckRow(
        id=cast("int", row[0]),
        session_id=cast("int", row[1]),
        title=str(row[2]),
        position=cast("int", row[3]),
        created_at=from_ms(cast("int", row[4])),
        done_at=_since(row[5], at),
        done_by=str(row[6]),
    )


def blocker_of(row: Row, at: datetime | None) -> BlockerRow:
    """Return a blocker from its columns, as far as it was at an instant."""
    return BlockerRow(
        id=cast("int", row[0]),
        session_id=cast("int", row[1]),
        goal_id=cast("int | None", row[2]),
        kind=BlockerKind(str(row[3])),
        severity=BlockerSeverity(str(row[4])),
        title=str(row[5]),
        detail=str(row[6]),
        opened_at=from_ms(cast("int", row[7])),
        opened_by=str(row[8]),
        resolved_at=_since(row[9], at),
        resolved_by=str(row[10]),
        resolution=str(row[11]),
    )
