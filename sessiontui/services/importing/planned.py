"""Plans of outside files: goals, milestones, checklists and blockers, each compared with what is kept already.

What the file says as before leaves alone what was changed by hand since; a part that was removed stays removed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sessiontui.domain.instants import maybe_ms
from sessiontui.domain.planning.words import BlockerSeverity, MilestoneRule
from sessiontui.domain.text import safe_block, safe_line
from sessiontui.intake import BlockerRecord, CheckRecord, GoalRecord, MilestoneRecord, PlanRecord
from sessiontui.services.importing.goals_told import take_goals
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.services.importing.plan_page import PlanPage, said_of
from sessiontui.services.plans.settling import REACHED, settle
from sessiontui.store.reads import plans_told as kept

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.tx import Tx

_WORDS: Final = {"check_item": "check"}
"""How files call what the database names otherwise."""


async def take_plan(
    tx: Tx, register: Register, rows: Sequence[tuple[PlanRecord, FileOutcome]], source: str, session_id: int
) -> None:
    """Bring the plan of one session up to what files say of it; goals come first, blockers name them."""
    page = PlanPage(tx=tx, register=register, source=source, session_id=session_id)
    changed = await take_goals(page, [(one, outcome) for one, outcome in rows if isinstance(one, GoalRecord)])
    for record, outcome in rows:
        if isinstance(record, MilestoneRecord):
            changed |= await _take_milestone(page, record, outcome)
        elif isinstance(record, CheckRecord):
            changed |= await _take_check(page, record, outcome)
        elif isinstance(record, BlockerRecord):
            changed |= await _take_blocker(page, record, outcome)
    if changed:
        await settle(tx, session_id)


async def _take_milestone(page: PlanPage, record: MilestoneRecord, outcome: FileOutcome) -> bool:
    # Without an instant nothing is said of whether it was reached: what validates itself knows better.
    reached = record.reached_at is not None
    values: dict[str, Json] = {
        "title": safe_line(record.title).strip(),
        "rule": str(record.rule),
        "threshold": record.threshold,
        "reached_at": maybe_ms(record.reached_at),
        "reached_by": page.who(record.reached_by) if reached and record.rule is MilestoneRule.MANUAL else None,
        "look_at": maybe_ms(page.tx.at) if record.rule in REACHED and not reached else None,
    }
    position = await kept.last_position(page.tx.fetch, "milestone", page.session_id) + 1
    made = {"created_at": record.created_at or page.tx.at, "created_by": page.tx.by.name, "position": position}
    return await _take(page, "milestone", record, outcome, values, made=made, beside=frozenset({"look_at"}))


async def _take_check(page: PlanPage, record: CheckRecord, outcome: FileOutcome) -> bool:
    values: dict[str, Json] = {
        "title": safe_line(record.title).strip(),
        "done_at": maybe_ms(record.done_at),
        "done_by": page.who(record.done_by) if record.done_at is not None else None,
    }
    position = await kept.last_position(page.tx.fetch, "check_item", page.session_id) + 1
    made = {"created_at": record.created_at or page.tx.at, "created_by": page.tx.by.name, "position": position}
    return await _take(page, "check_item", record, outcome, values, made=made)


async def _take_blocker(page: PlanPage, record: BlockerRecord, outcome: FileOutcome) -> bool:
    goal_id: int | None = None
    if record.goal is not None:
        goal = await page.held("goal", record.goal, ())
        if goal is None or goal.is_removed or goal.session_id != page.session_id:
            outcome.refuse(record.line, f"goal {record.goal!r}, which it blocks, is unknown here", record.title)
            return False
        goal_id = goal.id
    resolved = record.resolved_at is not None
    values: dict[str, Json] = {
        "title": safe_line(record.title).strip(),
        "goal_id": goal_id,
        "kind": str(record.kind),
        "severity": None if record.severity is None else str(record.severity),
        "detail": None if record.detail is None else safe_block(record.detail).strip(),
        "opened_at": maybe_ms(record.opened_at),
        "opened_by": page.who(record.opened_by) if record.opened_by else None,
        "resolved_at": maybe_ms(record.resolved_at),
        "resolved_by": page.who(record.resolved_by) if resolved and record.resolved_by else None,
        "resolution": safe_block(record.resolution).strip() if resolved and record.resolution else None,
    }
    made: dict[str, object] = {"severity": str(BlockerSeverity.MAJOR), "opened_at": page.tx.at}
    return await _take(page, "blocker", record, outcome, values, made=made)


async def _take(
    page: PlanPage,
    table: str,
    record: PlanRecord,
    outcome: FileOutcome,
    values: Mapping[str, Json],
    *,
    made: Mapping[str, object],
    beside: frozenset[str] = frozenset(),
) -> bool:
    """Write one part as a file tells it, and return whether anything changed.

    ``made`` stands in a new one where the file says nothing; ``beside`` are columns that no comparison looks at.
    """
    told = {name: value for name, value in values.items() if value is not None}
    compared = tuple(name for name in told if name not in beside)
    held = await page.held(table, record.id, compared)
    if held is None:
        await page.add(table, record, {**made, **told})
        outcome.counts[Verdict.ADDED] += 1
        return True
    if held.session_id != page.session_id:
        word = _WORDS.get(table, table)
        outcome.refuse(record.line, f"{word} {record.id!r} belongs to session #{held.session_id}", record.title)
        return False
    if held.is_removed or held.imported == said_of(record) or all(held.values[one] == told[one] for one in compared):
        outcome.counts[Verdict.UNCHANGED] += 1
        return False
    await page.tx.update(table, held.id, **told, imported=said_of(record))
    outcome.counts[Verdict.UPDATED] += 1
    return True
