"""Plans of sessions as rows of an export, in the shapes in which files can bring them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.planning.tree import ordered
from sessiontui.store.reads import plans as kept
from sessiontui.store.reads.plans_told import PARTS, outside_names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sessiontui.services.exporting import Cell
    from sessiontui.services.lines import SessionLine
    from sessiontui.store.histories import Fetch
    from sessiontui.store.reads.plan_rows import BlockerRow, CheckRow, GoalRow, MilestoneRow

COLUMNS: Final = (
    "type", "source", "session", "id", "title", "parent", "criteria", "weight", "phase", "progress", "state", "needs",
    "settled_at", "settled_by", "rule", "threshold", "reached_at", "reached_by", "done_at", "done_by", "goal", "kind",
    "severity", "detail", "opened_at", "opened_by", "resolved_at", "resolved_by", "resolution", "created_at",
)  # fmt: skip
"""The fields of all four shapes: ``goal``, ``milestone``, ``check`` and ``blocker``."""


async def rows(fetch: Fetch, line: SessionLine, *, as_of: datetime | None) -> list[dict[str, Cell]]:
    """Return what is planned in a session and what blocks it; goals in their order, a parent before its parts.

    Who may see the session may see its plan: the caller has asked that.
    """
    source, session_id = line.source, line.id
    known = {table: await outside_names(fetch, table, session_id, source) for table in PARTS}
    goals = await kept.goals(fetch, session_id, at=as_of)
    by_id = {row.goal.id: row for row in goals}
    found = [_goal(by_id[placed.goal.id], known["goal"]) for placed in ordered(row.goal for row in goals)]
    found += [_milestone(row, known["milestone"]) for row in await kept.milestones(fetch, session_id, at=as_of)]
    found += [_check(row, known["check_item"]) for row in await kept.checks(fetch, session_id, at=as_of)]
    found += [_blocker(row, known) for row in await kept.blockers(fetch, session_id, at=as_of)]
    base: dict[str, Cell] = {"source": source, "session": line.external_id or str(session_id)}
    return [{name: {**base, **row}.get(name) for name in COLUMNS} for row in found]


def _named(table: str, number: int, known: Mapping[int, str]) -> str:
    return known.get(number, f"{PARTS[table]}{number}")


def _goal(row: GoalRow, known: Mapping[int, str]) -> dict[str, Cell]:
    goal = row.goal
    return {
        "type": "goal",
        "id": _named("goal", goal.id, known),
        "title": goal.title,
        "parent": None if goal.parent_id is None else _named("goal", goal.parent_id, known),
        "criteria": goal.criteria or None,
        "weight": goal.weight,
        "phase": None if goal.phase is None else str(goal.phase),
        "progress": goal.progress,
        "state": str(goal.state),
        "needs": [_named("goal", one, known) for one in goal.needs] or None,
        "settled_at": maybe_rfc3339(goal.settled_at),
        "settled_by": row.settled_by or None if goal.settled_at is not None else None,
        "created_at": rfc3339(row.created_at),
    }


def _milestone(row: MilestoneRow, known: Mapping[int, str]) -> dict[str, Cell]:
    return {
        "type": "milestone",
        "id": _named("milestone", row.id, known),
        "title": row.title,
        "rule": str(row.rule),
        "threshold": row.threshold or None,
        "reached_at": maybe_rfc3339(row.reached_at),
        "reached_by": row.reached_by or None if row.reached_at is not None else None,
        "created_at": rfc3339(row.created_at),
    }


def _check(row: CheckRow, known: Mapping[int, str]) -> dict[str, Cell]:
    return {
        "type": "check",
        "id": _named("check_item", row.id, known),
        "title": row.title,
        "done_at": maybe_rfc3339(row.done_at),
        "done_by": row.done_by or None if row.done_at is not None else None,
        "created_at": rfc3339(row.created_at),
    }


def _blocker(row: BlockerRow, known: Mapping[str, Mapping[int, str]]) -> dict[str, Cell]:
    return {
        "type": "blocker",
        "id": _named("blocker", row.id, known["blocker"]),
        "title": row.title,
        "goal": None if row.goal_id is None else _named("goal", row.goal_id, known["goal"]),
        "kind": str(row.kind),
        "severity": str(row.severity),
        "detail": row.detail or None,
        "opened_at": rfc3339(row.opened_at),
        "opened_by": row.opened_by or None,
        "resolved_at": maybe_rfc3339(row.resolved_at),
        "resolved_by": row.resolved_by or None if row.resolved_at is not None else None,
        "resolution": row.resolution or None if row.resolved_at is not None else None,
    }
